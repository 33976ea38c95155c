// Poller: tells which descriptors can be read or written, by edge-triggered epoll, as Go's
// netpoller does. Idle workers wait in it themselves: no thread stands between the kernel and the
// worker that serves the connection. A PollSource is one registered descriptor; its two slots hold
// the ticket of the task that waits to read and of the one that waits to write.
// Sources are never freed while the poller lives, so a late event is at worst a needless wake.
// See epoll(7), timerfd_create(2), eventfd(2).
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/runtime/task.h"

namespace roundtrip::runtime {

class PollSource {
 public:
  int fd() const { return fd_; }
  // The peer has said that it will send no more (or is gone): a read will not wait.
  bool hung_up() const { return hung_up_ticks() != 0; }
  // When the poller saw that; 0: it has not.
  std::uint64_t hung_up_ticks() const { return hung_up_ticks_.load(std::memory_order_acquire); }
  void note_hung_up();
  // Takes the facts that wait in the error queue.
  void drain_errors() {
    if (drain_errors_ != nullptr) drain_errors_(drain_context_);
  }

  enum class Direction : std::uint8_t { Read, Write };

  // Leaves a ticket in a slot. False: it is ready already, nothing was left.
  bool leave(Direction direction, Ticket ticket);
  // Takes one's own ticket back out of a slot, after a wait that ended some other way.
  void take_back(Direction direction, Ticket ticket);
  // Forgets an edge that has been used up by reading or writing as far as it went.
  void take_ready(Direction direction);

 private:
  friend class Poller;
  static constexpr std::uint64_t nobody = 0;
  static constexpr std::uint64_t ready = 1;

  int fd_ = -1;
  std::atomic<bool> watched_{false};
  std::atomic<std::uint64_t> hung_up_ticks_{0};
  std::atomic<std::uint64_t> slots_[2] = {};
  // Facts of the kernel wait in the error queue of this descriptor (time-stamps): drained by
  // whoever sees EPOLLERR, without waking the task.
  void (*drain_errors_)(void* context) = nullptr;
  void* drain_context_ = nullptr;
};

class Poller {
 public:
  // Where no worker waits in it (`watches` is false), it only keeps the sources: each thread waits
  // for its own.
  explicit Poller(bool watches = true);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // A source for a non-blocking descriptor. Nothing is seen of it until it is watched: one that
  // never has to wait costs no system call.
  PollSource* adopt(int fd);
  // Watches it for both directions until it is removed or closed; what is ready already is seen at
  // once. Any thread, any number of times. False where the kernel has no room for one more.
  bool watch(PollSource* source);
  // Both.
  Result<PollSource*> add(int fd);
  void remove(PollSource* source);
  // Closes the descriptor as well, which ends the kernel's watch by itself. Returns the error of
  // close(2), or 0.
  int close(PollSource* source);
  // `drain(context)` is called by the polling worker when the error queue holds something.
  void on_errors(PollSource* source, void (*drain)(void*), void* context);

  // What one wait found: tickets to wake, whether the timer fired, whether it was kicked.
  struct Found {
    std::span<const Ticket> ready;
    bool timer = false;
    bool kicked = false;
  };
  // Waits until something is ready, at most `timeout_ms` (-1: for ever). `tickets` is the calling
  // worker's own memory.
  Found wait(int timeout_ms, std::vector<Ticket>& tickets);

  // Wakes one waiting worker, or all of them for good.
  void kick();
  void stop();
  // The next moment at which a waiter must wake for a timer (CLOCK_MONOTONIC); max disarms.
  void arm_timer(Instant at);

 private:
  void forget(PollSource* source);

  bool watches_;
  int epoll_fd_ = -1;
  int kick_fd_ = -1;
  int stop_fd_ = -1;
  int timer_fd_ = -1;
  std::mutex mutex_;  // for adding and removing
  std::deque<PollSource> sources_;
  std::vector<PollSource*> free_;
};

}  // namespace roundtrip::runtime
