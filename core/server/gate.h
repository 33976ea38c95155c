// The phase gate: every holdable phase of the server passes it. It stands open as a rule and costs
// one load. `hold_next` makes it stop the next matching request at each phase in turn: the task
// parks (never a worker), `step` lets it go on to its next phase, `let_go` for good. A request
// begins with the read that brings its first bytes, when it has no number yet, so it is caught by
// its connection; it is over when the connection is ready for another one, or closed. Hold and
// release are events, so that held time can be left out of running time; the request's time-outs
// are moved by as long as it was held. Kernel phases do not pass here and can't be held.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/runtime/wait.h"

namespace roundtrip::server {

// Which request to hold. Everything that is set has to match.
struct HoldFilter {
  std::optional<std::uint32_t> conn;
  std::string method;  // empty: any
  std::string path;    // empty: any
};

// Who passes, as far as it is known at that phase.
struct Passer {
  trace::Subject subject;
  std::string_view method;  // empty until the request line is read
  std::string_view path;
  const runtime::PollSource* source = nullptr;  // of its connection
};

class PhaseGate {
 public:
  // Whether anybody has to stop at all. Asked at every phase.
  bool armed() const { return armed_.load(std::memory_order_relaxed); }

  void hold_next(HoldFilter filter);
  // Lets the held request go on to its next phase. False when nothing is held.
  bool step(runtime::Runtime& runtime);
  // Lets the held request (or the intention to hold one) go.
  void let_go(runtime::Runtime& runtime);

  struct Status {
    bool waiting = false;  // for a request to hold
    // Whose request it is, from its first stop until it is over or let go; 0: nobody's. It is held
    // at its stops, and runs between them.
    std::uint32_t captured_conn = 0;
    Instant since;  // its first stop, CLOCK_MONOTONIC
    bool held = false;
    trace::Subject who;
    trace::Phase at{};
    std::string method;      // as far as it was read; at most most_kept_bytes
    std::string path;
    bool peer_gone = false;  // its client has ended its side since
    std::uint64_t stops = 0;  // grows with each stop, so that a waiter sees the next one
  };
  static constexpr std::size_t most_kept_bytes = 200;
  Status status() const;
  // Blocks the calling thread (not a worker) until a stop after `stops`, or until `stop_waiting`
  // was called; returns the status then.
  Status wait_for_stop(std::uint64_t stops);
  void stop_waiting();

  // Called by tasks, when armed: the connection's request is over; if it was the one, the gate
  // opens.
  void request_over(std::uint32_t conn);
  // Called by tasks, when armed: stops if this request is the one. Returns how long it was held.
  runtime::Async<Duration> pass(Passer who, trace::Phase phase);

 private:
  bool captures(const Passer& who, trace::Phase phase);

  std::atomic<bool> armed_{false};
  mutable std::mutex mutex_;
  std::condition_variable stopped_;
  HoldFilter filter_;
  bool waiting_ = false;
  bool interrupted_ = false;
  Status status_;
  const runtime::PollSource* source_ = nullptr;  // of the connection that was captured last
  bool peer_was_gone_ = false;                   // when it was captured
  std::uint64_t permits_ = 0;  // phases that the captured request may pass
  runtime::Signal released_;
};

}  // namespace roundtrip::server
