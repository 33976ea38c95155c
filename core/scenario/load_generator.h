// The load generator: asks a server on 127.0.0.1 for the same thing at a fixed rate, over a fixed
// number of keep-alive connections, and says what came of it.
// The schedule is open-loop: request i is due i / rate seconds after the start, whatever became of
// those before it. One that is due and finds no connection free waits for the first that is, and
// its latency counts from the moment it was due: a slow server can't hide behind a client that
// waited for it (no "coordinated omission"). A connection that the server closes is opened anew by
// the next request that it is to carry. One thread, the caller's; memory grows with the connections
// only. Of a server of this program it tells in the trace what its clients do and how things stand
// (load_watch.h); of any other the trace is told nothing. epoll(7), timerfd_create(2).
#pragma once

#include <cstdint>
#include <string>

#include "core/base/duration_histogram.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/scenario/call_off.h"
#include "core/scenario/load_watch.h"
#include "core/server/server.h"

namespace roundtrip::scenario {

struct LoadOptions {
  std::uint16_t port = 0;  // on 127.0.0.1
  std::string target = "/hello";
  std::uint32_t connections = 1;
  std::uint32_t requests_per_second = 1;  // limits::load_requests_per_second: all at once
  std::uint64_t requests = 1;  // in all
  // For how long, after the last request was due, what is still open is waited for.
  Duration patience = Duration::seconds(5);
  bool closes = false;  // each request asks the server to close after its answer
  // The server, where it belongs to this program: its trace tells of the load, and the calling
  // thread records.
  server::Server* server = nullptr;
};

struct LoadReport {
  // The requests.
  std::uint64_t due = 0;       // all that were asked for, or those due before the stop
  std::uint64_t sent = 0;      // wholly handed to the kernel
  std::uint64_t answered = 0;  // wholly, with any status
  std::uint64_t refused = 0;   // answered with a status of 400 or more
  std::uint64_t cut_off = 0;   // sent, and the connection ended before the whole answer
  std::uint64_t broken = 0;    // sent, and what came is no HTTP answer
  std::uint64_t unsent() const { return due - sent; }
  std::uint64_t unanswered() const { return sent - answered - cut_off - broken; }

  // The connections.
  std::uint64_t opened = 0;  // anew as well
  std::uint64_t closed_by_server = 0;
  std::uint64_t not_connected = 0;  // attempts after the first; each leaves a request unsent

  // Of this process, server and clients together, unless they are apart.
  LoadLevels before;
  LoadLevels most;
  LoadUsage usage;

  Duration elapsed;            // from the moment the first request was due
  DurationHistogram lateness;  // of what was sent: after it was due
  DurationHistogram latency;   // of what was answered: from due to the last byte of the answer
};

// Opens all connections, then keeps to the schedule; returns when every request was answered or
// given up, when the patience is over, or soon after it was called off. An error when the
// connections can't be opened at the start.
Result<LoadReport> generate_load(const LoadOptions& options, const CallOff* call_off = nullptr);

}  // namespace roundtrip::scenario
