#include "core/server/time_limit.h"

#include <stdexcept>

#include "core/server/builtin.h"
#include "core/server/server.h"

namespace roundtrip::server {

using runtime::Async;
using runtime::Runtime;
using trace::Phase;

namespace {

// What the child may tell before its ring has to be asked again: begin, steps, where it is held,
// refusals, end.
constexpr std::uint32_t records_per_child = 48;

// A child is told whole or not at all, like a request.
bool spawn_child(Server& server, runtime::TaskMain main, trace::Symbol name, trace::Subject who) {
  trace::Ring* ring = trace::this_thread_ring;
  who.traced = who.traced && ring != nullptr && ring->reserve(records_per_child);
  runtime::Task& child = server.runtime().create(std::move(main), name, who);
  if (who.traced) {
    child.reserved_records = records_per_child;
    child.reserved_in = ring;
  }
  return server.runtime().begin(child);
}

}  // namespace

LimitedExchange::LimitedExchange(Exchange& exchange)
    : server(exchange.connection().server),
      query(exchange.query()),
      subject(exchange.connection().subject),
      method_(exchange.method()),
      path_(exchange.path()),
      source_(exchange.connection().source),
      memory_(server.memory()) {}

bool LimitedExchange::must_stop() const { return server.gate().armed(); }

// Nobody is held here whose request goes on without him.
Async<> LimitedExchange::stop_at(Phase phase) {
  {
    const std::lock_guard lock(mutex_);
    if (over_) co_return;
    held_ = true;
  }
  const Duration held = co_await server.gate().pass({subject, method_, path_, source_}, phase);
  bool awaited = false;
  {
    const std::lock_guard lock(mutex_);
    held_ = false;
    held_for_ += held;
    awaited = release_is_awaited_;
  }
  if (awaited) ended_.announce(server.runtime(), trace::WakeSource::Task, [] {});
}

bool LimitedExchange::write(std::string_view data) {
  const std::lock_guard lock(mutex_);
  if (over_) {
    trace::instant<Phase::HandleLateWrite>(subject, data.size());
    return false;
  }
  if (body_.size() + data.size() > body_bytes) return false;
  no_memory_ = no_memory_ || !memory_.grow(data.size());
  if (no_memory_) return false;
  body_ += data;
  return true;
}

void LimitedExchange::give_up() {
  const std::lock_guard lock(mutex_);
  gave_up_ = true;
}

class TimeLimit {
 public:
  // The child task: the handler, and the news that it has ended.
  static runtime::TaskMain run(std::shared_ptr<LimitedExchange> exchange,
                               LimitedFunction function, trace::Symbol name) {
    // Its own task's number is known only here.
    exchange->subject.task = runtime::this_task->subject.task;
    exchange->subject.traced = runtime::this_task->subject.traced;
    trace::begin<Phase::HandleHandler>(exchange->subject, name);
    if (exchange->must_stop()) co_await exchange->stop_at(Phase::HandleHandler);
    std::exception_ptr thrown;
    try {
      co_await function(*exchange);
    } catch (...) {
      thrown = std::current_exception();
    }
    trace::end<Phase::HandleHandler>(exchange->subject);
    exchange->ended_.announce(exchange->server.runtime(), trace::WakeSource::Task, [&] {
      const std::lock_guard lock(exchange->mutex_);
      exchange->done_ = true;
      exchange->thrown_ = thrown;
    });
  }

  // Ready when the child is done in time. From here it is over, and never while the child is held.
  static Async<runtime::Wake> wait(LimitedExchange& exchange, Duration limit) {
    const Instant began = Runtime::now();
    runtime::Wake why = runtime::Wake::Ready;
    while (true) {
      Instant deadline = runtime::no_deadline;
      bool held = false;
      {
        const std::lock_guard lock(exchange.mutex_);
        held = exchange.release_is_awaited_ = exchange.held_;
        if (!held) deadline = began + limit + exchange.held_for_;
        const bool late = deadline <= Runtime::now() || why == runtime::Wake::Shutdown;
        exchange.over_ = exchange.done_ || late;
        if (exchange.done_) {
          if (exchange.gave_up_) co_return runtime::Wake::Shutdown;
          co_return runtime::Wake::Ready;
        }
        if (late) co_return why == runtime::Wake::Ready ? runtime::Wake::TimedOut : why;
      }
      const auto still = [&exchange, held] {
        const std::lock_guard lock(exchange.mutex_);
        return !exchange.done_ && (!held || exchange.held_);
      };
      why = co_await exchange.ended_.wait(still, trace::ParkReason::Child, deadline);
    }
  }

  static Duration held_for(LimitedExchange& exchange) {
    const std::lock_guard lock(exchange.mutex_);
    return exchange.held_for_;
  }

  // What it threw is the connection's task's from here on.
  static std::string_view answer_of(const LimitedExchange& limited) {
    if (limited.thrown_) std::rethrow_exception(limited.thrown_);
    return limited.no_memory_ ? memory_limit_sentence : limited.body_;
  }
  static bool lacks_memory(const LimitedExchange& limited) {
    return !limited.thrown_ && limited.no_memory_;
  }
};

Async<> answer_within_limit(Exchange& exchange, LimitedFunction function,
                            std::string_view name) {
  Connection& conn = exchange.connection();
  Server& server = conn.server;
  const Duration limit = server.options().timeouts.handler;
  const trace::Symbol symbol = server.bus().symbols().intern(name);
  const auto limited = std::make_shared<LimitedExchange>(exchange);
  if (!spawn_child(server, TimeLimit::run(limited, function, symbol), symbol, conn.subject)) {
    throw std::runtime_error("the system gives no thread for this handler");
  }
  const runtime::Wake why = co_await TimeLimit::wait(*limited, limit);
  conn.leave_out(TimeLimit::held_for(*limited));
  if (why == runtime::Wake::Ready) {
    if (TimeLimit::lacks_memory(*limited)) {
      refuse_for_memory(exchange);
      exchange.response().write_header(503);
    }
    const std::string_view answer = TimeLimit::answer_of(*limited);
    co_await exchange.response().write(answer);
    co_return;
  }
  if (why == runtime::Wake::TimedOut) co_await conn.timed_out(trace::TimeoutKind::Handler, limit);
  exchange.response().write_header(503);
  const std::string_view words = why == runtime::Wake::TimedOut
                                     ? "The handler did not answer in time.\n"
                                     : "The server stops, and the handler was not done in time.\n";
  co_await exchange.response().write(words);
}

}  // namespace roundtrip::server
