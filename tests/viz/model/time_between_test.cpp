// How long something took, without the time for which a person held it: at the gate a request, at
// the wire the packets of a connection.
#include <doctest/doctest.h>

#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/scene.h"
#include "viz/model/trace_view.h"

namespace roundtrip::viz {
namespace {

using trace::Kind;
using trace::Phase;
using trace::Story;

const trace::Subject first{0, 1};
const trace::Subject second{0, 2};

void tell_held(Story& story, trace::Subject who, std::uint32_t id, bool begins) {
  trace::Event& event =
      begins ? story.tell<Phase::TracePacketHeld>(Kind::AsyncBegin, who, trace::Symbol{})
             : story.tell<Phase::TracePacketHeld>(Kind::AsyncEnd, who);
  event.id = id;
}

// The milliseconds between the steps; the clock of a story moves by little at each event itself.
std::int64_t ms(Duration length) { return (length.ns + 500'000) / 1'000'000; }

}  // namespace

TEST_CASE("time between: a packet's wait at the wire is held time, of its connection alone") {
  const Scene scene([](Story& story) {
    story.instant<Phase::ReadClientSend>(first);
    story.instant<Phase::ReadClientSend>(second);
    story.wait(Duration::milliseconds(10));
    tell_held(story, first, 1, true);
    story.wait(Duration::milliseconds(100));
    tell_held(story, first, 1, false);
    story.wait(Duration::milliseconds(5));
    story.instant<Phase::ReadSegment>(first);
    story.instant<Phase::ReadSegment>(second);
  });
  const TraceView& view = scene.view;
  const auto of = [&](int nth) {
    return time_between(view, event_of(view, Phase::ReadClientSend, nth),
                        event_of(view, Phase::ReadSegment, nth));
  };
  CHECK(ms(of(1).running) == 15);
  CHECK(ms(of(1).held) == 100);
  CHECK(ms(of(2).running) == 115);
  CHECK(of(2).held == Duration{});
}

TEST_CASE("time between: packets held at the same time are counted once") {
  const Scene scene([](Story& story) {
    story.instant<Phase::ReadClientSend>(first);
    tell_held(story, first, 1, true);
    story.wait(Duration::milliseconds(20));
    tell_held(story, first, 2, true);
    story.wait(Duration::milliseconds(20));
    tell_held(story, first, 1, false);
    story.wait(Duration::milliseconds(20));
    tell_held(story, first, 2, false);
    story.wait(Duration::milliseconds(1));
    story.instant<Phase::ReadSegment>(first);
  });
  const TraceView& view = scene.view;
  const TimeBetween time = time_between(view, event_of(view, Phase::ReadClientSend),
                                        event_of(view, Phase::ReadSegment));
  CHECK(ms(time.held) == 60);
  CHECK(ms(time.running) == 1);
}

TEST_CASE("time between: what ends while a packet is still held did not wait for it") {
  const Scene scene([](Story& story) {
    story.instant<Phase::ReadClientSend>(first);
    tell_held(story, first, 1, true);
    story.wait(Duration::milliseconds(20));
    story.instant<Phase::ReadSegment>(first);
    tell_held(story, first, 1, false);
  });
  const TraceView& view = scene.view;
  const TimeBetween time = time_between(view, event_of(view, Phase::ReadClientSend),
                                        event_of(view, Phase::ReadSegment));
  CHECK(time.held == Duration{});
  CHECK(ms(time.running) == 20);
  // A hold itself lasts as long as it was held.
  const std::uint64_t begin = event_of(view, Phase::TracePacketHeld);
  CHECK(ms(time_between(view, begin, view.end() - 1).running) == 20);
}

}  // namespace roundtrip::viz
