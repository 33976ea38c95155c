// A wire that runs by itself: one thread that sleeps until a packet comes or is due. Any thread may
// ask it for something: the work is done on the wire's thread, between two packets, and its result
// is waited for, so that whatever the sink is told comes from that one thread. Nanoseconds count
// here: the thread has no timer slack, and waits the last few microseconds awake.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/net/wire/wire.h"

namespace roundtrip::net {

class WireThread {
 public:
  // The ends and the sink outlive it.
  static Result<std::unique_ptr<WireThread>> start(Wire::Ends ends, WireSink& sink);
  // What is under way or held stays undelivered.
  ~WireThread();
  WireThread(const WireThread&) = delete;
  WireThread& operator=(const WireThread&) = delete;

  // wire_thread.ask([](Wire& wire) { return wire.release(7); }). Not for a sink to call.
  template <class Work>
  auto ask(Work work) {
    using Answer = std::invoke_result_t<Work, Wire&>;
    if constexpr (std::is_void_v<Answer>) {
      run_on_thread([&] { work(wire_); });
    } else {
      std::optional<Answer> answer;
      run_on_thread([&] { answer.emplace(work(wire_)); });
      return std::move(*answer);
    }
  }

 private:
  struct Errand {
    const std::function<void()>& work;
    bool done = false;
  };

  WireThread(Wire::Ends ends, WireSink& sink, FileDescriptor wake);
  void run();
  void sleep(bool not_at_all);
  void do_errands();
  void run_on_thread(const std::function<void()>& work);

  Wire wire_;
  WireSink& sink_;
  FileDescriptor wake_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::vector<Errand*> errands_;
  bool stop_ = false;  // of the wire's thread alone
  std::thread thread_;
};

}  // namespace roundtrip::net
