#include "viz/panel_bytes.h"

#include <fmt/format.h>

#include <cmath>

#include "viz/format.h"

namespace roundtrip::viz {
namespace {

// Fields that stand side by side differ in how much of the colour they have; line ends have least.
float share_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::Method:
    case FieldKind::HeaderName:
    case FieldKind::Status: return 0.34f;
    case FieldKind::Target:
    case FieldKind::Path:
    case FieldKind::Body: return 0.12f;
    case FieldKind::Query: return 0.24f;
    case FieldKind::LineEnd:
    case FieldKind::BlankLine: return 0;
    default: return 0.02f;
  }
}

Color ground_of(const Theme& theme, const ByteCell& cell) {
  if (cell.kind == FieldKind::Flaw) return theme.error_soft;
  const GroupColors& colors = theme.of(cell.group);
  if (cell.kind == FieldKind::LineEnd || cell.kind == FieldKind::BlankLine) {
    return mix(theme.panel, colors.soft, 0.6f);
  }
  return mix(colors.soft, colors.fill, share_of(cell.kind));
}

Color ink_of(const Theme& theme, const ByteCell& cell) {
  if (!cell.arrived) return theme.text_ahead;
  if (cell.kind == FieldKind::Flaw) return theme.error;
  const bool ending = cell.field >= 0 &&
                      (cell.kind == FieldKind::LineEnd || cell.kind == FieldKind::BlankLine);
  return ending ? theme.text_quiet : theme.text;
}

Rect joined(const Rect& a, const Rect& b) {
  return Rect::from_corners(std::min(a.x, b.x), std::min(a.y, b.y), std::max(a.right(), b.right()),
                            std::max(a.bottom(), b.bottom()));
}

// Calls draw(first, last) for each run of neighbours in a row that belong together.
template <class Same, class Draw>
void each_run(const ByteRow& row, Same same, Draw draw) {
  for (std::size_t from = 0; from < row.cells.size();) {
    std::size_t to = from + 1;
    while (to < row.cells.size() && same(row.cells[from], row.cells[to])) ++to;
    draw(row.cells[from], row.cells[to - 1]);
    from = to;
  }
}

struct Pair {
  Rect hex;
  Rect characters;
};
Pair rects_of(const ByteCell& first, const ByteCell& last, float inset_px) {
  return {joined(first.hex, last.hex).inset(0, inset_px),
          joined(first.character, last.character).inset(0, inset_px)};
}

void draw_grounds(const ByteRow& row, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const float rim = std::max(1.f, theme.stroke_px / 2);
  each_run(
      row,
      [](const ByteCell& a, const ByteCell& b) {
        return a.field == b.field && a.arrived == b.arrived && a.kept == b.kept;
      },
      [&](const ByteCell& first, const ByteCell& last) {
        const Pair at = rects_of(first, last, rim);
        if (!first.kept) {
          dashed_rect(canvas, at.hex, theme.hairline, rim, rim * 2, rim * 3);
          dashed_rect(canvas, at.characters, theme.hairline, rim, rim * 2, rim * 3);
        } else if (first.field >= 0 && first.arrived) {
          const Color ground = ground_of(theme, first);
          fill_rect(canvas, at.hex, ground);
          fill_rect(canvas, at.characters, ground);
        }
      });
}

void draw_letters(const ByteRow& row, const Canvas& canvas) {
  TextStyle style = mono(canvas.theme);
  for (const ByteCell& cell : row.cells) {
    style.color = ink_of(canvas.theme, cell);
    if (!cell.kept) continue;
    draw_text_in(canvas, cell.hex, style, hex_byte(cell.value), Align::Center);
    draw_text_in(canvas, cell.character.inset(-2, 0), style, visible(cell.value), Align::Center);
  }
}

enum class Look { Glow, Hover, Selected };

// Rows that are marked from the same byte to the same byte have one rim around all of them.
template <class Has>
void draw_marks(const ByteSection& section, const Canvas& canvas, Look look, Has has) {
  const Theme& theme = canvas.theme;
  std::vector<Pair> marked;
  for (const ByteRow& row : section.rows) {
    each_run(
        row, [&](const ByteCell& a, const ByteCell& b) { return has(a) == has(b); },
        [&](const ByteCell& first, const ByteCell& last) {
          if (!has(first)) return;
          const Pair next = rects_of(first, last, 0);
          Pair* const above = marked.empty() ? nullptr : &marked.back();
          const bool goes_on = above != nullptr && above->hex.x == next.hex.x &&
                               above->hex.w == next.hex.w && above->hex.bottom() == next.hex.y;
          if (!goes_on) return marked.push_back(next);
          above->hex.h += next.hex.h;
          above->characters.h += next.characters.h;
        });
  }
  for (const Pair& at : marked) {
    for (const Rect& whole : {at.hex, at.characters}) {
      const Rect rect = whole.inset(0, theme.stroke_px);
      if (look == Look::Glow) glow(canvas, rect);
      if (look == Look::Hover) hover_outline(canvas, rect);
      if (look == Look::Selected) {
        outline_rect(canvas, rect, theme.text, std::max(1.f, theme.stroke_px / 2));
      }
    }
  }
}

// A segment begins at an upright line; what was sent again has a dotted line under it.
void draw_segments(const ByteRow& row, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const float stroke = std::max(1.f, theme.stroke_px / 2);
  for (const ByteCell& cell : row.cells) {
    const Rect& at = cell.hex;
    if (cell.begins_segment) {
      line(canvas, {at.x, at.y}, {at.x, at.bottom()}, theme.text, stroke);
    }
    if (cell.sent_again) {
      const float y = at.bottom() - stroke;
      dashed_line(canvas, {at.x, y}, {at.right(), y}, theme.text, stroke, 2 * stroke, 2 * stroke);
    }
  }
}

void draw_field(const FieldRow& row, const ByteSection& section, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  const Rect rect = row.rect.inset(0, 1);
  if (row.at_cursor) {
    fill_rect(canvas, rect, theme.of(section.group).soft, theme.bar_radius_px);
    fill_rect(canvas, {rect.x, rect.y, theme.space(0.75f), rect.h}, theme.of(section.group).fill,
              1);
  } else if (row.selected) {
    fill_rect(canvas, rect, theme.selection, theme.bar_radius_px);
  }
  if (row.hovered) {
    outline_rect(canvas, rect, theme.hover, std::max(1.f, theme.stroke_px / 2));
  }
  const Color ink = row.kind == FieldKind::Flaw ? theme.error
                    : row.derived               ? theme.text_quiet
                                                : theme.text;
  draw_box(canvas, row.name, row.derived ? ink : mix(ink, theme.text_quiet, 0.4f));
  draw_box(canvas, row.value, ink);
}

void point_at_byte(const BytePlace& place, const TraceView& view, const Touch& list,
                   Actions& actions) {
  actions.push_back(HoverByte{place});
  const auto event = event_for_byte(view, place);
  if (event) actions.push_back(Hover{*event});
  if (list.double_clicked) {
    actions.push_back(GoToByte{place});
  } else if (list.clicked) {
    actions.push_back(SelectByte{place});
    actions.push_back(Select{event ? std::optional<std::uint64_t>(*event) : std::nullopt});
    if (event) actions.push_back(GoTo{*event});
  }
}

void point_at_field(const FieldRow& row, const BytesLayout& layout, const TraceView& view,
                    const Touch& list, Actions& actions) {
  for (const ByteSection& section : layout.sections) {
    if (section.fields.empty() || &row < &section.fields.front() ||
        &row > &section.fields.back()) {
      continue;
    }
    const ByteField& field = section.stream.fields[static_cast<std::size_t>(row.field)];
    if (!field.range.empty()) {
      const BytePlace place{section.stream.conn, section.log, field.range.offset};
      actions.push_back(HoverByte{place});
      if (list.clicked) actions.push_back(SelectByte{place});
    }
    if (row.event == trace::no_event || !view.has(row.event)) return;
    actions.push_back(Hover{row.event});
    if (list.clicked) actions.push_back(GoTo{row.event});
    return;
  }
}

void enter_labels(const BytesLayout& layout, const Canvas& canvas) {
  for (const ByteSection& section : layout.sections) {
    const std::string_view log = trace::log_word(section.log);
    for (const ByteRow& row : section.rows) {
      for (const ByteCell& cell : row.cells) {
        canvas.registry.add(fmt::format("bytes/{}/{}", log, cell.place.offset), cell.hex);
      }
    }
    for (const FieldRow& row : section.fields) {
      canvas.registry.add(fmt::format("bytes/field/{}/{}", log, row.field), row.rect,
                          row.name.cut);
    }
  }
}

}  // namespace

Actions draw_bytes(const BytesLayout& layout, const TraceView& view, const Canvas& canvas) {
  Actions actions;
  Rect scrolled = layout.area;
  scrolled.w += canvas.theme.space(scroll_bar_steps);
  scroll_list(canvas, Panel::Bytes, "bytes-bar", scrolled, layout.content_px, layout.scroll_px,
              actions);
  const Touch list = touch(canvas, "bytes", layout.area);
  draw_box(canvas, layout.empty);
  const Theme& theme = canvas.theme;
  const Clip clip(canvas, layout.area.inset(-theme.space(1)));
  for (const ByteSection& section : layout.sections) {
    draw_box(canvas, section.heading, theme.of(section.group).ink);
    draw_box(canvas, section.state);
    for (const ByteRow& row : section.rows) {
      draw_box(canvas, row.offset);
      draw_grounds(row, canvas);
      draw_letters(row, canvas);
      draw_segments(row, canvas);
    }
    for (const FieldRow& row : section.fields) draw_field(row, section, canvas);
    draw_marks(section, canvas, Look::Selected, [](const ByteCell& c) { return c.selected; });
    draw_marks(section, canvas, Look::Glow, [](const ByteCell& c) { return c.at_cursor; });
    draw_marks(section, canvas, Look::Hover, [](const ByteCell& c) { return c.hovered; });
  }
  enter_labels(layout, canvas);
  if (!list.hovered && !list.clicked) return actions;
  const Point at{ImGui::GetIO().MousePos.x, ImGui::GetIO().MousePos.y};
  if (const ByteCell* cell = cell_at(layout, at)) {
    point_at_byte(cell->place, view, list, actions);
  } else if (const FieldRow* row = field_row_at(layout, at)) {
    point_at_field(*row, layout, view, list, actions);
  } else if (list.clicked) {
    actions.push_back(SelectByte{std::nullopt});
    actions.push_back(Select{std::nullopt});
  }
  return actions;
}

}  // namespace roundtrip::viz
