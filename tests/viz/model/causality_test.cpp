#include "viz/model/causality.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/cursor.h"

namespace roundtrip::viz {
namespace {

using trace::EventNumber;
using trace::Phase;

std::uint64_t first_of(const TraceView& view, Phase phase, bool ends = false) {
  for (std::uint64_t event = view.first(); event < view.end(); ++event) {
    if (view.trace[event].phase == phase && view.trace[event].ends() == ends) return event;
  }
  FAIL("no event of " << trace::phase_id(phase));
  return 0;
}

std::optional<CausalLink> link_to(const std::vector<CausalLink>& links, std::uint64_t event) {
  for (const CausalLink& link : links) {
    if (link.event == event) return link;
  }
  return std::nullopt;
}
std::optional<CausalLink> link_to(const TraceView& view, const std::vector<CausalLink>& links,
                                  Phase phase) {
  for (const CausalLink& link : links) {
    if (view.trace[link.event].phase == phase) return link;
  }
  return std::nullopt;
}

// Links that are told in one direction only: they stand in where no rule says anything.
bool stands_in(const CausalLink& link) {
  const std::set<std::string_view> words = {"the step before it", "the next step",
                                            "what it is part of", "the first step inside it",
                                            "why it leaves its worker"};
  return words.contains(link.relation);
}

TEST_CASE("causality: causes come before effects, and each is told of the other (recordings)") {
  for (const char* scenario : {"01-hello", "02-keep-alive", "03-close", "04-bad-request"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    std::size_t proven = 0;
    for (std::uint64_t event = told.trace.first(); event < told.trace.end(); ++event) {
      CAPTURE(event + 1);
      for (const CausalLink& cause : causes_of(told.view, event)) {
        REQUIRE(cause.event < event);
        CHECK_FALSE(cause.relation.empty());
        if (stands_in(cause)) continue;
        const auto back = effects_of(told.view, cause.event);
        const bool there = link_to(back, event).has_value() || back.size() == most_links;
        CHECK_MESSAGE(there, "event " << cause.event + 1 << " says nothing of it");
        proven += cause.inferred ? 0 : 1;
      }
      for (const CausalLink& effect : effects_of(told.view, event)) {
        REQUIRE(effect.event > event);
        if (stands_in(effect)) continue;
        const auto back = causes_of(told.view, effect.event);
        const auto link = link_to(back, event);
        CHECK_MESSAGE(link.has_value(), "event " << effect.event + 1 << " says nothing of it");
        if (link) CHECK(link->inferred == effect.inferred);
      }
    }
    CHECK(proven > told.trace.count() / 3);
  }
}

TEST_CASE("causality: walked back, an answer leads over the request to the client's connect") {
  const Recorded told("01-hello");
  std::uint64_t at = first_of(told.view, Phase::TransmitClientRead);
  std::vector<Phase> way;
  while (true) {
    const auto causes = causes_of(told.view, at);
    if (causes.empty()) break;
    at = causes.front().event;
    way.push_back(told.trace[at].phase);
  }
  const std::vector<Phase> passed = {Phase::TransmitAckIn,        Phase::TransmitSegmentOut,
                                     Phase::TransmitWrite,        Phase::TransmitFlush,
                                     Phase::TransmitFinish,       Phase::HandleMiddleware,
                                     Phase::HandleResponseWriter, Phase::ReadRequestReady,
                                     Phase::ReadBufferFill,       Phase::ReadRead,
                                     Phase::ReadReadable,         Phase::TaskRun,
                                     Phase::TaskRunnable,         Phase::ReadSegment,
                                     Phase::ReadClientSend,       Phase::ConnectionConnect};
  auto next = way.begin();
  for (const Phase phase : passed) {
    next = std::find(next, way.end(), phase);
    CHECK_MESSAGE(next != way.end(), "the way misses " << trace::phase_id(phase));
    if (next == way.end()) break;
  }
}

TEST_CASE("causality: a request and its answer, a fill and its tokens, a begin and its end") {
  const Scene scene(tell_hello);
  const TraceView& view = scene.view;
  const auto ready = first_of(view, Phase::ReadRequestReady);
  const auto answered = first_of(view, Phase::TransmitFinish, true);
  CHECK(link_to(effects_of(view, ready), answered));
  CHECK(link_to(causes_of(view, answered), ready));
  const auto fill = first_of(view, Phase::ReadBufferFill);
  const auto tokens = effects_of(view, fill);
  CHECK(std::count_if(tokens.begin(), tokens.end(), [&](const CausalLink& link) {
          return scene.trace[link.event].phase == Phase::ReadHeader;
        }) == 3);
  const auto read = first_of(view, Phase::ReadRead, true);
  const auto brought = link_to(causes_of(view, fill), read);
  REQUIRE(brought);
  CHECK_FALSE(brought->inferred);
  CHECK(link_to(causes_of(view, read), scene.index.partner(read)));
}

TEST_CASE("causality: who woke a task (poller, the task that spawned it, a person's release)") {
  const Recorded told("01-hello");
  const TraceView& view = told.view;
  const auto segment = first_of(view, Phase::ReadSegment);
  const auto woken = link_to(view, effects_of(view, segment), Phase::TaskRunnable);
  REQUIRE(woken);
  CHECK_FALSE(woken->inferred);
  CHECK(link_to(causes_of(view, woken->event), segment));
  // The accept loop is woken by a connection that nobody saw come: inferred.
  const auto waits = first_of(view, Phase::ConnectionAcceptQueue);
  const auto accepter = link_to(view, effects_of(view, waits), Phase::TaskRunnable);
  REQUIRE(accepter);
  CHECK(accepter->inferred);
  // The connection's task was made by the accept loop's task.
  const auto spawned = first_of(view, Phase::ConnectionTaskSpawned);
  const auto child = link_to(view, effects_of(view, spawned), Phase::TaskRunnable);
  REQUIRE(child);
  CHECK(told.trace[child->event].task == 2);

  const Scene held([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    story.begin<Phase::TraceHold>(conn.subject(1));
    story.park(conn.subject(1), trace::ParkReason::Hold);
    story.wake(conn.subject(1), trace::WakeSource::Release);
    story.instant<Phase::TraceRelease>(conn.subject(1));
    story.end<Phase::TraceHold>(conn.subject(1));
  });
  const auto hold = first_of(held.view, Phase::TraceHold);
  const auto release = first_of(held.view, Phase::TraceRelease);
  CHECK(link_to(effects_of(held.view, hold), release));
  CHECK(link_to(effects_of(held.view, release), first_of(held.view, Phase::TraceHold, true)));
}

TEST_CASE("causality: what ended a wait for reading is not the ACK of what was written") {
  const Recorded told("01-hello");
  const auto ack = first_of(told.view, Phase::TransmitAckIn);
  CHECK_FALSE(link_to(told.view, effects_of(told.view, ack), Phase::TaskRunnable));
  const auto close = first_of(told.view, Phase::LifecycleClientClose);
  const auto woken = link_to(told.view, effects_of(told.view, close), Phase::TaskRunnable);
  REQUIRE(woken);
  CHECK(woken->inferred);
}

TEST_CASE("causality: a FIN that nobody saw is linked, and marked") {
  const Recorded told("01-hello");
  const auto fin = first_of(told.view, Phase::LifecycleFinIn);
  const auto causes = causes_of(told.view, fin);
  REQUIRE(causes.size() == 1);
  CHECK(told.trace[causes[0].event].phase == Phase::LifecycleClientClose);
  CHECK(causes[0].inferred);
  const auto effects = effects_of(told.view, fin);
  CHECK(link_to(told.view, effects, Phase::LifecycleFinAckOut));
  const auto learns = link_to(told.view, effects, Phase::ReadRead);
  REQUIRE(learns);
  CHECK(told.trace[learns->event].ends());
}

TEST_CASE("causality: a connection that stays is not closed by that decision") {
  const Recorded told("01-hello");
  const auto decided = first_of(told.view, Phase::LifecycleKeepAlive);
  CHECK_FALSE(link_to(told.view, effects_of(told.view, decided), Phase::LifecycleClose));
  const Recorded closing("03-close");
  const auto closes = first_of(closing.view, Phase::LifecycleKeepAlive);
  CHECK(link_to(closing.view, effects_of(closing.view, closes), Phase::LifecycleClose));
}

TEST_CASE("causality: links are few and near, however much stands between") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    for (std::uint32_t i = 0; i < 400; ++i) {
      auto& piece = story.instant<Phase::ReadBufferFill>(conn.subject(), 10U, 0U, 4096U);
      piece.set_bytes(trace::Log::In, {0, 4000});
      auto& header = story.instant<Phase::ReadHeader>(conn.subject(1), i, 4U, 6U, 4U);
      header.set_bytes(trace::Log::In, {i, 10});
    }
    story.begin<Phase::TransmitFinish>(conn.subject(1));
    story.end<Phase::TransmitFinish>(conn.subject(1));
    for (int i = 0; i < 600; ++i) story.instant<Phase::TransmitLogLine>(conn.subject(1));
    story.instant<Phase::LifecycleKeepAlive>(conn.subject(1), trace::KeepAlive::Kept);
  });
  for (std::uint64_t event = 0; event < scene.trace.end(); ++event) {
    REQUIRE(causes_of(scene.view, event).size() <= most_links);
    REQUIRE(effects_of(scene.view, event).size() <= most_links);
  }
  // More than most_events_looked_at lie between: nothing is claimed.
  const auto decided = first_of(scene.view, Phase::LifecycleKeepAlive);
  const auto finished = first_of(scene.view, Phase::TransmitFinish, true);
  CHECK_FALSE(link_to(causes_of(scene.view, decided), finished));
  CHECK_FALSE(link_to(effects_of(scene.view, finished), decided));
  CHECK(causes_of(scene.view, scene.trace.end()).empty());
}

}  // namespace
}  // namespace roundtrip::viz
