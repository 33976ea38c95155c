// What one event adds to the totals: lengths of time that it ended, and what it counts.
#include "viz/model/phase_totals.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

constexpr std::size_t arg_place(Phase phase, std::string_view name) {
  const trace::PhaseRow& row = trace::row_of(phase);
  std::size_t place = 0;
  while (place < row.arg_count() && row.args[place].name != name) ++place;
  return place;
}

bool is_known(const Event& event) { return event.provenance != trace::Provenance::Unknown; }
bool is_inferred(const Event& event) { return event.provenance == trace::Provenance::Inferred; }

}  // namespace

void PhaseTotals::lengths_of(EventNumber number, FewLengths& lengths) const {
  lengths.count = 0;
  const Event& event = index_.trace()[number];
  if (!event.ends()) {
    if (event.phase != Phase::ConnectionFirstRun) return;
    const auto* conn = requests_.connection(event.conn);
    if (conn == nullptr || !conn->set_up || conn->set_up->to != number) return;
    const SetUp& set_up = *conn->set_up;
    lengths.add({length_kind(Combined::SetUp), set_up.inferred, set_up.took, set_up.from, number});
    return;
  }
  const EventNumber begin = index_.partner(number);
  if (begin != no_event && begin < number) {
    const Event& begun = index_.trace()[begin];
    if (is_known(begun) && is_known(event)) {
      lengths.add({length_kind(event.phase), is_inferred(begun) || is_inferred(event),
                   event.time - begun.time, begin, number});
    }
  }
  const auto cpu = event.phase == Phase::TaskRun && event.conn != 0
                       ? event.arg(arg_place(Phase::TaskRun, "cpu"))
                       : std::nullopt;
  if (cpu) {
    const Duration spent = Duration::nanoseconds(static_cast<std::int64_t>(*cpu));
    lengths.add({length_kind(Combined::Cpu), false, spent, number, number});
  }
  if (event.phase == Phase::TransmitFinish && event.request != 0) {
    lengths_of_request(number, lengths);
  }
}

void PhaseTotals::lengths_of_request(EventNumber number, FewLengths& lengths) const {
  const auto row = requests_.row(index_.trace()[number].request);
  if (!row || row->finished != number) return;
  const auto* conn = requests_.connection(row->conn);
  const auto* told = index_.connection(row->conn);
  const bool reuses = told != nullptr && !told->requests.empty() &&
                      told->requests.front() != row->request;
  if (conn != nullptr && conn->set_up && reuses) {
    // It rests on the connection's opening, which Block::openings knows.
    lengths.add({length_kind(Combined::Saved), conn->set_up->inferred, conn->set_up->took, number,
                 number});
  }
  if (!row->took) return;
  const auto add = [&](Combined combined, Duration took) {
    lengths.add({length_kind(combined), false, took, row->known_from, number});
  };
  add(Combined::Request, *row->took);
  if (!row->parked()) return;
  add(Combined::Ran, *row->ran);
  add(Combined::Queued, *row->queued);
  add(Combined::Waited, *row->parked());
}

template <class Target>
void PhaseTotals::count(Target& target, const Event& event) {
  const auto add = [&](Counter counter, std::size_t place) {
    target.counters[static_cast<std::size_t>(counter)] += event.arg(place).value_or(0);
  };
  if (!event.ends()) ++target.told[static_cast<std::size_t>(event.phase)];
  if (event.phase == Phase::ReadRead && event.ends()) {
    add(Counter::BytesIn, arg_place(Phase::ReadRead, "got"));
  } else if (event.phase == Phase::TransmitWrite && event.ends()) {
    add(Counter::BytesOut, arg_place(Phase::TransmitWrite, "written"));
  } else if (event.phase == Phase::TransmitFinish && event.ends()) {
    // The status that was sent. A handler may have fixed one that never left: the server began the
    // answer anew, or the connection broke before it.
    const auto status = event.arg(arg_place(Phase::TransmitFinish, "status")).value_or(0);
    if (status < 200 || status > 599) return;
    ++target.counters[static_cast<std::size_t>(Counter::Answered2xx) + status / 100 - 2];
  }
}

template void PhaseTotals::count(Sums& target, const Event& event);
template void PhaseTotals::count(Block& target, const Event& event);

}  // namespace roundtrip::viz
