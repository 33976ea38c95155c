#include "viz/model/screen_text.h"

#include <fmt/format.h>

#include "viz/model/layout_bytes.h"
#include "viz/model/layout_connection.h"
#include "viz/model/layout_explain.h"
#include "viz/model/layout_handler.h"
#include "viz/model/layout_lifecycle.h"
#include "viz/model/layout_log.h"
#include "viz/model/layout_router.h"
#include "viz/model/layout_server.h"
#include "viz/model/layout_spawn.h"
#include "viz/model/layout_timeline.h"

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
  return dump(layout_lifecycle(view, cursor, state, ruler, lifecycle)) +
         dump(layout_timeline(view, cursor, state, ruler, timeline)) +
         dump(layout_explain(view, cursor, state, ruler, explain)) +
         dump(layout_server(view, cursor, state, ruler, rest)) +
         dump(layout_spawn(view, cursor, state, ruler, rest)) +
         dump(layout_connection(view, cursor, state, ruler, rest)) +
         dump(layout_handler(view, cursor, state, ruler, rest)) +
         dump(layout_router(view, cursor, state, ruler, rest)) +
         dump(layout_bytes(view, cursor, state, ruler, rest)) +
         dump(layout_log(view, cursor, state, ruler, rest));
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
