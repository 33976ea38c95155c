// The checks of runner.h: what a run has to have shown, by the page's own words.
#include <fmt/format.h>

#include "core/scenario/runner.h"

namespace roundtrip::scenario {

using trace::Event;
using trace::Phase;

Status check_answers(const Scenario& scenario, const RunReport& report) {
  for (const StepReport& done : report.steps) {
    const Step& step = scenario.steps[done.step];
    if (!step.status) continue;
    if (done.responses.empty()) {
      return Error{fmt::format("{}, line {}: status {} was expected, and no answer came",
                               scenario.id, step.line, *step.status)};
    }
    for (const Response& response : done.responses) {
      if (response.status == *step.status) continue;
      return Error{fmt::format("{}, line {}: status {} was expected, and {} came", scenario.id,
                               step.line, *step.status, response.status)};
    }
  }
  for (std::size_t i = 0; i < report.loads.size(); ++i) {
    const LoadReport& done = report.loads[i];
    if (done.answered == done.due && done.refused == 0) continue;
    return Error{fmt::format("{}, line {}: of {} requests {} were answered well", scenario.id,
                             scenario.loads[i].line, done.due, done.answered - done.refused)};
  }
  return Nothing{};
}

Status check_blamed_bytes(const Scenario& scenario, const RunReport& report,
                          const trace::Trace& trace) {
  for (const StepReport& done : report.steps) {
    const Step& step = scenario.steps[done.step];
    std::optional<std::uint64_t> expected;
    if (step.blamed_at) expected = done.sent_from + *step.blamed_at;
    const ByteRange sent{done.sent_from, step.bytes.size() + 1};
    std::optional<std::uint64_t> found;
    for (std::uint64_t number = trace.first(); number < trace.end(); ++number) {
      const Event& event = trace[number];
      if (event.phase != Phase::ReadRejected || event.conn != done.conn) continue;
      if (event.arg("status") == 408) continue;  // it came too late, and no byte is to blame
      const auto at = event.arg("at");
      if (at && *at >= sent.offset && *at < sent.end()) found = at;
    }
    if (found == expected) continue;
    const auto place = [](const std::optional<std::uint64_t>& at) {
      return at ? fmt::format("at byte {}", *at) : std::string("nowhere");
    };
    return Error{fmt::format("{}, line {}: the parser had to stop {}, and stopped {}", scenario.id,
                             step.line, place(expected), place(found))};
  }
  return Nothing{};
}

Rung rung_of(const trace::Trace& trace) {
  for (std::uint64_t number = trace.first(); number < trace.end(); ++number) {
    const Phase phase = trace[number].phase;
    if (phase == Phase::TraceWire) {
      const auto rung = static_cast<trace::Rung>(trace[number].arg(0).value_or(4));
      if (rung < trace::Rung::Capture) return Rung::Lab;
      if (rung == trace::Rung::Capture) return Rung::Capture;
    }
    if (phase == Phase::ReadSegment || phase == Phase::TransmitSegmentOut) return Rung::Stamps;
  }
  return Rung::Inferred;
}

Status check_expectations(const Scenario& scenario, const trace::Trace& trace,
                          const trace::TraceIndex& index, std::uint64_t from) {
  trace::PhaseSet seen;
  const std::uint64_t first = std::max(from, trace.first());
  for (std::uint64_t number = first; number < index.indexed_to(); ++number) {
    seen.add(trace[number].phase);
  }
  const Rung rung = rung_of(trace);
  std::string missing;
  std::string unwanted;
  for (const Expectation& expected : scenario.expectations) {
    if (expected.on && rung > *expected.on) continue;
    if (seen.has(expected.phase) == expected.occurs) continue;
    std::string& list = expected.occurs ? missing : unwanted;
    list += fmt::format("{}{} (line {})", list.empty() ? "" : ", ", trace::phase_id(expected.phase),
                        expected.line);
  }
  if (missing.empty() && unwanted.empty()) return Nothing{};
  if (!missing.empty()) missing = fmt::format("; expected, and not there: {}", missing);
  if (!unwanted.empty()) unwanted = fmt::format("; there, and not expected: {}", unwanted);
  return Error{fmt::format("{} did not show what its page says{}{}", scenario.id, missing,
                           unwanted)};
}

std::optional<std::uint64_t> find_stop(const Stop& stop, const trace::Trace& trace,
                                       std::uint64_t from) {
  std::uint32_t count = 0;
  for (std::uint64_t number = std::max(from, trace.first()); number < trace.end(); ++number) {
    const Event& event = trace[number];
    if (event.phase == stop.at && !event.ends() && ++count == stop.nth) return number;
  }
  return std::nullopt;
}

}  // namespace roundtrip::scenario
