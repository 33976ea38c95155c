// The facts of what is in focus, by their groups: the startup of the process, how the connection
// was opened, and what surrounds the request, up to where the next one is read. Used by what lists
// the steps of one request: the lifecycle list, the overview. Work for these facts, at most
// most_request_facts of the request, however long its connection's story is.
#pragma once

#include <array>
#include <vector>

#include "viz/model/trace_view.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_startup_facts = 400;
inline constexpr std::size_t most_opening_facts = 256;
inline constexpr std::size_t most_request_facts = 16'384;

using FocusFacts = std::array<std::vector<trace::EventNumber>, trace::group_count>;

// What is read once the answer is given finds the next request or the end, and stands with the
// lifecycle. Begins and instants; with `ends` the ends of spans as well.
FocusFacts focus_facts(const TraceView& view, const Focus& focus, bool ends);

}  // namespace roundtrip::viz
