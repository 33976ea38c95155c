#include "viz/model/workspace.h"

#include <algorithm>
#include <bitset>

namespace roundtrip::viz {
namespace {

void take_out(Workspace& workspace, ViewId view) {
  const std::size_t from = workspace.pane_of(view);
  if (from == workspace.panes.size()) return;
  Pane& pane = workspace.panes[from];
  const auto at = std::find(pane.tabs.begin(), pane.tabs.end(), view);
  const auto place = static_cast<std::size_t>(at - pane.tabs.begin());
  pane.tabs.erase(at);
  if (pane.front > place || pane.front == pane.tabs.size()) {
    pane.front -= pane.front == 0 ? 0 : 1;
  }
}

void drop_empty(Workspace& workspace) {
  auto& panes = workspace.panes;
  panes.erase(std::remove_if(panes.begin(), panes.end(),
                             [](const Pane& pane) { return pane.tabs.empty(); }),
              panes.end());
  workspace.active = std::min(workspace.active, panes.size() - 1);
}

std::size_t count_of(const Workspace& workspace) {
  std::size_t count = 0;
  for (const Pane& pane : workspace.panes) count += pane.tabs.size();
  return count;
}

}  // namespace

std::size_t Workspace::pane_of(ViewId view) const {
  const auto found = std::find_if(panes.begin(), panes.end(), [view](const Pane& pane) {
    return std::find(pane.tabs.begin(), pane.tabs.end(), view) != pane.tabs.end();
  });
  return static_cast<std::size_t>(found - panes.begin());
}

bool Workspace::is_sound() const {
  if (panes.empty() || panes.size() > 2 || active >= panes.size()) return false;
  if (!(share >= least_share && share <= most_share)) return false;
  std::bitset<view_count> open;
  for (const Pane& pane : panes) {
    if (pane.tabs.empty() || pane.front >= pane.tabs.size()) return false;
    for (const ViewId view : pane.tabs) {
      const auto number = static_cast<std::size_t>(view);
      if (number >= view_count || open[number]) return false;
      open.set(number);
    }
  }
  return true;
}

Workspace default_workspace(Preset preset) {
  using enum ViewId;
  Workspace workspace;
  switch (preset) {
    case Preset::Story: workspace.panes = {{{Story}}}; break;
    case Preset::Bytes: workspace.panes = {{{Bytes, Message, Parser, Buffers}}}; break;
    case Preset::Log: workspace.panes = {{{Log, Connections, Statistics}}}; break;
    case Preset::Everything:
      workspace.panes = {{{Story, Overview, Server, Spawn, Connection, Buffers, Parser, Message,
                           Router, Handler, Finish, Ladder, Packets, States, Scheduler, Load,
                           Code, Lesson}},
                         {{Bytes, Log, Connections, Statistics}}};
      break;
    case Preset::Lesson:
      workspace.panes = {{{Story}}, {{Lesson}}};
      workspace.active = 1;
      break;
  }
  return workspace;
}

std::array<Workspace, preset_count> default_workspaces() {
  std::array<Workspace, preset_count> all;
  for (std::size_t i = 0; i < preset_count; ++i) {
    all[i] = default_workspace(static_cast<Preset>(i));
  }
  return all;
}

void show_view(Workspace& workspace, ViewId view) {
  const std::size_t pane = workspace.pane_of(view);
  if (pane == workspace.panes.size()) {
    Pane& active = workspace.active_pane();
    active.tabs.push_back(view);
    active.front = active.tabs.size() - 1;
    return;
  }
  workspace.active = pane;
  Pane& shown = workspace.panes[pane];
  const auto at = std::find(shown.tabs.begin(), shown.tabs.end(), view);
  shown.front = static_cast<std::size_t>(at - shown.tabs.begin());
}

void close_view(Workspace& workspace, ViewId view) {
  if (count_of(workspace) == 1) return;
  take_out(workspace, view);
  drop_empty(workspace);
}

void move_view(Workspace& workspace, ViewId view, std::size_t pane, std::size_t place) {
  if (pane >= workspace.panes.size() || workspace.pane_of(view) == workspace.panes.size()) return;
  take_out(workspace, view);
  Pane& to = workspace.panes[pane];
  place = std::min(place, to.tabs.size());
  to.tabs.insert(to.tabs.begin() + static_cast<std::ptrdiff_t>(place), view);
  to.front = place;
  workspace.active = pane;
  drop_empty(workspace);
}

void move_across(Workspace& workspace, ViewId view) {
  const std::size_t from = workspace.pane_of(view);
  if (from == workspace.panes.size() || count_of(workspace) == 1) return;
  if (workspace.panes.size() == 1) workspace.panes.emplace_back();
  const std::size_t to = 1 - from;
  move_view(workspace, view, to, workspace.panes[to].tabs.size());
}

void turn_tabs(Workspace& workspace, int direction) {
  Pane& pane = workspace.active_pane();
  const std::size_t count = pane.tabs.size();
  pane.front = (pane.front + (direction < 0 ? count - 1 : 1)) % count;
}

}  // namespace roundtrip::viz
