// Requests in one run, as many as one likes: what the server and its recording hold in memory does
// not grow with their number. ROUNDTRIP_REQUESTS asks for more (tests/bench/endurance.sh).
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "app/session.h"
#include "tests/core/server/client.h"

namespace roundtrip::app {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool watched = true;  // a sanitizer's memory tells nothing of ours
#else
constexpr bool watched = false;
#endif

std::size_t requests_wanted() {
  const char* asked = std::getenv("ROUNDTRIP_REQUESTS");
  const std::size_t number = asked != nullptr ? std::strtoull(asked, nullptr, 10) : 0;
  return number >= 1'000 ? number : watched ? 5'000 : 100'000;
}

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0;
  std::size_t resident = 0;
  file >> pages >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// Of one client after another, each with a hundred at once on its connection.
std::size_t ask(std::uint16_t port, std::size_t count) {
  constexpr std::size_t at_once = 100;
  constexpr std::size_t of_one_client = 5'000;
  std::string many;
  for (std::size_t i = 0; i < at_once; ++i) many += testing::curl_hello;
  std::size_t answered = 0;
  while (answered < count) {
    testing::Client client(port);
    for (std::size_t i = 0; i < of_one_client && answered < count; i += at_once) {
      if (!client.send(many) || !client.skip(at_once * 130)) return answered;
      answered += at_once;
    }
  }
  return answered;
}

}  // namespace

TEST_CASE("endurance: resident memory does not grow with the number of requests (traced, not)") {
  constexpr std::size_t most_growth_bytes = 8 << 20;
  constexpr std::size_t rounds = 10;
  const std::size_t count = requests_wanted() / 1'000 * 1'000;
  for (const bool traced : {true, false}) {
    CAPTURE(traced);
    SessionOptions options;
    options.headless = true;
    options.tells_news = false;
    options.record = traced;
    options.limit_bytes = limits::headless_trace_bytes;
    options.server.listen.port = 0;
    auto started = Session::start(std::move(options));
    REQUIRE(started.ok());
    Session& session = **started;
    const std::uint16_t port = session.server()->port();
    // What waits between the rings and the trace goes up and down: of the first half of the rounds
    // the most counts, of the second the least. What grows with each request is above that.
    std::size_t before = 0;
    std::size_t after = SIZE_MAX;
    for (std::size_t round = 0; round < rounds; ++round) {
      REQUIRE(ask(port, count / rounds) == count / rounds);
      if (round < rounds / 2) before = std::max(before, resident_bytes());
      if (round >= rounds / 2) after = std::min(after, resident_bytes());
    }
    REQUIRE(session.stop().ok());
    const std::string figures =
        fmt::format("{} requests: at most {} KiB resident in the first half, at least {} in the "
                    "second", count, before / 1024, after / 1024);
    if (std::getenv("ROUNDTRIP_REQUESTS") != nullptr) MESSAGE(figures);
    if (!watched) CHECK_MESSAGE(after < before + most_growth_bytes, figures);
    const trace::LossCounts& losses = session.trace().losses();
    CHECK(losses.traced_requests + losses.untraced_requests == count);
    CHECK(losses.lost_records == 0);
  }
}

}  // namespace roundtrip::app
