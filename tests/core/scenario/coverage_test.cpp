// Every phase of the table occurs in a scenario that ships, but for those listed here with what
// they wait for. A phase that is emitted by nobody's lesson is a step that no student sees.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/core/scenario/recorded_run.h"

namespace roundtrip::scenario {

using trace::Phase;

namespace {

struct Waiting {
  Phase phase;
  const char* what_for;
};

constexpr Waiting waiting[] = {
    {Phase::TraceHold, "somebody who holds a request"},
    {Phase::TraceRelease, "somebody who holds a request"},
    {Phase::TraceRequestUntraced, "overload"},
    {Phase::TraceRecordsLost, "a ring that is full, which whole requests are left out to avoid"},
    {Phase::TraceBlockEvicted, "a trace beyond its limit"},
    {Phase::TraceViolation, "a fault of the program or of the table"},
};
// These come about by chance or by the machine: they may occur, and need not.
constexpr Phase by_chance[] = {Phase::TaskStolen, Phase::TraceLate};
// Without the kernel's stamps these can't be had.
constexpr Phase by_stamps[] = {Phase::ReadSegment, Phase::TransmitSegmentQueued,
                               Phase::TransmitSegmentOut, Phase::TransmitAckIn};
// And without a lab these.
constexpr Phase by_lab[] = {Phase::TraceWire,          Phase::TraceLink,
                            Phase::TracePacket,        Phase::TracePacketCopied,
                            Phase::TracePacketHeld,    Phase::TracePacketChanged,
                            Phase::TracePacketDropped, Phase::TraceSockets};

}  // namespace

TEST_CASE("coverage: every phase occurs in a shipped scenario, or is listed with its reason") {
  trace::PhaseSet seen;
  Rung rung = Rung::Inferred;
  const auto entries = list_scenarios(source_dir() + "/scenarios");
  if (!entries) FAIL(entries.error());
  for (const ScenarioEntry& entry : *entries) {
    const Scenario scenario = shipped(entry.id);
    const RecordedRun run(scenario);
    for (std::uint64_t i = run.trace.first(); i < run.trace.end(); ++i) {
      seen.add(run.trace[i].phase);
    }
    rung = std::min(rung, rung_of(run.trace));
  }
  for (const trace::PhaseRow& row : trace::phase_table) {
    const auto* waits = std::find_if(std::begin(waiting), std::end(waiting),
                                     [&](const Waiting& w) { return w.phase == row.phase; });
    const auto is_among = [&](const auto& list) {
      return std::find(std::begin(list), std::end(list), row.phase) != std::end(list);
    };
    if (rung != Rung::Lab && is_among(by_lab)) continue;
    if (is_among(by_chance) || (rung == Rung::Inferred && is_among(by_stamps))) continue;
    if (waits == std::end(waiting)) {
      CHECK_MESSAGE(seen.has(row.phase), fmt::format("{} occurs in no scenario", row.id));
    } else {
      CHECK_MESSAGE(!seen.has(row.phase),
                    fmt::format("{} occurs, and need not wait for {}", row.id, waits->what_for));
    }
  }
}

}  // namespace roundtrip::scenario
