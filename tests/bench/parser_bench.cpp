// The parser alone: the seed's 83-byte curl request and a browser's, all tokens pulled.
#include <benchmark/benchmark.h>

#include <string>

#include "core/http/request_parser.h"

namespace roundtrip::http {
namespace {

const std::string curl_request =
    "GET /hello HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.80.0\r\nAccept: */*\r\n\r\n";

const std::string browser_request =
    "GET /hello HTTP/1.1\r\nHost: localhost:8080\r\nConnection: keep-alive\r\n"
    "Cache-Control: max-age=0\r\nUpgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36\r\nAccept: text/html,application/xhtml+xml,application/xml;"
    "q=0.9,image/avif,image/webp,*/*;q=0.8\r\nSec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\n"
    "Sec-Fetch-User: ?1\r\nSec-Fetch-Dest: document\r\nAccept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n\r\n";

void parse(benchmark::State& state, const std::string& request) {
  std::size_t tokens = 0;
  for (auto _ : state) {
    RequestParser parser;
    const StreamBytes window{request, 0};
    while (true) {
      const Step step = parser.next(window);
      if (step.kind != StepKind::Told) break;
      ++tokens;
      benchmark::DoNotOptimize(step.token);
      if (std::holds_alternative<RequestReady>(step.token)) break;
    }
  }
  if (tokens == 0) state.SkipWithError("no tokens");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(request.size()));
}
BENCHMARK_CAPTURE(parse, curl_83_bytes, curl_request);
BENCHMARK_CAPTURE(parse, browser, browser_request);

}  // namespace
}  // namespace roundtrip::http
