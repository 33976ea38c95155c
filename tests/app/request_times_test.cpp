// The text of a run and the window's tables count a request's time alike.
#include <doctest/doctest.h>

#include "app/narrator_events.h"
#include "app/session.h"
#include "tests/source_dir.h"
#include "viz/model/request_row.h"

namespace roundtrip::app {
namespace {

TEST_CASE("request times: the text and the tables tell the same (shipped recordings)") {
  for (const char* scenario : {"01-hello", "02-keep-alive", "03-close", "04-bad-request",
                               "15-pipelining"}) {
    CAPTURE(scenario);
    const auto session =
        Session::open(source_dir() + "/scenarios/" + scenario + ".trace.json");
    REQUIRE(session.ok());
    const viz::LaneIndex lanes((*session)->index());
    const viz::Statistics statistics((*session)->index());
    const viz::TraceView view{(*session)->trace(), (*session)->index(), (*session)->states(),
                              lanes, statistics};
    for (const std::uint32_t conn : view.index.connections()) {
      const ConnectionFacts facts = facts_of(view, conn);
      const auto set_up = viz::set_up_of(view.index, conn);
      REQUIRE(set_up.has_value() == connection_time(view, facts).has_value());
      if (set_up) CHECK(set_up->took == *connection_time(view, facts));
      for (const RequestFacts& one : facts.requests) {
        CAPTURE(one.request);
        const viz::RequestRow row = viz::request_row(view.index, one.request, view.end() - 1);
        const RequestTimes times = times_of(view, one);
        CHECK(row.begun == times.begun);
        CHECK(row.took == times.whole);
        const Answer answer = answer_of(view, one);
        CHECK(row.status == answer.status);
        CHECK(row.bytes_out == answer.sent_bytes);
      }
    }
  }
}

}  // namespace
}  // namespace roundtrip::app
