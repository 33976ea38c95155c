// The trace's side of a connection: making sure that there is room to tell a request whole, and
// telling shortly what could not be told.
#include "core/server/connection.h"
#include "core/server/server.h"

namespace roundtrip::server {

using trace::Phase;

// Just before the task parks in idleness: the promise of room is given back, and the next wake
// has to make it anew before anything is told.
void Connection::prepare_idle() {
  if (!connection_traced || task->execution != runtime::Execution::Tasks) return;
  if (!subject.traced) tell_untraced_cycle();
  if (task->reserved_records > 0) {
    task->reserved_in->release(task->reserved_records);
    task->reserved_records = 0;
  }
  task->subject = subject;
  task->subject.request = 0;
  task->reserve_on_wake = trace::recording() ? limits::records_per_request : 0;
}

// A request begins in the bytes at hand. After a wake out of idleness room was made sure of; a
// pipelined request, or the first of a connection, does it here.
void Connection::begin_request() {
  if (connection_traced && trace::recording() && task->reserved_records == 0 && !cycle_open) {
    trace::Ring* ring = trace::this_thread_ring;
    subject.traced = ring->reserve(limits::records_per_request);
    if (subject.traced) {
      task->reserved_records = limits::records_per_request;
      task->reserved_in = ring;
    }
  }
  cycle_open = true;
  subject.request = server.bus().next_request();
  task->subject = subject;
  started_ticks = task->woken_ticks != 0 ? task->woken_ticks : read_ticks();
  if (trace::recording() && subject.traced) {
    server.bus().count_traced_request();
  } else {
    server.bus().count_untraced_request();
  }
  observed = subject.traced && stamps_enabled && server.observation().take(started_ticks);
  if (!observed && was_observed) {
    trace::instant<Phase::TraceObservationOff>(subject, server.observation().limit());
  }
  was_observed = observed;
  headers_told = 0;
  pieces_told = 0;
  kept_in = 0;
  kept_out = 0;
}

void Connection::end_request() {
  if (must_stop()) server.gate().request_over(subject.request);
  cycle_open = false;
  subject.request = 0;
  task->subject.request = 0;
  task->woken_ticks = 0;
  ++requests_served;
}

// The cycle that ends here was served without being told. What its connection and task need for
// their story to go on is told now, out of the connections' reserve.
void Connection::tell_untraced_cycle() {
  trace::Ring* ring = trace::this_thread_ring;
  if (ring == nullptr || !ring->reserve(8)) return;
  subject.traced = true;
  subject.request = 0;
  const trace::Stamp woken{task->woken_ticks != 0 ? task->woken_ticks : read_ticks(),
                           trace::Provenance::Observed};
  trace::fact<Phase::TaskRunnable>(trace::Kind::Instant, woken, subject, {},
                                   trace::WakeSource::Poller);
  trace::fact<Phase::TaskRun>(trace::Kind::Begin, woken, subject, {});
  trace::fact<Phase::LifecycleIdle>(trace::Kind::End, woken, subject, {});
  trace::instant<Phase::TraceRequestUntraced>(subject, 1U, 0U);
  ring->release(8);
}

}  // namespace roundtrip::server
