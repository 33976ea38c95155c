// The explain pane: what the step at the cursor is, what happened just now with its real arguments,
// why it exists, what to look at, what it costs, what Go does, where it is specified, and where the
// drawn walk errs. Words come from the explanations in the view state; where there are none, from
// the phase table. Pure geometry; draw_explain paints it. Only lines that can be seen are made.
#pragma once

#include <vector>

#include "viz/model/text_box.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

enum class ExplainPart : std::uint8_t {
  Title, Question, Answer, What, Now, Argument, Why, LookAt, Cost, InGo, Spec, Correction,
  Breach
};

struct ExplainLine {
  ExplainPart part{};
  bool heading = false;
  TextBox text;    // words; of an argument its name
  TextBox value;   // of an argument, right of its name
  trace::Provenance provenance = trace::Provenance::Observed;  // of an argument
};

struct ExplainLayout {
  Rect area;
  trace::EventNumber event = trace::no_event;
  trace::Group group{};
  std::vector<ExplainLine> lines;
  float content_px = 0;
  float scroll_px = 0;
};

ExplainLayout layout_explain(const TraceView& view, const Cursor& cursor, const ViewState& state,
                             const Ruler& ruler, const Rect& area);
std::string dump(const ExplainLayout& layout);

}  // namespace roundtrip::viz
