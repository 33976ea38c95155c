// What an idle keep-alive connection costs in user space: connections are opened, each gets one
// answer and then stays idle; the resident memory that they added, by their number. The clients are
// plain descriptors in this process and add nothing but the bookkeeping of this file.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <vector>

#include "core/server/server.h"
#include "core/server/startup.h"
#include "core/trace/recorder.h"
#include "tests/core/server/client.h"

namespace roundtrip::server {
namespace {

void idle_connection_memory(benchmark::State& state) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const auto count = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    trace::Bus bus;
    ServerOptions options;
    options.workers = 1;
    options.traced = false;
    options.listen.port = 0;
    Server server(bus, options);
    if (!server.start()) state.SkipWithError("the server did not start");
    std::vector<int> clients;
    clients.reserve(count);
    const auto one_request = [&] {
      testing::Client client(server.port());
      if (client.ask(testing::curl_hello).status != 200) state.SkipWithError("no answer");
      clients.push_back(dup(client.fd()));  // the connection outlives what read its answer
    };
    for (std::size_t i = 0; i < count / 10; ++i) one_request();
    const std::uint64_t before = resident_bytes().value_or(0);
    for (std::size_t i = count / 10; i < count; ++i) one_request();
    state.counters["bytes a connection"] =
        static_cast<double>(resident_bytes().value_or(0) - before) /
        static_cast<double>(count - count / 10);
    for (const int client : clients) close(client);
    server.stop();
  }
}
BENCHMARK(idle_connection_memory)->Arg(5'000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace roundtrip::server
