#include "viz/model/timeline_lanes.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/browser.h"
#include "viz/model/layout_timeline.h"
#include "viz/model/scheduler_facts.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;

namespace {

constexpr std::uint64_t most_events_looked_at = 4096;
constexpr std::string_view name_of_a_connections_task = "connection";

// The tasks that get a lane: the one at the cursor, those of the chosen connection, and the first
// that are seen around the cursor. In order of their numbers.
std::vector<std::uint32_t> tasks_shown(const TraceView& view, const Cursor& cursor,
                                       const ViewState& state, const TimeWindow& window) {
  const auto all = view.index.tasks();
  if (all.size() <= most_task_lanes) return {all.begin(), all.end()};
  std::vector<std::uint32_t> tasks;
  const auto add = [&](std::uint64_t event) {
    const std::uint32_t task = view.trace[event].task;
    if (task == 0 || tasks.size() >= most_task_lanes) return;
    if (!window.contains(view.trace[event].time) || view.index.task(task) == nullptr) return;
    if (std::find(tasks.begin(), tasks.end(), task) == tasks.end()) tasks.push_back(task);
  };
  add(cursor.event);
  const auto* conn =
      view.index.connection(focus_at(view, cursor.event, state.chosen).conn);
  if (conn != nullptr) {
    for (std::size_t i = 0; i < std::min<std::size_t>(conn->events.size(), 64); ++i) {
      add(conn->events[i]);
    }
  }
  const std::uint64_t half = most_events_looked_at / 2;
  const std::uint64_t from = cursor.event - std::min(half, cursor.event - view.first());
  for (std::uint64_t at = from; at < std::min(view.end(), cursor.event + half); ++at) add(at);
  std::sort(tasks.begin(), tasks.end());
  return tasks;
}

LaneKind lane_kind_of(const Event& event) {
  switch (event.row().lane) {
    case trace::Lane::Client: return LaneKind::Client;
    case trace::Lane::Wire: return LaneKind::Wire;
    case trace::Lane::Kernel: return LaneKind::Kernel;
    case trace::Lane::Worker: return LaneKind::Worker;
    case trace::Lane::Program: break;
  }
  return event.task != 0 ? LaneKind::Task : LaneKind::Process;
}

}  // namespace

std::uint32_t conn_of_task(const TraceView& view, std::uint32_t number) {
  const auto* task = view.index.task(number);
  return task != nullptr && view.has(task->first) ? view.trace[task->first].conn : 0;
}

std::string lane_name(const TraceView& view, LaneKey lane, LaneNaming naming) {
  switch (lane.kind) {
    case LaneKind::Client: return "client";
    case LaneKind::Wire: return "wire";
    case LaneKind::Kernel: return "kernel";
    case LaneKind::Process: return "process";
    case LaneKind::Worker: return fmt::format("worker {}", lane.number);
    case LaneKind::Task: break;
  }
  const auto* task = view.index.task(lane.number);
  const std::string_view name = task != nullptr ? view.trace.symbols().text(task->name) : "";
  if (const std::uint32_t conn = conn_of_task(view, lane.number);
      conn != 0 && sent_by_browser_itself(view, conn, 0)) {
    return fmt::format("task {} {}", lane.number, by_the_browser);
  }
  // Tasks and connections count apart: the name says both numbers, and of what each is.
  const std::uint32_t conn = naming == LaneNaming::Whole ? conn_of_task(view, lane.number) : 0;
  if (conn != 0 && !name.empty()) {
    const std::string_view of = name == name_of_a_connections_task ? "" : " of connection";
    return fmt::format("task {} {}{} {}", lane.number, name, of, conn);
  }
  return name.empty() ? fmt::format("task {}", lane.number)
                      : fmt::format("task {} {}", lane.number, name);
}

std::vector<LaneRows> lanes_shown(const TraceView& view, const Cursor& cursor,
                                  const ViewState& state, const TimeWindow& window) {
  std::vector<LaneRows> lanes;
  const bool only = state.only_request != 0;
  const RequestLanes own = only ? lanes_of_request(view, state.only_request) : RequestLanes{};
  const auto add = [&](LaneKey key) {
    if (only && !own.has(key)) return;
    LaneRows lane{key, {}};
    const auto rows = view.lanes.rows(key);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (row_shows(view, rows[i], window, kind_of_row(key, i))) lane.rows.push_back(i);
    }
    if (lane.rows.empty()) return;
    // Beside what it does it is seen for what it waits.
    const bool is_task = key.kind == LaneKind::Task && !rows[LaneIndex::state_row].empty();
    if (is_task && lane.rows.front() != LaneIndex::state_row) {
      lane.rows.insert(lane.rows.begin(), LaneIndex::state_row);
    }
    lanes.push_back(std::move(lane));
  };
  add({LaneKind::Client, 0});
  add({LaneKind::Wire, 0});
  add({LaneKind::Kernel, 0});
  add({LaneKind::Process, 0});
  const std::vector<std::uint32_t> tasks =
      only ? own.tasks : tasks_shown(view, cursor, state, window);
  for (std::size_t i = 0; i < std::min(tasks.size(), most_task_lanes); ++i) {
    add({LaneKind::Task, tasks[i]});
  }
  for (std::uint32_t worker = 1; worker <= view.index.worker_count(); ++worker) {
    add({LaneKind::Worker, worker});
  }
  return lanes;
}

bool stands_in(const TraceView& view, EventNumber event, LaneKey lane) {
  if (!view.has(event)) return false;
  const Event& fact = view.trace[event];
  // A run stands with its task as well.
  const bool runs_here = fact.phase == trace::Phase::TaskRun && lane.kind == LaneKind::Task;
  if (lane_kind_of(fact) != lane.kind && !runs_here) return false;
  if (lane.kind == LaneKind::Worker) return fact.arg("worker") == lane.number;
  return lane.kind != LaneKind::Task || fact.task == lane.number;
}

std::optional<EventNumber> run_around(const TraceView& view, std::uint64_t event) {
  if (!view.has(event)) return std::nullopt;
  const auto* task = view.index.task(view.trace[event].task);
  if (task == nullptr) return std::nullopt;
  const auto& events = task->events;
  const EventNumber* at = std::upper_bound(events.begin(), events.end(), event);
  for (std::uint64_t looked = 0; at != events.begin() && looked < most_events_looked_at; ++looked) {
    const Event& fact = view.trace[*--at];
    if (fact.phase == trace::Phase::TaskRun && fact.begins()) return *at;
  }
  return std::nullopt;
}

std::optional<EventNumber> begin_of(const TraceView& view, std::optional<std::uint64_t> event) {
  if (!event || !view.has(*event)) return std::nullopt;
  if (!view.trace[*event].ends()) return static_cast<EventNumber>(*event);
  const EventNumber begin = view.index.partner(*event);
  if (begin == trace::no_event || !view.has(begin)) return std::nullopt;
  return begin;
}

}  // namespace roundtrip::viz
