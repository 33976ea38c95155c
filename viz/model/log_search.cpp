#include "viz/model/log_search.h"

#include <algorithm>

#include "viz/model/layout_log.h"

namespace roundtrip::viz {

void search_log_on(ViewState& state, const TraceView& view) {
  if (state.log_filter.empty()) return;
  Sweep& sweep = state.log_sweep;
  std::uint64_t at = keep_up(view, sweep, state.log_found);
  sweep.rewinds_seen = view.index.rewinds().count();
  const std::uint64_t end = std::min(view.end(), at + most_log_events_searched);
  for (; at < end; ++at) {
    if (!matches_filter(view, at, state.log_filter)) continue;
    state.log_found.push_back(static_cast<trace::EventNumber>(at));
  }
  sweep.to = at;
}

}  // namespace roundtrip::viz
