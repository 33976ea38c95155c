#include "core/server/gate.h"

namespace roundtrip::server {

using runtime::Async;
using trace::Phase;

void PhaseGate::hold_next(HoldFilter filter) {
  const std::lock_guard lock(mutex_);
  filter_ = std::move(filter);
  waiting_ = true;
  status_.captured_conn = 0;
  status_.waiting = true;
  armed_.store(true, std::memory_order_relaxed);
}

bool PhaseGate::step(runtime::Runtime& runtime) {
  bool held = false;
  released_.announce(runtime, trace::WakeSource::Release, [&] {
    const std::lock_guard lock(mutex_);
    held = status_.held;
    if (held) ++permits_;
  });
  return held;
}

void PhaseGate::let_go(runtime::Runtime& runtime) {
  released_.announce(runtime, trace::WakeSource::Release, [&] {
    const std::lock_guard lock(mutex_);
    armed_.store(false, std::memory_order_relaxed);
    waiting_ = false;
    status_.waiting = false;
    status_.captured_conn = 0;
    ++permits_;
  });
}

PhaseGate::Status PhaseGate::status() const {
  const std::lock_guard lock(mutex_);
  Status now = status_;
  // Poll sources live as long as the poller: asking one is safe whatever its task does.
  now.peer_gone = now.captured_conn != 0 && source_ != nullptr && source_->hung_up() &&
                  !peer_was_gone_;
  return now;
}

PhaseGate::Status PhaseGate::wait_for_stop(std::uint64_t stops) {
  std::unique_lock lock(mutex_);
  stopped_.wait(lock, [&] { return interrupted_ || (status_.held && status_.stops > stops); });
  return status_;
}

void PhaseGate::stop_waiting() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  stopped_.notify_all();
}

// Whether this phase of this request is where to stop. Called under the lock.
bool PhaseGate::captures(const Passer& who, Phase phase) {
  if (status_.captured_conn != 0) return who.subject.conn == status_.captured_conn;
  if (!waiting_) return false;
  // Without a request under way, only what brings the first bytes of one counts.
  const bool begins = phase == Phase::ReadRead || phase == Phase::ReadBufferFill ||
                      phase == Phase::LifecycleNextRequest;
  if (who.subject.request == 0 && !begins) return false;
  if (filter_.conn && *filter_.conn != who.subject.conn) return false;
  // Method and path are known once the URL was read; a filter on them can't stop a request before.
  const bool by_line = !filter_.method.empty() || !filter_.path.empty();
  if (by_line && phase <= Phase::ReadLineValid) return false;
  if (!filter_.method.empty() && filter_.method != who.method) return false;
  if (!filter_.path.empty() && filter_.path != who.path) return false;
  waiting_ = false;
  status_.waiting = false;
  status_.captured_conn = who.subject.conn;
  status_.since = runtime::Runtime::now();
  source_ = who.source;
  peer_was_gone_ = source_ != nullptr && source_->hung_up();
  return true;
}

void PhaseGate::request_over(std::uint32_t conn) {
  const std::lock_guard lock(mutex_);
  if (status_.captured_conn != conn) return;
  status_.captured_conn = 0;
  armed_.store(waiting_, std::memory_order_relaxed);
}

Async<Duration> PhaseGate::pass(Passer who, Phase phase) {
  std::uint64_t permits = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!captures(who, phase)) co_return Duration{};
    permits = permits_;
    status_.held = true;
    status_.who = who.subject;
    status_.at = phase;
    status_.method = who.method.substr(0, most_kept_bytes);
    status_.path = who.path.substr(0, most_kept_bytes);
    ++status_.stops;
  }
  const Instant since = runtime::Runtime::now();
  trace::begin<Phase::TraceHold>(who.subject, phase);
  stopped_.notify_all();
  const runtime::Wake why = co_await released_.wait(
      [this, permits] {
        const std::lock_guard lock(mutex_);
        return permits_ == permits;
      },
      trace::ParkReason::Hold, runtime::no_deadline, true);
  static_cast<void>(why);
  trace::instant<Phase::TraceRelease>(who.subject, phase);
  trace::end<Phase::TraceHold>(who.subject);
  {
    const std::lock_guard lock(mutex_);
    status_.held = false;
  }
  co_return runtime::Runtime::now() - since;
}

}  // namespace roundtrip::server
