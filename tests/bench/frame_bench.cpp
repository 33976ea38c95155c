// What a frame costs the processor: layouts and draw lists, through the real screen of 1920×1080
// without a display, and without rasterizing. Every preset and every view over 1,000,000 events, of
// few connections and of many, and the timeline over 10,000,000, each at many cursors and zooms.
//   frame_bench [EVENTS [EVENTS_OF_THE_TIMELINE]]
// "slowest" is the view with the largest median of its frames, and what the goal is held against.
#include <fmt/format.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>

#include "app/places.h"
#include "tests/bench/frame_times.h"
#include "tests/bench/presets.h"
#include "tests/viz/model/scene.h"
#include "viz/headless.h"
#include "viz/model/views.h"
#include "viz/screen.h"

namespace roundtrip::bench {
namespace {

using namespace viz;

constexpr int width_px = 1920;
constexpr int height_px = 1080;
constexpr int frames_a_view = 7;
constexpr int places_in_trace = 5;
constexpr int phases_a_place = 48;  // about one request
constexpr int zoom_steps = 14;
constexpr double zoom_factor = 6;

// A trace as the window meets it, and where in it to look.
struct LargeTrace {
  const char* name;
  Scene scene;
  std::vector<std::uint64_t> places;  // events of the story, spread over the trace

  LargeTrace(const char* named, std::uint64_t events, std::uint32_t connections)
      : name(named), scene([&](trace::Story& story) { tell(story, events, connections); }) {
    for (int i = 0; i < places_in_trace; ++i) {
      const auto share = static_cast<std::uint64_t>(i);
      const std::uint64_t at = (scene.trace.end() - 1) * share / (places_in_trace - 1);
      if (const auto next = scene.lanes.story_before(at + 1))
        places.push_back(*next);
      else
        places.push_back(at);
    }
  }

  // Connections that take turns; after every 1,000 requests all rest.
  static void tell(trace::Story& story, std::uint64_t events, std::uint32_t connections) {
    story.startup();
    std::vector<trace::Story::Conn> conns;
    for (std::uint64_t told = 0, turn = 0; told < events; ++turn) {
      if (conns.size() < connections) conns.push_back(story.open());
      auto& conn = conns[turn % conns.size()];
      const bool posts = turn % 7 == 3;
      story.ask(conn, posts ? post : trace::Story::curl_request("/hello"),
                posts ? "hello world" : "Hello, World!");
      if (turn % 1'000 == 0) story.wait(Duration::milliseconds(20));
      told += story.events().size();
      story.deliver_and_forget();
    }
  }
  static constexpr const char* post =
      "POST /echo HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 11\r\n\r\nhello world";
};

ViewState fresh_state() {
  ViewState state;
  state.by_chapter = true;
  state.session.live = true;
  state.session.address = "127.0.0.1:8080";
  state.session.scenarios = {"01-hello", "02-keep-alive"};
  if (auto words = load_explanations(app::assets_dir())) {
    state.explanations = std::make_shared<const Explanations>(std::move(*words));
  }
  if (auto listings = load_code_listings(app::assets_dir())) {
    state.listings = std::make_shared<const CodeListings>(std::move(*listings));
  }
  auto lesson = std::make_shared<Lesson>();
  lesson->scenario = "01-hello";
  state.lesson = lesson;
  return state;
}

// What is looked at: a preset, a view that is in front in it, or a panel alone.
struct Shown {
  Preset preset = Preset::Story;
  std::optional<ViewId> view;
  std::string_view panel;
};

// The screen of a trace, and what it costs, at each place and zoom.
class Measured {
 public:
  explicit Measured(const LargeTrace& of) : of_(of), screen_(width_px, height_px) {}

  FrameTimes run(const Shown& shown) {
    times_ = {};
    shown_ = shown;
    // The first frames of a screen make its buffers: no part of what a frame costs.
    begin(of_.places.front());
    frame();
    frame();
    for (std::size_t place = 0; place < of_.places.size(); ++place) {
      zooms(of_.places[place], fmt::format("place {}", place + 1));
    }
    phases();
    pointers();
    return std::move(times_);
  }

 private:
  void begin(std::uint64_t event) {
    state_ = fresh_state();
    cursor_ = {event, {}};
    do_now(SetPreset{shown_.preset});
    if (shown_.view) do_now(ShowView{*shown_.view});
  }
  void frame() {
    screen_.frame([this](Canvas& canvas) {
      Actions actions;
      if (shown_.panel.empty()) {
        actions = draw_screen(of_.scene.view, cursor_, state_, canvas);
      } else {
        draw_one_panel(shown_.panel, of_.scene.view, cursor_, state_, canvas);
      }
      for (const Action& action : actions) do_now(action);
    });
  }
  void measure(const std::string& what) {
    for (int i = 0; i < frames_a_view; ++i) times_.measure(what, [this] { frame(); });
  }
  void do_now(const Action& action) {
    static_cast<void>(apply(state_, cursor_, of_.scene.view, action));
  }

  // The chapter, then everything, then closer and closer to the cursor.
  void zooms(std::uint64_t event, const std::string& where) {
    begin(event);
    measure(where + ", chapter");
    do_now(FitAll{});
    measure(where + ", everything");
    for (int step = 1; step <= zoom_steps; ++step) {
      do_now(Zoom{zoom_factor, {}});
      measure(fmt::format("{}, zoom {}", where, step));
    }
  }
  // Each phase of a request in the middle of the trace, so that each picture of the story is seen.
  void phases() {
    begin(of_.places[of_.places.size() / 2]);
    for (int step = 0; step < phases_a_place; ++step) {
      measure(fmt::format("at {}", of_.scene.trace[cursor_.event].row().id));
      do_now(StepForward{StepUnit::Phase});
    }
  }
  // The pointer in the middle of each panel, which is then asked what it is on.
  void pointers() {
    begin(of_.places[of_.places.size() / 2]);
    do_now(FitAll{});
    for (const Point share : {Point{0.07f, 0.35f}, Point{0.4f, 0.35f}, Point{0.85f, 0.35f},
                              Point{0.5f, 0.8f}, Point{0.3f, 0.02f}}) {
      screen_.move({share.x * width_px, share.y * height_px});
      measure(fmt::format("pointer at {:.0f} %, {:.0f} %", 100 * share.x, 100 * share.y));
    }
    screen_.move({-1, -1});
  }

  const LargeTrace& of_;
  HeadlessScreen screen_;
  ViewState state_;
  Cursor cursor_;
  Shown shown_;
  FrameTimes times_;
};

constexpr Duration goal_of_story = Duration::milliseconds(2);
constexpr Duration goal = Duration::milliseconds(4);

// Every preset, and beside the others in the last of them every view.
void every_preset(const LargeTrace& large) {
  Measured measured(large);
  for (const NamedPreset& named : all_presets) {
    print_row(fmt::format("{}, {}", named.name, large.name), measured.run({named.preset, {}, {}}),
              named.preset == Preset::Story ? goal_of_story : goal);
  }
  for (const ViewRow& row : view_rows()) {
    if (row.id == ViewId::Story) continue;
    print_row(fmt::format("  with {}", row.title), measured.run({Preset::Everything, row.id, {}}),
              goal);
  }
}

// As large as the window, and in its place below the story.
void timeline(const LargeTrace& large) {
  Measured measured(large);
  print_row(fmt::format("large timeline, {}", large.name),
            measured.run({Preset::Story, {}, "timeline"}), goal);
  print_row(fmt::format("Story, {}", large.name), measured.run({Preset::Story, {}, {}}), goal);
}

int run(std::uint64_t events, std::uint64_t timeline_events) {
  print_heading();
  fmt::print("{} events\n", events);
  every_preset(LargeTrace("64 connections", events, 64));
  every_preset(LargeTrace("10,000 connections", events, 10'000));
  fmt::print("{} events\n", timeline_events);
  timeline(LargeTrace("64 connections", timeline_events, 64));
  timeline(LargeTrace("10,000 connections", timeline_events, 10'000));
  return 0;
}

}  // namespace
}  // namespace roundtrip::bench

int main(int count, char** words) {
  const auto number = [&](int place, std::uint64_t otherwise) {
    return count > place ? std::strtoull(words[place], nullptr, 10) : otherwise;
  };
  return roundtrip::bench::run(number(1, 1'000'000), number(2, 10'000'000));
}
