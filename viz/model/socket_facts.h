// How both ends of the connection in focus stand at a cursor as their kernels told it: TCP's state
// and its numbers, the two socket buffers, and the accept queue. In a lab both kernels are asked
// after packets; on loopback the server's socket alone, by itself and seldom; what nobody was asked
// is absent. Called by the layout of the sockets, once a frame; every look is bounded by
// most_facts_looked_at (teller.h). Units: bytes, microseconds, segments.
#pragma once

#include <array>

#include "viz/model/column_chart.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

// What SO_RCVBUF and SO_SNDBUF limit is memory; on loopback only the bytes are asked for.
struct SocketBuffer {
  trace::EventNumber event = trace::no_event;
  std::optional<std::uint64_t> bytes;
  std::optional<std::uint64_t> memory;
  std::optional<std::uint64_t> limit;
};

struct SocketEnd {
  trace::EventNumber told = trace::no_event;  // its state, and the numbers beside it
  bool bare = false;  // half open, or closed and remembered: of such the kernel has its state alone
  std::optional<trace::TcpState> state;
  std::optional<std::uint64_t> rtt_us;
  std::optional<std::uint64_t> timeout_us;
  std::optional<std::uint64_t> window;     // the congestion window
  std::optional<std::uint64_t> threshold;  // where slow start ends; absent while it has no end
  trace::EventNumber counted = trace::no_event;
  std::optional<std::uint64_t> unacknowledged;
  std::optional<std::uint64_t> retransmits;
  SocketBuffer receive;
  SocketBuffer send;
};

struct AcceptQueue {
  trace::EventNumber event = trace::no_event;
  std::uint64_t waiting = 0;
  std::uint64_t limit = 0;  // as listen() has it: one more fits
  trace::EventNumber listed = trace::no_event;
  std::optional<std::uint64_t> half_open;
  std::optional<std::uint64_t> time_wait;
};

struct SocketFacts {
  std::array<SocketEnd, 2> ends;  // by trace::Host
  AcceptQueue queue;

  const SocketEnd& end(trace::Host host) const { return ends[static_cast<std::size_t>(host)]; }
};
SocketFacts socket_facts(const Teller& tell);

// Congestion window, what was in flight, and round trip of one end, over the connection's time.
// Between two facts a value stays as it was told; a socket that is closed and remembered has none.
// Empty where no fact tells of that end.
struct SocketHistory {
  TimeSlices slices;
  std::vector<ColumnChart> charts;
};
SocketHistory socket_history(const Teller& tell, trace::Host host);

}  // namespace roundtrip::viz
