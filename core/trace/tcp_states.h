// The TCP states of a connection's two ends, as RFC 9293 §3.3.2 draws them. What is not seen by a
// TCP_INFO follows from what was done, or, where every packet is seen, from the packets: each end
// moves when it sends one, or when one reaches it. For state_connection.cpp only.
#pragma once

#include "core/trace/state.h"

namespace roundtrip::trace {

void set_server(ConnectionStateAt& state, TcpState next, Provenance source);
void set_client(ConnectionStateAt& state, TcpState next, Provenance source);

using TcpStep = TcpState (*)(TcpState);
TcpState after_fin_sent(TcpState from);
TcpState after_fin_got(TcpState from);
TcpState after_fin_acknowledged(TcpState from);
// Where the end's state is known, and the step leads to another.
void move_server(ConnectionStateAt& state, TcpStep step, Provenance source);
void move_client(ConnectionStateAt& state, TcpStep step, Provenance source);

// Of what our own close() or shutdown() makes the kernel do, seen or not.
Provenance derived_from(const Event& event);

void apply_packet(ConnectionStateAt& state, const Event& event);
// Where the packets are seen, they have told this already.
bool is_told_by_packets(Phase phase);

}  // namespace roundtrip::trace
