#include "viz/model/layout_sockets.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/captured.h"
#include "viz/model/cards.h"
#include "viz/model/format.h"
#include "viz/model/socket_facts.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::Host;
using trace::no_event;

namespace {

// So many slots of an accept queue are told apart.
constexpr std::uint64_t most_slots = 24;
constexpr float charts_share = 0.3f;

struct Builder {
  const Teller& tell;
  const SocketFacts& facts;
  PictureMaker& maker;

  // Of a socket that is half open, or closed and remembered, there is no more than its state.
  static Told asked(std::optional<std::string> text, EventNumber event, bool bare = false) {
    return {std::move(text), trace::Provenance::Observed, event, {}, bare ? "none" : "not asked"};
  }
  static std::optional<std::string> segments(const std::optional<std::uint64_t>& number) {
    if (!number) return std::nullopt;
    return counted(static_cast<std::int64_t>(*number), "segment");
  }
  static std::optional<std::string> time(const std::optional<std::uint64_t>& us) {
    return us ? std::optional(whole_us(*us).text()) : std::nullopt;
  }

  // How long before the cursor the kernel said so: what has happened since it does not tell.
  void age(std::string_view name, EventNumber event) const {
    if (event == no_event || !tell.view().has(event)) return;
    const Duration since = time_between(tell.view(), event, tell.upto()).running;
    if (since <= Duration{}) return;
    maker.row(name, {fmt::format("{} ago", duration(since).text()), trace::Provenance::Derived,
                     event});
  }

  // The limit is one of memory; where only the bytes are known, the bar is at least as full.
  void buffer(std::string_view name, const SocketBuffer& buffer, bool bare) const {
    std::optional<std::string> bytes;
    if (buffer.bytes) bytes = byte_count(*buffer.bytes).text();
    const std::uint64_t used = buffer.memory.value_or(buffer.bytes.value_or(0));
    const Stretch filled{used, Filling::Filled, {}, false, buffer.event, {}};
    maker.strip(name, asked(std::move(bytes), buffer.event, bare), buffer.limit.value_or(0),
                buffer.limit ? std::span(&filled, 1) : std::span<const Stretch>{});
  }

  void end(Host host, Telling telling) const {
    const SocketEnd& end = facts.end(host);
    const auto told = [&](std::optional<std::string> text, EventNumber event) {
      return asked(std::move(text), event, end.bare);
    };
    std::optional<std::string> state;
    if (end.state) state = trace::word(trace::Unit::TcpStateUnit, *end.state);
    maker.row("TCP", told(std::move(state), end.told));
    age("asked", end.told);
    buffer("send buffer", end.send, end.bare);
    buffer("receive buffer", end.receive, end.bare);
    maker.row("in flight", told(segments(end.unacknowledged), end.counted));
    maker.row("congestion window", told(segments(end.window), end.told));
    if (telling == Telling::Short) return;
    std::optional<std::string> until = segments(end.threshold);
    if (!until && end.window) until = "no end yet";
    maker.row("slow start to", told(std::move(until), end.told));
    maker.row("round trip", told(time(end.rtt_us), end.told));
    maker.row("sends again after", told(time(end.timeout_us), end.told));
    maker.row("sent again", told(segments(end.retransmits), end.counted));
    if (telling == Telling::Full) explain(end);
  }

  void explain(const SocketEnd& end) const {
    if (end.bare) {
      maker.words("Half open, or closed and only remembered: the kernel keeps no more of such a "
                  "socket than its addresses and its state.",
                  Voice::Quiet);
    } else if (end.send.memory && end.send.limit && end.receive.limit) {
      maker.words(fmt::format("The bars are memory: {} at most to send, {} received. A packet "
                              "takes more of it than its bytes.",
                              byte_size(*end.send.limit).text(),
                              byte_size(*end.receive.limit).text()),
                  Voice::Quiet);
    }
  }
  void client(Telling telling) const { end(Host::Client, telling); }
  void server(Telling telling) const { end(Host::Server, telling); }

  void queue(Telling telling) const {
    const AcceptQueue& queue = facts.queue;
    std::optional<std::string> waiting;
    const std::uint64_t slots = queue.limit + 1;
    if (queue.event != no_event) {
      waiting = fmt::format("{} of {}", count(static_cast<std::int64_t>(queue.waiting)),
                            count(static_cast<std::int64_t>(slots)));
    }
    std::vector<Stretch> stretches;
    if (queue.event != no_event && slots <= most_slots) {
      for (std::uint64_t slot = 0; slot < slots; ++slot) {
        const Filling filling = slot < queue.waiting ? Filling::Filled : Filling::Free;
        stretches.push_back({1, filling, {}, false, queue.event, {}});
      }
    } else if (queue.event != no_event) {
      stretches.push_back({queue.waiting, Filling::Filled, {}, false, queue.event, {}});
    }
    maker.strip("waiting", asked(std::move(waiting), queue.event),
                queue.event == no_event ? 0 : slots, stretches);
    age("asked", queue.event);
    const auto listed = [&](const std::optional<std::uint64_t>& number) {
      return asked(number ? std::optional(count(static_cast<std::int64_t>(*number)))
                          : std::nullopt,
                   queue.listed);
    };
    maker.row("half open", listed(queue.half_open));
    maker.row("in TIME_WAIT", listed(queue.time_wait));
    age("listed", queue.listed);
    if (telling == Telling::Short) return;
    maker.words("The backlog and one more: only when more than the backlog wait is it full.",
                Voice::Quiet);
    if (telling == Telling::Usual) return;
    maker.words("Linux has no second queue for half-open connections: they stand in the table of "
                "all. With SYN cookies it may even answer without remembering one.",
                Voice::Quiet);
  }
};

// The end that has sent more is the one whose windows matter.
Host sender(const Teller& tell) {
  const auto state = tell.view().states.connection_at(tell.focus().conn, tell.upto());
  return state.bytes_in > state.bytes_out ? Host::Client : Host::Server;
}

}  // namespace

Picture layout_sockets(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area) {
  const Teller tell(view, cursor, state);
  const bool none = tell.focus().conn == 0;
  const SocketFacts facts = socket_facts(tell);
  PictureMaker maker(
      view, cursor, state, ruler, area, "sockets", "Sockets",
      none ? nothing_yet("The sockets", Topic::Connection, view, cursor, state)
      : is_captured(view)
          ? std::string("Only its packets are known: neither kernel was asked.")
          : std::string("Both ends of the connection as their kernels told it when they were "
                        "asked last."));
  Rect rest = maker.rest();
  if (!none) {
    const Host host = sender(tell);
    const SocketHistory history = socket_history(tell, host);
    const float least = ruler.line(Voice::Quiet) * 5;
    if (!history.charts.empty() && rest.h * charts_share >= least) {
      const std::string whose = fmt::format("The {}'s end over the connection's time:",
                                            trace::word(trace::Unit::HostUnit, host));
      maker.note(rest.take_top(ruler.line(Voice::Quiet)), whose, Voice::Quiet);
      const float bottom = place_charts(history.charts, history.slices,
                                        view.trace[cursor.event].time, maker, rest, charts_share);
      rest.take_top(bottom - rest.y, ruler.space(2));
    }
  }
  const Builder builder{tell, facts, maker};
  Cards cards(maker, ruler, rest);
  const auto add = [&](std::string title, void (Builder::*fill)(Telling) const) {
    cards.add(Group::Connection, std::move(title),
              [&builder, fill](Telling telling) { (builder.*fill)(telling); });
  };
  add("Client's socket", &Builder::client);
  add("Server's socket", &Builder::server);
  add("Accept queue", &Builder::queue);
  cards.place();
  return maker.take();
}

}  // namespace roundtrip::viz
