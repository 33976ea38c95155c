// Workspace: what stands in the middle of the screen: one or two panes, each with views as tabs and
// one of them in front. A view is open at most once. Plain values; apply (actions.h) changes them
// by these functions, the screen places them (layout_views.h), and the program keeps them between
// starts. The story has one pane with itself alone, and shows no tabs.
#pragma once

#include <array>
#include <vector>

#include "viz/model/view_id.h"

namespace roundtrip::viz {

// Arrangements that are a key away; each is remembered as it was left.
enum class Preset : std::uint8_t { Story, Bytes, Log, Everything, Lesson };
inline constexpr std::size_t preset_count = static_cast<std::size_t>(Preset::Lesson) + 1;

struct Pane {
  std::vector<ViewId> tabs;  // never empty
  std::size_t front = 0;
  ViewId shown() const { return tabs[front]; }
  bool operator==(const Pane&) const = default;
};

struct Workspace {
  std::vector<Pane> panes;  // one or two
  bool stacked = false;     // the second stands below the first, not beside it
  float share = 0.5f;       // of the first pane, of the width or the height
  std::size_t active = 0;   // the pane that was used last
  bool operator==(const Workspace&) const = default;

  Pane& active_pane() { return panes[active]; }
  const Pane& active_pane() const { return panes[active]; }
  // The pane that a view is open in; the number of panes where it is in none.
  std::size_t pane_of(ViewId view) const;
  // One or two panes that are not empty, each view once, numbers in their ranges.
  bool is_sound() const;
};

inline constexpr float least_share = 0.2f;
inline constexpr float most_share = 0.8f;

Workspace default_workspace(Preset preset);
std::array<Workspace, preset_count> default_workspaces();

// To the front where it is open, else a new tab of the active pane.
void show_view(Workspace& workspace, ViewId view);
// The last tab of all stays.
void close_view(Workspace& workspace, ViewId view);
// To a place among the tabs of a pane; a pane that is left without any goes.
void move_view(Workspace& workspace, ViewId view, std::size_t pane, std::size_t place);
// To the other pane, which is made where there is none; a view that is alone stays.
void move_across(Workspace& workspace, ViewId view);
// The next or the previous tab of the active pane, around its ends.
void turn_tabs(Workspace& workspace, int direction);

}  // namespace roundtrip::viz
