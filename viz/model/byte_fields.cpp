#include "viz/model/byte_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "core/base/limits.h"
#include "core/http/request_parser.h"
#include "viz/model/answer_bytes.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::Log;
using trace::Phase;

namespace {

constexpr std::uint64_t most_bytes_shown = http::max_head_bytes + limits::kept_body_bytes;

std::span<const EventNumber> events_of(const TraceView& view, std::uint32_t conn) {
  const auto* summary = view.index.connection(conn);
  return summary != nullptr ? std::span<const EventNumber>(summary->events)
                            : std::span<const EventNumber>();
}

// The events of a connection from a request's first to its last.
std::span<const EventNumber> events_of(const TraceView& view, const Focus& focus) {
  const auto events = events_of(view, focus.conn);
  const auto* request = view.index.request(focus.request);
  if (request == nullptr) return {};
  const auto from = std::lower_bound(events.begin(), events.end(), request->first);
  const auto to = std::upper_bound(from, events.end(), request->last);
  return {from, to};
}

// Up to where bytes of a log had been moved by `phase` at or before an event.
std::uint64_t moved_to(const TraceView& view, std::uint32_t conn, Phase phase, Log log,
                       std::uint64_t event) {
  const auto events = events_of(view, conn);
  for (auto at = std::upper_bound(events.begin(), events.end(), event); at != events.begin();) {
    const Event& fact = view.trace[*--at];
    if (fact.phase == phase && fact.ends() && fact.log == log) return fact.bytes().end();
  }
  return 0;
}

struct Builder {
  const TraceView& view;
  const Focus& focus;
  StreamFields& stream;

  std::string text(ByteRange range) const {
    return quoted(view.trace.bytes(focus.conn, stream.log, range).data, 80);
  }
  // Each field stands after its parent and what that has already.
  int add(FieldKind kind, std::string name, ByteRange range, int parent, EventNumber event) {
    auto& fields = stream.fields;
    ByteField field{kind, std::move(name), "", range, parent, 0, true, event};
    std::size_t place = fields.size();
    if (parent >= 0) {
      field.depth = fields[static_cast<std::size_t>(parent)].depth + 1;
      place = static_cast<std::size_t>(parent) + 1;
      while (place < fields.size() && fields[place].depth >= field.depth) ++place;
    }
    if (!range.empty() && kind != FieldKind::RequestLine && kind != FieldKind::StatusLine) {
      field.value = text(range);
    }
    const int index = static_cast<int>(place);
    for (std::size_t i = place; i < fields.size(); ++i) {
      if (fields[i].parent >= index) ++fields[i].parent;
    }
    fields.insert(fields.begin() + index, std::move(field));
    return index;
  }
  void derive(std::string name, std::string value, int parent, EventNumber event) {
    const int index = add(FieldKind::Derived, fmt::format("[{}]", name), {}, parent, event);
    stream.fields[static_cast<std::size_t>(index)].value = std::move(value);
  }
  void flaw(ByteRange range, std::string_view why) {
    const int index = add(FieldKind::Flaw, "flaw", range, -1, told_by(Phase::ReadRejected));
    stream.fields[static_cast<std::size_t>(index)].value = why;
  }
  void line_end(ByteRange line, int parent, EventNumber event) {
    if (line.length < 2) return;
    const int index = add(FieldKind::LineEnd, "CRLF", {line.end() - 2, 2}, parent, event);
    stream.fields[static_cast<std::size_t>(index)].listed = false;
  }
  int header(ByteRange line, ByteRange name, ByteRange value, EventNumber event) {
    const int index = add(FieldKind::Header, text(name), line, -1, event);
    stream.fields[static_cast<std::size_t>(index)].value = text(value);
    for (const auto& [kind, part, range] :
         {std::tuple{FieldKind::HeaderName, "name", name},
          std::tuple{FieldKind::HeaderValue, "value", value}}) {
      if (range.empty()) continue;
      const int child = add(kind, part, range, index, event);
      stream.fields[static_cast<std::size_t>(child)].listed = false;
    }
    line_end(line, index, event);
    return index;
  }

  // The event of the request that told a token.
  EventNumber told_by(Phase phase, std::optional<ByteRange> range = {}) const {
    for (const EventNumber number : events_of(view, focus)) {
      const Event& event = view.trace[number];
      if (event.phase == phase && (!range || event.bytes() == *range)) return number;
    }
    return trace::no_event;
  }
  void take(const http::Token& token);
  int request_line = -1;
  int target = -1;
};

void Builder::take(const http::Token& token) {
  if (const auto* found = std::get_if<http::RequestLineFound>(&token)) {
    const EventNumber event = told_by(Phase::ReadLineFound);
    request_line = add(FieldKind::RequestLine, "request line", found->line, -1, event);
    line_end(found->line, request_line, event);
  } else if (const auto* split = std::get_if<http::RequestLineSplit>(&token)) {
    const EventNumber event = told_by(Phase::ReadLineSplit);
    add(FieldKind::Method, "method", split->method, request_line, event);
    target = add(FieldKind::Target, "target", split->target, request_line, event);
    add(FieldKind::Version, "version", split->version, request_line, event);
  } else if (const auto* valid = std::get_if<http::RequestLineValid>(&token)) {
    derive("version", fmt::format("{}.{}", valid->version_major, valid->version_minor),
           request_line, told_by(Phase::ReadLineValid));
  } else if (const auto* url = std::get_if<http::Url>(&token)) {
    const EventNumber event = told_by(Phase::ReadUrl);
    if (!url->path.empty()) add(FieldKind::Path, "path", url->path, target, event);
    if (!url->query.empty()) add(FieldKind::Query, "query", url->query, target, event);
  } else if (const auto* line = std::get_if<http::Header>(&token)) {
    header(line->line, line->name, line->value, told_by(Phase::ReadHeader, line->line));
  } else if (const auto* complete = std::get_if<http::HeadersComplete>(&token)) {
    const EventNumber event = told_by(Phase::ReadHeadersComplete);
    add(FieldKind::BlankLine, "blank line", complete->blank_line, -1, event);
    derive("headers", fmt::format("{}", complete->header_count), -1, event);
  } else if (const auto* ready = std::get_if<http::RequestReady>(&token)) {
    const EventNumber event = told_by(Phase::ReadRequestReady);
    std::string body = "none";
    if (ready->framing == http::BodyFraming::Chunked) body = "in chunks";
    if (ready->content_length) {
      body = "declared " + counted(static_cast<std::int64_t>(*ready->content_length), "byte");
    }
    derive("body", std::move(body), -1, event);
    derive("keep-alive", ready->keep_alive ? "yes" : "no", -1, event);
  } else if (const auto* piece = std::get_if<http::BodyPiece>(&token)) {
    add(FieldKind::Body, "body", piece->bytes, -1, told_by(Phase::ReadBodyPiece));
  }
}

// All bytes of one direction that a request's events tell of.
template <class Tells>
ByteRange range_told(const TraceView& view, const Focus& focus, Tells tells) {
  std::uint64_t from = UINT64_MAX;
  std::uint64_t to = 0;
  for (const EventNumber number : events_of(view, focus)) {
    const Event& event = view.trace[number];
    if (!tells(event)) continue;
    from = std::min(from, event.bytes().offset);
    to = std::max(to, event.bytes().end());
  }
  return from < to ? ByteRange{from, to - from} : ByteRange{};
}

// The response's bytes: of a write only those of this answer, of one that was kept back all.
ByteRange response_range(const TraceView& view, const Focus& focus) {
  const AnswerBytes answer = answer_bytes(view.index, focus.request, view.end() - 1);
  if (!answer.begun()) return {};
  std::uint64_t to = answer.kept_back ? answer.to : answer.from;
  for (const EventNumber number : events_of(view, focus)) {
    const Event& event = view.trace[number];
    if (event.request != focus.request || !tells_response_bytes(event)) continue;
    to = std::max(to, answer.part_of(event).end());
  }
  return {answer.from, to - answer.from};
}

// The request's bytes, from where the one before ends to the last that was read for it: also what
// came before, and after, a byte that was refused.
ByteRange request_range(const TraceView& view, const Focus& focus) {
  const ByteRange told = range_told(view, focus, tells_request_bytes);
  const auto* conn = view.index.connection(focus.conn);
  const auto* request = view.index.request(focus.request);
  if (conn == nullptr || request == nullptr) return told;
  const std::size_t place = place_of_request(view, *conn, focus.request);
  const auto told_of = [&](std::size_t index) {
    return range_told(view, {focus.conn, conn->requests[index]}, tells_request_bytes);
  };
  const bool followed = place + 1 < conn->requests.size();
  const std::uint64_t until =
      followed ? view.index.request(conn->requests[place + 1])->first : conn->last;
  std::uint64_t line = UINT64_MAX;  // the request line's first byte
  std::uint64_t whole = UINT64_MAX;  // where head and body end, once that is known
  for (const EventNumber number : events_of(view, focus)) {
    const Event& event = view.trace[number];
    if (event.phase == Phase::ReadLineFound) line = std::min(line, event.bytes().offset);
    if (event.phase == Phase::ReadHeadersComplete) whole = event.bytes().end();
    if (event.phase == Phase::ReadRequestReady) whole += event.arg("body").value_or(0);
  }
  // Chunks end where they say so themselves.
  const bool chunked = request->ready != trace::no_event && view.has(request->ready) &&
                       view.trace[request->ready].arg("framing").has_value();
  if (request->ready == trace::no_event || chunked) whole = UINT64_MAX;
  std::uint64_t from = line;
  if (line == UINT64_MAX) {
    from = place > 0 && place < conn->requests.size() ? told_of(place - 1).end()
           : conn->cut                                ? told.offset
                                                      : 0;
  }
  std::uint64_t to = std::min(moved_to(view, focus.conn, Phase::ReadRead, Log::In, until), whole);
  if (followed) {
    const ByteRange next = told_of(place + 1);
    if (!next.empty()) to = std::min(to, next.offset);
  }
  to = std::max(to, told.end());
  return from < to ? ByteRange{from, to - from} : ByteRange{};
}

}  // namespace

int StreamFields::field_at(std::uint64_t offset) const {
  int found = -1;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].range.contains(offset)) continue;
    const bool inner =
        found < 0 || fields[i].range.length <= fields[static_cast<std::size_t>(found)].range.length;
    if (inner) found = static_cast<int>(i);
  }
  return found;
}

StreamFields request_fields(const TraceView& view, const Cursor& cursor, const Focus& focus) {
  StreamFields stream;
  stream.log = Log::In;
  stream.conn = focus.conn;
  if (focus.conn == 0) return stream;
  stream.range = request_range(view, focus);
  stream.arrived = moved_to(view, focus.conn, Phase::ReadRead, Log::In, cursor.event);
  if (stream.range.empty()) {
    // Bytes have come that no token tells of yet.
    const std::uint64_t from = consumed_at(view, cursor, focus.conn).value_or(0);
    if (stream.arrived > from) stream.range = {from, stream.arrived - from};
  }
  const std::uint64_t begin = stream.range.offset;
  stream.consumed = std::clamp(consumed_at(view, cursor, focus.conn).value_or(begin), begin,
                               stream.range.end());
  const std::uint64_t shown = std::min(stream.consumed - begin, most_bytes_shown);
  const auto kept = view.trace.bytes(focus.conn, Log::In, {begin, shown});
  // The parser can only be run again over bytes that were kept without a hole.
  const auto hole = std::find(kept.kept.begin(), kept.kept.end(), false);
  const auto whole = static_cast<std::size_t>(hole - kept.kept.begin());
  const http::StreamBytes window{std::string_view(kept.data).substr(0, whole), begin};
  http::RequestParser parser({}, begin);
  Builder builder{view, focus, stream};
  const EventNumber rejected = builder.told_by(Phase::ReadRejected);
  const bool refused = cursor.consumed || rejected == trace::no_event || rejected <= cursor.event;
  while (true) {
    stream.parser = parser.state();
    const http::Step step = parser.next(window);
    if (step.kind == http::StepKind::Told) {
      builder.take(step.token);
      continue;
    }
    // The server finds it out with its next step.
    if (step.kind == http::StepKind::Failed && !refused) return stream;
    if (step.kind == http::StepKind::Failed) {
      builder.flaw({step.failure.offset, 1}, step.failure.sentence());
    }
    break;
  }
  stream.parser = parser.state();
  // A server with limits of its own stopped where this parser goes on.
  if (parser.state() != http::State::Failed && rejected != trace::no_event &&
      rejected <= cursor.event && view.trace[rejected].has_bytes() &&
      stream.consumed >= view.trace[rejected].bytes().end()) {
    const auto error = view.trace[rejected].arg("error").value_or(0);
    builder.flaw(view.trace[rejected].bytes(),
                 view.trace.symbols().text({static_cast<std::uint32_t>(error)}));
    stream.parser = http::State::Failed;
  }
  return stream;
}

StreamFields response_fields(const TraceView& view, const Cursor& cursor, const Focus& focus) {
  StreamFields stream;
  stream.log = Log::Out;
  stream.conn = focus.conn;
  if (focus.conn == 0) return stream;
  Builder builder{view, focus, stream};
  stream.range = response_range(view, focus);
  stream.arrived = moved_to(view, focus.conn, Phase::TransmitWrite, Log::Out, cursor.event);
  stream.consumed = stream.range.offset;
  const EventNumber told = builder.told_by(Phase::TransmitHead);
  if (told == trace::no_event || told > cursor.event) return stream;
  const ByteRange head = view.trace[told].bytes();
  stream.consumed = std::max(head.end(), std::min(stream.arrived, stream.range.end()));
  const ByteRange shown{head.offset, std::min(head.length, most_bytes_shown)};
  const auto bytes = view.trace.bytes(focus.conn, Log::Out, shown);
  if (!bytes.whole) return stream;
  const std::string_view text = bytes.data;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t feed = text.find("\r\n", at);
    if (feed == text.npos) break;
    const ByteRange line{head.offset + at, feed + 2 - at};
    const std::string_view content = text.substr(at, feed - at);
    if (at == 0) {
      const int index = builder.add(FieldKind::StatusLine, "status line", line, -1, told);
      const std::size_t status = std::min(content.find(' ') + 1, content.size());
      const std::size_t reason = std::min(content.find(' ', status) + 1, content.size());
      builder.add(FieldKind::Version, "version", {line.offset, status > 0 ? status - 1 : 0}, index,
                  told);
      builder.add(FieldKind::Status, "status",
                  {line.offset + status, reason > status ? reason - 1 - status : 0}, index, told);
      builder.add(FieldKind::Reason, "reason", {line.offset + reason, content.size() - reason},
                  index, told);
      builder.line_end(line, index, told);
    } else if (content.empty()) {
      builder.add(FieldKind::BlankLine, "blank line", line, -1, told);
    } else {
      const std::size_t colon = std::min(content.find(':'), content.size());
      const std::size_t value =
          std::min(content.find_first_not_of(" \t", colon + 1), content.size());
      builder.header(line, {line.offset, colon}, {line.offset + value, content.size() - value},
                     told);
    }
    at = feed + 2;
  }
  if (stream.range.end() > head.end()) {
    const ByteRange body{head.end(), std::min(stream.range.end() - head.end(), most_bytes_shown)};
    const auto add_body = [&](EventNumber number) {
      const Event& event = view.trace[number];
      if (number > cursor.event || event.phase != Phase::TransmitWrite || !event.ends() ||
          event.log != Log::Out || event.bytes().end() <= head.end()) {
        return;
      }
      const std::uint64_t from = std::max(event.bytes().offset, head.end());
      const std::uint64_t to = std::min(event.bytes().end(), body.end());
      if (from < to) builder.add(FieldKind::Body, "body", {from, to - from}, -1, number);
    };
    for (const EventNumber number : events_of(view, focus)) add_body(number);
    const EventNumber carrier = answer_bytes(view.index, focus.request, cursor.event).carrier;
    if (carrier != trace::no_event) add_body(carrier);
  }
  return stream;
}

}  // namespace roundtrip::viz
