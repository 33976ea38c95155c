// The sentences under the bar: a notice, and one that always says which of the two pauses is meant:
// the view's, or that of a request that is held at the gate. Each has a ground and as many lines as
// it needs, so that none is cut at any size of words. Pure geometry; draw_banner paints it.
// Limit: most_banner_lines lines a sentence.
#pragma once

#include <string>
#include <vector>

#include "viz/model/text_box.h"
#include "viz/model/trace_view.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

inline constexpr int most_banner_lines = 4;

enum class BannerKind : std::uint8_t { Quiet, Newer, Held, HeldElsewhere, Error };
// A click on these goes to what is newer, or to what is held.
constexpr bool leads_elsewhere(BannerKind kind) {
  return kind == BannerKind::Newer || kind == BannerKind::HeldElsewhere;
}

// Whether Next leads the held request on, rather than the view: at the last step that is told.
bool leads_request(const TraceView& view, const Cursor& cursor, const ViewState& state);

// Where a connection's request was held last, among its newest events; none where it was not.
trace::EventNumber newest_hold(const TraceView& view, std::uint32_t conn);

struct BannerSentence {
  BannerKind kind = BannerKind::Quiet;
  std::string text;
};
std::vector<BannerSentence> banner_sentences(const TraceView& view, const Cursor& cursor,
                                             const ViewState& state);
// The same, a sentence a line.
std::string banner_text(const TraceView& view, const Cursor& cursor, const ViewState& state);

struct BannerItem {
  BannerKind kind = BannerKind::Quiet;
  Rect ground;  // drawn unless the kind is Quiet
  std::vector<TextBox> lines;
  trace::EventNumber held_at = trace::no_event;  // where a click on what is held elsewhere goes

  bool cut() const { return !lines.empty() && lines.back().cut; }
};
// From the top of `rest`, which shrinks to what is left beside the last line.
std::vector<BannerItem> layout_banner(const TraceView& view, const Cursor& cursor,
                                      const ViewState& state, const Ruler& ruler, Rect& rest);
// How high it all is for this width.
float banner_height(const TraceView& view, const Cursor& cursor, const ViewState& state,
                    const Ruler& ruler, float width_px);

// What has come after the cursor.
struct Newer {
  std::uint64_t requests = 0;
  std::uint64_t events = 0;
  bool operator==(const Newer&) const = default;
};
Newer newer_than(const TraceView& view, const Cursor& cursor);
// Plays, or follows the server: the view is not paused.
inline bool moves_by_itself(const ViewState& state) { return state.playing || state.follow; }

}  // namespace roundtrip::viz
