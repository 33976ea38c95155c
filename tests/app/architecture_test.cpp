// The guard of the architecture: real traffic over two workers, live, saved and loaded again, gives
// one and the same trace, and the same screen at every cursor.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "app/session.h"
#include "core/scenario/runner.h"
#include "core/trace/trace_compare.h"
#include "tests/source_dir.h"
#include "viz/model/lane_index.h"
#include "viz/model/screen_text.h"
#include "viz/model/trace_view.h"

namespace roundtrip::app {
namespace {

std::filesystem::path scenario_file(const char* name) {
  return std::filesystem::path(source_dir()) / "scenarios" / name;
}

// What a session shows at a cursor, with what its window would keep beside it.
struct Shown {
  explicit Shown(const Session& shown)
      : session(shown), lanes(shown.index()), statistics(shown.index()) {
    lanes.follow();
    statistics.follow();
  }
  viz::TraceView view() const {
    return {session.trace(), session.index(), session.states(), lanes, statistics};
  }
  const Session& session;
  viz::LaneIndex lanes;
  viz::Statistics statistics;
};

std::uint64_t stolen(const Session& session) {
  if (session.trace().empty()) return 0;
  return session.states().scheduler_at(session.trace().end() - 1).stolen;
}

// Views that a person may have at a cursor: as it opens; zoomed in to what is around the cursor,
// with something selected, filtered and hovered; and the large dark one of a projector.
std::vector<viz::ViewState> views_of(const Session& session, std::uint64_t event) {
  const trace::Event& at = session.trace()[event];
  std::vector<viz::ViewState> views(3);
  viz::ViewState& near = views[1];
  near.window = viz::TimeWindow{at.time - Duration::microseconds(40),
                                at.time + Duration::microseconds(400)};
  near.selected_event = event;
  near.hovered_event = event + 1 < session.trace().end() ? event + 1 : event;
  near.chosen.conn = at.conn;
  if (at.has_bytes()) near.selected_byte = viz::BytePlace{at.conn, at.log, at.bytes().offset};
  near.preset = viz::Preset::Log;
  near.closed_groups.reset();
  near.scrolls.log = 40.0F;
  viz::ViewState& large = views[2];
  large.by_chapter = true;
  large.projector = true;
  large.theme = viz::ThemeKind::Dark;
  large.text_scale = 1.5F;
  large.only_request = at.request;
  return views;
}

void check_same_screens(const Session& one, const Session& other) {
  const Shown before(one);
  const Shown after(other);
  const viz::Ruler ruler = viz::plain_ruler();
  const viz::Rect window{0, 0, 1280, 720};
  // Spread over the whole, and every one of the first: the server's start is its own picture.
  const std::uint64_t step = one.trace().count() / 61 + 1;
  for (std::uint64_t event = one.trace().first(); event < one.trace().end();
       event += event < one.trace().first() + 24 ? 1 : step) {
    CAPTURE(event);
    viz::Cursor cursor;
    cursor.event = event;
    for (const viz::ViewState& state : views_of(one, event)) {
      REQUIRE(viz::screen_text(before.view(), cursor, state, ruler, window).size() > 500);
      const std::string difference =
          viz::layout_difference(before.view(), after.view(), cursor, state, ruler, window);
      CHECK_MESSAGE(difference.empty(), difference);
    }
  }
}

}  // namespace

TEST_CASE("architecture: live, saved and loaded are one (two workers, tasks that move)") {
  const auto scenario = scenario::load_scenario(scenario_file("02-keep-alive.md").string());
  REQUIRE(scenario.ok());
  SessionOptions options;
  options.server.listen.port = 0;
  options.server = scenario::apply_settings(*scenario, options.server);
  options.server.workers = 2;
  options.lossless = true;
  options.scenario = "02-keep-alive";
  options.main_ticks = read_ticks();
  auto live = Session::start(options);
  REQUIRE(live.ok());
  Session& session = **live;
  // A task is stolen by chance: rounds of more connections than workers, until one was.
  constexpr int most_rounds = 200;
  for (int round = 0; round < most_rounds && stolen(session) == 0; ++round) {
    {
      std::vector<std::jthread> classes;
      for (int i = 0; i < 6; ++i) {
        classes.emplace_back([&] {
          CHECK(scenario::run_scenario(*scenario, *session.server(), *session.bus()).ok());
        });
      }
    }
    session.update();
  }
  REQUIRE(session.stop().ok());
  REQUIRE(session.trace().count() > 1000);
  REQUIRE(stolen(session) > 0);
  REQUIRE(session.index().worker_count() == 2);
  REQUIRE(!session.index().worker_runs(1).empty());
  REQUIRE(!session.index().worker_runs(2).empty());
  for (const trace::Violation& violation : session.index().violations()) {
    const trace::Event& event = session.trace()[violation.event];
    FAIL_CHECK(event.row().id, " of connection ", event.conn, ", task ", event.task, ", thread ",
               event.thread, ", event ", violation.event + 1, ": ", violation.sentence);
  }
  CHECK(session.trace().losses().untraced_requests == 0);

  const std::filesystem::path file =
      std::filesystem::temp_directory_path() /
      ("roundtrip-architecture-" + std::to_string(getpid()) + ".trace.json");
  REQUIRE(session.save(file).ok());
  auto loaded = Session::open(file);
  std::filesystem::remove(file);
  REQUIRE(loaded.ok());
  std::string why;
  CHECK_MESSAGE(trace::same_trace(session.trace(), (*loaded)->trace(), &why), why);
  check_same_screens(session, **loaded);
}

}  // namespace roundtrip::app
