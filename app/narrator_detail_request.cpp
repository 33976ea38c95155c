// Phase 3 in detail: the request's bytes, the buffered reader, the request line in four steps, the
// headers one by one, the request object.
#include <fmt/format.h>

#include "app/narrator_detail.h"
#include "app/narrator_rows.h"
#include "viz/model/describe.h"

namespace roundtrip::app {

using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

constexpr std::size_t most_hex_bytes = 1024;

std::string part_text(const viz::TraceView& view, EventNumber number, std::string_view part) {
  const trace::Event& event = view.trace[number];
  const auto range = viz::part_of(event, part);
  if (!range) return {};
  return safe(view.trace.bytes(event.conn, event.log, *range).data);
}

// The bytes of one request as they stand in the connection's stream, and their shares.
Lines wire_view(const viz::TraceView& view, const RequestFacts& facts) {
  const EventNumber line = first_of(view, facts.read, Phase::ReadLineFound);
  if (line == no_event) return {};
  const trace::Event& first = view.trace[line];
  ByteRange whole = first.bytes();
  std::vector<std::vector<std::string>> shares = {
      {"request line", right_aligned(bytes_text(whole.length), 14),
       shortened(safe(view.trace.text(first)), 40)}};
  std::uint64_t shared = whole.length;
  EventNumbers all = facts.read;
  all.insert(all.end(), facts.handle.begin(), facts.handle.end());
  for (const EventNumber number : all) {
    const trace::Event& event = view.trace[number];
    const bool blank = event.phase == Phase::ReadHeadersComplete;
    const bool body = event.phase == Phase::ReadBodyPiece;
    if ((event.phase != Phase::ReadHeader && !blank && !body) || !event.has_bytes()) continue;
    // The blank line's fact may cover the head that it completes.
    ByteRange range = event.bytes();
    if (blank && range.length > 2) range = {range.end() - 2, 2};
    if (range.end() > whole.end()) whole.length = range.end() - whole.offset;
    shared += range.length;
    shares.push_back({blank ? "blank line" : body ? "body" : part_text(view, number, "name"),
                      right_aligned(bytes_text(range.length), 14),
                      shortened(safe(view.trace.bytes(event.conn, event.log, range).data), 40)});
  }
  const EventNumber ready = first_of(view, facts.read, Phase::ReadRequestReady);
  const bool chunked = ready != no_event && arg_text(view, ready, "framing").has_value();
  if (chunked && whole.length > shared) {
    shares.push_back({"chunk framing", right_aligned(bytes_text(whole.length - shared), 14), ""});
  }
  shares.push_back({"in all", right_aligned(bytes_text(whole.length), 14), ""});
  Lines lines = {inked(Ink::Strong, "The request on the wire")};
  const ByteRange shown{whole.offset, std::min<std::uint64_t>(whole.length, most_hex_bytes)};
  const auto bytes = view.trace.bytes(first.conn, first.log, shown);
  append(lines, indented(hex_view(bytes.data, shown.offset, bytes.kept), 2));
  if (shown.length < whole.length) {
    lines.push_back(fmt::format("  and {} more", bytes_text(whole.length - shown.length)));
  }
  lines.emplace_back();
  append(lines, boxed(columns(shares), journey_width - 8));
  lines.emplace_back();
  return lines;
}

Lines buffer_box(std::string_view when, const trace::BufferState& buffer) {
  return titled_box(when, {fmt::format("capacity  {}", bytes_text(buffer.capacity)),
                           fmt::format("filled    {}", bytes_text(buffer.filled)),
                           fmt::format("position  {}", number_text(buffer.consumed))}, 24);
}

Lines reader_view(const viz::TraceView& view, const RequestFacts& facts) {
  const EventNumber fill = first_of(view, facts.read, Phase::ReadBufferFill);
  const EventNumber read = first_of(view, facts.read, Phase::ReadRead);
  if (fill == no_event || read == no_event) return {};
  const std::uint32_t conn = view.trace[fill].conn;
  trace::BufferState before = view.states.connection_at(conn, read).read_buffer;
  const trace::BufferState after = view.states.connection_at(conn, fill).read_buffer;
  // Until it was filled for the first time nothing has told its size; it has not changed.
  if (before.capacity == 0) before.capacity = after.capacity;
  Lines lines = {inked(Ink::Strong, "The buffered reader, before and after recv()")};
  append(lines, beside(buffer_box("BEFORE", before), buffer_box("AFTER", after)));
  lines.push_back(go_line(Phase::ReadBufferFill));
  lines.emplace_back();
  return lines;
}

Lines line_view(const viz::TraceView& view, const RequestFacts& facts) {
  const EventNumber found = first_of(view, facts.read, Phase::ReadLineFound);
  const EventNumber split = first_of(view, facts.read, Phase::ReadLineSplit);
  const EventNumber valid = first_of(view, facts.read, Phase::ReadLineValid);
  const EventNumber url = first_of(view, facts.read, Phase::ReadUrl);
  Lines lines;
  if (found == no_event) return lines;
  lines.push_back(inked(Ink::Strong, "The request line in four steps"));
  lines.emplace_back("Step 1: read until CR LF");
  append(lines, indented(boxed(wrapped(part_text(view, found, "text"), 64)), 2));
  if (split != no_event) {
    lines.emplace_back("Step 2: split at the two spaces");
    const auto piece = [&](std::string_view part, std::string_view name) {
      Lines box = boxed({shortened(part_text(view, split, part), 36)});
      box.push_back(fmt::format("  {}", name));
      return box;
    };
    append(lines, indented(beside(beside(piece("method", "method"), piece("target", "target")),
                                  piece("version", "version")), 2));
  }
  if (valid != no_event) {
    lines.emplace_back("Step 3: check and keep");
    append(lines, indented(boxed({
        fmt::format("method   {}", arg_text(view, valid, "method").value_or("unknown")),
        fmt::format("version  HTTP/{}.{}, major {}, minor {}",
                    arg_text(view, valid, "major").value_or("?"),
                    arg_text(view, valid, "minor").value_or("?"),
                    arg_text(view, valid, "major").value_or("?"),
                    arg_text(view, valid, "minor").value_or("?"))}), 2));
  }
  if (url != no_event) {
    const std::string query = part_text(view, url, "query");
    lines.emplace_back("Step 4: take the URL apart");
    append(lines, indented(boxed({
        fmt::format("path   {}", shortened(part_text(view, url, "path"), 60)),
        fmt::format("query  {}", query.empty() ? "none" : shortened(query, 60))}), 2));
  }
  lines.push_back(go_line(Phase::ReadLineSplit));
  lines.emplace_back();
  return lines;
}

Lines headers_view(const viz::TraceView& view, const RequestFacts& facts) {
  Lines lines;
  for (const EventNumber number : facts.read) {
    const trace::Event& event = view.trace[number];
    if (event.phase != Phase::ReadHeader || !event.has_bytes()) continue;
    if (lines.empty()) lines.push_back(inked(Ink::Strong, "The headers, one by one"));
    const std::string merged = event.arg("merged").value_or(0) > 0
                                   ? fmt::format(" ({} told as one)", *event.arg("merged")) : "";
    lines.push_back(fmt::format("  {}. line   {}{}",
                                arg_text(view, number, "number").value_or("?"),
                                shortened(part_text(view, number, "text"), 58), merged));
    lines.push_back(fmt::format("     name   {}", shortened(part_text(view, number, "name"), 58)));
    lines.push_back(fmt::format("     value  {}", shortened(part_text(view, number, "value"), 58)));
  }
  if (lines.empty()) return lines;
  lines.push_back(go_line(Phase::ReadHeader));
  lines.emplace_back();
  return lines;
}

Lines request_box(const viz::TraceView& view, const RequestFacts& facts) {
  const EventNumber ready = first_of(view, facts.read, Phase::ReadRequestReady);
  if (ready == no_event) return {};
  const trace::ConnectionStateAt state = view.states.connection_at(view.trace[ready].conn, ready);
  const trace::RequestState& request = state.request;
  const auto text = [&](std::optional<ByteRange> range) -> std::optional<std::string> {
    if (!range) return std::nullopt;
    return shortened(safe(view.trace.bytes(state.conn, trace::Log::In, *range).data), 44);
  };
  FactBox box(fmt::format("REQUEST {}, COMPLETE", facts.request));
  box.heading("Method and target");
  box.add("method", text(request.method));
  box.add("target", text(request.target));
  box.add("path", text(request.path));
  box.add("query", text(request.query));
  box.add("version", text(request.version));
  box.heading("Headers");
  for (const trace::HeaderField& field : request.headers) {
    box.add(text(field.name).value_or("?"), text(field.value));
  }
  box.heading("Connection");
  box.add("remote address", state.remote ? std::optional(trace::address_text(
                                               *state.remote, view.trace.symbols()))
                                         : std::nullopt);
  box.add("TLS", "none: this is not HTTPS");
  box.add("stays open", arg_text(view, ready, "keep_alive"));
  box.heading("Body");
  const bool chunked = arg_text(view, ready, "framing").has_value();
  const std::string_view otherwise = chunked ? "not told before: it comes in chunks" : "none";
  box.add("length", arg_text(view, ready, "body").value_or(std::string(otherwise)));
  Lines lines = box.lines();
  lines.push_back(go_line(Phase::ReadRequestReady));
  lines.emplace_back();
  return lines;
}

Lines rejected_box(const viz::TraceView& view, const RequestFacts& facts) {
  const EventNumber rejected = first_of(view, facts.read, Phase::ReadRejected);
  if (rejected == no_event) return {};
  FactBox box("THE PARSER STOPPED");
  box.add("why", arg_text(view, rejected, "error"));
  const auto at = arg_value(view, rejected, "at");
  box.add("at byte", at ? std::optional(number_text(*at)) : std::nullopt);
  box.add("says so", arg_text(view, rejected, "rfc"));
  box.add("answer", arg_text(view, rejected, "status"));
  Lines lines = box.lines();
  lines.emplace_back();
  return lines;
}

}  // namespace

Lines read_detail(const viz::TraceView& view, const RequestFacts& facts) {
  Lines lines = wire_view(view, facts);
  append(lines, reader_view(view, facts));
  append(lines, line_view(view, facts));
  append(lines, headers_view(view, facts));
  append(lines, request_box(view, facts));
  append(lines, rejected_box(view, facts));
  return lines;
}

}  // namespace roundtrip::app
