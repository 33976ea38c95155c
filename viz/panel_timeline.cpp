#include "viz/panel_timeline.h"

#include <fmt/format.h>

#include <cmath>

#include "viz/imgui_compat.h"
#include "viz/model/commands.h"
#include "viz/panel_measure.h"

namespace roundtrip::viz {
namespace {

// An end that is not known: the bar fades into the ground.
void fade_out(const Canvas& canvas, const Rect& rect) {
  const Theme& theme = canvas.theme;
  const float width = std::min(rect.w * 0.6f, theme.space(10));
  const Rect end{rect.right() - width, rect.y, width, rect.h};
  const ImU32 clear = with_alpha(theme.panel, 0);
  const ImU32 full = theme.panel;
  canvas.list->AddRectFilledMultiColor(top_left(end), bottom_right(end), clear, full, full, clear);
}

GroupColors colors_of(const TimelineBar& bar, const Theme& theme) {
  return bar.ahead && !bar.at_cursor ? theme.ahead_of(bar.group) : theme.of(bar.group);
}

void draw_bar(const TimelineBar& bar, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const GroupColors colors = colors_of(bar, theme);
  if (bar.state) {
    const float words_px =
        bar.label.empty()
            ? 0
            : text_width(canvas, style_of(theme, bar.label.voice), bar.label.text) +
                  bar.label.rect.x - bar.rect.x;
    state_rect(canvas, bar.rect, colors, *bar.state, words_px);
  } else {
    textured_rect(canvas, bar.rect, colors, bar.provenance);
  }
  if (bar.count > 1) block_foot(canvas, bar.rect, colors);
  if (bar.lost && bar.instant) fill_rect(canvas, bar.rect, theme.error, theme.bar_radius_px);
  if (bar.lost && !bar.instant) outline_rect(canvas, bar.rect, theme.error, theme.stroke_px);
  if (bar.unfinished) fade_out(canvas, bar.rect);
  if (bar.selected && !bar.at_cursor) {
    outline_rect(canvas, bar.rect, theme.cursor, std::max(1.f, theme.stroke_px / 2));
  }
  if (!bar.label.empty()) {
    canvas.registry.add(fmt::format("timeline/plot/{}{}", bar.state ? "task/" : "", bar.event + 1),
                        bar.rect);
  }
}

// Over the arrows, which may lead across.
void draw_label(const TimelineBar& bar, const Canvas& canvas) {
  if (bar.label.empty()) return;
  const GroupColors colors = colors_of(bar, canvas.theme);
  draw_box(canvas, bar.label, bar.state ? text_on_state(canvas, colors, *bar.state)
                                        : text_on(canvas, colors, bar.provenance));
}

void draw_overview(const TimelineLayout& layout, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const Rect strip = layout.overview;
  const Rect window = layout.overview_window;
  fill_rect(canvas, strip, theme.raised);
  fill_rect(canvas, window, theme.selection);
  for (const Rect& bar : layout.overview_bars) {
    const bool seen = window.overlaps(bar);
    canvas.list->AddRectFilled(top_left(bar), bottom_right(bar),
                               faded(theme, theme.text, theme.raised, seen ? 0.45f : 0.75f));
  }
  if (window.w < strip.w - 1) {
    const float edge = theme.space(0.75f);
    fill_rect(canvas, {window.x, window.y, edge, window.h}, theme.accent, 1);
    fill_rect(canvas, {window.right() - edge, window.y, edge, window.h}, theme.accent, 1);
  }
  if (layout.overview_cursor_x) {
    line(canvas, {*layout.overview_cursor_x, strip.y}, {*layout.overview_cursor_x, strip.bottom()},
         theme.cursor, theme.stroke_px);
  }
}

void draw_axis(const TimelineLayout& layout, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const float thin = std::max(1.f, theme.stroke_px / 2);
  const float bottom = layout.plot.bottom();
  int number = 0;
  for (const TimelineTick& tick : layout.ticks) {
    line(canvas, {tick.x, layout.axis.y + layout.axis.h / 4}, {tick.x, bottom},
         faded(theme, theme.hairline, theme.panel, 0.35f), thin);
    draw_box(canvas, tick.label);
    if (tick.label.empty()) continue;
    canvas.registry.add(fmt::format("timeline/axis/tick/{}", ++number), tick.label.rect,
                        tick.label.cut);
  }
  for (const TimelineFold& fold : layout.folds) {
    fill_rect(canvas, fold.rect, theme.ground, 0);
    for (const float x : {fold.rect.x, fold.rect.right()}) {
      dashed_line(canvas, {x, layout.axis.y}, {x, bottom}, theme.hairline, thin, theme.space(1),
                  theme.space(1));
    }
    draw_box(canvas, fold.label);
    canvas.registry.add(fmt::format("timeline/axis/fold/{}", ++number), fold.label.rect,
                        fold.label.cut);
  }
}

void draw_cursor(const TimelineLayout& layout, const Canvas& canvas) {
  if (!layout.cursor_x) return;
  const Theme& theme = canvas.theme;
  const float x = *layout.cursor_x;
  const float head = theme.space(1.5f);
  line(canvas, {x, layout.axis.bottom() - head}, {x, layout.plot.bottom()}, theme.cursor,
       theme.stroke_px);
  canvas.registry.add("timeline/axis/cursor",
                      Rect::from_corners(x - head, layout.axis.bottom() - 2 * head, x + head,
                                         layout.axis.bottom()));
  filled_triangle(canvas, {x - head, layout.axis.bottom() - 2 * head},
                  {x + head, layout.axis.bottom() - 2 * head}, {x, layout.axis.bottom() - head / 2},
                  theme.cursor);
}

bool was_dragged() {
  const ImGuiIO& io = ImGui::GetIO();
  return io.MouseDragMaxDistanceSqr[0] > io.MouseDragThreshold * io.MouseDragThreshold;
}

Instant pointed_at(const TimeScale& scale) { return scale.at(ImGui::GetIO().MousePos.x); }

// Without a trace there is nothing to scrub.
void scrub(const TimelineLayout& layout, const TraceView& view, const Touch& axis,
           Actions& actions) {
  if (!axis.held && !axis.clicked) return;
  if (const auto event = view.trace.last_at(pointed_at(layout.scale))) {
    actions.push_back(GoTo{*event});
  } else {
    actions.push_back(GoTo{view.first()});
  }
}

void drag_overview(const TimelineLayout& layout, const Canvas& canvas, const Touch& strip,
                   Actions& actions) {
  const TimeScale& scale = layout.overview_scale;
  const ImGuiIO& io = ImGui::GetIO();
  const bool everything = layout.overview_window.w >= layout.overview.w - 1;
  if (everything) {
    // A new window is drawn with the pointer.
    const float from = std::min(io.MouseClickedPos[0].x, io.MousePos.x);
    const float to = std::max(io.MouseClickedPos[0].x, io.MousePos.x);
    if (strip.held && was_dragged()) {
      const Rect drawn = Rect::from_corners(from, layout.overview.y, to, layout.overview.bottom());
      outline_rect(canvas, drawn.intersection(layout.overview), canvas.theme.accent,
                   canvas.theme.stroke_px);
    }
    if (strip.clicked && was_dragged()) {
      actions.push_back(SetWindow{{scale.at(std::max(from, layout.overview.x)),
                                   scale.at(std::min(to, layout.overview.right()))}});
    }
    return;
  }
  if (!strip.held) return;
  const TimeWindow window = layout.scale.window();
  const float left = scale.x(window.from);
  const float width = scale.x(window.to) - left;
  const Point pressed{io.MouseClickedPos[0].x, layout.overview_window.center().y};
  const bool outside = !layout.overview_window.contains(pressed);
  float to = left + io.MouseDelta.x;
  if (outside && !was_dragged()) to = io.MousePos.x - width / 2;
  to = std::clamp(to, layout.overview.x, std::max(layout.overview.x,
                                                  layout.overview.right() - width));
  if (std::abs(to - left) < 0.01f) return;
  const Instant from = scale.at(to);
  // Narrower than pixels can tell: the length is kept in time.
  const bool narrow = width < 4;
  actions.push_back(SetWindow{{from, narrow ? from + window.length() : scale.at(to + width)}});
}

void wheel_over(const TimelineLayout& layout, const Canvas& canvas, Actions& actions) {
  const Rect lanes = Rect::from_corners(layout.plot.x, layout.axis.y, layout.plot.right(),
                                        layout.plot.bottom());
  if (!pointer_in(canvas, lanes)) return;
  const ImGuiIO& io = ImGui::GetIO();
  if (io.MouseWheel != 0 && !io.KeyShift) {
    actions.push_back(Zoom{std::pow(1.25, static_cast<double>(io.MouseWheel)),
                           pointed_at(layout.scale)});
  }
  if (io.MouseWheel != 0 && io.KeyShift) {
    actions.push_back(ScrollTo{Panel::Timeline,
                               layout.scroll_px - io.MouseWheel * 2 * canvas.theme.row_px});
  }
  if (io.MouseWheelH != 0) actions.push_back(Pan{-0.1 * static_cast<double>(io.MouseWheelH)});
}

void touch_plot(const TimelineLayout& layout, const TraceView& view, const Canvas& canvas,
                Actions& actions) {
  const ImGuiIO& io = ImGui::GetIO();
  const Touch plot = touch(canvas, "timeline/plot", layout.plot);
  if (drag_measure(layout, view, canvas, plot, actions)) return;
  if (plot.held && was_dragged()) {
    if (io.MouseDelta.x != 0) {
      actions.push_back(Pan{-static_cast<double>(io.MouseDelta.x / layout.plot.w)});
    }
    return;
  }
  if (!plot.hovered) return;
  const TimelineBar* bar = bar_at(layout, {io.MousePos.x, io.MousePos.y});
  if (bar == nullptr) {
    if (plot.clicked && !was_dragged()) actions.push_back(Select{std::nullopt});
    return;
  }
  actions.push_back(Hover{bar->event});
  if (plot.double_clicked) {
    const float margin = std::max(4.f, bar->rect.w / 8);
    const TimeScale& scale = layout.scale;
    actions.push_back(SetWindow{{scale.at(bar->rect.x - margin),
                                 scale.at(bar->rect.right() + margin)}});
  } else if (plot.clicked && !was_dragged()) {
    // A run stands in two lanes: the click leads to the other one.
    const bool is_run = bar->count == 1 && view.trace[bar->event].phase == trace::Phase::TaskRun;
    if (is_run) {
      const bool at_task = bar->lane.kind == LaneKind::Task;
      actions.push_back(ShowRun{bar->event, at_task ? LaneKind::Worker : LaneKind::Task});
    } else {
      actions.push_back(GoTo{bar->event});
    }
    actions.push_back(Select{bar->event});
  }
}

void scroll_lanes(const TimelineLayout& layout, const Canvas& canvas, Actions& actions) {
  const float most = layout.content_px - layout.plot.h;
  if (most <= 0.5f) return;
  const Theme& theme = canvas.theme;
  const Rect track{layout.plot.right() + theme.space(0.5f), layout.plot.y, theme.space(2),
                   layout.plot.h};
  const float grip_px = std::max(theme.space(5), layout.plot.h * layout.plot.h / layout.content_px);
  const float way = layout.plot.h - grip_px;
  const Touch touched = touch(canvas, "timeline/bar", track);
  if (touched.held) {
    const float share = (ImGui::GetIO().MousePos.y - track.y - grip_px / 2) / std::max(1.f, way);
    actions.push_back(ScrollTo{Panel::Timeline, std::clamp(share, 0.f, 1.f) * most});
  }
  const Rect grip{track.x + track.w / 4, track.y + way * std::min(1.f, layout.scroll_px / most),
                  track.w / 2, grip_px};
  const float stronger = touched.held ? 0.5f : touched.hovered ? 0.25f : 0;
  fill_rect(canvas, grip, mix(theme.grip, theme.text, stronger), track.w / 4);
}

void draw_marks(const TimelineLayout& layout, const Canvas& canvas) {
  for (const TimelineBar& bar : layout.bars) {
    if (bar.at_cursor) glow(canvas, bar.rect);
    if (bar.hovered) hover_outline(canvas, bar.rect);
  }
}

}  // namespace

Actions draw_timeline(const TimelineLayout& layout, const TraceView& view, const Canvas& canvas) {
  Actions actions;
  canvas.registry.add("timeline", layout.area);
  draw_box(canvas, layout.more);
  if (view.empty()) return actions;

  wheel_over(layout, canvas, actions);
  const Touch strip = touch(canvas, "timeline/overview", layout.overview);
  draw_overview(layout, canvas);
  drag_overview(layout, canvas, strip, actions);
  const Touch axis = touch(canvas, "timeline/axis", layout.axis);
  scrub(layout, view, axis, actions);
  draw_axis(layout, canvas);
  if (layout.measure) draw_measure_ground(*layout.measure, canvas);
  scroll_lanes(layout, canvas, actions);
  touch_plot(layout, view, canvas, actions);

  int number = 0;
  for (const TimelineLane& lane : layout.lanes) {
    if (lane.name.empty()) continue;
    const std::string label = fmt::format("timeline/lane/{}", ++number);
    if (lane.conn != 0) {
      const Touch touched = touch(canvas, label, lane.name.rect);
      if (touched.clicked) {
        actions.push_back(SelectFocus{lane.chosen ? Focus{} : Focus{lane.conn, 0}});
      }
      if (touched.hovered) {
        fill_rect(canvas, lane.name.rect, canvas.theme.raised, canvas.theme.radius_px);
        tip(canvas, lane.chosen
                        ? tip_text("To every connection again", Command::StayWithConnection)
                        : fmt::format("Stay with connection {}", lane.conn));
      }
    } else {
      canvas.registry.add(label, lane.name.rect);
    }
    if (lane.name.cut) canvas.registry.add(label + "/text", lane.name.rect, true);
    draw_box(canvas, lane.name,
             lane.chosen ? canvas.theme.accent : style_of(canvas.theme, lane.name.voice).color);
  }
  const Theme& theme = canvas.theme;
  {
    const Clip clip(canvas, layout.plot);
    for (const TimelineBar& bar : layout.bars) draw_bar(bar, canvas);
    for (const TimelineFlow& flow : layout.flows) {
      arrow(canvas, flow.from, flow.to, theme.cursor,
            flow.inferred ? trace::Provenance::Inferred : trace::Provenance::Observed);
    }
    for (const TimelineBar& bar : layout.bars) draw_label(bar, canvas);
  }
  {
    // The glow stands a few pixels over the bar's edge.
    const Clip clip(canvas, layout.plot.inset(-theme.space(2)));
    draw_marks(layout, canvas);
  }
  draw_cursor(layout, canvas);
  if (layout.measure) draw_measure(*layout.measure, canvas);
  return actions;
}

}  // namespace roundtrip::viz
