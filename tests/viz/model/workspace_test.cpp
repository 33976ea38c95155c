#include "viz/model/workspace.h"

#include <doctest/doctest.h>

#include <random>

#include "tests/viz/model/layout_checks.h"
#include "viz/model/layout_views.h"
#include "viz/model/views.h"

namespace roundtrip::viz {
namespace {

TEST_CASE("workspace: a view is shown where it is open, else as a new tab") {
  Workspace one = default_workspace(Preset::Bytes);
  show_view(one, ViewId::Parser);
  CHECK(one.panes[0].shown() == ViewId::Parser);
  const std::size_t tabs = one.panes[0].tabs.size();
  show_view(one, ViewId::Ladder);
  CHECK(one.panes[0].tabs.size() == tabs + 1);
  CHECK(one.panes[0].shown() == ViewId::Ladder);
  CHECK(one.is_sound());
}

TEST_CASE("workspace: closing leaves the neighbour in front, and the last tab stays") {
  Workspace one = default_workspace(Preset::Log);
  show_view(one, ViewId::Connections);
  close_view(one, ViewId::Connections);
  CHECK(one.panes[0].tabs == std::vector{ViewId::Log, ViewId::Statistics});
  CHECK(one.is_sound());
  close_view(one, ViewId::Log);
  close_view(one, ViewId::Statistics);
  CHECK(one.panes[0].tabs == std::vector{ViewId::Statistics});
}

TEST_CASE("workspace: a view moved across makes the second pane, and takes it away again") {
  Workspace one = default_workspace(Preset::Bytes);
  move_across(one, ViewId::Parser);
  REQUIRE(one.panes.size() == 2);
  CHECK(one.panes[1].tabs == std::vector{ViewId::Parser});
  CHECK(one.active == 1);
  move_across(one, ViewId::Parser);
  CHECK(one.panes.size() == 1);
  CHECK(one.panes[0].shown() == ViewId::Parser);
}

TEST_CASE("workspace: tabs turn around their ends") {
  Workspace one = default_workspace(Preset::Log);
  turn_tabs(one, -1);
  CHECK(one.panes[0].shown() == ViewId::Statistics);
  turn_tabs(one, 1);
  CHECK(one.panes[0].shown() == ViewId::Log);
}

TEST_CASE("workspace: whatever is done to it, it stays sound (10,000 deeds)") {
  std::mt19937 random(7);
  const auto below = [&](std::size_t most) { return random() % most; };
  Workspace one = default_workspace(Preset::Everything);
  for (int deed = 0; deed < 10'000; ++deed) {
    const auto view = static_cast<ViewId>(below(view_count));
    switch (below(5)) {
      case 0: show_view(one, view); break;
      case 1: close_view(one, view); break;
      case 2: move_view(one, view, below(3), below(9)); break;
      case 3: move_across(one, view); break;
      default: turn_tabs(one, below(2) == 0 ? -1 : 1); break;
    }
    REQUIRE(one.is_sound());
  }
}

TEST_CASE("layout views: the story alone has no tabs; what is asked for stands among everything") {
  ViewState state;
  const Rect area{0, 0, 700, 400};
  CHECK(layout_views(state, plain_ruler(), area).panes[0].tabs.empty());
  state.preset = Preset::Everything;
  const ViewsLayout layout = layout_views(state, plain_ruler(), area);
  CHECK(layout.panes.size() == 1);  // no room for two
  CHECK(layout.panes[0].shown == ViewId::Story);
  CHECK(layout_views(state, plain_ruler(), {0, 0, 300, 400}).panes[0].hidden > 0);
}

TEST_CASE("layout views: panes and tabs stand apart and in the area, the front one is seen") {
  for (const float width : {400.f, 700.f, 1000.f, 1500.f}) {
    for (const bool stacked : {false, true}) {
      for (const ViewRow& row : view_rows()) {
        CAPTURE(width);
        CAPTURE(row.name);
        const Rect area{10, 20, width, 600};
        ViewState state;
        state.preset = Preset::Everything;
        state.workspace().stacked = stacked;
        show_view(state.workspace(), row.id);
        const ViewsLayout layout = layout_views(state, plain_ruler(), area);
        std::vector<Rect> rects;
        bool front = false;
        for (const PanePlace& pane : layout.panes) {
          CHECK(lies_in(pane.room, area));
          rects.push_back(pane.room);
          for (const ViewTab& tab : pane.tabs) {
            check_text(plain_ruler(), tab.title, tab.rect);
            CHECK(lies_in(tab.rect, pane.rect));
            rects.push_back(tab.rect);
            front = front || (tab.view == row.id && tab.front);
          }
          rects.push_back(pane.menu);
        }
        CHECK(front);
        if (!layout.splitter.empty()) rects.push_back(layout.splitter);
        check_apart(rects);
      }
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
