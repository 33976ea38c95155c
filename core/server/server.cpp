#include "core/server/server.h"

#include <fmt/format.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/net/observe.h"
#include "core/runtime/own_thread.h"
#include "core/server/builtin.h"
#include "core/server/lifecycle.h"
#include "core/server/startup.h"

namespace roundtrip::server {

using runtime::Runtime;
using trace::Phase;

namespace {

// Each worker keeps what it was given back.
std::vector<std::unique_ptr<Workspace>>& spare_workspaces() {
  thread_local std::vector<std::unique_ptr<Workspace>> spare;
  return spare;
}

}  // namespace

std::uint32_t connection_limit(std::uint32_t wanted, trace::Model model) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return wanted;
  const rlim_t each = model == trace::Model::Threads ? 2 : 1;
  const rlim_t beside = limits::descriptors_beside_connections;
  const rlim_t needed = wanted * each + beside;
  if (files.rlim_cur < needed && files.rlim_cur < files.rlim_max) {
    rlimit raised = files;
    raised.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) files = raised;
  }
  if (files.rlim_cur >= needed) return wanted;
  const rlim_t most = files.rlim_cur > 2 * beside ? files.rlim_cur - beside : files.rlim_cur / 2;
  return static_cast<std::uint32_t>(std::max<rlim_t>(most / each, 1));
}

Server::Server(trace::Bus& bus, ServerOptions options)
    : bus_(bus),
      options_(std::move(options)),
      routes_(bus.symbols()),
      observation_(options_.observed_requests_per_second,
                   static_cast<std::uint64_t>(1e9 / bus.ns_per_tick())),
      numbers_(bus),
      memory_(options_.memory_bytes),
      data_folder_(options_.data_folder),
      accept_name_(bus.symbols().intern("accept loop")),
      connection_name_(bus.symbols().intern("connection")) {
  for (const http::MethodRow& row : http::methods) {
    methods_[static_cast<std::size_t>(row.method)] = bus.symbols().intern(row.name);
  }
  for (const http::ParseErrorRow& row : http::parse_errors) {
    errors_[static_cast<std::size_t>(row.error)] = {bus.symbols().intern(row.sentence),
                                                    bus.symbols().intern(row.section)};
  }
  late_head_ = {bus.symbols().intern("The request's head did not arrive in time."),
                bus.symbols().intern("RFC 9110, section 15.5.9")};
  no_memory_ = {bus.symbols().intern(memory_limit_sentence),
                bus.symbols().intern("RFC 9110, section 15.6.4")};
  over_budget_ = bus.symbols().intern("the budget of observed requests is used up");
  memory_short_ = bus.symbols().intern(
      "the memory limit is reached: nobody is accepted until some of it is given back");
  stamps_refused_ = bus.symbols().intern("the kernel gives this socket no time-stamps");
}

Server::~Server() { stop(); }

Status Server::start() {
  const trace::Subject process{};
  const bool tasks = options_.model == trace::Model::Tasks;
  const unsigned pool_threads = 8;
  trace::begin<Phase::StartupRuntimeInit>(
      process, tasks ? options_.workers : 0, tasks ? pool_threads : 0, options_.model,
      tasks ? std::nullopt : std::optional(runtime::reserved_stack_bytes()));
  runtime_ = std::make_unique<Runtime>(runtime::RuntimeOptions{
      options_.workers, pool_threads, options_.model, options_.traced ? &bus_ : nullptr});
  runtime_->start();
  trace::end<Phase::StartupRuntimeInit>(process);
  options_.max_connections = connection_limit(options_.max_connections, options_.model);
  if (routes_.count() == 0) {
    const Status registered = register_builtin(routes_);
    if (!registered) return registered;
  }
  const Result<Door*> first = open_door(options_.listen);
  if (!first) return Error{first.error()};
  address_ = (*first)->listener.address();
  if (options_.times_as_fast > 1) {
    trace::instant<Phase::TraceNote>(
        process, bus_.symbols().intern(fmt::format("all times run {} times as fast as they say",
                                                   options_.times_as_fast)));
  }
  start_accepting(**first);
  if (options_.also_listen) {
    const Result<Door*> second = open_door(*options_.also_listen);
    if (!second) return Error{second.error()};
    second_address_ = (*second)->listener.address();
    start_accepting(**second);
  }
  running_.store(true, std::memory_order_release);
  tell_ready();
  return Nothing{};
}

Result<Server::Door*> Server::open_door(const net::ListenOptions& where) {
  Result<net::Listener> listener = net::Listener::open(where, bus_.symbols());
  if (!listener) return Error{listener.error()};
  const int fd = listener->fd();
  Result<runtime::PollSource*> source = runtime_->poller().add(fd);
  if (!source) return Error{source.error()};
  const bool on_wire = where.sockets != nullptr;
  // Accepted sockets inherit both options, so no connection pays for them.
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  if (options_.traced && options_.observed_requests_per_second > 0 && !on_wire) {
    net::enable_receive_stamps(fd);
  }
  return &doors_.emplace_back(std::move(*listener), *source, net::is_any(net::local_address(fd)),
                              on_wire);
}

void Server::start_accepting(Door& door) {
  const trace::Subject process{};
  trace::instant<Phase::StartupAcceptLoop>(process, door.listener.fd());
  runtime_->spawn(accept_loop(door), accept_name_, process);
}

Status Server::change_backlog(int backlog) {
  const std::lock_guard lock(closing_);
  if (!running()) return Error{"the server does not run"};
  return doors_.front().listener.change_backlog(backlog);
}

void Server::tell_ready() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto cpu_us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1'000'000LL +
                      usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  trace::instant<Phase::StartupReady>(trace::Subject{}, resident_bytes(), routes_.count(),
                                      runtime_->live_tasks(), cpu_us, options_.max_connections);
}

void Server::stop() {
  if (!runtime_ || doors_.empty()) return;
  gate_.stop_waiting();
  gate_.let_go(*runtime_);
  runtime_->stop(options_.shutdown_grace);
  const std::lock_guard lock(closing_);
  running_.store(false, std::memory_order_release);
  doors_.clear();
}

// The accept loop: a task like any other. accept4 never blocks; when the queue is empty it says
// EAGAIN and the task parks until the poller sees the listening socket readable.
runtime::TaskMain Server::accept_loop(Door& door) {
  runtime::Task& task = *runtime::this_task;
  std::uint32_t accepted_this_turn = 0;
  bool memory_is_short = false;
  std::uint64_t woken_ticks = 0;  // by the queue that was not empty any more, until it was asked
  while (!runtime_->stopping()) {
    if (++accepted_this_turn >= limits::steps_per_turn) {
      // A queue that never empties does not keep the worker from those who were accepted.
      accepted_this_turn = 0;
      co_await runtime::Yield{};
    }
    if (!memory_.take(bytes_per_connection)) {
      // Who has come waits in the kernel's queue until others have gone or been answered.
      if (!std::exchange(memory_is_short, true)) {
        trace::instant<Phase::TraceNote>(task.subject, memory_short_);
      }
      const Instant later = Runtime::now() + Duration::milliseconds(50);
      const runtime::Wake why = co_await runtime::sleep_until(later, true);
      if (why == runtime::Wake::Shutdown) break;
      continue;
    }
    memory_is_short = false;
    // A connection's own beginning may use part of what the ring keeps free for connections.
    trace::Ring* ring = trace::this_thread_ring;
    const bool room =
        ring != nullptr && ring->reserve(records_per_close, kept_from_accepts);
    trace::Subject who = task.subject;
    who.traced = room;
    net::SocketAddress peer;
    const std::uint64_t asked = read_ticks();
    trace::fact<Phase::ConnectionAccept>(trace::Kind::Begin, {asked}, who, {});
    const int fd =
        accept4(door.listener.fd(), peer.raw(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    const int error = fd < 0 ? errno : 0;
    if (fd >= 0) {
      const std::uint64_t woken = std::exchange(woken_ticks, 0);
      accepted(door, fd, {read_ticks(), woken != 0 ? woken : asked}, peer, room);
      if (room) ring->release(records_per_close);
    } else {
      memory_.give_back(bytes_per_connection);
      trace::end<Phase::ConnectionAccept>(who, trace::absent, error);
      if (room) ring->release(records_per_close);
      if (error == EAGAIN || error == EWOULDBLOCK) {
        Runtime::reserve_at_wake(task, records_per_close);
        task.woken_ticks = 0;
        const runtime::Wake why = co_await runtime::wait_acceptable(door.source);
        accepted_this_turn = 0;
        woken_ticks = why == runtime::Wake::Ready ? task.woken_ticks : 0;
        if (why == runtime::Wake::Shutdown) break;
      } else if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) {
        // Descriptors or memory have run out: connections wait in the kernel's queue meanwhile.
        const Instant later = Runtime::now() + Duration::milliseconds(50);
        const runtime::Wake why = co_await runtime::sleep_until(later, true);
        if (why == runtime::Wake::Shutdown) break;
      }
    }
    if (open_connections() >= options_.max_connections) {
      const runtime::Wake why = co_await room_.wait(
          [this] { return open_connections() >= options_.max_connections; },
          trace::ParkReason::Room, runtime::no_deadline, true);
      if (why == runtime::Wake::Shutdown) break;
    }
  }
  // From here new clients are refused, while those that are here are served to their end.
  runtime_->poller().remove(door.source);
  door.listener.stop_listening();
}

void Server::accepted(const Door& door, int fd, const AcceptTimes& times,
                      const net::SocketAddress& peer, bool traced) {
  const trace::Address remote = net::trace_address(peer, bus_.symbols());
  // What is accepted at a certain address has that address.
  const trace::Address local =
      door.takes_any_address ? net::trace_address(net::local_address(fd), bus_.symbols())
                             : door.listener.address();
  trace::Subject who = runtime::this_task->subject;
  const net::ConnectionNumbers::Announced known = numbers_.accepted(remote, local);
  who.conn = known.number;
  who.traced = traced;
  if (!traced) bus_.count_untraced_connection();
  trace::fact<Phase::ConnectionAccept>(trace::Kind::End, {times.returned}, who, {}, fd,
                                       trace::absent);
  runtime::PollSource* const source = runtime_->poller().adopt(fd);
  open_connections_.fetch_add(1, std::memory_order_relaxed);
  bool served = false;
  bool made = false;  // then it gives its memory back itself
  try {
    trace::Subject own = who;
    own.task = 0;
    auto connection = std::make_unique<Connection>(*this, fd, source, own, door.on_wire);
    Connection& conn = *connection;
    made = true;
    runtime::TaskMain main = serve(std::move(connection));
    tell_connection(conn, who, local, remote, {times, door.listener.fd(), known});
    // Told while the new task can't run yet: once begun it may be served, closed and gone.
    runtime::Task& task = runtime_->create(std::move(main), connection_name_, own);
    conn.task = &task;
    conn.subject.task = task.subject.task;
    trace::instant<Phase::ConnectionMemory>(
        who, task.frame_bytes, conn.in.capacity(), conn.out.capacity(), 0U,
        sizeof(Connection) - conn.in.capacity() - conn.out.capacity());
    trace::instant<Phase::ConnectionTaskSpawned>(who, task.subject.task, task.frame_bytes);
    served = runtime_->begin(task);
  } catch (const std::bad_alloc&) {
    // There is no memory for one more: the others go on.
  }
  if (served) return;
  if (!made) memory_.give_back(bytes_per_connection);
  runtime_->poller().remove(source);
  open_connections_.fetch_sub(1, std::memory_order_relaxed);
  close_unserved(fd, who);
}

// What stands before the connection's task runs; `who` is the accept loop, telling of it.
void Server::tell_connection(Connection& conn, const trace::Subject& who, trace::Address local,
                             trace::Address remote, const Beginning& beginning) {
  trace::instant<Phase::ConnectionObject>(who, local, remote, conn.fd);
  const Timeouts& timeouts = options_.timeouts;
  trace::instant<Phase::ConnectionTimeouts>(who, timeouts.header.ns / 1'000'000,
                                            timeouts.read.ns / 1'000'000,
                                            timeouts.write.ns / 1'000'000,
                                            timeouts.idle.ns / 1'000'000);
  const AcceptTimes& times = beginning.times;
  if (who.traced && trace::recording() && observation_.take(times.returned)) {
    conn.subject.task = who.task;
    conn.observe_accept({times.returned, times.waiting, beginning.known.began,
                         beginning.known.connected, beginning.listener_fd});
    conn.subject.task = 0;
  } else {
    trace::instant<Phase::TraceObservationOff>(who, observation_.limit(), why_unobserved(false));
    conn.was_observed = false;
  }
}

void Server::close_unserved(int fd, const trace::Subject& who) {
  trace::begin<Phase::LifecycleClose>(who, trace::CloseReason::Error, fd);
  close(fd);
  trace::end<Phase::LifecycleClose>(who);
}

Workspace* Server::take_workspace() {
  auto& spare = spare_workspaces();
  if (spare.empty()) return new Workspace;
  Workspace* workspace = spare.back().release();
  spare.pop_back();
  return workspace;
}

void Server::give_back(Workspace* workspace) {
  auto& spare = spare_workspaces();
  std::unique_ptr<Workspace> owned(workspace);
  if (spare.size() < 64) spare.push_back(std::move(owned));
}

void Server::connection_closed(Connection&) {
  // Whoever makes the first room says so: the accept loop may be waiting for it.
  if (open_connections_.fetch_sub(1) >= options_.max_connections) {
    room_.announce(*runtime_, trace::WakeSource::Task, [] {});
  }
}

}  // namespace roundtrip::server
