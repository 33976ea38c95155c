#include "app/narrator_detail.h"

#include <fmt/format.h>

#include "app/narrator_rows.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/packet_header.h"

namespace roundtrip::app {

using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

constexpr std::size_t name_width = 24;
constexpr std::size_t box_width = journey_width - 8;  // inside the frame

std::optional<std::string> bytes_or_nothing(std::optional<std::uint32_t> bytes) {
  return bytes ? std::optional(bytes_text(*bytes)) : std::nullopt;
}

std::optional<std::string> seconds_or_nothing(std::optional<std::uint32_t> ms) {
  if (!ms) return std::nullopt;
  return *ms == 0 ? "none" : time_text(Duration::milliseconds(*ms));
}

std::optional<std::string> switch_text(std::optional<bool> on) {
  return on ? std::optional<std::string>(*on ? "enabled" : "disabled") : std::nullopt;
}

std::optional<std::string> address_or_nothing(const viz::TraceView& view,
                                              std::optional<trace::Address> address) {
  if (!address) return std::nullopt;
  return trace::address_text(*address, view.trace.symbols());
}

std::string buffer_text(const trace::BufferState& buffer) {
  if (buffer.capacity == 0) return "not told";
  if (buffer.filled == buffer.consumed) {
    return fmt::format("empty, capacity {}", bytes_text(buffer.capacity));
  }
  return fmt::format("{} waiting, capacity {}", bytes_text(buffer.filled - buffer.consumed),
                     bytes_text(buffer.capacity));
}

// One arrow of the handshake, with what is known about it and how. Seen on the wire it has left at
// that moment, and its header tells more.
void add_packet(const viz::TraceView& view, const ConnectionFacts& conn, Phase phase,
                std::string_view flags, bool to_server, Instant zero, Lines& lines) {
  constexpr std::size_t room = 44;
  const EventNumber number = first_of(view, conn.opening, phase);
  std::string text = fmt::format(" {} ", flags);
  std::string note = "unknown";
  if (number != no_event) {
    const trace::Event& event = view.trace[number];
    note = viz::marked(time_text(event.time - zero), event.provenance);
    const auto packet = view.statistics.packets().packet_of(number);
    if (const auto sequence = arg_text(view, number, "sequence")) {
      text = fmt::format(" {} seq={} ", flags, *sequence);
    } else if (packet) {
      const auto header = viz::PacketHeaders(view).read(*packet);
      if (header.tcp() != nullptr) {
        text = fmt::format(" {} seq={} ", flags, header.tcp()->sequence.value);
      }
    }
    if (packet && packet->end != no_event && packet->dropped == no_event) {
      note += fmt::format(", arrives {}", time_text(view.trace[packet->end].time - zero));
    }
    if (const auto off = arg_text(view, number, "uncertainty")) note += ", within " + *off;
  }
  const std::string arrow = rule("─", room - display_width(text) - 1);
  lines.push_back(fmt::format("  │ {} │  {}",
                              to_server ? text + arrow + "→" : "←" + arrow + text, note));
}

Lines handshake(const viz::TraceView& view, const ConnectionFacts& conn) {
  const EventNumber object = first_of(view, conn.opening, Phase::ConnectionObject);
  const auto name = [&](std::string_view arg) {
    const auto text = object == no_event ? std::nullopt : arg_text(view, object, arg);
    return text.value_or("unknown address");
  };
  const Instant zero = view.trace[conn.opening.front()].time;
  Lines lines = {inked(Ink::Strong, "The TCP handshake, done by the two kernels"),
                 padded(fmt::format("  Client {}", name("remote")), 28) +
                     right_aligned(fmt::format("Server {}", name("local")), 22)};
  add_packet(view, conn, Phase::ConnectionSyn, "SYN", true, zero, lines);
  add_packet(view, conn, Phase::ConnectionSynAck, "SYN+ACK", false, zero, lines);
  add_packet(view, conn, Phase::ConnectionAck, "ACK", true, zero, lines);
  const EventNumber syn = first_of(view, conn.opening, Phase::ConnectionSyn);
  if (syn != no_event && view.statistics.packets().packet_of(syn)) {
    lines.emplace_back("  Each as it was seen on the wire: when it left its host, and when it");
    lines.emplace_back("  reached the other.");
  } else {
    lines.emplace_back("  ~ inferred: it must have happened, and about then; within: off by no");
    lines.emplace_back("  more than that. The server's sequence numbers are unknown.");
  }
  lines.emplace_back();
  return lines;
}

Lines spawn_box(const viz::TraceView& view, const ConnectionFacts& conn) {
  const EventNumber memory = first_of(view, conn.opening, Phase::ConnectionMemory);
  if (memory == no_event) return {};
  const trace::Event& event = view.trace[memory];
  const trace::PhaseRow& row = event.row();
  FactBox box("MEMORY OF THE CONNECTION");
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    const auto bytes = event.arg(i);
    if (!bytes) continue;
    sum += *bytes;
    std::string name(row.args[i].name);
    for (char& c : name) c = c == '_' ? ' ' : c;
    box.add(name, right_aligned(bytes_text(*bytes), 14));
  }
  box.add("in all", right_aligned(fmt::format("[{}]", bytes_text(sum)), 15));
  if (sum > 0) {
    box.add("1 GiB would hold", fmt::format("[{} connections]", number_text((1ULL << 30) / sum)));
  }
  Lines lines = box.lines();
  lines.push_back(go_line(Phase::ConnectionTaskSpawned));
  lines.emplace_back();
  return lines;
}

}  // namespace

FactBox& FactBox::heading(std::string_view text) {
  if (!content_.empty()) content_.emplace_back();
  content_.push_back(inked(Ink::Quiet, text));
  return *this;
}

FactBox& FactBox::add(std::string_view name, const std::optional<std::string>& value) {
  if (!value) return *this;
  Lines texts = wrapped(*value, box_width - name_width - 2);
  if (texts.empty()) texts.emplace_back();
  const std::string shown = shortened(name, name_width - 1);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    content_.push_back("  " + padded(i == 0 ? shown : "", name_width) +
                       shortened(texts[i], box_width - name_width - 2));
  }
  return *this;
}

FactBox& FactBox::line(std::string text) {
  content_.push_back(std::move(text));
  return *this;
}

Lines FactBox::lines() const { return titled_box(title_, content_, box_width); }

std::string go_line(Phase phase) {
  return inked(Ink::Quiet, fmt::format("Go calls this: {}", trace::row_of(phase).go));
}

Lines startup_detail(const viz::TraceView& view) {
  EventNumber ready = no_event;
  for (const EventNumber number : view.index.startup_events()) {
    if (view.has(number) && view.trace[number].phase == Phase::StartupReady) ready = number;
  }
  if (ready == no_event) return {};
  const trace::ProcessAt process = view.states.process_at(ready);
  FactBox box("SERVER READY");
  box.add("listening", address_or_nothing(view, process.address));
  if (process.second_address) {
    box.add("and", address_or_nothing(view, process.second_address));
  }
  for (const auto& [pattern, handler] : process.routes) {
    box.add("handler", fmt::format("{} answered by {}", symbol_text(view, pattern.value),
                                   symbol_text(view, handler.value)));
  }
  box.add("tasks", arg_text(view, ready, "tasks"));
  box.add("workers", process.workers ? std::optional(number_text(*process.workers)) : std::nullopt);
  if (process.backlog_in_force) {
    box.add("backlog in force", number_text(*process.backlog_in_force));
  }
  box.add("resident memory", arg_text(view, ready, "resident"));
  box.add("CPU so far", arg_text(view, ready, "cpu"));
  box.add("state", "waiting for connections; the accept task is parked, no thread waits");
  Lines lines = box.lines();
  lines.push_back(go_line(Phase::StartupAcceptLoop));
  lines.emplace_back();
  return lines;
}

Lines connection_box(const viz::TraceView& view, std::uint32_t conn, EventNumber event) {
  const trace::ConnectionStateAt state = view.states.connection_at(conn, event);
  FactBox box(fmt::format("CONNECTION {} AFTER EVENT {}", conn, number_text(event + 1ULL)));
  box.heading("Identity");
  box.add("file descriptor", state.fd ? std::optional(fmt::format("{}", *state.fd)) : std::nullopt);
  box.add("local address", address_or_nothing(view, state.local));
  box.add("remote address", address_or_nothing(view, state.remote));
  box.heading("State");
  box.add("of the connection",
          std::string(trace::word(trace::Unit::ConnectionStateUnit, state.state)));
  if (state.server_tcp) {
    box.add("TCP, our side",
            with_source(std::string(trace::word(trace::Unit::TcpStateUnit, *state.server_tcp)),
                        state.server_tcp_source));
  }
  if (state.client_tcp) {
    box.add("TCP, their side",
            with_source(std::string(trace::word(trace::Unit::TcpStateUnit, *state.client_tcp)),
                        state.client_tcp_source));
  }
  box.add("bytes received", number_text(state.bytes_in));
  box.add("bytes sent", number_text(state.bytes_out));
  if (state.rtt_us) box.add("round trip", plain_spaces(viz::whole_us(*state.rtt_us).text()));
  box.heading("Buffers");
  box.add("read buffer", buffer_text(state.read_buffer));
  box.add("write buffer", buffer_text(state.write_buffer));
  box.heading("Time-outs");
  box.add("header", seconds_or_nothing(state.header_timeout_ms));
  box.add("read", seconds_or_nothing(state.read_timeout_ms));
  box.add("write", seconds_or_nothing(state.write_timeout_ms));
  box.add("idle", seconds_or_nothing(state.idle_timeout_ms));
  box.heading("Socket options, read back");
  box.add("TCP_NODELAY", switch_text(state.no_delay));
  box.add("SO_KEEPALIVE", switch_text(state.keep_alive_option));
  box.add("SO_REUSEADDR", switch_text(state.reuse_address));
  box.add("SO_RCVBUF", bytes_or_nothing(state.receive_buffer));
  box.add("SO_SNDBUF", bytes_or_nothing(state.send_buffer));
  return box.lines();
}

Lines connection_detail(const viz::TraceView& view, const ConnectionFacts& conn) {
  if (conn.opening.empty()) return {};
  Lines lines = handshake(view, conn);
  append(lines, connection_box(view, conn.conn, conn.opening.back()));
  lines.push_back(go_line(Phase::ConnectionObject));
  lines.emplace_back();
  append(lines, spawn_box(view, conn));
  return lines;
}

Lines lifecycle_detail(const viz::TraceView& view, const RequestFacts& facts) {
  const EventNumber close = first_of(view, facts.lifecycle, Phase::LifecycleClose);
  if (close == no_event) return {};
  FactBox box("THE CLOSE");
  box.add("decided because of", arg_text(view, close, "reason"));
  const std::string length = plain_spaces(viz::took_text(view, close));
  box.add("with all before it", length.empty() ? std::nullopt : std::optional(length));
  const Instant zero = view.trace[close].time;
  for (const Phase phase :
       {Phase::LifecycleFinIn, Phase::LifecycleFinAckOut, Phase::LifecycleFinOut,
        Phase::LifecycleFinAckIn, Phase::LifecycleReset, Phase::LifecycleTimeWait}) {
    const EventNumber packet = first_of(view, facts.lifecycle, phase);
    std::string text = "not in this trace";
    if (packet != no_event) {
      const Duration since = view.trace[packet].time - zero;
      const std::string away = time_text(since < Duration{} ? -since : since);
      text = fmt::format("{} {} the decision, {}",
                         viz::marked(away, viz::source_between(view, close, packet)),
                         since < Duration{} ? "before" : "after",
                         trace::provenance_word(view.trace[packet].provenance));
    } else if (phase == Phase::LifecycleReset || phase == Phase::LifecycleTimeWait) {
      continue;
    }
    box.add(trace::row_of(phase).name, text);
  }
  Lines lines = box.lines();
  lines.push_back(go_line(Phase::LifecycleClose));
  lines.emplace_back();
  return lines;
}

}  // namespace roundtrip::app
