#include "core/net/wire/wire_thread.h"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/thread.h"

namespace roundtrip::net {
namespace {

// A sleeping thread is woken late by about so much; for the rest it stays awake.
constexpr Duration awake_before_due = Duration::microseconds(20);

}  // namespace

Result<std::unique_ptr<WireThread>> WireThread::start(Wire::Ends ends, WireSink& sink) {
  FileDescriptor wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.is_open()) {
    return Error{fmt::format("the wire can't be woken: eventfd: {}", std::strerror(errno))};
  }
  std::unique_ptr<WireThread> wire(new WireThread(ends, sink, std::move(wake)));
  wire->thread_ = thread_without_signals([one = wire.get()] { one->run(); });
  return wire;
}

WireThread::WireThread(Wire::Ends ends, WireSink& sink, FileDescriptor wake)
    : wire_(ends, sink), sink_(sink), wake_(std::move(wake)) {}

WireThread::~WireThread() {
  run_on_thread([this] { stop_ = true; });
  thread_.join();
}

void WireThread::run_on_thread(const std::function<void()>& work) {
  CHECK_THAT(std::this_thread::get_id() != thread_.get_id(), "the wire asks itself");
  Errand errand{work};
  std::unique_lock lock(mutex_);
  errands_.push_back(&errand);
  const std::uint64_t one = 1;
  static_cast<void>(!write(wake_.get(), &one, sizeof one));
  done_.wait(lock, [&errand] { return errand.done; });
}

void WireThread::do_errands() {
  std::uint64_t count;
  if (read(wake_.get(), &count, sizeof count) < 0) return;
  const std::lock_guard lock(mutex_);
  for (Errand* errand : errands_) {
    errand->work();
    errand->done = true;
  }
  errands_.clear();
  done_.notify_all();
}

void WireThread::run() {
  pthread_setname_np(pthread_self(), "wire");
  prctl(PR_SET_TIMERSLACK, 1);
  while (!stop_) {
    const bool more = wire_.step().more;
    if (!more) sink_.at_rest(machine_clock().now().monotonic);
    // With more to be read it only looks whether somebody asks for something.
    sleep(more);
  }
}

void WireThread::sleep(bool not_at_all) {
  pollfd watched[] = {{wire_.end(Host::Client).poll_fd(), POLLIN, 0},
                      {wire_.end(Host::Server).poll_fd(), POLLIN, 0},
                      {wake_.get(), POLLIN, 0}};
  for (const Host host : both_hosts) {
    if (wire_.is_closed(host)) watched[static_cast<std::size_t>(host)].fd = -1;
  }
  timespec timeout{};
  const std::optional<Instant> due = wire_.next_due();
  if (due && !not_at_all) {
    const Duration left = *due - machine_clock().now().monotonic - awake_before_due;
    if (left > Duration{}) {
      timeout.tv_sec = left.ns / 1'000'000'000;
      timeout.tv_nsec = left.ns % 1'000'000'000;
    }
  }
  if (ppoll(watched, 3, due || not_at_all ? &timeout : nullptr, nullptr) > 0 &&
      watched[2].revents != 0) {
    do_errands();
  }
}

}  // namespace roundtrip::net
