#include "core/scenario/load_generator.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/net/address.h"
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
  Generator(const LoadOptions& options, const CallOff* call_off);
  Result<LoadReport> run();

 private:
  Result<LoadReport> run_told();
  Status open_all();
  Status run_schedule();
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
  bool called_off() const { return call_off_ != nullptr && call_off_->called_off(); }
  std::uint32_t connected() const;
  void sample_when_due(std::int64_t now_ns);
  void tell_end();

  LoadOptions options_;
  const CallOff* call_off_;
  std::optional<LoadTelling> telling_;
  LoadWatch watch_;
  std::int64_t next_sample_ns_ = 0;
  std::string request_;
  std::vector<char> room_;
  Descriptor epoll_;
  Descriptor timer_;
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

// The clients reach the server by the loopback, whatever address it listens on.
LoadTelling telling_for(server::Server& server, std::uint16_t port) {
  trace::Symbols none;
  const Result<net::SocketAddress> end = net::parse_address("127.0.0.1", port);
  return {&server.connection_numbers(), net::trace_address(*end, none)};
}

Generator::Generator(const LoadOptions& options, const CallOff* call_off)
    : options_(options),
      call_off_(call_off),
      watch_(options.server != nullptr ? options.server->listener_fd() : -1),
      request_(fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
                           "User-Agent: roundtrip-load\r\n{}\r\n",
                           options.target, options.port,
                           options.closes ? "Connection: close\r\n" : "")),
      room_(limits::load_read_bytes),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      connections_(options.connections) {
  schedule_.rate = options.requests_per_second;
  schedule_.requests = static_cast<std::int64_t>(options.requests);
  if (options.server != nullptr) telling_ = telling_for(*options.server, options.port);
}

Error Generator::refusal(int error) const {
  return {fmt::format("the load can't open {} connections to port {}: {}", options_.connections,
                      options_.port, std::strerror(error))};
}

Result<LoadReport> Generator::run() {
  const bool stoppable = call_off_ == nullptr || call_off_->fd() < 0 ||
                         watch(epoll_, call_off_->fd(), stop_mark, EPOLLIN);
  if (epoll_ < 0 || timer_ < 0 || !stoppable || !watch(epoll_, timer_, timer_mark, EPOLLIN)) {
    return refusal(errno);
  }
  watch_.begin();
  report_.before = watch_.before();
  if (telling_) {
    trace::begin<trace::Phase::TraceLoad>(
        trace::Subject{}, options_.connections, options_.requests,
        options_.server->bus().symbols().intern(options_.target));
  }
  const Result<LoadReport> report = run_told();
  watch_.sample(report_.answered, connected());
  tell_end();
  return report;
}

void Generator::tell_end() {
  if (!telling_) return;
  // Who has not closed yet does it before the load is over.
  for (LoadConnection& connection : connections_) connection.close();
  trace::end<trace::Phase::TraceLoad>(trace::Subject{}, trace::absent, trace::absent,
                                      trace::absent, report_.answered,
                                      options_.requests - (report_.answered - report_.refused));
}

std::uint32_t Generator::connected() const {
  return static_cast<std::uint32_t>(
      std::count_if(connections_.begin(), connections_.end(), [](const LoadConnection& connection) {
        return connection.state() == State::Free || connection.state() == State::Asking;
      }));
}

void Generator::sample_when_due(std::int64_t now_ns) {
  if (now_ns < next_sample_ns_) return;
  watch_.sample(report_.answered, connected());
  next_sample_ns_ = now_ns + limits::load_sample_interval.ns;
}

Result<LoadReport> Generator::run_told() {
  const Status opened = open_all();
  if (!opened) return Error{opened.error()};
  watch_.sample(0, connected());
  // From here the schedule runs.
  schedule_.start_ns = monotonic_ns();
  const Status kept = run_schedule();
  if (!kept) return Error{kept.error()};
  const std::int64_t now_ns = monotonic_ns();
  report_.due = static_cast<std::uint64_t>(std::max(next_, schedule_.due_by(now_ns)));
  report_.elapsed = Duration::nanoseconds(now_ns - schedule_.start_ns);
  report_.usage = watch_.usage();
  report_.most = watch_.most();
  return report_;
}

Status Generator::open_all() {
  const std::int64_t deadline_ns = monotonic_ns() + limits::connect_time.ns;
  for (std::uint32_t which = 0; which < connections_.size(); ++which) {
    const int error = open(which);
    if (error != 0) return refusal(error);
    if (telling_) sample_when_due(monotonic_ns());
  }
  while (connecting_ > 0 && !called_off()) {
    if (monotonic_ns() >= deadline_ns) return refusal(ETIMEDOUT);
    const Status waited = wait(deadline_ns);
    if (!waited) return waited;
    if (error_ != 0) return refusal(error_);
  }
  return Nothing{};
}

Status Generator::run_schedule() {
  const std::int64_t deadline_ns = schedule_.due_ns(schedule_.requests - 1) + options_.patience.ns;
  while (!called_off()) {
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
    if (telling_) sample_when_due(monotonic_ns());
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
  const int error = connection.open(options_.port, telling_ ? &*telling_ : nullptr);
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
  if (telling_) until_ns = std::min(until_ns, next_sample_ns_);
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
  if (telling_) sample_when_due(monotonic_ns());
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

Result<LoadReport> generate_load(const LoadOptions& options, const CallOff* call_off) {
  CHECK_THAT(options.connections >= 1 && options.connections <= limits::load_connections,
             "a load needs from 1 to load_connections connections");
  CHECK_THAT(options.requests_per_second >= 1 &&
                 options.requests_per_second <= limits::load_requests_per_second,
             "a load needs from 1 to load_requests_per_second requests a second");
  CHECK_THAT(options.requests >= 1, "a load needs requests");
  return Generator(options, call_off).run();
}

}  // namespace roundtrip::scenario
