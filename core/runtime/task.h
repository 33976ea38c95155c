// Task: the control block of one coroutine that the workers run, the counterpart of a goroutine's
// g. It says where the coroutine goes on, what it waits for, and whose facts it records. A task
// waits by parking: it makes a ticket, leaves the ticket where events can find it (a descriptor, a
// timer, a signal), and whoever presents the ticket first wakes it, exactly once.
// Task blocks are never freed while the runtime lives, so a late waker finds at worst a ticket
// that is no longer good.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <limits>
#include <utility>

#include "core/base/time.h"
#include "core/trace/recorder.h"

namespace roundtrip::runtime {

class Runtime;
class FrameArena;
class OwnThread;

// In the runtime an Instant counts from CLOCK_MONOTONIC's zero.
inline constexpr Instant no_deadline = Instant::max();

// Why a wait ended.
enum class Wake : std::uint8_t { Ready, TimedOut, Shutdown };

// What a shutdown does to a wait. Never: somebody still works on what the waiting frame holds.
enum class Interrupt : std::uint8_t { Never, AfterGrace, AtOnce };

// A task and one of its parkings; presenting it wakes the task once.
struct Ticket {
  std::uint32_t task_index = 0;
  std::uint32_t generation = 0;

  std::uint64_t packed() const {
    return (static_cast<std::uint64_t>(task_index) + 1) << 32 | generation;
  }
  static Ticket unpack(std::uint64_t word) {
    return {static_cast<std::uint32_t>(word >> 32) - 1, static_cast<std::uint32_t>(word)};
  }
};

struct Task {
  // Set at spawn.
  Runtime* runtime = nullptr;
  std::uint32_t index = 0;  // of this block
  std::coroutine_handle<> frame;
  std::uint32_t frame_bytes = 0;
  // The thread of its own where it runs and its waits block in the kernel; null on the workers.
  OwnThread* own_thread = nullptr;
  FrameArena* arena = nullptr;  // where its nested coroutines' frames lie; may be null

  // What is to be done before the task waits for whatever, and nobody knows how long: called once.
  void (*before_wait)(void* context) = nullptr;
  void* before_wait_context = nullptr;
  void prepare_wait() {
    if (before_wait == nullptr) [[likely]] return;
    std::exchange(before_wait, nullptr)(before_wait_context);
  }

  // Whose facts its changes are. Written by the task while it runs, read by its waker.
  trace::Subject subject;
  // Records to reserve when it is woken from idleness, so that what follows is told whole.
  std::uint32_t reserve_on_wake = 0;
  // Set aside in `reserved_in` for this task; the promise moves with the task between rings.
  std::uint32_t reserved_records = 0;
  trace::Ring* reserved_in = nullptr;
  std::uint64_t woken_ticks = 0;  // of the last wake, for a cycle that could not be traced

  // Per parking.
  std::atomic<Interrupt> interrupt{Interrupt::AfterGrace};
  std::coroutine_handle<> resume_point;
  // generation << 16 | source << 12 | wake << 8 | state
  std::atomic<std::uint64_t> park_word{0};
  std::atomic<std::int64_t> deadline_ns{no_deadline.ns};
  std::atomic<std::int64_t> armed_ns{no_deadline.ns};  // when its next timer entry fires
  std::atomic<std::uint32_t> life{0};                  // grows when the block is used again

  // In a run queue or the list of free blocks.
  Task* next = nullptr;

  // From here a ticket can be presented. Sequentially consistent against a shutdown's flag.
  Ticket prepare_park(Interrupt by_shutdown);
  // Commits the parking; false when a waker came first and the task must go on at once.
  bool commit_park();
  // Gives the parking up: the awaited thing was there already.
  void cancel_park();
  Wake wake_reason() const {
    return static_cast<Wake>(park_word.load(std::memory_order_relaxed) >> 8 & 0xf);
  }
  trace::WakeSource wake_source() const {
    return static_cast<trace::WakeSource>(park_word.load(std::memory_order_relaxed) >> 12 & 0xf);
  }

  // Asked by a waker. Claimed: the caller must make the task runnable. TooEarly: it had not yet
  // gone to sleep and will go on by itself. Stale: the ticket is no longer good.
  enum class Claim : std::uint8_t { Claimed, TooEarly, Stale };
  Claim claim(std::uint32_t generation, Wake reason, trace::WakeSource source);

 private:
  enum State : std::uint64_t { Running = 0, Parking = 1, Parked = 2, Woken = 3 };
};

// The task that runs on this thread; null outside of tasks.
extern constinit thread_local Task* this_task;

}  // namespace roundtrip::runtime
