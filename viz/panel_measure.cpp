#include "viz/panel_measure.h"

#include <algorithm>

#include "viz/imgui_compat.h"
#include "viz/model/commands.h"

namespace roundtrip::viz {

namespace {

// How near to the edge of a bar the pointer has to be to mean it, in steps of the grid.
constexpr float reach_steps = 2;

bool was_dragged() {
  const ImGuiIO& io = ImGui::GetIO();
  return io.MouseDragMaxDistanceSqr[0] > io.MouseDragThreshold * io.MouseDragThreshold;
}

}  // namespace

bool drag_measure(const TimelineLayout& layout, const TraceView& view, const Canvas& canvas,
                  const Touch& plot, Actions& actions) {
  const bool under_way = layout.measure && layout.measure->under_way;
  const ImGuiIO& io = ImGui::GetIO();
  const auto pointed = [&] {
    return snapped_at(layout, view, {io.MousePos.x, io.MousePos.y},
                      canvas.theme.space(reach_steps));
  };
  if (!under_way) {
    const bool begins = plot.held && io.KeyShift && ImGui::IsMouseClicked(0);
    if (begins) actions.push_back(Measure{MeasuredSpan{pointed(), pointed(), true}});
    return begins;
  }
  if (plot.held) {
    actions.push_back(Measure{MeasuredSpan{layout.measure->anchor, pointed(), true}});
    return true;
  }
  // Let go. A press without a drag measures nothing, and is a click like any other.
  if (!was_dragged()) {
    actions.push_back(Measure{});
    return false;
  }
  const TimeWindow& span = layout.measure->told.span;
  const Instant reach = layout.measure->anchor == span.from ? span.to : span.from;
  actions.push_back(Measure{MeasuredSpan{layout.measure->anchor, reach, false}});
  return true;
}

void draw_measure_ground(const TimelineMeasure& measure, const Canvas& canvas) {
  canvas.list->AddRectFilled(top_left(measure.band), bottom_right(measure.band),
                             with_alpha(canvas.theme.accent, 0.16f));
}

void draw_measure(const TimelineMeasure& measure, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const Rect& band = measure.band;
  if (measure.from_seen) {
    line(canvas, {band.x, band.y}, {band.x, band.bottom()}, theme.accent, theme.stroke_px);
  }
  if (measure.to_seen) {
    line(canvas, {band.right(), band.y}, {band.right(), band.bottom()}, theme.accent,
         theme.stroke_px);
  }
  const struct {
    std::string_view label;
    const TextBox& box;
    bool is_length;
  } texts[] = {{"timeline/axis/measured/from", measure.from, false},
               {"timeline/axis/measured/length", measure.length, true},
               {"timeline/axis/measured/to", measure.to, false}};
  for (const auto& [label, box, is_length] : texts) {
    if (box.empty()) continue;
    const Rect ground = box.rect.inset(-theme.space(1), 0);
    fill_rect(canvas, ground, is_length ? theme.accent : theme.selection, theme.bar_radius_px);
    draw_box(canvas, box, is_length ? theme.on_accent : theme.text);
    canvas.registry.add(label, box.rect, box.cut);
  }
}

Actions draw_measure_line(const TimelineMeasure& measure, const Rect& area, const Canvas& canvas) {
  Actions actions;
  const MeasureLine measured = layout_measure_line(measure, ruler_of(canvas), area);
  draw_box(canvas, measured.words);
  if (!measured.words.empty()) {
    const Touch touched = touch(canvas, "timeline-measured", measured.words.rect);
    if (touched.hovered) tip(canvas, measured.whole, 120);
  }
  if (measured.zoom.empty()) return actions;
  const std::string words =
      tip_text("The timeline shows what is measured; Esc puts it away", Command::ZoomToMeasured);
  const Button zoom{.label = "timeline-measured-zoom",
                    .text = "Zoom to it",
                    .icon = {},
                    .kind = ButtonKind::Quiet,
                    .tip = words};
  if (button(canvas, measured.zoom, zoom)) actions.push_back(ZoomToMeasured{});
  return actions;
}

}  // namespace roundtrip::viz
