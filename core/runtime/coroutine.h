// The two coroutine types. TaskMain is the outermost function of a task: it starts when a worker
// first runs it. Async<T> is a function that a task calls and awaits: it starts at once when
// awaited and goes back to its caller when it returns, without passing a run queue. Frames of
// Async functions come from the task's own arena when it has one, so that a request allocates
// nothing from the heap.
// An exception that leaves an Async travels to the awaiting function; one that leaves a TaskMain
// ends the program (each lifecycle catches its own).
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <utility>
#include <variant>

#include "core/base/check.h"
#include "core/runtime/task.h"

namespace roundtrip::runtime {

// A stack of frames in a fixed piece of memory: nested coroutines end in reverse order.
class FrameArena {
 public:
  FrameArena(unsigned char* memory, std::size_t capacity) : memory_(memory), capacity_(capacity) {}

  void* take(std::size_t bytes) {
    const std::size_t need = (bytes + 15) / 16 * 16;
    if (capacity_ - used_ < need) return nullptr;
    void* place = memory_ + used_;
    used_ += need;
    return place;
  }
  bool give_back(void* place, std::size_t bytes) {
    auto* at = static_cast<unsigned char*>(place);
    if (at < memory_ || at >= memory_ + capacity_) return false;
    const std::size_t need = (bytes + 15) / 16 * 16;
    CHECK_THAT(at + need == memory_ + used_, "frames end in reverse order");
    used_ -= need;
    return true;
  }

 private:
  unsigned char* memory_;
  std::size_t capacity_;
  std::size_t used_ = 0;
};

class [[nodiscard]] TaskMain {
 public:
  struct promise_type {
    Task* task = nullptr;
    std::size_t frame_bytes = 0;

    static void* operator new(std::size_t bytes) {
      last_frame_bytes = bytes;
      return ::operator new(bytes);
    }
    static void operator delete(void* frame, std::size_t bytes) {
      ::operator delete(frame, bytes);
    }
    TaskMain get_return_object() {
      frame_bytes = last_frame_bytes;
      return TaskMain(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    [[noreturn]] void unhandled_exception() { std::terminate(); }

    static inline thread_local std::size_t last_frame_bytes = 0;
  };
  using Handle = std::coroutine_handle<promise_type>;

  explicit TaskMain(Handle handle) : handle_(handle) {}
  TaskMain(TaskMain&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  TaskMain& operator=(TaskMain&&) = delete;
  ~TaskMain() {
    if (handle_) handle_.destroy();
  }
  Handle release() { return std::exchange(handle_, {}); }

 private:
  Handle handle_;
};

namespace coroutine_detail {

// What lies before an Async frame: the arena it came from, or null for the heap.
struct alignas(16) FrameHeader {
  FrameArena* arena;
};

struct AsyncPromiseBase {
  std::coroutine_handle<> caller;
  std::exception_ptr exception;

  static void* operator new(std::size_t bytes) {
    FrameArena* arena = this_task != nullptr ? this_task->arena : nullptr;
    void* place = arena != nullptr ? arena->take(bytes + sizeof(FrameHeader)) : nullptr;
    if (place == nullptr) {
      arena = nullptr;
      place = ::operator new(bytes + sizeof(FrameHeader));
    }
    auto* header = new (place) FrameHeader{arena};
    return header + 1;
  }
  static void operator delete(void* frame, std::size_t bytes) {
    FrameHeader* header = static_cast<FrameHeader*>(frame) - 1;
    if (header->arena != nullptr) {
      header->arena->give_back(header, bytes + sizeof(FrameHeader));
    } else {
      ::operator delete(header, bytes + sizeof(FrameHeader));
    }
  }

  std::suspend_always initial_suspend() noexcept { return {}; }
  struct BackToCaller {
    bool await_ready() noexcept { return false; }
    // A frame that never parked returns into its caller's await_suspend. One that the worker's loop
    // has resumed leaves its caller to that loop.
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) noexcept {
      if (this_task->resume_point == self) this_task->resume_point = self.promise().caller;
    }
    void await_resume() noexcept {}
  };
  BackToCaller final_suspend() noexcept { return {}; }
  void unhandled_exception() { exception = std::current_exception(); }
};

template <class T>
struct AsyncPromise : AsyncPromiseBase {
  std::optional<T> value;
  template <class U>
  void return_value(U&& result) { value.emplace(std::forward<U>(result)); }
  T take() {
    if (exception) std::rethrow_exception(exception);
    return std::move(*value);
  }
};
template <>
struct AsyncPromise<void> : AsyncPromiseBase {
  void return_void() {}
  void take() {
    if (exception) std::rethrow_exception(exception);
  }
};

}  // namespace coroutine_detail

template <class T = void>
class [[nodiscard]] Async {
 public:
  struct promise_type : coroutine_detail::AsyncPromise<T> {
    Async get_return_object() {
      return Async(std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };
  using Handle = std::coroutine_handle<promise_type>;

  explicit Async(Handle handle) : handle_(handle) {}
  Async(Async&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Async& operator=(Async&&) = delete;
  ~Async() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  // The function runs on the caller's stack until it ends or parks. Where it has parked it may be
  // running on another worker by now, so that nothing of the frames may be touched any more.
  bool await_suspend(std::coroutine_handle<> caller) {
    Task* const task = this_task;
    handle_.promise().caller = caller;
    handle_.resume();
    return this_task != task;
  }
  T await_resume() { return handle_.promise().take(); }

 private:
  Handle handle_;
};

}  // namespace roundtrip::runtime
