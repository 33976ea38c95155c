#include "viz/model/actions.h"

#include <doctest/doctest.h>

#include "tests/viz/model/scene.h"

namespace roundtrip::viz {
namespace {

struct Screen {
  explicit Screen(const Scene& of) : scene(of) { start_lesson(state, cursor, scene.view); }
  std::optional<Action> operator()(const Action& action) {
    return apply(state, cursor, scene.view, action);
  }
  const Scene& scene;
  ViewState state;
  Cursor cursor;
};

TEST_CASE("actions: undo and redo bring back every place, in order") {
  const Scene scene(tell_busy);
  Screen screen(scene);
  struct Seen {
    Cursor cursor;
    std::optional<TimeWindow> window;
    bool operator==(const Seen& other) const {
      return cursor == other.cursor && window == other.window;
    }
  };
  std::vector<Seen> seen = {{screen.cursor, screen.state.window}};
  const std::vector<Action> moves = {GoTo{40}, Zoom{4, {}}, GoTo{100}, Pan{0.5}, GoLast{},
                                     FitAll{}, GoFirst{}};
  for (const Action& move : moves) {
    screen(move);
    seen.push_back({screen.cursor, screen.state.window});
  }
  for (std::size_t i = seen.size() - 1; i > 0; --i) {
    screen(Undo{});
    CHECK(Seen{screen.cursor, screen.state.window} == seen[i - 1]);
  }
  screen(Undo{});
  for (std::size_t i = 1; i < seen.size(); ++i) {
    screen(Redo{});
    CHECK(Seen{screen.cursor, screen.state.window} == seen[i]);
  }
}

TEST_CASE("actions: a run of steps is one place in the history") {
  const Scene scene(tell_busy);
  Screen screen(scene);
  const Cursor start = screen.cursor;
  for (int i = 0; i < 10; ++i) screen(StepForward{});
  CHECK(screen.cursor.event > start.event + 9);
  screen(Undo{});
  CHECK(screen.cursor == start);
}

TEST_CASE("actions: what concerns the server comes back to the session") {
  const Scene scene(tell_hello);
  Screen screen(scene);
  CHECK(screen(Send{"01-hello"}));
  CHECK(screen(Save{}));
  CHECK(screen(HoldNext{true}));
  CHECK_FALSE(screen(StepForward{}));
  CHECK_FALSE(screen(FitAll{}));
}

TEST_CASE("actions: a lesson starts paused on the first phase and plays at its pace to the end") {
  const Scene scene(tell_hello);
  Screen screen(scene);
  CHECK(screen.cursor.event == 0);
  CHECK_FALSE(screen.state.playing);
  screen(SetUnit{StepUnit::Event});
  screen(SetPace{10});
  screen(Play{});
  for (int frame = 0; frame < 60; ++frame) screen(Advance{Duration::milliseconds(1000 / 60)});
  CHECK(screen.cursor.event >= 8);
  CHECK(screen.cursor.event <= 10);
  screen(SetPace{1000});
  for (int frame = 0; frame < 60; ++frame) screen(Advance{Duration::milliseconds(16)});
  CHECK(screen.cursor.event == scene.trace.end() - 1);
  CHECK_FALSE(screen.state.playing);
}

TEST_CASE("actions: following goes with the trace until one pans") {
  Scene scene([](trace::Story& story) { story.startup(); });
  Screen screen(scene);
  screen(Follow{true});
  CHECK(screen.cursor.event == scene.trace.end() - 1);
  scene.story.open();
  scene.follow();
  screen(TraceGrew{});
  CHECK(screen.cursor.event == scene.trace.end() - 1);
  screen(Pan{-0.25});
  CHECK_FALSE(screen.state.follow);
  const Cursor stays = screen.cursor;
  auto conn = scene.story.open();
  scene.story.close(conn, trace::CloseReason::PeerClosed);
  scene.follow();
  screen(TraceGrew{});
  CHECK(screen.cursor == stays);
}

TEST_CASE("actions: the window follows the cursor out of sight, and centres, fits, fits all") {
  const Scene scene(tell_busy);
  Screen screen(scene);
  screen(Zoom{1000, {}});
  REQUIRE(screen.state.window);
  screen(GoLast{});
  CHECK(screen.state.window->contains(scene.trace[screen.cursor.event].time));
  screen(GoTo{80});
  // In sight at once, in the middle at the latest with the first press, fitted with the second.
  screen(SetWindow{{scene.trace[70].time, scene.trace[82].time}});
  screen(FitFocus{});
  screen(FitFocus{});
  const auto* request = scene.index.request(focus_at(scene.view, 80, {}).request);
  REQUIRE(request != nullptr);
  REQUIRE(screen.state.window);
  CHECK(screen.state.window->contains(scene.trace[request->first].time));
  CHECK(screen.state.window->contains(scene.trace[request->last].time));
  screen(FitAll{});
  CHECK_FALSE(screen.state.window);
}

TEST_CASE("actions: going to a byte stands where the parser has consumed it") {
  const Scene scene(tell_hello);
  Screen screen(scene);
  screen(GoToByte{{1, trace::Log::In, 30}});
  CHECK(screen.cursor.consumed == 31);
  screen(GoToText{"read.nothing"});
  CHECK_FALSE(screen.state.session.notice.empty());
}

}  // namespace
}  // namespace roundtrip::viz
