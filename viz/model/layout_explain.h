// The explain pane: what the step at the cursor is, what happened just now with its real arguments,
// what caused it and what it led to (causality.h), each a line that can be clicked; why it exists,
// what to look at, what it costs, what Go does, where it is specified, and where the drawn walk
// errs. Words come from the explanations in the view state; where there are none, from the phase
// table. Pure geometry; draw_explain paints it. Only lines that can be seen are made.
#pragma once

#include <vector>

#include "viz/model/text_box.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

enum class ExplainPart : std::uint8_t {
  Title, Question, Answer, What, Now, Argument, Cause, Effect, Why, LookAt, Cost, InGo, Spec,
  Correction, Breach
};

struct ExplainLine {
  ExplainPart part{};
  bool heading = false;
  TextBox text;    // words; of an argument its name
  TextBox value;   // of an argument, a cause or an effect: right of its name
  trace::Provenance provenance = trace::Provenance::Observed;  // of an argument
};

// The place of a cause or an effect that can be clicked.
struct ExplainLink {
  Rect rect;
  trace::EventNumber event = trace::no_event;
  bool cause = false;
  bool hovered = false;
};
inline constexpr std::size_t most_links_shown = 4;  // of causes, and of effects

struct ExplainLayout {
  Rect area;
  trace::EventNumber event = trace::no_event;
  trace::Group group{};
  std::vector<ExplainLine> lines;
  std::vector<ExplainLink> links;
  float content_px = 0;
  float scroll_px = 0;
};

ExplainLayout layout_explain(const TraceView& view, const Cursor& cursor, const ViewState& state,
                             const Ruler& ruler, const Rect& area);
std::string dump(const ExplainLayout& layout);

}  // namespace roundtrip::viz
