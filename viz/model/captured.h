// Whether a trace is somebody's capture that was imported: then packets are all that is known, and
// no word may say what a kernel or a program did. A capture of our own server on the loopback is
// none of these: there the server tells its steps. Asked by whoever names who did something.
#pragma once

#include <optional>
#include <string_view>

#include "viz/model/trace_view.h"

namespace roundtrip::viz {

inline bool is_captured(const TraceView& view) {
  return view.trace.info().clock == trace::of_a_capture;
}

// What the times of a trace count from.
inline std::string_view beginning_of_time(const TraceView& view) {
  return is_captured(view) ? "the first packet" : "the start of the process";
}

// The condition of a table's row that it is one; an argument's condition may follow.
inline constexpr std::string_view in_capture = "@capture";
constexpr std::string_view without_captured(std::string_view condition) {
  if (condition.starts_with(in_capture)) condition.remove_prefix(in_capture.size());
  if (condition.starts_with(' ')) condition.remove_prefix(1);
  return condition;
}
// What else has to hold for the row; empty where it is for captures and this is none.
inline std::optional<std::string_view> rest_of_condition(const TraceView& view,
                                                         std::string_view condition) {
  if (condition.starts_with(in_capture) && !is_captured(view)) return std::nullopt;
  return without_captured(condition);
}

}  // namespace roundtrip::viz
