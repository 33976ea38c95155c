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
#include "viz/model/lane_index.h"
#include "viz/model/screen_text.h"
#include "viz/model/trace_view.h"

namespace roundtrip::app {
namespace {

std::filesystem::path scenario_file(const char* name) {
  return std::filesystem::path(ROUNDTRIP_SOURCE_DIR) / "scenarios" / name;
}

// What a session shows at a cursor, with the lanes that its window would keep beside it.
struct Shown {
  explicit Shown(const Session& shown) : session(shown), lanes(shown.index()) { lanes.follow(); }
  viz::TraceView view() const {
    return {session.trace(), session.index(), session.states(), lanes};
  }
  const Session& session;
  viz::LaneIndex lanes;
};

}  // namespace

TEST_CASE("architecture: live, saved and loaded are one (two workers)") {
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
  {
    std::vector<std::jthread> classes;
    for (int i = 0; i < 4; ++i) {
      classes.emplace_back([&] {
        CHECK(scenario::run_scenario(*scenario, *session.server(), *session.bus()).ok());
      });
    }
  }
  REQUIRE(session.stop().ok());
  REQUIRE(session.trace().count() > 1000);
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

  const Shown before(session);
  const Shown after(**loaded);
  const viz::Ruler ruler = viz::plain_ruler();
  const viz::Rect window{0, 0, 1280, 720};
  viz::ViewState state;
  const std::uint64_t step = session.trace().count() / 97 + 1;
  for (std::uint64_t event = 0; event < session.trace().end(); event += step) {
    CAPTURE(event);
    viz::Cursor cursor;
    cursor.event = event;
    const std::string difference =
        viz::layout_difference(before.view(), after.view(), cursor, state, ruler, window);
    CHECK_MESSAGE(difference.empty(), difference);
  }
}

}  // namespace roundtrip::app
