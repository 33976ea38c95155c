// What the banner says of a request that is held, or that is waited for; and the words of a filter.
#include "viz/model/layout_banner.h"

#include <doctest/doctest.h>

#include "tests/viz/model/scene.h"
#include "viz/model/layout_transport.h"

namespace roundtrip::viz {
namespace {

ViewState holding() {
  ViewState state;
  state.session.live = true;
  state.session.hold_next = true;
  HeldRequest& held = state.session.held.emplace();
  held.request = 4;
  held.conn = 2;
  held.method = "GET";
  held.path = "/hello";
  held.phase = "header 2";
  held.client = "curl";
  held.waiting = Duration::seconds(12);
  return state;
}

Cursor newest(const Scene& scene) { return {scene.view.end() - 1, {}}; }

bool says(const Scene& scene, const ViewState& state, std::string_view words) {
  return banner_text(scene.view, newest(scene), state).find(words) != std::string::npos;
}

TEST_CASE("banner: a held request by number, line, connection, phase and how long it waits") {
  const Scene scene(tell_hello);
  ViewState state = holding();
  CHECK(banner_text(scene.view, newest(scene), state) ==
        "Request 4, GET /hello on connection 2, is held at header 2; curl waits 0:12. Held time "
        "is left out of running time");
  // From elsewhere Next does not lead it: the banner says how to come to where it does.
  CHECK(banner_text(scene.view, {0, {}}, state).ends_with(
      "Held time is left out of running time. Click here to go where it is: Next leads it on from "
      "there"));
  CHECK(banner_sentences(scene.view, {0, {}}, state)[0].kind == BannerKind::HeldElsewhere);
  state.session.held->others = 1;
  CHECK(says(scene, state, "1 other came meanwhile and is served"));
  state.session.held->others = 3;
  CHECK(says(scene, state, "3 others came meanwhile and are served"));
  state.session.held->running = true;
  CHECK(says(scene, state, "goes on from header 2 to its next stop"));
}

TEST_CASE("banner: what was not read yet is not made up") {
  const Scene scene(tell_hello);
  ViewState state = holding();
  HeldRequest& held = state.session.held.emplace();
  held.conn = 2;
  held.phase = "read";
  CHECK(banner_text(scene.view, {0, {}}, state).starts_with(
      "A request without a number yet, whose first line is not taken apart yet, on connection 2, "
      "is held at read; its client waits 0:00"));
}

TEST_CASE("banner: a client that gave up is told as that, and waits no more") {
  const Scene scene(tell_hello);
  ViewState state = holding();
  state.session.held->client_gone = Duration::seconds(20);
  CHECK(says(scene, state,
             "After 0:20 curl gave up, by a time-out of its own or by hand, and ended its side"));
  CHECK_FALSE(says(scene, state, "waits"));
}

TEST_CASE("banner: where the server has stopped it says so, and what starts a new one") {
  const Scene scene(tell_hello);
  ViewState state = holding();
  state.session.held.reset();
  state.session.hold_next = false;
  state.session.live = false;
  state.session.stopped = true;
  CHECK(says(scene, state, "The server has stopped, Send starts a new one: event "));
  CHECK_FALSE(says(scene, state, "Recorded"));
}

TEST_CASE("banner: an armed gate says what it waits for; a notice stands above what is held") {
  const Scene scene(tell_hello);
  ViewState state = holding();
  state.session.held.reset();
  state.hold_filter = hold_filter_of("post /echo");
  CHECK(says(scene, state, "The next POST request for /echo will be held, once its first line"));
  state.hold_filter = {};
  CHECK(says(scene, state, "The next request will be held, at the read that brings it"));
  state = holding();
  state.session.notice = "Port 8080 is taken";
  const auto sentences = banner_sentences(scene.view, newest(scene), state);
  REQUIRE(sentences.size() == 2);
  CHECK(sentences[0].kind == BannerKind::Error);
  CHECK(sentences[1].kind == BannerKind::Held);
}

TEST_CASE("banner: no sentence is cut, however large the words (100 % to 200 %, projector)") {
  const Scene scene(tell_hello);
  ViewState state = holding();
  state.session.held->client_gone = Duration::seconds(20);
  state.session.held->others = 3;
  for (const float scale : text_scales) {
    Ruler ruler = plain_ruler();
    ruler.body_px *= scale;
    ruler.row_px *= scale;
    ruler.grid_px *= scale;
    const float px = ruler.body_px;
    ruler.width = [px](std::string_view text, Voice) {
      return 0.52f * px * static_cast<float>(text.size());
    };
    const float height = banner_height(scene.view, {0, {}}, state, ruler, 1264);
    Rect rest{0, 0, 1264, height};
    const auto items = layout_banner(scene.view, {0, {}}, state, ruler, rest);
    REQUIRE(items.size() == 1);
    CAPTURE(scale);
    CHECK_FALSE(items[0].cut());
    CHECK(items[0].ground.bottom() == height);
  }
}

TEST_CASE("transport: Next leads the held request only from the newest event on") {
  const Scene scene(tell_hello);
  const ViewState state = holding();
  const auto next = [&](std::uint64_t event) {
    const auto layout = layout_transport(scene.view, {event, {}}, state, plain_ruler(),
                                         {0, 0, 1280, 80});
    for (const TransportButton& button : layout.buttons) {
      if (button.control == Control::Next) return std::pair(button.label.text, layout.next_leads);
    }
    return std::pair(std::string(), false);
  };
  CHECK(next(0) == std::pair(std::string("Next"), false));
  CHECK(next(scene.trace.end() - 1) == std::pair(std::string("Next stop"), true));
}

TEST_CASE("transport: letting go stands in the bar at any width; the filter is on the button") {
  const Scene scene(tell_hello);
  ViewState state = holding();
  const auto label = [&](float width) {
    const auto layout =
        layout_transport(scene.view, {0, {}}, state, plain_ruler(), {0, 0, width, 80});
    for (const TransportButton& button : layout.buttons) {
      if (button.control == Control::Hold) return button.label.text;
    }
    return std::string();
  };
  CHECK(label(1280) == "Let it go");
  CHECK(label(640) == "Let it go");
  state.session = {};
  state.session.live = true;
  CHECK(label(1280) == "Hold next request");
  state.hold_filter = hold_filter_of("/echo");
  CHECK(label(1280) == "Hold next /echo");
  state.hold_filter = hold_filter_of("connection 7");
  CHECK(label(1280) == "Hold next on connection 7");
}

TEST_CASE("hold filter: as it is typed (method, path, connection, in any order)") {
  CHECK(hold_filter_of("") == HoldFilter{});
  CHECK(hold_filter_of("  get ") == HoldFilter{0, "GET", ""});
  CHECK(hold_filter_of("/a/b POST") == HoldFilter{0, "POST", "/a/b"});
  CHECK(hold_filter_of("connection 12") == HoldFilter{12, "", ""});
  CHECK(hold_filter_of("GET /x Connection 3") == HoldFilter{3, "GET", "/x"});
  CHECK(held_words({}) == "request");
  CHECK(held_words({3, "GET", "/x"}) == "GET request for /x on connection 3");
}

}  // namespace
}  // namespace roundtrip::viz
