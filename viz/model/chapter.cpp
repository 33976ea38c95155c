#include "viz/model/chapter.h"

#include <algorithm>

namespace roundtrip::viz {
namespace {

// Before any client: from the first event to the first of a connection.
TimeWindow startup_chapter(const TraceView& view) {
  TimeWindow window = view.whole();
  const auto connections = view.index.connections();
  if (connections.empty()) return window;
  const auto* first = view.index.connection(connections.front());
  if (first != nullptr) window.to = view.trace[first->first].time;
  return window;
}

TimeWindow connection_chapter(const TraceView& view, const trace::ConnectionSummary& conn,
                              std::uint32_t request) {
  TimeWindow window{view.trace[conn.first].time, view.trace[conn.last].time};
  const std::size_t place = place_of_request(view, conn, request);
  if (place == conn.requests.size()) return window;
  if (place > 0) {
    const auto* before = view.index.request(conn.requests[place - 1]);
    if (before != nullptr) window.from = view.trace[before->last].time;
  }
  if (place + 1 < conn.requests.size()) {
    const auto* after = view.index.request(conn.requests[place + 1]);
    if (after != nullptr) window.to = view.trace[after->first].time;
  }
  return window;
}

}  // namespace

TimeWindow chapter_at(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  if (!view.has(cursor.event)) return view.whole();
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  const auto* conn = view.index.connection(focus.conn);
  TimeWindow window =
      conn == nullptr ? startup_chapter(view) : connection_chapter(view, *conn, focus.request);
  const Instant here = view.trace[cursor.event].time;
  window.from = std::min(window.from, here);
  window.to = std::max(window.to, here);
  // A margin, so that nothing stands at the very edge.
  const Folding folding{view.lanes.gaps(), state.fold_longer_than};
  const Duration margin = std::max(unfolded(window, folding) / 50, shortest_window);
  return {window.from - margin, window.to + margin};
}

TimeWindow window_shown(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  if (state.window) return *state.window;
  return state.by_chapter ? chapter_at(view, cursor, state) : view.whole();
}

}  // namespace roundtrip::viz
