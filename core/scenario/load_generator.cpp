#include "core/scenario/load_generator.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <vector>

#include "core/base/clock.h"
#include "core/scenario/limits.h"
#include "core/scenario/load_connection.h"
#include "core/scenario/load_schedule.h"

namespace roundtrip::scenario {
namespace {

using State = LoadConnection::State;

// A descriptor that is closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  operator int() const { return fd_; }

 private:
  int fd_;
};

class Generator {
 public:
  explicit Generator(const LoadOptions& options);
  Result<LoadReport> run(const std::stop_token& stop);

 private:
  Status open_all(const std::stop_token& stop);
  Status run_schedule(const std::stop_token& stop);
  void send_what_is_due();
  void start(std::uint32_t which);
  void ask(std::uint32_t which);
  int open(std::uint32_t which);
  Status wait(std::int64_t until_ns);
  void on_ready(std::uint32_t which, std::uint32_t events);
  void on_connected(std::uint32_t which);
  void on_sent(std::uint32_t which, LoadConnection::Sent sent);
  void read(std::uint32_t which, bool to_the_end);
  void on_got(std::uint32_t which, LoadConnection::Got got);
  void set_free(std::uint32_t which);
  Error refusal(int error) const;

  LoadOptions options_;
  std::string request_;
  std::vector<char> room_;
  Descriptor epoll_;
  Descriptor timer_;
  Descriptor stop_;
  std::vector<LoadConnection> connections_;
  std::deque<std::uint32_t> free_;  // to carry the next request, the longest free first
  std::uint64_t under_way_ = 0;     // requests that a connection carries
  std::uint32_t connecting_ = 0;
  int error_ = 0;  // the last that a connection met while it was opened
  LoadSchedule schedule_;
  std::int64_t next_ = 0;  // the first request that no connection carried yet
  LoadReport report_;
};

// What a readiness belongs to: a connection's place, or one of these.
constexpr std::uint32_t timer_mark = UINT32_MAX;
constexpr std::uint32_t stop_mark = UINT32_MAX - 1;

bool watch(int epoll, int fd, std::uint32_t mark, std::uint32_t events) {
  epoll_event watched{};
  watched.events = events | EPOLLET;
  watched.data.u32 = mark;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &watched) == 0;
}

Generator::Generator(const LoadOptions& options)
    : options_(options),
      request_(fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
                           "User-Agent: roundtrip-load\r\n\r\n",
                           options.target, options.port)),
      room_(limits::load_read_bytes),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      stop_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      connections_(options.connections) {
  schedule_.rate = options.requests_per_second;
  schedule_.requests = static_cast<std::int64_t>(options.requests);
}

Error Generator::refusal(int error) const {
  return {fmt::format("the load can't open {} connections to port {}: {}", options_.connections,
                      options_.port, std::strerror(error))};
}

Result<LoadReport> Generator::run(const std::stop_token& stop) {
  if (epoll_ < 0 || timer_ < 0 || stop_ < 0 || !watch(epoll_, timer_, timer_mark, EPOLLIN) ||
      !watch(epoll_, stop_, stop_mark, EPOLLIN)) {
    return refusal(errno);
  }
  const std::stop_callback wake(stop, [this] { eventfd_write(stop_, 1); });
  const Status opened = open_all(stop);
  if (!opened) return Error{opened.error()};
  // From here the schedule runs.
  schedule_.start_ns = monotonic_ns();
  const Status kept = run_schedule(stop);
  if (!kept) return Error{kept.error()};
  const std::int64_t now_ns = monotonic_ns();
  report_.due = static_cast<std::uint64_t>(std::max(next_, schedule_.due_by(now_ns)));
  report_.elapsed = Duration::nanoseconds(now_ns - schedule_.start_ns);
  return report_;
}

Status Generator::open_all(const std::stop_token& stop) {
  const std::int64_t deadline_ns = monotonic_ns() + limits::connect_time.ns;
  for (std::uint32_t which = 0; which < connections_.size(); ++which) {
    const int error = open(which);
    if (error != 0) return refusal(error);
  }
  while (connecting_ > 0 && !stop.stop_requested()) {
    if (monotonic_ns() >= deadline_ns) return refusal(ETIMEDOUT);
    const Status waited = wait(deadline_ns);
    if (!waited) return waited;
    if (error_ != 0) return refusal(error_);
  }
  return Nothing{};
}

Status Generator::run_schedule(const std::stop_token& stop) {
  const std::int64_t deadline_ns = schedule_.due_ns(schedule_.requests - 1) + options_.patience.ns;
  while (!stop.stop_requested()) {
    send_what_is_due();
    const bool all_begun = next_ == schedule_.requests;
    if (all_begun && under_way_ == 0) break;
    const std::int64_t now_ns = monotonic_ns();
    if (now_ns >= deadline_ns) break;
    // A request that is due already waits for a connection, not for the clock.
    const bool clock_decides = !all_begun && !free_.empty();
    const Status waited = wait(clock_decides ? schedule_.due_ns(next_) : deadline_ns);
    if (!waited) return waited;
  }
  return Nothing{};
}

void Generator::send_what_is_due() {
  while (next_ < schedule_.requests && !free_.empty() &&
         schedule_.due_ns(next_) <= monotonic_ns()) {
    const std::uint32_t which = free_.front();
    free_.pop_front();
    connections_[which].has_request = true;
    connections_[which].due_ns = schedule_.due_ns(next_++);
    ++under_way_;
    start(which);
  }
}

// Carries its request, over a new connection where the server has closed the old one.
void Generator::start(std::uint32_t which) {
  if (connections_[which].state() == State::Free) return ask(which);
  const int error = open(which);
  if (error == 0) return;
  ++report_.not_connected;
  set_free(which);
}

void Generator::ask(std::uint32_t which) {
  on_sent(which, connections_[which].ask(request_));
}

int Generator::open(std::uint32_t which) {
  LoadConnection& connection = connections_[which];
  const int error = connection.open(options_.port);
  if (error != 0) return error;
  if (!watch(epoll_, connection.fd(), which, EPOLLIN | EPOLLOUT | EPOLLRDHUP)) {
    const int refused = errno;
    connection.close();
    return refused;
  }
  ++connecting_;
  return 0;
}

// Until something is ready or the moment has come, and does what that asks for.
Status Generator::wait(std::int64_t until_ns) {
  itimerspec moment{};
  moment.it_value.tv_sec = until_ns / LoadSchedule::second_ns;
  moment.it_value.tv_nsec = until_ns % LoadSchedule::second_ns;
  timerfd_settime(timer_, TFD_TIMER_ABSTIME, &moment, nullptr);
  std::array<epoll_event, 256> ready;
  const int count = epoll_wait(epoll_, ready.data(), ready.size(), -1);
  if (count < 0 && errno != EINTR) {
    return Error{fmt::format("the load can't wait for its connections: {}", std::strerror(errno))};
  }
  for (int i = 0; i < count; ++i) {
    const std::uint32_t which = ready[static_cast<std::size_t>(i)].data.u32;
    if (which < connections_.size()) on_ready(which, ready[static_cast<std::size_t>(i)].events);
  }
  return Nothing{};
}

void Generator::on_ready(std::uint32_t which, std::uint32_t events) {
  LoadConnection& connection = connections_[which];
  const bool ended = (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
  switch (connection.state()) {
    case State::Closed:
      break;
    case State::Connecting:
      if (ended || (events & EPOLLOUT) != 0) on_connected(which);
      break;
    case State::Free:
    case State::Asking:
      if ((events & EPOLLOUT) != 0 && !connection.wholly_sent())
        on_sent(which, connection.ask_on());
      if (ended || (events & EPOLLIN) != 0) read(which, ended);
      break;
  }
}

void Generator::on_connected(std::uint32_t which) {
  LoadConnection& connection = connections_[which];
  --connecting_;
  const int error = connection.connected();
  if (error == 0) {
    ++report_.opened;
    if (connection.has_request) return ask(which);
  } else {
    error_ = error;
    if (connection.has_request) ++report_.not_connected;
  }
  set_free(which);
}

void Generator::on_sent(std::uint32_t which, LoadConnection::Sent sent) {
  LoadConnection& connection = connections_[which];
  switch (sent) {
    case LoadConnection::Sent::InPart:
      break;
    case LoadConnection::Sent::Whole:
      ++report_.sent;
      report_.lateness.add(Duration::nanoseconds(monotonic_ns() - connection.due_ns));
      break;
    case LoadConnection::Sent::Gone:
      ++report_.closed_by_server;
      start(which);
      break;
  }
}

// What came; `to_the_end`: the server's close is among it.
void Generator::read(std::uint32_t which, bool to_the_end) {
  LoadConnection& connection = connections_[which];
  LoadConnection::Got got = LoadConnection::Got::Nothing;
  do {
    got = connection.receive(room_);
    on_got(which, got);
  } while (to_the_end && got == LoadConnection::Got::Answered && connection.state() == State::Free);
}

void Generator::on_got(std::uint32_t which, LoadConnection::Got got) {
  LoadConnection& connection = connections_[which];
  const bool sent = connection.has_request && connection.wholly_sent();
  switch (got) {
    case LoadConnection::Got::Nothing:
      return;
    case LoadConnection::Got::Answered:
      ++report_.answered;
      if (connection.answer().status >= 400) ++report_.refused;
      report_.latency.add(Duration::nanoseconds(monotonic_ns() - connection.due_ns));
      if (connection.answer().last) {
        ++report_.closed_by_server;
        connection.close();
      }
      break;
    case LoadConnection::Got::Closed:
      ++report_.closed_by_server;
      if (sent) ++report_.cut_off;
      break;
    case LoadConnection::Got::Broken:
      if (sent) ++report_.broken;
      break;
  }
  if (connection.has_request) set_free(which);
}

// It may carry another request, as it is or opened anew.
void Generator::set_free(std::uint32_t which) {
  LoadConnection& connection = connections_[which];
  if (connection.has_request) --under_way_;
  connection.has_request = false;
  free_.push_back(which);
}

}  // namespace

Result<LoadReport> generate_load(const LoadOptions& options, const std::stop_token& stop) {
  CHECK_THAT(options.connections >= 1 && options.connections <= limits::load_connections,
             "a load needs from 1 to load_connections connections");
  CHECK_THAT(options.requests_per_second >= 1 &&
                 options.requests_per_second <= limits::load_requests_per_second,
             "a load needs from 1 to load_requests_per_second requests a second");
  CHECK_THAT(options.requests >= 1, "a load needs requests");
  return Generator(options).run(stop);
}

}  // namespace roundtrip::scenario
