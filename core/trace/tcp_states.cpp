#include "core/trace/tcp_states.h"

namespace roundtrip::trace {

using State = ConnectionStateAt;

void set_server(State& state, TcpState next, Provenance source) {
  state.server_tcp = next;
  state.server_tcp_source = source;
}
void set_client(State& state, TcpState next, Provenance source) {
  state.client_tcp = next;
  state.client_tcp_source = source;
}

TcpState after_fin_sent(TcpState from) {
  if (from == TcpState::Established || from == TcpState::SynReceived) return TcpState::FinWait1;
  return from == TcpState::CloseWait ? TcpState::LastAck : from;
}
TcpState after_fin_got(TcpState from) {
  if (from == TcpState::Established || from == TcpState::SynReceived) return TcpState::CloseWait;
  if (from == TcpState::FinWait1) return TcpState::Closing;
  return from == TcpState::FinWait2 ? TcpState::TimeWait : from;
}
TcpState after_fin_acknowledged(TcpState from) {
  if (from == TcpState::FinWait1) return TcpState::FinWait2;
  if (from == TcpState::Closing) return TcpState::TimeWait;
  return from == TcpState::LastAck ? TcpState::Closed : from;
}

void move_server(State& state, TcpStep step, Provenance source) {
  if (!state.server_tcp || step(*state.server_tcp) == *state.server_tcp) return;
  set_server(state, step(*state.server_tcp), source);
}
void move_client(State& state, TcpStep step, Provenance source) {
  if (!state.client_tcp || step(*state.client_tcp) == *state.client_tcp) return;
  set_client(state, step(*state.client_tcp), source);
}

// What our own close() or shutdown() makes the kernel do, seen or not.
Provenance derived_from(const Event& event) {
  return event.provenance == Provenance::Observed ? Provenance::Derived : event.provenance;
}

// Each end moves as RFC 9293 says that its kernel does when it sends such a packet, or gets one: so
// it is derived.
void apply_packet(State& state, const Event& event) {
  state.on_wire = true;
  const auto flags = event.arg("flags");
  if (!flags || !event.arg("from")) return;  // no TCP, or it never arrived
  const auto has = [flags](unsigned bit) { return (*flags >> bit & 1U) != 0; };
  const bool fin = has(0);
  const bool syn = has(1);
  const bool reset = has(2);
  const bool ack = has(4);
  const bool from_client = *event.arg("from") == static_cast<std::uint64_t>(Host::Client);
  const bool at_client = from_client == event.begins();  // whose state may change
  const auto& now = at_client ? state.client_tcp : state.server_tcp;
  const auto move_to = [&](TcpState next) {
    if (at_client) {
      set_client(state, next, Provenance::Derived);
    } else {
      set_server(state, next, Provenance::Derived);
    }
  };
  const auto take = [&](TcpStep step) {
    if (at_client) {
      move_client(state, step, Provenance::Derived);
    } else {
      move_server(state, step, Provenance::Derived);
    }
  };
  const bool unborn = !now || *now == TcpState::Closed || *now == TcpState::Listen;
  if (reset) return move_to(TcpState::Closed);
  if (event.begins()) {
    if (syn && unborn) move_to(ack ? TcpState::SynReceived : TcpState::SynSent);
    if (fin) take(after_fin_sent);
    return;
  }
  if (syn && !ack && unborn) move_to(TcpState::SynReceived);
  if (syn && ack && now == TcpState::SynSent) move_to(TcpState::Established);
  if (!syn && ack && now == TcpState::SynReceived) move_to(TcpState::Established);
  const auto acknowledges_fin = static_cast<std::uint64_t>(PacketMark::AcknowledgesFin);
  if ((event.arg("marks").value_or(0) & acknowledges_fin) != 0) take(after_fin_acknowledged);
  if (fin) take(after_fin_got);
}

// What the packets themselves have told.
bool is_told_by_packets(Phase phase) {
  constexpr PhaseSet told = {Phase::ConnectionSyn,    Phase::ConnectionSynAck,
                             Phase::ConnectionAck,    Phase::LifecycleFinOut,
                             Phase::LifecycleFinAckIn, Phase::LifecycleFinIn,
                             Phase::LifecycleFinAckOut, Phase::LifecycleReset,
                             Phase::LifecycleTimeWait};
  return told.has(phase);
}

}  // namespace roundtrip::trace
