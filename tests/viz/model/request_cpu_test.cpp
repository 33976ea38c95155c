// The processor time of a request: what its task's runs told, or nothing where one told nothing.
#include <doctest/doctest.h>

#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/request_row.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;
using trace::Story;

// Of all runs of a task that end from `from` on, to the first that ends after `finished`.
std::optional<std::int64_t> sum_of_runs(const TraceView& view, std::uint32_t task,
                                        std::uint64_t from, std::uint64_t finished) {
  std::int64_t sum = 0;
  for (std::uint64_t number = from; number < view.end(); ++number) {
    const trace::Event& event = view.trace[number];
    if (event.task != task || event.phase != Phase::TaskRun || !event.ends()) continue;
    const auto cpu = event.arg("cpu");
    if (!cpu) return std::nullopt;
    sum += static_cast<std::int64_t>(*cpu);
    if (number > finished) return sum;
  }
  return std::nullopt;
}

TEST_CASE("request: its processor time is that of its task's runs (recordings)") {
  std::size_t measured = 0;
  for (const std::string scenario : {"10-post-json", "11-upload", "12-timeout", "14-chunked"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    for (std::uint32_t request = 1; told.index.request(request) != nullptr; ++request) {
      CAPTURE(request);
      const RequestRow row = request_row(told.index, request, told.view.end() - 1);
      if (row.finished == trace::no_event || row.begun == trace::no_event) continue;
      const auto expected =
          sum_of_runs(told.view, told.trace[row.begun].task, row.begun, row.finished);
      REQUIRE(row.cpu.has_value() == expected.has_value());
      if (!row.cpu) continue;
      CHECK(row.cpu->ns == *expected);
      CHECK(row.cpu->ns > 0);
      ++measured;
    }
  }
  CHECK(measured > 4);
}

TEST_CASE("request: where a run was not measured, nothing is said of its processor time") {
  const Scene scene([](Story& story) {
    story.startup();
    auto conn = story.open();
    story.ask(conn, story.curl_request("/hello"), "Hello, World!");
  });
  const RequestRow row = request_row(scene.index, 1, scene.view.end() - 1);
  CHECK(row.took.has_value());
  CHECK_FALSE(row.cpu.has_value());
}

TEST_CASE("request: what its task ran inside of a hold is the teacher's time") {
  constexpr Duration ms = Duration::milliseconds(1);
  const Scene scene([&](Story& story) {
    story.startup();
    auto conn = story.open();
    const trace::Subject who = conn.subject(1);
    const std::string request = story.curl_request("/hello");
    const ByteRange bytes{0, request.size()};
    const auto length = static_cast<std::uint32_t>(request.size());
    story.keep(conn.conn, trace::Log::In, 0, request);
    story.begin<Phase::ReadRead>(conn.subject(), conn.fd, 4096U);
    story.end<Phase::ReadRead>(conn.subject(), trace::absent, trace::absent, length)
        .set_bytes(trace::Log::In, bytes);
    story.instant<Phase::ReadBufferFill>(conn.subject(), length, 0U, 4096U)
        .set_bytes(trace::Log::In, bytes);
    story.instant<Phase::ReadLineFound>(who).set_bytes(trace::Log::In, bytes);
    // Until it has parked, and from being woken until the hold is over, it is on a worker.
    story.begin<Phase::TraceHold>(who, Phase::ReadLineFound);
    story.wait(ms * 50);
    story.park(who);
    story.wait(ms * 50);
    story.wake(who);
    story.wait(ms * 50);
    story.end<Phase::TraceHold>(who, Phase::ReadLineFound);
    story.begin<Phase::TransmitFinish>(who);
    story.end<Phase::TransmitFinish>(who, 200U, 0U);
  });
  const RequestRow row = request_row(scene.index, 1, scene.view.end() - 1);
  REQUIRE(row.took);
  REQUIRE(row.ran);
  CHECK(*row.took < ms);
  CHECK(*row.ran <= *row.took);
}

}  // namespace
}  // namespace roundtrip::viz
