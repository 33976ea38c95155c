// What the bytes of one request and its answer mean at a cursor: a tree of fields over both byte
// logs, and the links byte ↔ field ↔ event. The request is read by core/http's own parser, run
// again over as many kept bytes as were consumed; nothing of it is recorded. The answer's head is
// taken apart by its lines. Called by layout_bytes and by whoever links a byte to an event.
// Offsets count in the connection's stream. Limit: of a body, the first kept_body_bytes are shown.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/http/parser_state.h"
#include "viz/model/view_state.h"

namespace roundtrip::viz {

enum class FieldKind : std::uint8_t {
  RequestLine, Method, Target, Path, Query, Version, Header, HeaderName, HeaderValue, LineEnd,
  BlankLine, Body, Derived, StatusLine, Status, Reason, Flaw
};

struct ByteField {
  FieldKind kind{};
  std::string name;            // "method", "Host", "[keep-alive]"
  std::string value;           // as text; of a derived field what was concluded
  ByteRange range;             // empty for what is derived
  int parent = -1;             // index of the field that it is part of
  int depth = 0;               // in the tree
  bool listed = true;          // has a row in the tree; line ends have none
  trace::EventNumber event = trace::no_event;  // that told it
};

// One direction of the request in focus.
struct StreamFields {
  trace::Log log = trace::Log::None;
  std::uint32_t conn = 0;
  ByteRange range;             // of this request or answer, as far as the trace tells at all
  std::uint64_t arrived = 0;   // up to here read from, or handed to, the kernel at the cursor
  std::uint64_t consumed = 0;  // up to here the parser has read, or the head is written
  std::vector<ByteField> fields;  // parents before their parts
  std::optional<http::State> parser;  // where the request parser stands

  // The innermost field that a byte belongs to; -1 where none is known yet.
  int field_at(std::uint64_t offset) const;
};

StreamFields request_fields(const TraceView& view, const Cursor& cursor, const Focus& focus);
StreamFields response_fields(const TraceView& view, const Cursor& cursor, const Focus& focus);

// The event that consumed or wrote a byte: the one with the smallest range around it; of a byte
// that nothing consumed, the recv() that brought it; empty where the trace tells none.
std::optional<trace::EventNumber> event_for_byte(const TraceView& view, const BytePlace& place);
// The end of the recv() that brought a byte, or of the send() that took it; empty where none did.
std::optional<trace::EventNumber> moved_byte(const TraceView& view, const BytePlace& place);
// The bytes that an event, or the begin that it ends, is about.
std::optional<ByteSpan> bytes_of_event(const TraceView& view, std::uint64_t event);

}  // namespace roundtrip::viz
