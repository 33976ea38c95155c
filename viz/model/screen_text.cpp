#include "viz/model/screen_text.h"

#include <fmt/format.h>

#include "viz/model/layout_bytes.h"
#include "viz/model/layout_connections.h"
#include "viz/model/layout_explain.h"
#include "viz/model/layout_lesson.h"
#include "viz/model/layout_lifecycle.h"
#include "viz/model/layout_log.h"
#include "viz/model/layout_statistics.h"
#include "viz/model/layout_timeline.h"
#include "viz/model/views.h"

namespace roundtrip::viz {
namespace {

std::string_view line_at(std::string_view text, std::size_t at) {
  const std::size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

std::string screen_text(const TraceView& view, const Cursor& cursor, const ViewState& state,
                        const Ruler& ruler, const Rect& window) {
  Rect rest = window;
  const Rect timeline = rest.take_bottom(window.h / 3);
  const Rect lifecycle = rest.take_left(window.w / 5);
  const Rect explain = rest.take_right(window.w / 4);
  std::string pictures;
  for (const ViewRow& row : view_rows()) {
    if (row.layout != nullptr) {
      pictures += dump(layout_view(row, view, cursor, state, ruler, rest));
    }
  }
  return dump(layout_lifecycle(view, cursor, state, ruler, lifecycle)) +
         dump(layout_timeline(view, cursor, state, ruler, timeline)) +
         dump(layout_explain(view, cursor, state, ruler, explain)) +
         pictures + dump(layout_bytes(view, cursor, state, ruler, rest)) +
         dump(layout_connections(view, cursor, state, ruler, rest)) +
         dump(layout_statistics(view, cursor, state, ruler, rest)) +
         dump(layout_figures(view, cursor, state, ruler, rest)) +
         dump(layout_log(view, cursor, state, ruler, rest)) +
         dump(layout_lesson(view, cursor, state, ruler, rest));
}

std::string layout_difference(const TraceView& one, const TraceView& other, const Cursor& cursor,
                              const ViewState& state, const Ruler& ruler, const Rect& window) {
  const std::string a = screen_text(one, cursor, state, ruler, window);
  const std::string b = screen_text(other, cursor, state, ruler, window);
  if (a == b) return {};
  std::size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  return fmt::format("at event {}: \"{}\" against \"{}\"", cursor.event + 1, line_at(a, at),
                     line_at(b, at));
}

}  // namespace roundtrip::viz
