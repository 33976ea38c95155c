#include "core/runtime/poller.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/check.h"
#include "core/base/clock.h"

namespace roundtrip::runtime {
namespace {

// What epoll hands back: our own descriptors by these words, a source by its address, which is
// safe because sources are never freed.
constexpr std::uint64_t kick_word = 1;
constexpr std::uint64_t stop_word = 2;
constexpr std::uint64_t timer_word = 3;

void watch_own(int epoll_fd, int fd, std::uint32_t events, std::uint64_t word) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = word;
  CHECK_THAT(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl on an own descriptor");
}

}  // namespace

bool PollSource::leave(Direction direction, Ticket ticket) {
  auto& slot = slots_[static_cast<int>(direction)];
  std::uint64_t word = slot.load(std::memory_order_acquire);
  while (true) {
    if (word == ready) {
      if (slot.compare_exchange_weak(word, nobody, std::memory_order_acq_rel)) return false;
    } else if (slot.compare_exchange_weak(word, ticket.packed(), std::memory_order_acq_rel)) {
      return true;
    }
  }
}

void PollSource::take_back(Direction direction, Ticket ticket) {
  std::uint64_t word = ticket.packed();
  slots_[static_cast<int>(direction)].compare_exchange_strong(word, nobody,
                                                              std::memory_order_acq_rel);
}

void PollSource::take_ready(Direction direction) {
  auto& slot = slots_[static_cast<int>(direction)];
  std::uint64_t word = ready;
  if (slot.load(std::memory_order_relaxed) == ready) {
    slot.compare_exchange_strong(word, nobody, std::memory_order_acq_rel);
  }
}

void PollSource::note_hung_up() {
  if (!hung_up()) hung_up_ticks_.store(read_ticks(), std::memory_order_release);
}

Poller::Poller(bool watches)
    : watches_(watches),
      epoll_fd_(epoll_create1(EPOLL_CLOEXEC)),
      kick_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      stop_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      timer_fd_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  CHECK_THAT(epoll_fd_ >= 0 && kick_fd_ >= 0 && stop_fd_ >= 0 && timer_fd_ >= 0,
             "the poller could not be made: is the limit of open files reached?");
  // Edge-triggered: each write wakes one waiter, and nobody has to read the counter.
  watch_own(epoll_fd_, kick_fd_, EPOLLIN | EPOLLET, kick_word);
  watch_own(epoll_fd_, timer_fd_, EPOLLIN | EPOLLET, timer_word);
  watch_own(epoll_fd_, stop_fd_, EPOLLIN, stop_word);
}

Poller::~Poller() {
  for (const int fd : {timer_fd_, stop_fd_, kick_fd_, epoll_fd_}) ::close(fd);
}

PollSource* Poller::adopt(int fd) {
  PollSource* source = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      source = free_.back();
      free_.pop_back();
    } else {
      source = &sources_.emplace_back();
    }
  }
  source->fd_ = fd;
  source->hung_up_ticks_.store(0, std::memory_order_relaxed);
  source->slots_[0].store(PollSource::nobody, std::memory_order_relaxed);
  source->slots_[1].store(PollSource::nobody, std::memory_order_relaxed);
  source->watched_.store(!watches_, std::memory_order_relaxed);
  return source;
}

bool Poller::watch(PollSource* source) {
  if (source->watched_.load(std::memory_order_relaxed) ||
      source->watched_.exchange(true, std::memory_order_acq_rel)) {
    return true;
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = source;
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, source->fd_, &event) == 0) return true;
  source->watched_.store(false, std::memory_order_relaxed);
  return false;
}

Result<PollSource*> Poller::add(int fd) {
  PollSource* source = adopt(fd);
  if (watch(source)) return source;
  const int error = errno;
  forget(source);
  return Error{fmt::format("descriptor {} can't be watched: {}", fd, std::strerror(error))};
}

void Poller::remove(PollSource* source) {
  if (watches_ && source->watched_.load(std::memory_order_relaxed)) {
    epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, source->fd_, nullptr);
  }
  forget(source);
}

// The source may serve another descriptor only when this one is closed: what the kernel still has
// to say of it would be said of the other.
int Poller::close(PollSource* source) {
  if (source->drain_errors_ != nullptr) on_errors(source, nullptr, nullptr);
  const int error = ::close(source->fd_) == 0 ? 0 : errno;
  forget(source);
  return error;
}

void Poller::forget(PollSource* source) {
  source->fd_ = -1;
  const std::lock_guard lock(mutex_);
  source->drain_errors_ = nullptr;
  free_.push_back(source);
}

void Poller::on_errors(PollSource* source, void (*drain)(void*), void* context) {
  const std::lock_guard lock(mutex_);
  source->drain_context_ = context;
  source->drain_errors_ = drain;
}

Poller::Found Poller::wait(int timeout_ms, std::vector<Ticket>& tickets) {
  constexpr int most = 64;
  std::array<epoll_event, most> events;
  tickets.clear();
  const int count = epoll_wait(epoll_fd_, events.data(), most, timeout_ms);
  Found found;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.u64 == stop_word) continue;
    if (event.data.u64 == kick_word) {
      found.kicked = true;
      continue;
    }
    if (event.data.u64 == timer_word) {
      found.timer = true;
      continue;
    }
    auto* source = static_cast<PollSource*>(event.data.ptr);
    if ((event.events & EPOLLERR) != 0) {
      // The lock keeps the drain from running while the connection is being taken down.
      const std::lock_guard lock(mutex_);
      source->drain_errors();
    }
    const std::uint32_t closed = EPOLLHUP | EPOLLRDHUP;
    if ((event.events & closed) != 0) source->note_hung_up();
    // EPOLLERR alone may be nothing but time-stamps in the error queue; a real error comes with
    // EPOLLHUP or EPOLLIN as well.
    const bool readable = (event.events & (EPOLLIN | closed)) != 0;
    const bool writable = (event.events & (EPOLLOUT | EPOLLHUP)) != 0;
    for (const bool write : {false, true}) {
      if (write ? !writable : !readable) continue;
      auto& slot = source->slots_[write ? 1 : 0];
      if (slot.load(std::memory_order_acquire) == PollSource::ready) continue;
      const std::uint64_t before = slot.exchange(PollSource::ready, std::memory_order_acq_rel);
      if (before > PollSource::ready) tickets.push_back(Ticket::unpack(before));
    }
  }
  found.ready = tickets;
  return found;
}

void Poller::kick() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(kick_fd_, &one, sizeof one);
}

void Poller::stop() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(stop_fd_, &one, sizeof one);
}

void Poller::arm_timer(Instant at) {
  itimerspec when{};
  if (at != no_deadline) {
    const std::int64_t ns = at.ns > 0 ? at.ns : 1;
    when.it_value.tv_sec = ns / 1'000'000'000;
    when.it_value.tv_nsec = ns % 1'000'000'000;
  }
  timerfd_settime(timer_fd_, TFD_TIMER_ABSTIME, &when, nullptr);
}

}  // namespace roundtrip::runtime
