#include "core/net/wire/socket_watch.h"

#include <algorithm>
#include <functional>

#include "core/trace/recorder.h"

namespace roundtrip::net {

using trace::Kind;
using trace::Phase;

namespace {

void tell(const WatchedConnection& connection, Host host, const SocketSample& sample,
          const SocketSample* before, std::uint64_t ticks) {
  const trace::Subject who{0, connection.conn, 0, true};
  const trace::Stamp moment{ticks};
  const auto& congestion = sample.congestion;
  const auto number = [](const auto& told, auto field) {
    return told ? std::optional(std::invoke(field, *told)) : std::nullopt;
  };
  if (before == nullptr || before->state != sample.state || before->congestion != congestion) {
    trace::fact<Phase::TraceSocketState>(Kind::Instant, moment, who, {}, host, sample.state,
                                    congestion ? congestion->rtt_us : std::nullopt,
                                    number(congestion, &CongestionSample::timeout_us),
                                    number(congestion, &CongestionSample::window),
                                    congestion ? congestion->threshold : std::nullopt);
  }
  if (sample.receive && (before == nullptr || before->receive != sample.receive)) {
    trace::fact<Phase::TraceReceiveBuffer>(Kind::Instant, moment, who, {}, host,
                                           sample.receive->bytes, sample.receive->memory_bytes,
                                           sample.receive->limit_bytes);
  }
  const bool sends_alike =
      before != nullptr && before->send == sample.send && before->flight == sample.flight;
  if (sample.send && !sends_alike) {
    trace::fact<Phase::TraceSendBuffer>(Kind::Instant, moment, who, {}, host, sample.send->bytes,
                                        sample.send->memory_bytes, sample.send->limit_bytes,
                                        number(sample.flight, &FlightSample::unacknowledged),
                                        number(sample.flight, &FlightSample::retransmits));
  }
}

}  // namespace

bool SampleBudget::take(Instant now) {
  if (counted_) {
    const double seconds = static_cast<double>((now - *counted_).ns) / 1e9;
    left_ = std::min<double>(left_ + seconds * wire_limits::samples_per_second,
                             wire_limits::samples_in_a_row);
  }
  counted_ = now;
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

void SocketWatch::packet_passed(const std::shared_ptr<WatchedConnection>& connection) {
  if (connection->waits || waiting_.size() >= wire_limits::sampled_at_once) return;
  connection->waits = true;
  waiting_.push_back(connection);
}

// What the budget has no room for waits: the connection's next packet, or another's, asks again.
void SocketWatch::at_rest(Instant now) {
  std::size_t asked = 0;
  while (asked < waiting_.size() && budget_.take(now)) {
    WatchedConnection& connection = *waiting_[asked++];
    connection.waits = false;
    ask(connection);
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(asked));
}

void SocketWatch::ask(WatchedConnection& connection) {
  for (const Host host : both_hosts) {
    const auto own = static_cast<std::size_t>(host);
    const Endpoint& peer = connection.at[static_cast<std::size_t>(other(host))];
    // Between these two moments the kernel looked; its numbers are not older than the first.
    const std::uint64_t ticks = read_ticks();
    const auto sample = sampler_.sample(host, connection.at[own], peer);
    if (!sample) continue;
    std::optional<SocketSample>& told = connection.told[own];
    tell(connection, host, *sample, told ? &*told : nullptr, ticks);
    told = sample;
  }
  ask_accept_queue(connection);
  const auto& asked = connection.told[static_cast<std::size_t>(connection.asked)];
  connection.in_handshake = !asked || asked->state == trace::TcpState::SynReceived;
}

// It grows when a handshake is complete and shrinks when the server accepts, which no packet shows.
void SocketWatch::ask_accept_queue(const WatchedConnection& connection) {
  if (!connection.in_handshake && (!queue_told_ || queue_told_->waiting == 0)) return;
  const std::uint64_t ticks = read_ticks();
  const Endpoint& listens = connection.at[static_cast<std::size_t>(connection.asked)];
  const auto queue = sampler_.accept_queue(connection.asked, listens);
  if (!queue || queue == queue_told_) return;
  queue_told_ = queue;
  trace::fact<Phase::TraceSockets>(Kind::Instant, {ticks}, {}, {}, trace::absent, trace::absent,
                                   queue->waiting, queue->limit);
}

}  // namespace roundtrip::net
