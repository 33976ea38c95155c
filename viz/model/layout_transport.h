// The bar at the top: how the server is, which scenario is ready, Send, the transport buttons, the
// unit of a step, the pace, hold; under it the banner (layout_banner.h), and notes about what the
// trace leaves out. Pure geometry; draw_transport paints it and answers clicks
// with `action_of`. Where the bar is narrow, what is least missed goes into the main menu; that
// menu, the lesson, the word of the wire and Next always stay, and nothing is clipped.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viz/model/actions.h"
#include "viz/model/layout_banner.h"
#include "viz/model/text_box.h"

namespace roundtrip::viz {

enum class Control : std::uint8_t {
  Status, Scenario, Send, Again, First, Back, Play, Next, Last, Unit, Pace, Follow, Open, Save,
  Hold, Find, Wire
};
std::string_view control_word(Control control);  // "transport/" + this labels it for tests

struct TransportButton {
  Control control{};
  Rect rect;
  TextBox label;          // empty: drawn as an icon
  bool enabled = true;
  bool primary = false;   // the one obvious next thing to press
  bool on = false;        // playing, following, holding
  bool menu = false;      // opens a choice
};

// Something that the trace does not hold or does not know, in words, and what that means.
struct LossNote {
  std::string text;
  std::string_view means;
};
struct TransportNote {
  TextBox text;
  std::string_view means;  // its tip
};

// A row of the main menu, for what the bar has no room for.
struct MenuChoice {
  std::string_view words;
  std::string keys;
  Action action;
};

struct TransportLayout {
  Rect area;
  std::vector<TransportButton> buttons;
  std::vector<MenuChoice> in_menu;
  std::vector<BannerItem> banner;
  std::vector<TransportNote> notes;  // right of the banner: untraced, evicted, late, lagging
  Newer newer;
  std::uint32_t focus_conn = 0;  // the connection in focus; 0: none
  bool next_leads = false;     // Next leads the held request on, rather than the view
};

TransportLayout layout_transport(const TraceView& view, const Cursor& cursor,
                                 const ViewState& state, const Ruler& ruler, const Rect& area);

// How high the bar wants to be, for this width.
float transport_height(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, float width_px);

// To the first newer request; where none is newer, to the newest event.
Action jump_to(const Newer& newer);

// What a click does; empty for a menu (the panel opens it) and for what is not enabled.
std::optional<Action> action_of(const TransportButton& button, const ViewState& state);

// What the trace does not hold; and of a fact at the cursor that it came late. Of those there may
// be many, and nothing is wrong with them, so they are told only there.
std::vector<LossNote> loss_notes(const TraceView& view, const Cursor& cursor);
std::string dump(const TransportLayout& layout);

}  // namespace roundtrip::viz
