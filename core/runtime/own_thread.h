// OwnThread: the thread of a lifecycle whose waits block in the kernel, and what it sleeps on. It
// waits by poll(2) for one descriptor, for a moment, and for whoever wakes it by its ticket (a
// signal, a shutdown). One lives on the stack of each such thread. poll(2), eventfd(2).
#pragma once

#include "core/runtime/poller.h"

namespace roundtrip::runtime {

class OwnThread {
 public:
  OwnThread();
  ~OwnThread();
  OwnThread(const OwnThread&) = delete;
  OwnThread& operator=(const OwnThread&) = delete;

  // From any thread, once for each ticket that was claimed.
  void wake();

  // Why a sleep ended: the descriptor can be read or written, the moment came, somebody woke it.
  enum class End : std::uint8_t { Ready, TimedOut, Woken };
  // `source` may be null. Facts in its error queue are taken meanwhile and end nothing.
  End sleep(PollSource* source, PollSource::Direction direction, Instant deadline);
  // Waits for a wake that is on its way.
  void await_wake();

  // How much of the calling thread's stack lies in memory, in bytes; 0 where that can't be told.
  static std::uint32_t resident_stack_bytes();

 private:
  int wake_fd_;
};

// What a new thread's stack reserves: addresses, not memory.
std::uint64_t reserved_stack_bytes();

}  // namespace roundtrip::runtime
