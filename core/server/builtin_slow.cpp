// Handlers that take their time: /slow, which has a time limit, and /stream, whose answer goes out
// piece by piece.
#include <algorithm>
#include <array>
#include <charconv>

#include "core/http/target.h"
#include "core/server/builtin.h"
#include "core/server/server.h"
#include "core/server/time_limit.h"

namespace roundtrip::server {

using runtime::Async;
using runtime::Runtime;
using trace::Phase;

namespace {

constexpr std::uint32_t usual_ms = 1'000;
constexpr std::uint32_t most_ms = 60'000;
constexpr std::uint32_t most_stream_bytes = 16 << 20;

// A number of the query; `usual` where it names none.
std::uint32_t asked_number(std::string_view query, std::string_view name, std::uint32_t usual,
                           std::uint32_t most) {
  std::array<char, 16> memory;
  const http::QueryValue asked = http::query_value(query, name, memory);
  std::from_chars(asked.value.data(), asked.value.data() + asked.value.size(), usual);
  return std::min(usual, most);
}

// Sleeps as long as ?ms= says, and is done. What it waits for here stands for a slow service.
Async<> sleep_and_answer(LimitedExchange& exchange) {
  const std::uint32_t ms = asked_number(exchange.query, "ms", usual_ms, most_ms);
  const Duration length =
      Duration::milliseconds(ms) / exchange.server.options().times_as_fast;
  trace::begin<Phase::HandleSleep>(exchange.subject, length.ns);
  if (exchange.must_stop()) co_await exchange.stop_at(Phase::HandleSleep);
  const runtime::Wake why = co_await runtime::sleep_until(Runtime::now() + length);
  trace::end<Phase::HandleSleep>(exchange.subject);
  // What it waited for has not come, and will not.
  if (why == runtime::Wake::Shutdown) co_return exchange.give_up();
  exchange.write("Done\n");
}

Async<> slow(Exchange& exchange) {
  co_await answer_within_limit(exchange, sleep_and_answer, "slow");
}

// The alphabet again and again, so many bytes of it.
Async<> write_letters(ResponseWriter& response, std::size_t bytes) {
  std::array<char, 4096> piece;
  for (std::size_t i = 0; i < piece.size(); ++i) piece[i] = static_cast<char>('a' + i % 26);
  for (std::size_t written = 0; written < bytes;) {
    const std::size_t more = std::min(bytes - written, piece.size());
    const bool alive = co_await response.write({piece.data(), more});
    if (!alive) break;
    written += more;
  }
}

// Three lines, each flushed before the next is written: chunks, whatever their size; or as many
// bytes as ?bytes= says, as fast as they go.
Async<> stream(Exchange& exchange) {
  ResponseWriter& response = exchange.response();
  static_cast<void>(response.headers().set("Content-Type", "text/plain; charset=utf-8"));
  const std::uint32_t bytes = asked_number(exchange.query(), "bytes", 0, most_stream_bytes);
  if (bytes > 0) {
    co_await write_letters(response, bytes);
    co_return;
  }
  for (const std::string_view line : {"one\n", "two\n", "three\n"}) {
    bool alive = co_await response.write(line);
    if (alive) alive = co_await response.flush();
    if (!alive) break;
  }
}

}  // namespace

Status register_slow(Routes& routes) {
  return register_all(routes, {{"GET /slow", slow, "slow"}, {"GET /stream", stream, "stream"}});
}

}  // namespace roundtrip::server
