// The bytes of the request in focus and of its answer, at the cursor: rows of offset, hex and
// characters, beside them the tree of fields. What is hovered, chosen or at the cursor is marked on
// bytes and fields alike, whether it came as a byte or as an event. Pure geometry; draw_bytes
// paints it. Bytes that have not arrived at the cursor are dim, those not kept have no value.
// Rows have ruler.bytes_per_row bytes, or 8 where the panel is narrow. A projector shows one
// direction, the one that the cursor is about. Only rows that can be seen are made.
#pragma once

#include <optional>
#include <vector>

#include "viz/model/byte_fields.h"
#include "viz/model/text_box.h"

namespace roundtrip::viz {

struct ByteCell {
  Rect hex;
  Rect character;
  BytePlace place;
  std::uint8_t value = 0;
  bool kept = false;       // else there is no value
  bool arrived = false;    // at the cursor; else dim
  bool consumed = false;   // by the parser, or written with the head
  bool begins_segment = false;  // a packet's payload begins with it, where packets were seen
  bool sent_again = false;      // and a later packet brought it once more
  int field = -1;          // in its stream's fields
  trace::Group group{};    // its colour: read, or transmit
  FieldKind kind{};        // its shade, where there is a field
  bool at_cursor = false;
  bool hovered = false;
  bool selected = false;
};

struct ByteRow {
  Rect rect;
  TextBox offset;
  std::vector<ByteCell> cells;
};

struct FieldRow {
  Rect rect;
  int field = -1;
  FieldKind kind{};
  TextBox name;
  TextBox value;
  trace::EventNumber event = trace::no_event;
  bool derived = false;
  bool at_cursor = false;
  bool hovered = false;
  bool selected = false;
};

// One direction, with its heading.
struct ByteSection {
  trace::Log log = trace::Log::None;
  trace::Group group{};
  TextBox heading;        // "request, 83 bytes"
  TextBox state;          // what the parser is doing; empty without one
  StreamFields stream;
  std::vector<ByteRow> rows;
  std::vector<FieldRow> fields;
};

struct BytesLayout {
  Rect area;
  Focus focus;
  int bytes_per_row = 16;
  std::vector<ByteSection> sections;
  TextBox empty;          // said where there are no bytes
  float content_px = 0;
  float scroll_px = 0;
};

BytesLayout layout_bytes(const TraceView& view, const Cursor& cursor, const ViewState& state,
                         const Ruler& ruler, const Rect& area);

const ByteCell* cell_at(const BytesLayout& layout, Point at);
const FieldRow* field_row_at(const BytesLayout& layout, Point at);
std::string dump(const BytesLayout& layout);

}  // namespace roundtrip::viz
