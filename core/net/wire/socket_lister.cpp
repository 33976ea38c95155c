#include "core/net/wire/socket_lister.h"

#include <utility>

#include "core/base/thread.h"

namespace roundtrip::net {

SocketLister::SocketLister(std::function<void()> list)
    : list_(std::move(list)), thread_(thread_without_signals([this] { run(); })) {}

SocketLister::~SocketLister() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  asked_more_.notify_all();
  thread_.join();
}

void SocketLister::ask() {
  {
    const std::lock_guard lock(mutex_);
    asked_ = true;
  }
  asked_more_.notify_all();
}

void SocketLister::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    asked_more_.wait(lock, [this] { return asked_ || stop_; });
    if (stop_) return;
    asked_ = false;
    lock.unlock();
    list_();
    lock.lock();
  }
}

}  // namespace roundtrip::net
