// Phases 4 and 5 in detail: the route table with its verdicts, the response writer, the response
// in the buffer with the bytes of each part, its hex view, and how large its packets were.
#include <fmt/format.h>

#include "app/narrator_detail.h"
#include "app/narrator_rows.h"
#include "viz/model/packet_fields.h"

namespace roundtrip::app {

using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

constexpr std::size_t most_hex_bytes = 1024;
constexpr std::uint64_t tcp_header_bytes = 20;
constexpr std::uint64_t tcp_time_stamp_bytes = 12;  // RFC 7323: 10, padded to a multiple of 4
constexpr std::uint64_t ipv4_header_bytes = 20;
constexpr std::uint64_t ipv6_header_bytes = 40;

Lines route_table(const viz::TraceView& view, const RequestFacts& facts) {
  std::vector<std::vector<std::string>> rows;
  const EventNumber winner = first_of(view, facts.handle, Phase::HandleRouteMatch);
  const auto won = winner == no_event ? std::nullopt : arg_text(view, winner, "pattern");
  Lines lines;
  for (const EventNumber number : facts.handle) {
    if (view.trace[number].phase != Phase::HandleRouteCandidate) continue;
    const std::string others = arg_text(view, number, "merged").value_or("?") + " others";
    const std::string pattern = arg_text(view, number, "pattern").value_or(others);
    const Lines verdict = wrapped(arg_text(view, number, "verdict").value_or("?"), 46);
    for (std::size_t i = 0; i < verdict.size(); ++i) {
      rows.push_back({i > 0 ? "" : pattern == won ? "✓ " + pattern : "  " + pattern, verdict[i]});
    }
  }
  if (winner != no_event) {
    rows.push_back({"handler", arg_text(view, winner, "handler").value_or("none")});
  }
  if (rows.empty()) return lines;
  lines = titled_box("THE ROUTE TABLE, CANDIDATE BY CANDIDATE", columns(rows), journey_width - 8);
  lines.push_back(go_line(Phase::HandleRoute));
  lines.emplace_back();
  return lines;
}

Lines writer_box(const viz::TraceView& view, std::string_view title, std::uint32_t conn,
                 EventNumber at, const RequestFacts& facts) {
  const trace::RequestState request = view.states.connection_at(conn, at).request;
  const EventNumber made = first_of(view, facts.handle, Phase::HandleResponseWriter);
  FactBox box{std::string(title)};
  box.add("status", request.status ? fmt::format("{}", *request.status) : "not yet fixed");
  box.add("header written", request.wrote_header ? "yes" : "no");
  box.add("body written", bytes_text(request.written));
  box.add("in the body buffer",
          fmt::format("{} of {}", number_text(request.body_buffered),
                      made == no_event ? "unknown"
                                       : arg_text(view, made, "body_buffer").value_or("unknown")));
  return box.lines();
}

Lines writer_view(const viz::TraceView& view, const RequestFacts& facts) {
  const EventNumber made = first_of(view, facts.handle, Phase::HandleResponseWriter);
  if (made == no_event) return {};
  const std::uint32_t conn = view.trace[made].conn;
  Lines lines = writer_box(view, "THE RESPONSE WRITER, NEW", conn, made, facts);
  const EventNumber last = facts.handle.back();
  append(lines, writer_box(view, "THE RESPONSE WRITER, WHEN THE HANDLER HAS RETURNED", conn, last,
                           facts));
  lines.push_back(go_line(Phase::HandleWriteBody));
  lines.emplace_back();
  return lines;
}

struct Response {
  std::uint32_t conn = 0;
  ByteRange head;
  std::uint64_t body = 0;  // as the handler wrote it
  std::uint64_t sent = 0;  // as send() took it
  bool chunked = false;
};

std::optional<Response> response_of(const viz::TraceView& view, const RequestFacts& facts) {
  const EventNumber head = first_of(view, facts.transmit, Phase::TransmitHead);
  if (head == no_event || !view.trace[head].has_bytes()) return std::nullopt;
  Response response{view.trace[head].conn, view.trace[head].bytes(), 0, 0, false};
  const EventNumber framing = first_of(view, facts.transmit, Phase::TransmitFraming);
  const EventNumber finish = last_of(view, facts.transmit, Phase::TransmitFinish);
  if (framing != no_event) {
    response.chunked = arg_value(view, framing, "framing") ==
                       static_cast<std::uint64_t>(trace::Framing::Chunked);
    response.body = arg_value(view, framing, "body").value_or(0);
  }
  if (finish != no_event) {
    response.body = arg_value(view, finish, "body").value_or(response.body);
  }
  response.sent = sent_bytes_of(view, facts);
  return response;
}

// The response part by part. The sum is computed from the parts and compared with what send() took.
Lines parts_view(const viz::TraceView& view, const Response& response) {
  std::string head = view.trace.bytes(response.conn, trace::Log::Out, response.head).data;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::uint64_t> sizes;
  const auto add = [&](std::string_view name, std::string text, std::uint64_t size) {
    rows.push_back({std::string(name), right_aligned(bytes_text(size), 14),
                    shortened(std::move(text), 44)});
    sizes.push_back(size);
  };
  for (std::size_t at = 0; at < head.size();) {
    const std::size_t end = head.find("\r\n", at);
    const std::size_t next = end == std::string::npos ? head.size() : end + 2;
    const std::string_view one = std::string_view(head).substr(at, next - at);
    add(at == 0 ? "status line" : one.size() == 2 ? "blank line" : "header", safe(one), one.size());
    at = next;
  }
  const std::uint64_t rest = response.sent > response.head.length
                                 ? response.sent - response.head.length : 0;
  const std::uint64_t body = std::min(response.body, rest);
  if (body > 0) {
    const ByteRange range{response.head.end(), std::min<std::uint64_t>(body, 44)};
    const auto bytes = view.trace.bytes(response.conn, trace::Log::Out, range);
    add("body", response.chunked || !bytes.whole ? "" : safe(bytes.data), body);
  }
  if (rest > body) add(response.chunked ? "chunk framing" : "more", "", rest - body);
  std::uint64_t sum = 0;
  std::string equation;
  for (const std::uint64_t size : sizes) {
    sum += size;
    equation += fmt::format("{}{}", equation.empty() ? "" : " + ", size);
  }
  Lines content = columns(rows);
  content.emplace_back();
  for (std::string& one : wrapped(fmt::format("{} = {}", equation, bytes_text(sum)),
                                  journey_width - 8)) {
    content.push_back(std::move(one));
  }
  content.push_back(fmt::format("send() took {}", bytes_text(response.sent)));
  Lines lines = titled_box("THE RESPONSE IN THE BUFFER", content, journey_width - 8);
  lines.push_back(go_line(Phase::TransmitHead));
  lines.emplace_back();
  return lines;
}

Lines bytes_view(const viz::TraceView& view, const Response& response) {
  const ByteRange shown{response.head.offset,
                        std::min<std::uint64_t>(response.sent, most_hex_bytes)};
  if (shown.empty()) return {};
  const auto bytes = view.trace.bytes(response.conn, trace::Log::Out, shown);
  Lines lines = {inked(Ink::Strong, "The response, byte by byte")};
  append(lines, indented(hex_view(bytes.data, shown.offset, bytes.kept), 2));
  if (shown.length < response.sent) {
    lines.push_back(fmt::format("  and {} more", bytes_text(response.sent - shown.length)));
  }
  lines.emplace_back();
  return lines;
}

Lines packet_view(const viz::TraceView& view, const RequestFacts& facts, const Response& response) {
  FactBox box("PACKETS");
  const auto local = view.states.connection_at(response.conn, facts.transmit.back()).local;
  const bool v6 = local && trace::address_text(*local, view.trace.symbols()).starts_with('[');
  const std::uint64_t ip = v6 ? ipv6_header_bytes : ipv4_header_bytes;
  std::size_t count = 0;
  for (const EventNumber number : facts.transmit) {
    const trace::Event& event = view.trace[number];
    if (event.phase != Phase::TransmitSegmentOut || !event.has_bytes()) continue;
    const std::uint64_t payload = event.bytes().length;
    box.heading(fmt::format("Segment {}, {}", ++count, trace::provenance_word(event.provenance)));
    box.add("payload", bytes_text(payload));
    if (const auto packet = view.statistics.packets().packet_of(number)) {
      const auto header = viz::PacketHeaders(view).read(*packet);
      box.add("as it was", plain_spaces(viz::sum_text(header, payload)));
    }
    box.add("with TCP and IP", fmt::format("[{} + {} + {} = {}]", payload, tcp_header_bytes, ip,
                                           bytes_text(payload + tcp_header_bytes + ip)));
    const std::uint64_t stamped = tcp_header_bytes + tcp_time_stamp_bytes;
    box.add("with time-stamps", fmt::format("[{} + {} + {} = {}]", payload, stamped, ip,
                                            bytes_text(payload + stamped + ip)));
  }
  if (count == 0) box.add("segments", "unknown: the kernel was not asked about this request");
  box.add("network card", view.statistics.packets().has(response.conn)
                              ? "none: this wire takes packets from one kernel to the other"
                              : "none: loopback hands the packet over inside the kernel");
  Lines lines = box.lines();
  lines.push_back(go_line(Phase::TransmitWrite));
  lines.emplace_back();
  return lines;
}

}  // namespace

Lines handle_detail(const viz::TraceView& view, const RequestFacts& facts) {
  Lines lines = route_table(view, facts);
  append(lines, writer_view(view, facts));
  return lines;
}

Lines transmit_detail(const viz::TraceView& view, const RequestFacts& facts) {
  const auto response = response_of(view, facts);
  if (!response) return {};
  Lines lines = parts_view(view, *response);
  append(lines, bytes_view(view, *response));
  append(lines, packet_view(view, facts, *response));
  return lines;
}

}  // namespace roundtrip::app
