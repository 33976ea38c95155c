// Which lanes and rows the timeline has around a cursor, what they are called, and in which of them
// an event stands. Called by layout_timeline. Of many tasks only most_task_lanes get a lane; which,
// is looked for among few events around the cursor, however many there are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/model/view_state.h"

namespace roundtrip::viz {

// A lane with those of its rows in which something stands within the window.
struct LaneRows {
  LaneKey key;
  std::vector<std::size_t> rows;
};

// Client, wire, kernel, process, the tasks in order of their numbers, the workers.
std::vector<LaneRows> lanes_shown(const TraceView& view, const Cursor& cursor,
                                  const ViewState& state, const TimeWindow& window);

// The short one leaves out which connection a task serves.
enum class LaneNaming : std::uint8_t { Whole, Short };
std::string lane_name(const TraceView& view, LaneKey lane, LaneNaming naming = LaneNaming::Whole);
// Whose task it is; 0 for one that serves no connection.
std::uint32_t conn_of_task(const TraceView& view, std::uint32_t number);

// Whether a begin or an instant stands in a lane.
bool stands_in(const TraceView& view, trace::EventNumber event, LaneKey lane);
// The begin of the run in which a task's event lies, or of its last one before.
std::optional<trace::EventNumber> run_around(const TraceView& view, std::uint64_t event);
// The event by which a fact stands in its row: the begin of what it ends.
std::optional<trace::EventNumber> begin_of(const TraceView& view,
                                           std::optional<std::uint64_t> event);

}  // namespace roundtrip::viz
