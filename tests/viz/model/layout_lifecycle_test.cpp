#include "viz/model/layout_lifecycle.h"

#include <doctest/doctest.h>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"

namespace roundtrip::viz {
namespace {

TEST_CASE("lifecycle: sound at every cursor, the cursor's row in sight (two sizes, projector)") {
  const Scene scene(tell_busy);
  for (const auto& [w, h] : {std::pair{1280.f, 720.f}, std::pair{1920.f, 1080.f}}) {
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      const Rect area = places(w, h).lifecycle;
      ViewState state;
      for (std::uint64_t event = 0; event < scene.trace.end(); ++event) {
        const auto layout = layout_lifecycle(scene.view, {event, {}}, state, ruler, area);
        std::vector<Rect> rects = {layout.title.rect};
        bool here = false;
        for (const LifecycleRow& row : layout.rows) {
          CHECK(lies_in(row.rect, area));
          check_text(ruler, row.name, row.rect);
          check_text(ruler, row.took, row.rect);
          check_apart({row.mark, row.name.rect, row.lock, row.took.rect});
          rects.push_back(row.rect);
          here = here || row.at_cursor;
        }
        check_apart(rects);
        CAPTURE(event);
        CAPTURE(trace::phase_id(scene.trace[event].phase));
        const trace::Event& fact = scene.trace[event];
        const bool listed = (fact.conn != 0 || fact.task == 0) &&
                            fact.row().group() != trace::Group::Task;
        if (listed) CHECK(here);
      }
    }
  }
}

TEST_CASE("lifecycle: what is read after the answer stands below it, in the order of time (01)") {
  const Recorded told("01-hello");
  const Rect tall{0, 0, 240, 4000};
  const auto layout =
      layout_lifecycle(told.view, {told.view.end() - 1, {}}, {}, plain_ruler(), tall);
  const auto kept = Stepper(told.view).position_of("lifecycle.keep_alive")->event;
  int later = 0;
  for (const LifecycleRow& row : layout.rows) {
    if (row.heading) continue;
    if (row.group == trace::Group::Read) CHECK(row.event < kept);
    const bool read = told.trace[row.event].row().group() == trace::Group::Read;
    later += read && row.group == trace::Group::Lifecycle ? 1 : 0;
  }
  CHECK(later > 0);
}

TEST_CASE("lifecycle: a name is whole where it can be, before how long it took (01, 240 px)") {
  const Recorded told("01-hello");
  const Rect tall{0, 0, 240, 4000};
  const auto layout =
      layout_lifecycle(told.view, {told.trace.end() - 1, {}}, {}, plain_ruler(), tall);
  std::size_t routes = 0;
  std::size_t shortened = 0;
  for (const LifecycleRow& row : layout.rows) {
    CAPTURE(row.name.text);
    routes += row.name.text == "handler POST /echo" ? 1 : 0;
    if (!row.name.cut) continue;
    // A path that has no room gives up its first parts and keeps its last, which tells it apart.
    const std::string whole = row_name(told.view, row.event);
    CAPTURE(whole);
    CHECK(row.name.text.ends_with(whole.substr(whole.rfind('/'))));
    ++shortened;
  }
  CHECK(routes == 1);
  CHECK(shortened > 0);
}

TEST_CASE("lifecycle: where one step's name is shortened, all of its phase are (01, widths)") {
  const Recorded told("01-hello");
  for (const float width : {180.f, 210.f, 240.f, 280.f, 600.f}) {
    const auto layout =
        layout_lifecycle(told.view, {0, {}}, {}, plain_ruler(), {0, 0, width, 4000});
    int whole = 0;
    int shortened = 0;
    for (const LifecycleRow& row : layout.rows) {
      if (row.heading || told.trace[row.event].phase != trace::Phase::StartupRegisterHandler) {
        continue;
      }
      (row.name.text.starts_with("register") ? whole : shortened) += 1;
    }
    CAPTURE(width);
    CHECK(whole + shortened > 5);
    CHECK((whole == 0 || shortened == 0));
    if (width == 600) CHECK(shortened == 0);
    if (width == 240) CHECK(whole == 0);
  }
}

TEST_CASE("lifecycle: ticks what is done, and no more, as the cursor moves") {
  const Scene scene(tell_hello);
  const Rect tall{0, 0, 240, 4000};
  std::size_t before = 0;
  for (std::uint64_t event = 0; event < scene.trace.end(); ++event) {
    const auto layout = layout_lifecycle(scene.view, {event, {}}, {}, plain_ruler(), tall);
    std::size_t done = 0;
    for (const LifecycleRow& row : layout.rows) {
      // The cursor's own row may be there for it only.
      if (row.heading || row.at_cursor) continue;
      if (row.progress == Progress::Done) ++done;
      if (row.event > event) CHECK(row.progress == Progress::Ahead);
    }
    CHECK(done >= before);
    before = done;
  }
  CHECK(before > 40);
}

TEST_CASE("lifecycle: headers have their numbers, spans their durations") {
  const Scene scene(tell_hello);
  const auto layout = layout_lifecycle(scene.view, {scene.trace.end() - 1, {}}, {}, plain_ruler(),
                                       {0, 0, 240, 4000});
  const std::string text = dump(layout);
  for (const char* expected : {"1 startup", "header 2", "bind", "6 lifecycle", "1.00"}) {
    CAPTURE(expected);
    CHECK(text.find(expected) != std::string::npos);
  }
}

TEST_CASE("lifecycle: another request of the connection lists its own phases") {
  const Scene scene(tell_busy);
  ViewState state;
  state.chosen = {1, 2};
  const auto layout = layout_lifecycle(scene.view, {scene.trace.end() - 1, {}}, state,
                                       plain_ruler(), {0, 0, 240, 4000});
  CHECK(layout.focus == Focus{1, 2});
  int lines = 0;
  for (const LifecycleRow& row : layout.rows) {
    if (row.heading) continue;
    const trace::Event& event = scene.trace[row.event];
    if (event.request != 0) CHECK(event.request == 2);
    lines += event.phase == trace::Phase::ReadLineFound ? 1 : 0;
  }
  CHECK(lines == 1);
}

TEST_CASE("lifecycle: what kernels or the client do wears a padlock; no instant has a length") {
  const Scene scene([](trace::Story& story) {
    story.hello();
    story.begin<trace::Phase::TraceHold>({}, trace::Phase::ReadHeader);
  });
  ViewState state;
  state.closed_groups.reset();
  const auto layout = layout_lifecycle(scene.view, {scene.trace.end() - 1, {}}, state,
                                       plain_ruler(), {0, 0, 240, 4000});
  int locked = 0;
  for (const LifecycleRow& row : layout.rows) {
    if (row.heading) {
      CHECK(row.took.text != "[0\u202Fns]");
      continue;
    }
    const trace::Lane lane = scene.trace[row.event].row().lane;
    const bool outside = lane == trace::Lane::Wire || lane == trace::Lane::Kernel ||
                         lane == trace::Lane::Client;
    CHECK(row.padlock == outside);
    CHECK(row.lock.empty() != outside);
    locked += outside ? 1 : 0;
  }
  CHECK(locked > 4);
}

TEST_CASE("lifecycle: a group is folded away and says how much it hides") {
  const Scene scene(tell_hello);
  ViewState state;
  Cursor cursor{scene.trace.end() - 1, {}};
  const auto rows = [&] {
    return layout_lifecycle(scene.view, cursor, state, plain_ruler(), {0, 0, 240, 4000})
        .rows.size();
  };
  const std::size_t open = rows();
  apply(state, cursor, scene.view, ToggleGroup{trace::Group::Startup});
  CHECK(rows() < open);
}

TEST_CASE("lifecycle: a closed group says that the cursor's step is another task's (01, the end)") {
  const Recorded told("01-hello");
  const Rect tall{0, 0, 240, 4000};
  ViewState state;
  REQUIRE(state.closed_groups[static_cast<std::size_t>(trace::Group::Task)]);
  const auto heading = [&](std::uint64_t event) {
    const auto layout = layout_lifecycle(told.view, {event, {}}, state, plain_ruler(), tall);
    for (const LifecycleRow& row : layout.rows) {
      if (row.heading && row.group == trace::Group::Task) return row.name.text;
    }
    return std::string();
  };
  const std::string own = heading(Stepper(told.view).position_of("task.done")->event);
  CHECK(heading(told.view.end() - 1) == own + ", of task 1");
}

TEST_CASE("lifecycle: a request's place on its connection does not look like its number (02)") {
  const Recorded told("02-keep-alive");
  for (std::uint64_t event = 0; event < told.view.end(); ++event) {
    const trace::Event& fact = told.trace[event];
    if (fact.phase != trace::Phase::LifecycleNextRequest || fact.arg("number") != 2) continue;
    CHECK(row_name(told.view, static_cast<trace::EventNumber>(event)) == "next request: the 2nd");
  }
}

}  // namespace
}  // namespace roundtrip::viz
