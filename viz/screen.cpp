#include "viz/screen.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/drawers.h"
#include "viz/enlarged.h"
#include "viz/format.h"
#include "viz/legend.h"
#include "viz/model/browser.h"
#include "viz/model/commands.h"
#include "viz/model/describe.h"
#include "viz/model/layout_story.h"
#include "viz/model/screen_places.h"
#include "viz/model/views.h"
#include "viz/panel_byte_life.h"
#include "viz/panel_bytes.h"
#include "viz/panel_connections.h"
#include "viz/panel_explain.h"
#include "viz/panel_lesson.h"
#include "viz/panel_lifecycle.h"
#include "viz/panel_log.h"
#include "viz/panel_measure.h"
#include "viz/panel_palette.h"
#include "viz/panel_picture.h"
#include "viz/panel_question.h"
#include "viz/panel_sheet.h"
#include "viz/panel_statistics.h"
#include "viz/panel_timeline.h"
#include "viz/panel_tour.h"
#include "viz/panel_transport.h"
#include "viz/panel_views.h"
#include "viz/panel_wire.h"
#include "viz/screen_keys.h"
#include "viz/tall_picture.h"

namespace roundtrip::viz {
namespace {

// Everything that a panel of this frame needs.
struct Frame {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const Canvas& canvas;
  Ruler ruler;
  Actions actions;
  std::optional<Instant> pointed;  // on the timeline

  const Theme& theme() const { return canvas.theme; }
  void take(Actions more) {
    actions.insert(actions.end(), std::make_move_iterator(more.begin()),
                   std::make_move_iterator(more.end()));
  }
  // The surface of a panel, and the room on it; a list's bar stands in the right margin.
  Rect surface(const Rect& rect) const {
    fill_rect(canvas, rect, theme().panel, theme().radius_px);
    edge_rect(canvas, rect);
    return rect.inset(theme().space(3), theme().space(2));
  }
};

void transport(Frame& frame, const Rect& rect) {
  const auto layout =
      layout_transport(frame.view, frame.cursor, frame.state, frame.ruler, rect);
  frame.take(draw_transport(layout, frame.state, frame.canvas));
}

void lifecycle(Frame& frame, const Rect& rect) {
  const Rect room = frame.surface(rect).inset(0, 0);
  const auto layout =
      layout_lifecycle(frame.view, frame.cursor, frame.state, frame.ruler, room);
  frame.take(draw_lifecycle(layout, frame.canvas));
}

void explain(Frame& frame, const Rect& rect) {
  const Rect room = frame.surface(rect);
  const auto layout = layout_explain(frame.view, frame.cursor, frame.state, frame.ruler, room);
  frame.take(draw_explain(layout, frame.canvas));
}

void bytes(Frame& frame, const Rect& room) {
  const auto layout = layout_bytes(frame.view, frame.cursor, frame.state, frame.ruler, room);
  frame.take(draw_bytes(layout, frame.view, frame.canvas));
}

void log(Frame& frame, const Rect& room) {
  const auto layout = layout_log(frame.view, frame.cursor, frame.state, frame.ruler, room);
  frame.take(draw_log(layout, frame.state, frame.canvas));
}

void lesson(Frame& frame, const Rect& room) {
  const Enlarged large(frame.canvas, room, view_row(ViewId::Lesson)->letters_wide);
  const auto layout =
      layout_lesson(frame.view, frame.cursor, frame.state, ruler_of(large.canvas()), room);
  frame.take(draw_lesson(layout, large.canvas()));
}

void connections(Frame& frame, const Rect& room) {
  const auto layout =
      layout_connections(frame.view, frame.cursor, frame.state, frame.ruler, room);
  frame.take(draw_connections(layout, frame.state, frame.canvas));
}

void statistics(Frame& frame, const Rect& room) {
  const auto layout = layout_statistics(frame.view, frame.cursor, frame.state, frame.ruler, room);
  frame.take(draw_statistics(layout, frame.canvas));
  if (!layout.figures) return;
  const auto make = [&](const Rect& tall) {
    return layout_figures(frame.view, frame.cursor, frame.state, frame.ruler, tall);
  };
  frame.take(draw_tall(frame.canvas, frame.ruler, frame.state, *layout.figures,
                       least_lines_of_figures, make));
}

void draw_view(Frame& frame, ViewId id, const Rect& room) {
  const bool story = id == ViewId::Story;
  const ViewRow* row = view_row(story ? story_at(frame.view, frame.cursor, frame.state) : id);
  if (row == nullptr || row->id == ViewId::Bytes) return bytes(frame, room);
  if (row->id == ViewId::Log) return log(frame, room);
  if (row->id == ViewId::Lesson) return lesson(frame, room);
  if (row->id == ViewId::Statistics) return statistics(frame, room);
  if (row->id == ViewId::Connections) return connections(frame, room);
  const Enlarged large(frame.canvas, room, row->letters_wide);
  const Ruler ruler = ruler_of(large.canvas());
  const auto make = [&](const Rect& tall) {
    const auto layout = story ? layout_story : layout_view;
    return layout(*row, frame.view, frame.cursor, frame.state, ruler, tall);
  };
  frame.take(draw_tall(large.canvas(), ruler, frame.state, room, row->least_lines, make));
}

// The arrangements, and below them the panes with their views.
void middle(Frame& frame, const Rect& rect) {
  const Theme& theme = frame.theme();
  Rect room = frame.surface(rect);
  Rect heading = room.take_top(theme.row_px + theme.space(1), theme.space(1));
  const auto choice = [&](std::string_view label, std::string_view text, Preset preset,
                          std::string_view words, Command command) {
    const std::string tip = tip_text(words, command);
    const Button spec{.label = label, .text = text, .icon = {}, .kind = ButtonKind::Quiet,
                      .chosen = frame.state.preset == preset, .tip = tip};
    const Rect place = heading.take_left(button_width(frame.canvas, spec), theme.space(1));
    if (button(frame.canvas, place, spec)) frame.actions.push_back(SetPreset{preset});
  };
  choice("picture/story", "Story", Preset::Story, "The picture that shows this step best",
         Command::Story);
  choice("picture/bytes", "Bytes", Preset::Bytes, "The request and its answer, byte for byte",
         Command::Bytes);
  choice("picture/log", "Log", Preset::Log, "Every event, one a line", Command::Log);
  choice("picture/everything", "Everything", Preset::Everything, "Every view, as tabs",
         Command::Everything);
  choice("picture/lesson", "Lesson", Preset::Lesson, "The lesson's page and its questions",
         Command::Lesson);
  if (frame.state.whole) {
    const std::string tip = tip_text("The other panels come back", Command::WholeView);
    const Button spec{.label = "picture/whole", .text = "All panels", .icon = {},
                      .kind = ButtonKind::Quiet, .tip = tip};
    const Rect place = heading.take_right(button_width(frame.canvas, spec));
    if (button(frame.canvas, place, spec)) frame.actions.push_back(ShowWhole{false});
  }
  const ViewsLayout layout = layout_views(frame.state, frame.ruler, room);
  frame.take(draw_views(layout, frame.state, frame.canvas, room));
  // The same view may stand in both, once as the story's.
  for (std::size_t i = 0; i < layout.panes.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    frame.canvas.registry.set_prefix(i == 0 ? "" : "second/");
    draw_view(frame, layout.panes[i].shown, layout.panes[i].room);
    frame.canvas.registry.set_prefix("");
    ImGui::PopID();
  }
}

// The gaps between the panels can be dragged.
void splitters(Frame& frame, const ScreenParts& parts) {
  const Rect& window = frame.canvas.area;
  const float gap = frame.theme().space(2);
  const auto split = [&](std::string_view label, const Rect& rect, bool sideways, Panel panel,
                         auto share_of) {
    const Dragged dragged = draw_splitter(frame.canvas, label, rect, sideways);
    if (dragged.to) frame.actions.push_back(SharePanel{panel, share_of(*dragged.to)});
    if (dragged.back) frame.actions.push_back(SharePanel{panel, std::nullopt});
  };
  const Rect& left = parts.lifecycle;
  if (!left.empty() && !parts.drawers) {
    split("splitter/lifecycle", {left.right(), left.y, gap, left.h}, true, Panel::Lifecycle,
          [&](Point at) { return (at.x - left.x) / window.w; });
  }
  const Rect& right = parts.explain;
  if (!right.empty() && !parts.drawers) {
    split("splitter/explain", {right.x - gap, right.y, gap, right.h}, true, Panel::Explain,
          [&](Point at) { return (right.right() - at.x) / window.w; });
  }
  const Rect& foot = parts.timeline;
  if (!foot.empty()) {
    split("splitter/timeline", {foot.x, foot.y - gap, foot.w, gap}, false, Panel::Timeline,
          [&](Point at) { return (foot.bottom() - at.y) / window.h; });
  }
}

void timeline(Frame& frame, const Rect& rect) {
  const Theme& theme = frame.theme();
  Rect room = frame.surface(rect);
  Rect heading = room.take_top(theme.row_px, theme.space(1));
  legend_button(frame.canvas, heading.take_right(legend_button_width(frame.canvas),
                                                 theme.space(2)));
  const bool by_hand = frame.state.window.has_value();
  const auto fit = [&](std::string_view label, std::string_view text, bool chosen, Action action,
                       std::string_view words, Command command) {
    const std::string tip = tip_text(words, command);
    const Button spec{.label = label, .text = text, .icon = {}, .kind = ButtonKind::Quiet,
                      .chosen = chosen, .tip = tip};
    const Rect place = heading.take_right(button_width(frame.canvas, spec), theme.space(1));
    if (button(frame.canvas, place, spec)) frame.actions.push_back(std::move(action));
  };
  fit("timeline-all", "Everything", !by_hand && !frame.state.by_chapter, FitAll{},
      "The whole trace, from the first event to the last", Command::FitAll);
  fit("timeline-chapter", "Chapter", !by_hand && frame.state.by_chapter, FitChapter{},
      "What the cursor is in: the start, or its connection and request", Command::FitChapter);
  const TextStyle title{Face::Strong, TextSize::Body, theme.text_quiet};
  draw_text_in(frame.canvas, heading, title, "Timeline");
  heading.take_left(text_width(frame.canvas, title, "Timeline"), theme.space(4));
  heading.take_right(0, theme.space(4));
  const auto layout =
      layout_timeline(frame.view, frame.cursor, frame.state, frame.ruler, room, heading);
  frame.take(draw_timeline(layout, frame.view, frame.canvas));
  if (layout.measure) {
    frame.take(draw_measure_line(*layout.measure, heading, frame.canvas));
  }

  if (const auto at = pointer_in(frame.canvas, layout.plot)) frame.pointed = layout.scale.at(at->x);

  // What the pointer is on, in words.
  const auto hovered = frame.state.hovered_event;
  if (!hovered || !frame.view.has(*hovered) || !frame.pointed) return;
  std::string text = describe(frame.view, *hovered);
  const std::string took = took_text(frame.view, *hovered);
  if (!took.empty()) text += "\n" + took;
  const std::string held = held_text(frame.view, *hovered);
  if (!held.empty()) text += fmt::format(", and {} held", held);
  text += "\n" + subject_text(frame.view, *hovered);
  if (const auto note = browser_note(frame.view, *hovered); !note.empty()) {
    text += fmt::format("\n{}", note);
  }
  tip(frame.canvas, text);
}

// Beside the picture, or as drawers over it.
void side_panes(Frame& frame, const ScreenParts& parts) {
  if (parts.lifecycle.empty()) return;
  if (!parts.drawers) {
    lifecycle(frame, parts.lifecycle);
    explain(frame, parts.explain);
    return;
  }
  const Drawer open = frame.state.drawer;
  draw_handles(frame.canvas, parts, open, frame.actions);
  if (open != Drawer::Lifecycle && open != Drawer::Explain) return;
  const Rect& rect = open == Drawer::Lifecycle ? parts.lifecycle : parts.explain;
  const OpenDrawer drawer(frame.canvas, rect);
  Frame inner{frame.view, frame.cursor, frame.state, drawer.canvas(), frame.ruler, {}, {}};
  const Rect surface = rect.inset(std::max(1.f, frame.theme().stroke_px / 2));
  if (open == Drawer::Lifecycle) lifecycle(inner, surface);
  else explain(inner, surface);
  frame.take(std::move(inner.actions));
}

// Over what stands at the right: the picture is looked at while a hand is at the wire.
void wire(Frame& frame, const Rect& rect) {
  if (frame.state.drawer != Drawer::Wire) return;
  const OpenDrawer drawer(frame.canvas, rect);
  Frame inner{frame.view, frame.cursor, frame.state, drawer.canvas(), frame.ruler, {}, {}};
  const Rect room = inner.surface(rect.inset(std::max(1.f, frame.theme().stroke_px / 2)));
  frame.take(draw_wire(frame.view, frame.cursor, frame.state, drawer.canvas(), room));
}

// The life of the byte under the pointer, over the picture and the explain pane.
void life_of_byte(Frame& frame, const ScreenParts& parts) {
  if (!frame.state.hovered_byte) return;
  const Focus focus = focus_at(frame.view, frame.cursor.event, frame.state.chosen);
  const ByteLife life =
      byte_life(frame.view, frame.cursor, focus, *frame.state.hovered_byte);
  if (life.empty()) return;
  const float right = std::max(parts.picture.right(), parts.explain.right());
  const Rect room =
      Rect::from_corners(parts.picture.x, parts.picture.y, right, parts.picture.bottom());
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  draw_byte_life(layout_byte_life(frame.view, life, frame.ruler, room, frame.canvas.area,
                                  {mouse.x, mouse.y}),
                 frame.canvas);
}

// A hover lasts as long as the pointer is there.
void forget_hover(Frame& frame) {
  if (frame.state.hovered_event) frame.actions.push_back(Hover{std::nullopt});
  if (frame.state.hovered_byte) frame.actions.push_back(HoverByte{std::nullopt});
}

}  // namespace

Actions draw_screen(const TraceView& view, const Cursor& cursor, const ViewState& state,
                    const Canvas& canvas) {
  Frame frame{view, cursor, state, canvas, ruler_of(canvas), {}, {}};
  forget_hover(frame);
  const float bar_px = transport_height(view, cursor, state, frame.ruler, canvas.area.w);
  const ScreenParts parts = screen_parts(frame.ruler, state, canvas.area, bar_px);
  transport(frame, parts.bar);
  splitters(frame, parts);
  middle(frame, parts.picture);
  if (!parts.timeline.empty()) timeline(frame, parts.timeline);
  side_panes(frame, parts);
  wire(frame, parts.wire);
  frame.take(key_actions({view, cursor, state, frame.pointed}));
  if (state.session.question) {
    draw_question(*state.session.question, canvas, frame.actions);
  } else if (state.palette.mode != PaletteMode::Closed) {
    const auto layout = layout_palette(view, cursor, state, frame.ruler, canvas.area);
    draw_palette(layout, state, canvas, frame.actions);
  } else if (state.sheet_open) {
    draw_sheet(canvas, frame.actions);
  } else if (state.tour) {
    draw_tour(*state.tour, parts, canvas, frame.actions);
  } else {
    life_of_byte(frame, parts);
  }
  return std::move(frame.actions);
}

bool draw_one_panel(std::string_view name, const TraceView& view, const Cursor& cursor,
                    const ViewState& state, const Canvas& canvas) {
  Frame frame{view, cursor, state, canvas, ruler_of(canvas), {}, {}};
  const Rect rect = canvas.area.inset(canvas.theme.space(2));
  if (name == "transport") transport(frame, canvas.area);
  else if (name == "lifecycle") lifecycle(frame, rect);
  else if (name == "explain") explain(frame, rect);
  else if (name == "timeline") timeline(frame, rect);
  else if (const ViewRow* row = view_row(name)) draw_view(frame, row->id, frame.surface(rect));
  else return false;
  return true;
}

}  // namespace roundtrip::viz
