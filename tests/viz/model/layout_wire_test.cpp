// The drawer of the wire: the rung and why it is that one, the packets that are held as the trace
// tells them, the link's numbers and sentences; everything in its place at every width.
#include "viz/model/layout_wire.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/layout_banner.h"
#include "viz/model/layout_transport.h"

namespace roundtrip::viz {
namespace {

using trace::Host;
using trace::Kind;
using trace::Phase;
using trace::Story;

const Rect area{10, 20, 460, 600};

ViewState wired() {
  ViewState state;
  state.session.live = state.session.wired = true;
  return state;
}

WireLayout wire_of(const TraceView& view, const ViewState& state, std::uint64_t event = 0,
                   const Rect& place = area, bool projector = false) {
  return layout_wire(view, {event, {}}, state, plain_ruler(projector), place);
}

// All that stands there, a line a box.
std::string words_of(const WireLayout& layout) {
  std::string words;
  for (const WireText& text : layout.texts) words += text.box.text + " ";
  return words;
}
bool says(const WireLayout& layout, std::string_view words) {
  return words_of(layout).find(words) != std::string::npos;
}
const WireButton* button_of(const WireLayout& layout, std::string_view label) {
  const auto found = std::find_if(layout.buttons.begin(), layout.buttons.end(),
                                  [label](const WireButton& one) { return one.label == label; });
  return found == layout.buttons.end() ? nullptr : &*found;
}
const WireField* field_of(const WireLayout& layout, std::string_view label) {
  const auto found = std::find_if(layout.fields.begin(), layout.fields.end(),
                                  [label](const WireField& one) { return one.label == label; });
  return found == layout.fields.end() ? nullptr : &*found;
}
std::string act_of(const WireButton* button) {
  REQUIRE(button != nullptr);
  const auto* act = std::get_if<HandleWire>(&button->actions.back());
  return act != nullptr ? act->act : std::string();
}

void tell_wire(Story& story, Phase phase, Kind kind, std::uint32_t id) {
  const trace::Subject who{0, 1, 0};
  if (phase == Phase::TracePacket) {
    story.tell<Phase::TracePacket>(kind, who, std::uint64_t{0}, Host::Client, 0, 2, 0).id = id;
  } else {
    story.tell<Phase::TracePacketHeld>(kind, who, trace::Symbol{}).id = id;
  }
}
void leave_and_wait(Story& story, std::uint32_t id) {
  tell_wire(story, Phase::TracePacket, Kind::AsyncBegin, id);
  tell_wire(story, Phase::TracePacketHeld, Kind::AsyncBegin, id);
}

std::vector<std::uint32_t> ids_of(const std::vector<SeenPacket>& packets) {
  std::vector<std::uint32_t> ids;
  for (const SeenPacket& packet : packets) ids.push_back(packet.id);
  return ids;
}

TEST_CASE("wire: which rung, why and what would show more (lab, loopback, no lab, recordings)") {
  const Recorded lab("20-handshake");
  CHECK(wire_rung(lab.view, {}).word == "lab");
  CHECK(wire_rung(lab.view, {}).wired);
  CHECK(says(wire_of(lab.view, {}), "highest rung"));
  const Recorded plain("01-hello");
  CHECK(wire_rung(plain.view, {}).word == "loopback");
  CHECK_FALSE(wire_rung(plain.view, {}).wired);
  CHECK(says(wire_of(plain.view, {}), "recorded without a wire"));
  const Scene live(tell_hello);
  ViewState state;
  state.session.live = true;
  CHECK(says(wire_of(live.view, state), "asks for no wire"));
  CHECK(says(wire_of(live.view, state), "`roundtrip doctor`"));
  const Scene refused([](Story& story) {
    story.tell<Phase::TraceWire>(Kind::Instant, {}, trace::Rung::Stamps,
                                 story.symbol("no /dev/net/tun"), story.symbol("Ask a friend"));
  });
  const WireRung rung = wire_rung(refused.view, state);
  CHECK(rung.word == "loopback");
  CHECK(rung.wired);
  CHECK(rung.reason == "Why no more: no /dev/net/tun.");
  CHECK(rung.lift == "Ask a friend.");
}

TEST_CASE("wire: its word stands in the bar, with or without a lab, however narrow it is") {
  const Recorded lab("20-handshake");
  const Recorded loopback("01-hello");
  ViewState state;
  state.session.live = true;
  state.session.address = "127.0.0.1:8080";
  for (const float width : {640.f, 960.f, 1280.f, 1920.f}) {
    for (const Recorded* trace : {&lab, &loopback}) {
      CAPTURE(width);
      const auto bar =
          layout_transport(trace->view, {0, {}}, state, plain_ruler(), {0, 0, width, 80});
      const auto found =
          std::find_if(bar.buttons.begin(), bar.buttons.end(),
                       [](const TransportButton& one) { return one.control == Control::Wire; });
      REQUIRE(found != bar.buttons.end());
      CHECK(found->label.text == (trace == &lab ? "lab" : "loopback"));
      CHECK_FALSE(found->label.cut);
      CHECK(std::holds_alternative<ToggleDrawer>(*action_of(*found, {})));
    }
  }
}

TEST_CASE("wire: the list is of the packets that the trace tells as held, the oldest first") {
  Scene scene([](Story& story) {
    story.open();
    leave_and_wait(story, 41);
    leave_and_wait(story, 42);
    tell_wire(story, Phase::TracePacket, Kind::AsyncBegin, 43);  // it is under way
    leave_and_wait(story, 44);
  });
  const ViewState state = wired();
  CHECK(ids_of(wire_of(scene.view, state).held) == std::vector<std::uint32_t>{41, 42, 44});
  const WireLayout layout = wire_of(scene.view, state);
  CHECK(says(layout, "3 packets wait"));
  CHECK(says(layout, "SYN from client"));
  CHECK(act_of(button_of(layout, "wire/release/42")) == "release #42");
  CHECK(act_of(button_of(layout, "wire/drop/42")) == "drop #42");
  CHECK(act_of(button_of(layout, "wire/duplicate/42")) == "duplicate #42");
  CHECK(act_of(button_of(layout, "wire/release-all")) == "release");
  CHECK(button_of(layout, "wire/release/43") == nullptr);
  tell_wire(scene.story, Phase::TracePacketHeld, Kind::AsyncEnd, 42);
  scene.follow();
  CHECK(ids_of(wire_of(scene.view, state).held) == std::vector<std::uint32_t>{41, 44});
  tell_wire(scene.story, Phase::TracePacketHeld, Kind::AsyncEnd, 41);
  tell_wire(scene.story, Phase::TracePacketHeld, Kind::AsyncEnd, 44);
  scene.follow();
  CHECK(wire_of(scene.view, state).held.empty());
  CHECK(button_of(wire_of(scene.view, state), "wire/release-all") == nullptr);
}

TEST_CASE("wire: while packets are held, list and banner say that the kernels' clocks go on") {
  Scene scene([](Story& story) {
    story.open();
    leave_and_wait(story, 41);
  });
  ViewState state = wired();
  CHECK(says(wire_of(scene.view, state), "own clocks go on"));
  CHECK(held_packets_text(state).empty());
  state.session.packets_held = 1;
  CHECK(banner_text(scene.view, {0, {}}, state).find("own clocks go on") != std::string::npos);
  CHECK(banner_text(scene.view, {0, {}}, state).starts_with("A packet waits at the wire"));
}

TEST_CASE("wire: numbers of both ways, of one, and of two that differ") {
  const Scene scene(tell_hello);
  ViewState state = wired();
  state.session.wire.links[0].numbers[0] = 50;
  state.session.wire.links[1].numbers[0] = 20;
  state.session.wire.links[0].numbers[4] = state.session.wire.links[1].numbers[4] = 7.5;
  const WireLayout both = wire_of(scene.view, state);
  CHECK(field_of(both, "wire/delay_ms")->text.empty());
  CHECK(field_of(both, "wire/delay_ms")->hint == "they differ");
  CHECK(field_of(both, "wire/delay_ms")->drag.empty());
  CHECK(field_of(both, "wire/loss_percent")->text == "7.5");
  for (const NumberRow& row : link_rows) {
    CHECK(field_of(both, "wire/" + std::string(row.setting)) != nullptr);
  }
  CHECK(link_act(state.wire, link_rows[0], "30") == "delay_ms 30");
  state.wire.from = Host::Server;
  CHECK(field_of(wire_of(scene.view, state), "wire/delay_ms")->text == "20");
  CHECK(link_act(state.wire, link_rows[0], "30") == "from server delay_ms 30");
  CHECK(act_of(button_of(wire_of(scene.view, state), "wire/cut")) == "from server cut");
  state.session.wire.links[1].cut = true;
  CHECK(act_of(button_of(wire_of(scene.view, state), "wire/cut")) == "from server mend");
  state.wire.nth = "2";
  state.wire.nth_filter = "data";
  CHECK(act_of(button_of(wire_of(scene.view, state), "wire/nth/add")) ==
        "from server drop_nth 2 data");
}

TEST_CASE("wire: what would not do is said in red, beside what it is about") {
  const Scene scene(tell_hello);
  ViewState state = wired();
  state.session.wire.link_problem = "The MTU of a link is at least 68 bytes";
  const WireLayout layout = wire_of(scene.view, state);
  const auto error = std::find_if(layout.texts.begin(), layout.texts.end(),
                                  [](const WireText& text) { return text.error; });
  REQUIRE(error != layout.texts.end());
  CHECK(error->box.text.starts_with("The MTU"));
  CHECK(error->box.rect.y > field_of(layout, "wire/mtu")->rect.y);
  // By the words of the fields, not by those of a page.
  state.session.wire.link_problem = "Corrupt_percent takes a number from 0 to 100";
  CHECK(says(wire_of(scene.view, state), "Corruption takes a number from 0 to 100"));
  state.session.wire.link_problem = "mtu takes a number from 0 to 65535";
  CHECK(says(wire_of(scene.view, state), "MTU takes a number from 0 to 65535"));
}

TEST_CASE("wire: where 0 is no amount, it is said what it is (set, typed, not 0)") {
  const Scene scene(tell_hello);
  ViewState state = wired();
  const auto times = [&](std::string_view words) {
    const WireLayout layout = wire_of(scene.view, state);
    return std::count_if(layout.texts.begin(), layout.texts.end(),
                         [&](const WireText& text) { return text.box.text == words; });
  };
  CHECK(times("no limit") == 2);
  CHECK(times("none waits") == 1);
  CHECK(times("kbit/s") == 0);
  state.wire.draft = NumberDraft{"kbit_per_second", "64"};
  CHECK(times("no limit") == 1);
  CHECK(times("kbit/s") == 1);
  state.wire.draft.reset();
  for (LinkStatus& link : state.session.wire.links) link.numbers.fill(1000);
  CHECK(times("no limit") == 0);
  CHECK(times("bytes") == 1);
}

TEST_CASE("wire: the link's sentences are those of the trace at the cursor (20, 24)") {
  const Recorded told("24-segment-lost");
  const PacketIndex& packets = told.statistics.packets();
  std::uint64_t first = told.view.end();
  for (std::uint64_t at = told.view.first(); at < told.view.end(); ++at) {
    const trace::Event& event = told.trace[at];
    if (event.phase != Phase::TraceLink) continue;
    first = std::min(first, at);
    const auto from = static_cast<Host>(event.arg("from").value());
    CHECK(packets.link(from, at)->time == event.time);
  }
  REQUIRE(first < told.view.end());
  CHECK(says(wire_of(told.view, {}, first - 1), "tells of no setting"));
  CHECK(says(wire_of(told.view, {}, told.view.end() - 1), "ms one way"));
  CHECK(field_of(wire_of(told.view, {}), "wire/delay_ms") == nullptr);  // nobody's hand is there
}

// Slots of the accept queue that are drawn so.
std::ptrdiff_t slots_of(const WireLayout& layout, Filling filling) {
  return std::count_if(layout.slots.begin(), layout.slots.end(),
                       [filling](const PictureBar& slot) { return slot.filling == filling; });
}

TEST_CASE("wire: the accept queue stands of a live server, in a lab and without, not of a file") {
  const Scene scene(tell_hello);
  ViewState state;
  CHECK(field_of(wire_of(scene.view, state), "wire/backlog") == nullptr);
  CHECK_FALSE(says(wire_of(scene.view, state), "Accept queue"));
  for (const bool lab : {false, true}) {
    CAPTURE(lab);
    state.session.live = true;
    state.session.wired = lab;
    const WireLayout layout = wire_of(scene.view, state);
    REQUIRE(field_of(layout, "wire/backlog") != nullptr);
    CHECK(field_of(layout, "wire/backlog")->text == "4096");
    CHECK(says(layout, "4,097 connections fit: one more than the backlog."));
    CHECK(says(layout, "A lower backlog sends nobody away who waits already."));
    CHECK(slots_of(layout, Filling::Free) == 1);  // too many to be told apart
  }
}

TEST_CASE("wire: the backlog is what listen() was told last, however much was asked for") {
  Scene scene(tell_hello);
  const auto listen = [&](std::uint32_t asked, std::uint32_t in_force) {
    scene.story.begin<Phase::StartupListen>({});
    scene.story.end<Phase::StartupListen>({}, asked, in_force, 0);
    scene.follow();
  };
  ViewState state;
  state.session.live = true;
  listen(2, 2);
  // The server's own, wherever the cursor stands.
  WireLayout layout = wire_of(scene.view, state, 0);
  CHECK(field_of(layout, "wire/backlog")->text == "2");
  CHECK(layout.slots.size() == 3);
  CHECK(says(layout, "3 connections fit"));
  CHECK_FALSE(says(layout, "somaxconn"));
  listen(0, 0);
  layout = wire_of(scene.view, state, 0);
  CHECK(field_of(layout, "wire/backlog")->text == "0");
  CHECK(layout.slots.size() == 1);
  CHECK(says(layout, "1 connection fits"));
  listen(5000, 4096);
  layout = wire_of(scene.view, state, 0);
  CHECK(field_of(layout, "wire/backlog")->text == "4096");
  CHECK(says(layout, "asked for 5,000: net.core.somaxconn allows no more than 4,096."));
  // What is typed stands there until it is done, and what would not do is said in red.
  state.wire.draft = NumberDraft{"backlog", "-3"};
  state.session.backlog_problem = "A backlog is a whole number";
  layout = wire_of(scene.view, state, 0);
  CHECK(field_of(layout, "wire/backlog")->text == "-3");
  const auto error = std::find_if(layout.texts.begin(), layout.texts.end(),
                                  [](const WireText& text) { return text.error; });
  REQUIRE(error != layout.texts.end());
  CHECK(error->box.rect.y > field_of(layout, "wire/backlog")->rect.y);
}

TEST_CASE("wire: slots are as full as the kernel told it last; who came before stays") {
  ViewState state;
  state.session.live = true;
  Scene scene(tell_hello);
  scene.story.tell<Phase::TraceSockets>(Kind::Instant, {}, 0U, 0U, 3U, 4096U);
  scene.story.begin<Phase::StartupListen>({});
  scene.story.end<Phase::StartupListen>({}, 1U, 1U, 0);
  scene.follow();
  const WireLayout lowered = wire_of(scene.view, state);
  CHECK(slots_of(lowered, Filling::Filled) == 2);
  CHECK(slots_of(lowered, Filling::Marked) == 1);
  CHECK(says(lowered, "When the kernel was asked last, 3 waited."));
}

TEST_CASE("wire: every word whole in its place, nothing over another (widths, projector)") {
  Scene scene([](Story& story) {
    story.startup();
    story.begin<Phase::StartupListen>({});
    story.end<Phase::StartupListen>({}, 65'535U, 23U, 0);
    story.open();
    for (std::uint32_t id = 1; id < 12; ++id) leave_and_wait(story, id);
  });
  ViewState state = wired();
  state.session.wire.hold = "data from server, not ACK";
  state.session.wire.packets_problem = "There is no word 'jump' among those that filters know";
  state.session.wire.link_problem = "Delays of a link are from 0 to 60 seconds";
  state.session.wire.links[0].drops = {"number 2 of data"};
  state.session.backlog_problem = "A backlog is a whole number from 0 to 65535";
  for (const bool projector : {false, true}) {
    const Ruler ruler = plain_ruler(projector);
    for (const float width : {330.f, 460.f, 720.f, 900.f}) {
      if (projector && width < 500) continue;
      CAPTURE(width);
      CAPTURE(projector);
      const Rect place{10, 20, width, 600};
      const WireLayout layout = wire_of(scene.view, state, 0, place, projector);
      const Rect whole{10, 20, width, layout.content_px};
      std::vector<Rect> rects;
      for (const WireText& text : layout.texts) {
        check_text(ruler, text.box, whole);
        CHECK_MESSAGE(!text.box.cut, dump(text.box));
        rects.push_back(text.box.rect);
      }
      for (const WireButton& one : layout.buttons) {
        CHECK_MESSAGE(lies_in(one.rect, whole), one.label);
        CHECK(ruler.width(one.text, Voice::Body) <= one.rect.w);
        rects.push_back(one.rect);
      }
      for (const WireField& one : layout.fields) {
        CHECK_MESSAGE(lies_in(one.rect, whole), one.label);
        CHECK(one.rect.w > 3 * ruler.body_px);
        rects.push_back(one.rect);
      }
      for (const PictureBar& one : layout.slots) {
        CHECK(lies_in(one.rect, whole));
        rects.push_back(one.rect);
      }
      check_apart(rects);
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
