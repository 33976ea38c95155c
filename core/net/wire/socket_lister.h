// A thread that has a host's sockets listed when somebody asks: a listing takes longer than a frame
// or a packet may (see sock_diag.h). Whoever asks while one is under way gets one more after it,
// however many have asked.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace roundtrip::net {

class SocketLister {
 public:
  // `list` is called on the lister's thread, until the lister goes.
  explicit SocketLister(std::function<void()> list);
  ~SocketLister();
  SocketLister(const SocketLister&) = delete;
  SocketLister& operator=(const SocketLister&) = delete;

  // Any thread; waits for nothing.
  void ask();

 private:
  void run();

  std::function<void()> list_;
  std::mutex mutex_;
  std::condition_variable asked_more_;
  bool asked_ = false;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace roundtrip::net
