#include "core/trace/state_base.h"

#include <algorithm>
#include <vector>

namespace roundtrip::trace {
namespace {

void forget(EventNumber& number, std::uint64_t first) {
  if (number < first) number = no_event;
}

}  // namespace

void StateBase::take_along(const Event& event, std::uint64_t number) {
  const auto short_number = static_cast<EventNumber>(number);
  if (event.conn != 0) {
    Connection& conn = conns[event.conn];
    conn.state.conn = event.conn;
    conn.last = number;
    apply(conn.state, event, short_number);
    if (event.ends()) {
      process.accepted += event.phase == Phase::ConnectionAccept ? 1 : 0;
      process.finished_requests += event.phase == Phase::TransmitFinish ? 1 : 0;
      closed += event.phase == Phase::LifecycleClose ? 1 : 0;
    }
  }
  scheduler.apply(event, short_number);
  apply(process, event, short_number);
}

// A connection whose end was left out of the trace is never told closed: it goes by its age.
void StateBase::sweep() {
  if (conns.size() < sweep_at_) return;
  std::erase_if(conns, [](const auto& entry) {
    return entry.second.state.state == ConnectionState::Closed;
  });
  if (conns.size() > most_conns) {
    std::vector<std::uint64_t> ages;
    ages.reserve(conns.size());
    for (const auto& [number, conn] : conns) ages.push_back(conn.last);
    const auto oldest_kept = ages.begin() + static_cast<std::ptrdiff_t>(ages.size() / 2);
    std::nth_element(ages.begin(), oldest_kept, ages.end());
    std::erase_if(conns, [last = *oldest_kept](const auto& entry) {
      return entry.second.last < last;
    });
  }
  sweep_at_ = std::max<std::size_t>(1024, conns.size() * 2);
}

std::size_t StateBase::memory_bytes() const {
  std::size_t bytes = sizeof *this + scheduler.memory_bytes();
  for (const auto& [number, conn] : conns) bytes += 48 + memory_of(conn.state);
  return bytes;
}

std::size_t memory_of(const ConnectionStateAt& state) {
  return sizeof state + state.request.headers.capacity() * sizeof(HeaderField) +
         state.request.candidates.capacity() * sizeof(RouteCandidate);
}

void forget_numbers(ConnectionStateAt& state, std::uint64_t first) {
  if (first == 0) return;
  forget(state.held, first);
  forget(state.request.rejected, first);
  for (HeaderField& header : state.request.headers) forget(header.event, first);
  for (RouteCandidate& candidate : state.request.candidates) forget(candidate.event, first);
}

void forget_numbers(ProcessAt& state, std::uint64_t first) {
  if (first == 0) return;
  for (StartupStep& step : state.steps) {
    forget(step.begin, first);
    forget(step.end, first);
  }
}

}  // namespace roundtrip::trace
