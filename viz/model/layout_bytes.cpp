#include "viz/model/layout_bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/limits.h"
#include "viz/model/byte_packets.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Group;
using trace::Log;

namespace {

constexpr int narrow_bytes_per_row = 8;
constexpr float lines_for_sentence = 8;
constexpr std::uint64_t most_rows_bytes = 128 << 10;

// What is marked in one way, as a range of one log: an event's bytes, or the field around a byte.
struct Mark {
  std::optional<ByteSpan> bytes;
  std::optional<trace::EventNumber> event;
  bool has(const BytePlace& place) const { return bytes && bytes->contains(place); }
};

Mark mark_of(const TraceView& view, const StreamFields& stream, std::optional<std::uint64_t> event,
             std::optional<BytePlace> byte) {
  Mark mark;
  if (byte && byte->conn == stream.conn && byte->log == stream.log) {
    const int field = stream.field_at(byte->offset);
    ByteRange range{byte->offset, 1};
    if (field >= 0) range = stream.fields[static_cast<std::size_t>(field)].range;
    mark.bytes = ByteSpan{stream.conn, stream.log, range};
  } else if (event && !byte) {
    mark.bytes = bytes_of_event(view, *event);
    mark.event = static_cast<trace::EventNumber>(*event);
  }
  return mark;
}

struct Columns {
  int bytes_per_row = 16;
  float offset_px = 0;
  float hex_px = 0;        // one byte with its gap
  float character_px = 0;
  float hex_x = 0;
  float characters_x = 0;
  float width_px = 0;
  Rect tree;               // to the right of the bytes

  Columns(const Ruler& ruler, const Rect& area) {
    const float letter = ruler.width("0", Voice::Mono);
    offset_px = std::ceil(letter * 5) + ruler.space(2);
    hex_px = std::ceil(letter * 3);
    character_px = std::ceil(letter);
    // A usual answer's longest field stands whole.
    const float least_tree = std::ceil(ruler.width("Content-Type  ", Voice::Body) +
                                       ruler.width("text/plain; charset=utf-8", Voice::Mono));
    bytes_per_row = ruler.bytes_per_row;
    const auto wide = [&] {
      return offset_px + static_cast<float>(bytes_per_row) * (hex_px + character_px) +
             ruler.space(8);
    };
    if (wide() + least_tree > area.w) bytes_per_row = narrow_bytes_per_row;
    width_px = std::min(wide(), area.w);
    hex_x = area.x + offset_px;
    // The middle of a row has a wider gap, so that bytes can be counted.
    characters_x = hex_x + static_cast<float>(bytes_per_row) * hex_px + ruler.space(4);
    tree = Rect::from_corners(area.x + width_px, area.y, area.right(), area.bottom());
  }
  float hex_left(int column, float middle_gap) const {
    return hex_x + static_cast<float>(column) * hex_px +
           (column >= bytes_per_row / 2 ? middle_gap : 0);
  }
};

std::string bytes_text(std::uint64_t bytes) {
  return counted(static_cast<std::int64_t>(bytes), "byte");
}

// The pale bytes of a request; empty where there are none.
std::string unread_text(const StreamFields& stream) {
  const std::uint64_t come = std::clamp(stream.arrived, stream.range.offset, stream.range.end());
  if (come == stream.range.end()) return {};
  if (come == stream.range.offset) return ", not read yet";
  return fmt::format(", {} not read yet",
                     count(static_cast<std::int64_t>(stream.range.end() - come)));
}

// How much of an answer has left the program at the cursor; the rest is pale.
std::string sent_text(const StreamFields& stream) {
  const std::uint64_t gone = std::clamp(stream.arrived, stream.range.offset, stream.range.end());
  if (gone == stream.range.end()) return "All of it has been handed to the kernel.";
  if (gone == stream.range.offset) return "Nothing of it has been handed to the kernel yet.";
  return fmt::format("{} have been handed to the kernel; the rest is pale.",
                     bytes_text(gone - stream.range.offset));
}

struct Builder {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const Ruler& ruler;
  BytesLayout& layout;
  const Columns& columns;
  float line_px;
  float top = 0;            // in the content
  std::optional<float> cursor_y;

  bool seen(const Rect& rect) const { return layout.area.contains(rect); }
  Rect placed(float y, float height) const {
    return {layout.area.x, layout.area.y + y - layout.scroll_px, layout.area.w, height};
  }
  std::uint64_t row_count(const StreamFields& stream) const {
    const std::uint64_t bytes = std::min(stream.range.length, most_rows_bytes);
    const auto per_row = static_cast<std::uint64_t>(columns.bytes_per_row);
    return (bytes + per_row - 1) / per_row;
  }
  static std::size_t listed(const StreamFields& stream) {
    return static_cast<std::size_t>(
        std::count_if(stream.fields.begin(), stream.fields.end(),
                      [](const ByteField& field) { return field.listed; }));
  }
  // Of the heading and the sentence below it; where it is low, the bytes come first.
  float above_px() const {
    return ruler.row_px + (layout.area.h < lines_for_sentence * line_px ? 0 : line_px);
  }
  float height_of(const StreamFields& stream) const {
    const std::size_t lines = std::max<std::size_t>(row_count(stream), listed(stream));
    return above_px() + line_px * static_cast<float>(lines) + ruler.space(3);
  }
  Mark cursor_mark(const StreamFields& stream) const {
    Mark mark;
    mark.event = static_cast<trace::EventNumber>(cursor.event);
    if (cursor.consumed && stream.log == Log::In) {
      if (*cursor.consumed > 0) {
        mark.bytes = ByteSpan{stream.conn, Log::In, {*cursor.consumed - 1, 1}};
      }
      mark.event.reset();
    } else {
      mark.bytes = bytes_of_event(view, cursor.event);
    }
    return mark;
  }
  void find_cursor(const StreamFields& stream);
  void section(StreamFields stream);
  void rows(ByteSection& section, float y, const SegmentMarks& segments, const Mark& here,
            const Mark& hovered, const Mark& selected);
  void fields(ByteSection& section, float y, const Mark& here, const Mark& hovered,
              const Mark& selected);
};

// Where in the content the bytes at the cursor stand, for the list to keep them in sight.
void Builder::find_cursor(const StreamFields& stream) {
  const Mark mark = cursor_mark(stream);
  if (!mark.bytes || mark.bytes->log != stream.log || mark.bytes->conn != stream.conn) return;
  const std::uint64_t at = mark.bytes->range.offset;
  if (!stream.range.contains(at)) return;
  const auto per_row = static_cast<std::uint64_t>(columns.bytes_per_row);
  const std::uint64_t row = (at - stream.range.offset) / per_row;
  cursor_y = top + above_px() + line_px * static_cast<float>(row);
}

void Builder::rows(ByteSection& section, float y, const SegmentMarks& segments,
                   const Mark& here, const Mark& hovered, const Mark& selected) {
  const StreamFields& stream = section.stream;
  const auto per_row = static_cast<std::uint64_t>(columns.bytes_per_row);
  const std::uint64_t count = row_count(stream);
  const float middle = ruler.space(2);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Rect rect = placed(y + static_cast<float>(i) * line_px, line_px);
    if (rect.y > layout.area.bottom()) break;
    if (!seen(rect)) continue;
    ByteRow row;
    row.rect = {rect.x, rect.y, columns.width_px, rect.h};
    const ByteRange range{stream.range.offset + i * per_row,
                          std::min(per_row, stream.range.length - i * per_row)};
    row.offset = fit_text(ruler, {rect.x, rect.y, columns.offset_px - middle, rect.h},
                          hex_offset(range.offset), Voice::MonoQuiet, Side::Right);
    const auto bytes = view.trace.bytes(stream.conn, stream.log, range);
    for (std::uint64_t j = 0; j < range.length; ++j) {
      const int column = static_cast<int>(j);
      ByteCell cell;
      cell.hex = {columns.hex_left(column, middle), rect.y, columns.hex_px, rect.h};
      cell.character = {columns.characters_x + static_cast<float>(column) * columns.character_px,
                        rect.y, columns.character_px, rect.h};
      cell.place = {stream.conn, stream.log, range.offset + j};
      cell.kept = j < bytes.kept.size() && bytes.kept[j];
      cell.value = cell.kept ? static_cast<std::uint8_t>(bytes.data[j]) : std::uint8_t{0};
      cell.arrived = cell.place.offset < stream.arrived;
      cell.consumed = cell.place.offset < stream.consumed;
      cell.begins_segment = segments.begins_at(cell.place.offset);
      cell.sent_again = segments.sent_again(cell.place.offset);
      cell.field = stream.field_at(cell.place.offset);
      cell.group = section.group;
      if (cell.field >= 0) cell.kind = stream.fields[static_cast<std::size_t>(cell.field)].kind;
      cell.at_cursor = here.has(cell.place);
      cell.hovered = hovered.has(cell.place);
      cell.selected = selected.has(cell.place);
      row.cells.push_back(cell);
    }
    section.rows.push_back(std::move(row));
  }
}

void Builder::fields(ByteSection& section, float y, const Mark& here, const Mark& hovered,
                     const Mark& selected) {
  const StreamFields& stream = section.stream;
  const auto marked = [&stream](const Mark& mark, const ByteField& field) {
    if (field.range.empty()) return mark.event && field.event == *mark.event;
    return mark.bytes && mark.bytes->conn == stream.conn && mark.bytes->log == stream.log &&
           mark.bytes->range.overlaps(field.range);
  };
  float at = y;
  for (std::size_t i = 0; i < stream.fields.size(); ++i) {
    const ByteField& field = stream.fields[i];
    if (!field.listed) continue;
    Rect rect = placed(at, line_px);
    at += line_px;
    if (!seen(rect) || columns.tree.w < ruler.space(10)) continue;
    FieldRow row;
    rect.x = columns.tree.x;
    rect.w = columns.tree.w;
    row.rect = rect;
    row.field = static_cast<int>(i);
    row.kind = field.kind;
    row.event = field.event;
    row.derived = field.kind == FieldKind::Derived;
    Rect rest = rect.inset(ruler.space(1), 0);
    rest.take_left(ruler.space(3) * static_cast<float>(field.depth));
    const float name_px = std::min(std::ceil(ruler.width(field.name, Voice::Body)) + 1,
                                   field.value.empty() ? rest.w : rest.w * 0.6f);
    row.name = fit_text(ruler, rest.take_left(name_px, ruler.space(2)), field.name,
                        row.derived ? Voice::Quiet : Voice::Body);
    row.value = fit_text(ruler, rest, field.value, Voice::Mono);
    row.at_cursor = marked(here, field);
    row.hovered = marked(hovered, field);
    row.selected = marked(selected, field);
    section.fields.push_back(std::move(row));
  }
}

void Builder::section(StreamFields stream) {
  ByteSection section;
  section.log = stream.log;
  section.group = stream.log == Log::In ? Group::Read : Group::Transmit;
  section.stream = std::move(stream);
  const StreamFields& told = section.stream;
  const Mark here = cursor_mark(told);
  const Mark hovered = mark_of(view, told, state.hovered_event, state.hovered_byte);
  const Mark selected = mark_of(view, told, state.selected_event, state.selected_byte);
  const std::vector<SeenPacket> packets =
      packets_with(view, told.conn, told.log, told.range, cursor.event);
  const Rect heading = placed(top, ruler.row_px);
  if (seen(heading)) {
    const bool in = told.log == Log::In;
    std::string text = fmt::format("{}, {}", in ? "request" : "response",
                                   bytes_text(told.range.length));
    if (in) text += unread_text(told);
    if (told.range.length > most_rows_bytes) {
      text += fmt::format(", the first {} shown",
                          count(static_cast<std::int64_t>(most_rows_bytes)));
    }
    const Rect place = heading.inset(ruler.space(1), 0);
    if (!packets.empty()) {
      const std::string with_packets = fmt::format("{}, in {}", text, segments_text(packets));
      if (ruler.width(with_packets, Voice::Strong) <= place.w) text = with_packets;
    }
    if (told.range.offset > 0) {
      const std::string counted_from = text + "; offsets count from the connection's first byte";
      if (ruler.width(counted_from, Voice::Strong) <= place.w) text = counted_from;
    }
    section.heading = fit_text(ruler, place, text, Voice::Strong);
  }
  const Rect state_line = placed(top + ruler.row_px, line_px);
  if (above_px() > ruler.row_px && seen(state_line)) {
    const std::string text = told.parser ? std::string(http::state_sentence(*told.parser))
                             : told.log == Log::Out ? sent_text(told)
                                                    : std::string();
    section.state =
        fit_text(ruler, state_line.inset(ruler.space(1), 0), text, Voice::Quiet);
  }
  const float first_row = top + above_px();
  rows(section, first_row, segment_marks(packets), here, hovered, selected);
  fields(section, first_row, here, hovered, selected);
  top += height_of(told);
  layout.sections.push_back(std::move(section));
}

bool is_about_response(const TraceView& view, const Cursor& cursor) {
  return !cursor.consumed && view.trace[cursor.event].row().group() >= Group::Transmit;
}

}  // namespace

BytesLayout layout_bytes(const TraceView& view, const Cursor& asked, const ViewState& state,
                         const Ruler& ruler, const Rect& area) {
  BytesLayout layout;
  layout.area = area;
  const auto nothing = [&](std::string_view why) {
    Rect rest = area;
    layout.empty = fit_text(ruler, rest.take_top(ruler.row_px).inset(ruler.space(1), 0), why,
                            Voice::Quiet);
    return layout;
  };
  const auto cursor = Stepper(view).clamped(asked);
  if (!cursor) return nothing("Nothing has been recorded yet");
  layout.focus = focus_at(view, cursor->event, state.chosen);
  if (layout.focus.conn == 0) return nothing("No connection yet: bytes appear with the first one");
  const bool one_only = state.projector;
  const bool response_first = is_about_response(view, *cursor);
  std::vector<StreamFields> streams;
  if (!one_only || !response_first) {
    streams.push_back(request_fields(view, *cursor, layout.focus));
  }
  if (!one_only || response_first) {
    streams.push_back(response_fields(view, *cursor, layout.focus));
  }
  std::erase_if(streams, [](const StreamFields& stream) { return stream.range.empty(); });
  if (streams.empty()) return nothing("No bytes have been read on this connection yet");

  const Columns columns(ruler, area);
  layout.bytes_per_row = columns.bytes_per_row;
  Builder builder{view, *cursor, state, ruler, layout, columns,
                  std::ceil(ruler.body_px * 1.25f), 0, {}};
  float response_top = 0;
  for (const StreamFields& stream : streams) {
    if (stream.log == Log::Out) response_top = builder.top;
    builder.find_cursor(stream);
    builder.top += builder.height_of(stream);
  }
  layout.content_px = builder.top;
  const float most_scroll = std::max(0.f, layout.content_px - area.h);
  // An event without bytes of its own shows the stream that it is about.
  const float about = response_first ? response_top : 0.f;
  const float wanted = state.scrolls.bytes.value_or(
      builder.cursor_y ? std::floor(*builder.cursor_y - area.h / 2) : about);
  layout.scroll_px = std::clamp(wanted, 0.f, most_scroll);
  builder.top = 0;
  for (StreamFields& stream : streams) builder.section(std::move(stream));
  return layout;
}

const ByteCell* cell_at(const BytesLayout& layout, Point at) {
  for (const ByteSection& section : layout.sections) {
    for (const ByteRow& row : section.rows) {
      if (!row.rect.contains(at)) continue;
      for (const ByteCell& cell : row.cells) {
        if (cell.hex.contains(at) || cell.character.contains(at)) return &cell;
      }
    }
  }
  return nullptr;
}

const FieldRow* field_row_at(const BytesLayout& layout, Point at) {
  for (const ByteSection& section : layout.sections) {
    for (const FieldRow& row : section.fields) {
      if (row.rect.contains(at)) return &row;
    }
  }
  return nullptr;
}

std::string dump(const BytesLayout& layout) {
  std::string text = fmt::format("bytes {} content {:g} scroll {:g} {}", dump(layout.area),
                                 layout.content_px, layout.scroll_px, dump(layout.empty));
  for (const ByteSection& section : layout.sections) {
    text += "section " + dump(section.heading) + dump(section.state);
    for (const ByteRow& row : section.rows) {
      text += row.offset.text;
      for (const ByteCell& cell : row.cells) {
        text += fmt::format(" {}{}{}{}{}{}{}", cell.kept ? hex_byte(cell.value) : "--",
                            cell.arrived ? "" : "~", cell.consumed ? "" : "?",
                            cell.at_cursor ? "*" : "", cell.hovered ? "h" : "",
                            cell.selected ? "s" : "",
                            cell.field < 0 ? "" : fmt::format("/{}", cell.field));
      }
      text += fmt::format(" {}\n", dump(row.rect));
    }
    for (const FieldRow& row : section.fields) {
      text += fmt::format("field {} {} = {}{}{}{}\n", dump(row.rect), row.name.text,
                          row.value.text, row.at_cursor ? " cursor" : "",
                          row.hovered ? " hovered" : "", row.selected ? " selected" : "");
    }
  }
  return text;
}

}  // namespace roundtrip::viz
