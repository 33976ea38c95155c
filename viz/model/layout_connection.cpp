#include "viz/model/layout_connection.h"

#include <fmt/format.h>

#include "core/trace/symbols.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::ConnectionStateAt;
using trace::EventNumber;
using trace::Group;
using trace::Phase;

namespace {

constexpr int columns = 3;
constexpr int rows = 2;

// The values of one connection, each with the fact that told it.
struct Teller {
  const TraceView& view;
  std::uint64_t upto;
  const ConnectionStateAt& conn;

  EventNumber fact(Phase phase) const { return opening_fact(view, upto, conn.conn, phase); }

  Told number(const std::optional<std::uint32_t>& value, Phase phase) const {
    if (!value) return {};
    return {count(*value), trace::Provenance::Observed, fact(phase)};
  }
  Told bytes(const std::optional<std::uint32_t>& value, Phase phase) const {
    if (!value) return {};
    return {byte_count(*value).text(), trace::Provenance::Observed, fact(phase)};
  }
  Told address(const std::optional<trace::Address>& value) const {
    if (!value) return {};
    return {trace::address_text(*value, view.trace.symbols()), trace::Provenance::Observed,
            fact(Phase::ConnectionObject)};
  }
  Told limit(const std::optional<std::uint32_t>& value_ms) const {
    if (!value_ms) return {};
    return {*value_ms == 0 ? "none" : whole_ms(*value_ms).text(),
            trace::Provenance::Observed, fact(Phase::ConnectionTimeouts)};
  }
  Told option(const std::optional<bool>& on) const {
    if (!on) return {};
    return {*on ? "on" : "off", trace::Provenance::Observed, fact(Phase::ConnectionSocketOptions)};
  }
};

std::string buffer_text(const trace::BufferState& buffer) {
  const std::uint32_t waiting = buffer.filled - std::min(buffer.filled, buffer.consumed);
  return fmt::format("{} of {}", count(waiting), byte_count(buffer.capacity).text());
}

// What no single fact has told, but all of them up to the cursor together.
Told known_from_many(std::string_view text) {
  return {std::string(text), trace::Provenance::Derived};
}

void add_state(PictureMaker& maker, const ConnectionStateAt& conn) {
  const auto tcp = [](const std::optional<trace::TcpState>& state, trace::Provenance source) {
    if (!state) return Told{};
    return Told{std::string(trace::word(trace::Unit::TcpStateUnit, *state)), source};
  };
  maker.row("state",
            known_from_many(trace::word(trace::Unit::ConnectionStateUnit, conn.state)));
  maker.row("TCP here", tcp(conn.server_tcp, conn.server_tcp_source));
  maker.row("TCP there", tcp(conn.client_tcp, conn.client_tcp_source));
  if (conn.close_reason) {
    maker.row("closes for",
              {std::string(trace::word(trace::Unit::CloseReasonUnit, *conn.close_reason))});
  }
}

void add_traffic(PictureMaker& maker, const Teller& tell) {
  const ConnectionStateAt& conn = tell.conn;
  maker.row("received", known_from_many(byte_count(conn.bytes_in).text()));
  maker.row("sent", known_from_many(byte_count(conn.bytes_out).text()));
  maker.row("requests served", known_from_many(count(conn.requests_served)));
  Told rtt = tell.number(conn.rtt_us, Phase::TraceTcpInfo);
  if (conn.rtt_us) rtt.text = whole_us(*conn.rtt_us).text();
  maker.row("round trip", rtt);
}

}  // namespace

Picture layout_connection(const TraceView& view, const Cursor& cursor, const ViewState& state,
                          const Ruler& ruler, const Rect& area) {
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  PictureMaker maker(view, cursor, state, ruler, area, "connection",
                     focus.conn == 0 ? std::string("No connection yet")
                                     : fmt::format("Connection {}", focus.conn),
                     focus.conn == 0
                         ? "Its descriptor, addresses, states and buffers will stand here: send a "
                           "request, or go on with Next."
                         : "What the server and the kernel keep for one client, as it is now.");
  if (focus.conn == 0) return maker.take();
  const ConnectionStateAt conn = view.states.connection_at(focus.conn, cursor.event);
  const Teller tell{view, cursor.event, conn};
  int place = 0;
  const auto box = [&](std::string_view title, Phase phase) {
    maker.box(maker.cell(place % columns, place / columns, columns, rows), Group::Connection,
              title);
    maker.happened(tell.fact(phase));
    ++place;
  };
  box("Who it joins", Phase::ConnectionObject);
  maker.row("descriptor", tell.number(conn.fd, Phase::ConnectionObject));
  maker.row("ours", tell.address(conn.local));
  maker.row("theirs", tell.address(conn.remote));
  maker.row("task", tell.number(conn.task, Phase::ConnectionTaskSpawned));

  box("State", Phase::ConnectionAccept);
  add_state(maker, conn);

  box("So far", Phase::TraceTcpInfo);
  add_traffic(maker, tell);

  box("Bytes that wait", Phase::ConnectionMemory);
  const auto buffer = [&](const trace::BufferState& one) {
    if (one.capacity == 0) return Told{};
    return Told{buffer_text(one), trace::Provenance::Observed, tell.fact(Phase::ConnectionMemory)};
  };
  maker.row("read", buffer(conn.read_buffer));
  maker.row("write", buffer(conn.write_buffer));
  maker.row("kernel, out", tell.bytes(conn.kernel_send_queue, Phase::TransmitSendQueue));
  maker.row("kernel, in", tell.bytes(conn.kernel_receive_queue, Phase::TraceQueues));

  box("Time-outs", Phase::ConnectionTimeouts);
  maker.row("header", tell.limit(conn.header_timeout_ms));
  maker.row("read", tell.limit(conn.read_timeout_ms));
  maker.row("write", tell.limit(conn.write_timeout_ms));
  maker.row("idle", tell.limit(conn.idle_timeout_ms));

  box("Socket options", Phase::ConnectionSocketOptions);
  maker.row("TCP_NODELAY", tell.option(conn.no_delay));
  maker.row("SO_KEEPALIVE", tell.option(conn.keep_alive_option));
  maker.row("SO_REUSEADDR", tell.option(conn.reuse_address));
  maker.row("SO_RCVBUF", tell.bytes(conn.receive_buffer, Phase::ConnectionSocketOptions));
  maker.row("SO_SNDBUF", tell.bytes(conn.send_buffer, Phase::ConnectionSocketOptions));
  return maker.take();
}

}  // namespace roundtrip::viz
