// The trace's side of a connection: making sure that there is room to tell a request whole, and
// telling shortly what could not be told.
#include "core/server/connection.h"
#include "core/server/server.h"

namespace roundtrip::server {

using trace::Phase;

// Just before the task parks in idleness: the promise of room is given back, and the next wake
// has to make it anew before anything is told. A thousand may be woken at once and answered one
// after the other, so the wake asks only for what leads to a request.
void Connection::prepare_idle() {
  held_ticks = 0;
  if (!connection_traced) return;
  runtime::Runtime::reserve_at_wake(*task, limits::records_per_wake);
  task->subject = subject;
  task->subject.request = 0;
}

// A request begins in the bytes at hand: here room is made sure of, beside what its wake was
// promised. The room of the request before (pipelining) is asked for again, since what that one
// told is gone from it.
void Connection::begin_request() {
  trace::Ring* ring = trace::this_thread_ring;
  if (subject.traced && ring != nullptr) {
    subject.traced = ring->reserve(limits::records_per_request - task->reserved_records);
    if (subject.traced) {
      task->reserved_records = limits::records_per_request;
      task->reserved_in = ring;
    }
  }
  subject.request = server.bus().next_request();
  task->subject = subject;
  started_ticks = task->woken_ticks != 0 ? task->woken_ticks + held_ticks : read_ticks();
  if (trace::recording() && subject.traced) {
    server.bus().count_traced_request();
  } else {
    server.bus().count_untraced_request();
    ++requests_untold;
  }
  ask_for_observation();
  observed = observed && subject.traced;
  if (!observed && was_observed) {
    trace::instant<Phase::TraceObservationOff>(subject, server.observation().limit(),
                                               server.why_unobserved(stamps_refused));
  }
  was_observed = observed;
  headers_told = 0;
  pieces_told = 0;
  steps = 0;
  answer_from = out.end_offset();
  kept_in = 0;
  kept_out = 0;
}

// A hold moves the start: what a teacher held is not the request's own time.
std::uint64_t Connection::elapsed_us() const {
  const auto ticks = static_cast<double>(running_ticks());
  return static_cast<std::uint64_t>(ticks * server.bus().ns_per_tick() / 1000.0);
}

void Connection::end_request() {
  tell_left_out_steps();
  memory.shrink_to(bytes_per_connection + in.capacity() - limits::read_buffer_bytes);
  if (server.runtime().ends_wait(runtime::Interrupt::AfterGrace)) server.count_cut_request();
  observation_asked = false;
  observed = false;
  terse = false;
  subject.request = 0;
  task->subject = subject;
  task->woken_ticks = 0;
  ++requests_served;
}

// A body or a slow head may take any number of steps. Now and then the ring is asked whether all
// of the request's room is still there; where it is not, single steps are left out until it is,
// and with them the parkings and wakes of the task, which goes on being told as running.
void Connection::count_step() {
  constexpr std::uint32_t steps_between = 4;
  steps_untold += terse ? 1 : 0;
  if (++steps % steps_between != 0 || !subject.traced || task->reserved_in == nullptr) return;
  terse = task->reserved_records == 0 || !task->reserved_in->reserve(0);
  if (!terse) tell_left_out_steps();
  task->subject.traced = !terse;
}

void Connection::tell_left_out_steps() {
  if (steps_untold == 0) return;
  trace::instant<Phase::TraceRequestUntraced>(subject, trace::absent, trace::absent, steps_untold);
  steps_untold = 0;
}

// What the connection and its task need for their story to go on comes out of the reserve that is
// kept for connections. A cycle whose wake was told can't be left as it is, one that was not can.
void Connection::catch_up(Before next) {
  if (!connection_traced || subject.traced || !trace::recording()) return;
  if (wake_untold || next == Before::NextRequest) {
    // A connection that closes has no other time to be told: it may take more of the reserve.
    trace::Ring* ring = trace::this_thread_ring;
    const std::uint32_t keep_free = next == Before::Close ? kept_from_closes : kept_from_accepts;
    if (!ring->reserve(records_per_close, keep_free)) return;
    ring->release(records_per_close);
  }
  subject.traced = true;
  subject.request = 0;
  if (wake_untold) {
    const trace::Stamp woken{read_ticks()};
    trace::fact<Phase::TaskRunnable>(trace::Kind::Instant, woken, subject, {},
                                     trace::WakeSource::Poller);
    trace::fact<Phase::TaskRun>(trace::Kind::Begin, woken, subject, {},
                                runtime::Runtime::this_worker_number());
    wake_untold = false;
  }
  end_idle();
  if (requests_untold > 0) {
    trace::instant<Phase::TraceRequestUntraced>(subject, requests_untold);
    requests_untold = 0;
  }
  task->subject = subject;
}

void Connection::begin_idle(Duration limit) {
  if (!subject.traced) return;
  trace::begin<Phase::LifecycleIdle>(subject, limit.ns / 1'000'000);
  idle_told = true;
}

void Connection::end_idle() {
  if (!subject.traced || !idle_told) return;
  trace::end<Phase::LifecycleIdle>(subject);
  idle_told = false;
}

}  // namespace roundtrip::server
