#include "viz/model/layout_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/trace/symbols.h"
#include "viz/model/arg_words.h"
#include "viz/model/captured.h"
#include "viz/model/cards.h"
#include "viz/model/format.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::ConnectionStateAt;
using trace::EventNumber;
using trace::Group;
using trace::Phase;

namespace {

constexpr int columns = 3;
constexpr std::array<int, 2> row_lines = {4, 5};
constexpr int most_lines_more = 3;  // of words, where there is room

// The values of one connection, each with the fact that told it.
struct Values {
  const Teller& tell;
  const ConnectionStateAt& conn;

  EventNumber fact(Phase phase) const { return tell.opening(phase); }
  // What the kernel is asked for may never be: then it is not still to come.
  bool spawned() const { return fact(Phase::ConnectionTaskSpawned) != trace::no_event; }
  Told asked(Told told) const {
    if (spawned()) told.absent = "not asked";
    return told;
  }
  // The number is given back when the connection is closed.
  Told descriptor() const {
    Told told = number(conn.fd, Phase::ConnectionObject);
    if (fact(Phase::ConnectionObject) != trace::no_event) told.absent = "given back";
    return told;
  }

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
    return {trace::address_text(*value, tell.view().trace.symbols()), trace::Provenance::Observed,
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

void add_state(PictureMaker& maker, const ConnectionStateAt& conn) {
  const auto tcp = [](const std::optional<trace::TcpState>& state, trace::Provenance source) {
    if (!state) return Told{};
    return Told{std::string(trace::word(trace::Unit::TcpStateUnit, *state)), source};
  };
  maker.row("state", conn.conn == 0 ? Told{}
                                    : known_from_many(trace::word(
                                          trace::Unit::ConnectionStateUnit, conn.state)));
  maker.row("TCP here", tcp(conn.server_tcp, conn.server_tcp_source));
  maker.row("TCP there", tcp(conn.client_tcp, conn.client_tcp_source));
  if (conn.close_reason) {
    maker.row("closes for",
              {std::string(plain_word_of(trace::Unit::CloseReasonUnit, *conn.close_reason))});
  }
}

void add_traffic(PictureMaker& maker, const Values& values) {
  const ConnectionStateAt& conn = values.conn;
  const auto counted_so_far = [&conn](std::string text) {
    return conn.conn == 0 ? Told{} : known_from_many(std::move(text));
  };
  maker.row("received", counted_so_far(byte_count(conn.bytes_in).text()));
  maker.row("sent", counted_so_far(byte_count(conn.bytes_out).text()));
  maker.row("requests served", counted_so_far(count(conn.requests_served)));
  Told rtt = values.number(conn.rtt_us, Phase::TraceTcpInfo);
  if (conn.rtt_us) rtt.text = whole_us(*conn.rtt_us).text();
  maker.row("round trip", values.asked(rtt));
}

void add_options(PictureMaker& maker, const Values& values) {
  const ConnectionStateAt& conn = values.conn;
  constexpr Phase told = Phase::ConnectionSocketOptions;
  if (values.fact(told) == trace::no_event && values.spawned()) {
    maker.words("The kernel was not asked for this connection's.", Voice::Quiet);
    return;
  }
  maker.row("TCP_NODELAY", values.option(conn.no_delay));
  maker.row("SO_KEEPALIVE", values.option(conn.keep_alive_option));
  maker.row("SO_REUSEADDR", values.option(conn.reuse_address));
  maker.row("SO_RCVBUF", values.bytes(conn.receive_buffer, told));
  maker.row("SO_SNDBUF", values.bytes(conn.send_buffer, told));
  maker.words_if_whole("NODELAY: small pieces go out at once.", Voice::Quiet);
}

// Rows are as tall as what stands in them, words below it where there is room.
class Places {
 public:
  Places(PictureMaker& maker, const Ruler& ruler) : maker_(maker), gap_(ruler.space(2)) {
    const float above = maker.box_px(static_cast<float>(row_lines[0]));
    const float below = maker.box_px(static_cast<float>(row_lines[1]));
    const float left = maker.rest().h - above - below - gap_;
    const float line = ruler.line(Voice::Body);
    const bool much_room = maker.rest().h >= lines_for_all * line;
    const float more = !much_room ? 0
                                  : std::min(std::floor(left / 2 / line),
                                             static_cast<float>(most_lines_more));
    upper_h_ = above + std::max(0.f, more) * line;
    lower_h_ = below + std::max(0.f, more) * line;
    // Where there is too little room, the rows share it.
    if (left >= 0) return;
    upper_h_ = std::floor((maker.rest().h - gap_) * above / (above + below));
    lower_h_ = maker.rest().h - gap_ - upper_h_;
  }

  Rect next() {
    Rect place = maker_.cell(placed_ % columns, 0, columns, 1);
    const bool first = placed_ < columns;
    if (placed_ == columns) {
      const float used = std::min(upper_h_, maker_.tallest({}, maker_.mark()));
      lower_y_ = maker_.rest().y + used + gap_;
    }
    ++placed_;
    if (!first) place.y = lower_y_;
    place.h = first ? upper_h_ : lower_h_;
    return place;
  }

 private:
  PictureMaker& maker_;
  float gap_;
  float upper_h_ = 0;
  float lower_h_ = 0;
  float lower_y_ = 0;
  int placed_ = 0;
};

}  // namespace

Picture layout_connection(const TraceView& view, const Cursor& cursor, const ViewState& state,
                          const Ruler& ruler, const Rect& area) {
  const Teller tell(view, cursor, state);
  const Focus focus = tell.focus();
  ConnectionStateAt conn;
  if (focus.conn != 0) conn = view.states.connection_at(focus.conn, cursor.event);
  // The kernel leaves LAST_ACK by itself, when the descriptor is closed and nobody can ask.
  const bool unseen = conn.state == trace::ConnectionState::Closed &&
                      (conn.server_tcp == trace::TcpState::LastAck ||
                       conn.client_tcp == trace::TcpState::LastAck);
  PictureMaker maker(
      view, cursor, state, ruler, area, "connection",
      focus.conn == 0 ? std::string("No connection yet") : fmt::format("Connection {}", focus.conn),
      focus.conn == 0     ? nothing_yet("Its descriptor, addresses, states and buffers",
                                        Topic::Connection, view, cursor, state)
      : is_captured(view) ? "What the packets tell of one connection."
      : unseen            ? "LAST_ACK: the last ACK comes after close(), and is not seen."
                          : "What the server and the kernel keep for one client, as it is "
                            "now.");
  const Values values{tell, conn};
  Places places(maker, ruler);
  const auto box = [&](std::string_view title, Phase phase) {
    maker.box(places.next(), Group::Connection, title);
    maker.happened(values.fact(phase));
  };
  box("Who it joins", Phase::ConnectionObject);
  maker.row("descriptor", values.descriptor());
  maker.row("ours", values.address(conn.local));
  maker.row("theirs", values.address(conn.remote));
  maker.row("task", values.number(conn.task, Phase::ConnectionTaskSpawned));
  maker.words_if_whole("The descriptor is the program's number for it.", Voice::Quiet);

  box("State", Phase::ConnectionAccept);
  add_state(maker, conn);
  maker.words_if_whole("Ours, and TCP's at either end.", Voice::Quiet);

  box("So far", Phase::TraceTcpInfo);
  add_traffic(maker, values);
  maker.words_if_whole("Counted since it was opened.", Voice::Quiet);

  box("Bytes that wait", Phase::ConnectionMemory);
  const auto buffer = [&](const trace::BufferState& one) {
    if (one.capacity == 0) return Told{};
    return Told{buffer_text(one), trace::Provenance::Observed,
                values.fact(Phase::ConnectionMemory)};
  };
  maker.row("to parse", buffer(conn.read_buffer));
  maker.row("to send", buffer(conn.write_buffer));
  maker.row("kernel, out",
            values.asked(values.bytes(conn.kernel_send_queue, Phase::TransmitSendQueue)));
  maker.row("kernel, in",
            values.asked(values.bytes(conn.kernel_receive_queue, Phase::TraceQueues)));
  maker.words_if_whole("In our two buffers, and in the kernel's.", Voice::Quiet);

  box("Time-outs", Phase::ConnectionTimeouts);
  maker.row("header", values.limit(conn.header_timeout_ms));
  maker.row("read", values.limit(conn.read_timeout_ms));
  maker.row("write", values.limit(conn.write_timeout_ms));
  maker.row("idle", values.limit(conn.idle_timeout_ms));
  maker.words_if_whole("A longer wait ends the connection.", Voice::Quiet);

  box("Socket options", Phase::ConnectionSocketOptions);
  add_options(maker, values);
  return maker.take();
}

}  // namespace roundtrip::viz
