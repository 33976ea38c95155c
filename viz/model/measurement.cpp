#include "viz/model/measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::Provenance;

namespace {

// How the fact at just this moment is known; of several, the best.
std::optional<Provenance> source_at(const TraceView& view, Instant at) {
  constexpr std::uint64_t most_looked_at = 16;
  std::optional<Provenance> source;
  const std::uint64_t from = std::max(view.trace.lower_bound(at), view.first());
  for (std::uint64_t n = from; n < std::min(view.end(), from + most_looked_at); ++n) {
    if (view.trace[n].time != at) break;
    const Provenance own = view.trace[n].provenance;
    source = source ? std::min(*source, own) : own;
  }
  return source;
}

bool is_of_the_story(trace::Phase phase) {
  const trace::Group group = trace::row_of(phase).group();
  return group != trace::Group::Task && group != trace::Group::Trace;
}

void count_phases(const TraceView& view, std::uint64_t from, std::uint64_t to,
                  Measurement& measured) {
  constexpr std::size_t none = SIZE_MAX;
  std::array<std::size_t, trace::phase_count> place;
  place.fill(none);
  auto& phases = measured.phases;
  for (std::uint64_t number = from; number < to; ++number) {
    const Event& event = view.trace[number];
    const EventNumber begin = event.ends() ? view.index.partner(number) : trace::no_event;
    if (begin != trace::no_event && begin >= from) continue;
    std::size_t& at = place[static_cast<std::size_t>(event.phase)];
    if (at == none) {
      at = phases.size();
      phases.push_back({event.phase, 0});
    }
    ++phases[at].count;
  }
  std::stable_partition(phases.begin(), phases.end(),
                        [](const PhaseCount& told) { return is_of_the_story(told.phase); });
}

std::string moment_text(Instant at, std::optional<Provenance> source) {
  return marked(moment(at).text(), source.value_or(Provenance::Observed));
}

}  // namespace

Measurement measurement(const TraceView& view, const TimeWindow& span) {
  Measurement measured;
  measured.span = span;
  measured.running = span.length();
  if (view.empty()) return measured;
  measured.from_source = source_at(view, span.from);
  measured.to_source = source_at(view, span.to);
  measured.running = running_time(view.index, view.lanes, span.to) -
                     running_time(view.index, view.lanes, span.from);
  const auto number_at = [&view](Instant at) {
    return std::clamp(view.trace.lower_bound(at), view.first(), view.end());
  };
  const std::uint64_t from = number_at(span.from);
  const std::uint64_t to = number_at(span.to + Duration::nanoseconds(1));
  measured.events = to - from;
  measured.all_phases = measured.events <= most_events_walked;
  count_phases(view, from, std::min(to, from + most_events_walked), measured);
  return measured;
}

std::optional<MeasuredSpan> span_to_selection(const TraceView& view, const Cursor& cursor,
                                              const ViewState& state) {
  const auto selected = state.selected_event;
  if (!selected || *selected == cursor.event) return std::nullopt;
  if (!view.has(*selected) || !view.has(cursor.event)) return std::nullopt;
  return MeasuredSpan{view.trace[cursor.event].time, view.trace[*selected].time};
}

TimeWindow window_around(const MeasuredSpan& measured) {
  const TimeWindow span = measured.window();
  const Duration margin = std::max(span.length() / 20, shortest_window);
  return {span.from - margin, span.to + margin};
}

std::string from_text(const Measurement& measured) {
  return moment_text(measured.span.from, measured.from_source);
}

std::string to_text(const Measurement& measured) {
  return moment_text(measured.span.to, measured.to_source);
}

std::string length_text(const Measurement& measured) {
  Provenance source = Provenance::Derived;
  for (const auto end : {measured.from_source, measured.to_source}) {
    if (end == Provenance::Inferred || end == Provenance::Unknown) source = std::max(source, *end);
  }
  return marked(duration(measured.span.length()).text(), source);
}

std::string contents_text(const Measurement& measured, std::size_t most_phases) {
  std::string text = counted(static_cast<std::int64_t>(measured.events), "event");
  const std::size_t listed = std::min(most_phases, measured.phases.size());
  for (std::size_t i = 0; i < listed; ++i) {
    const PhaseCount& told = measured.phases[i];
    text += i == 0 ? ": " : ", ";
    text += trace::row_of(told.phase).name;
    if (told.count > 1) text += fmt::format(" ×{}", count(static_cast<std::int64_t>(told.count)));
  }
  const auto more = static_cast<std::int64_t>(measured.phases.size() - listed);
  if (more > 0) {
    text += fmt::format("{} {}", listed == 0 ? " of" : " and",
                        listed == 0 ? counted(more, "phase") : counted(more, "more phase"));
  }
  if (!measured.all_phases) {
    text += fmt::format(" (phases of the first {})",
                        count(static_cast<std::int64_t>(most_events_walked)));
  }
  if (measured.held() > Duration{}) {
    text += fmt::format("; {} running, {} held",
                        marked(duration(measured.running).text(), Provenance::Derived),
                        marked(duration(measured.held()).text(), Provenance::Derived));
  }
  return text;
}

}  // namespace roundtrip::viz
