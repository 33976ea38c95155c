#include "viz/model/causal_finder.h"

#include <algorithm>

#include "viz/model/byte_fields.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventList;
using trace::EventNumber;
using trace::Phase;
using trace::WakeSource;

namespace {

// How many candidates of one rule are followed back to their own cause.
constexpr int most_candidates = 24;

Half half_of(const Event& event) {
  return event.begins() ? Half::Begin : event.ends() ? Half::End : Half::Now;
}

// Whether a second effect of the same kind must have another cause.
bool once(Given given) {
  return given != Given::Bytes && given != Given::LastByte && given != Given::NoMoreBytes;
}

}  // namespace

std::optional<PlaceInList> place_in(const EventList& list, std::uint64_t event) {
  const auto found = std::lower_bound(list.begin(), list.end(), event);
  if (found == list.end() || *found != event) return std::nullopt;
  return PlaceInList{&list, static_cast<std::size_t>(found - list.begin())};
}

bool CausalFinder::is(std::uint64_t number, Phase phase, Half half) const {
  return at(number).phase == phase && half_of(at(number)) == half;
}

bool CausalFinder::done_by_program(std::uint64_t event) const {
  const trace::Lane lane = at(event).row().lane;
  return lane == trace::Lane::Program || lane == trace::Lane::Worker;
}

bool CausalFinder::woke(std::uint64_t runnable, WakeSource source) const {
  return at(runnable).arg("source") == static_cast<std::uint64_t>(source);
}

std::optional<PlaceInList> CausalFinder::place(Within within, std::uint64_t event) const {
  const Event& fact = at(event);
  if (within == Within::Task) {
    // The steps of the program's start belong to no task: they stand in a list of their own.
    if (fact.task == 0 && fact.row().group() == trace::Group::Startup) {
      return place_in(view_.index.startup_events(), event);
    }
    const auto* task = view_.index.task(fact.task);
    return task == nullptr ? std::nullopt : place_in(task->events, event);
  }
  if (within == Within::Request && fact.request == 0) return std::nullopt;
  const auto* conn = view_.index.connection(fact.conn);
  return conn == nullptr ? std::nullopt : place_in(conn->events, event);
}

EventNumber CausalFinder::neighbour(std::uint64_t event, int direction) const {
  const auto here = place(Within::Task, event);
  if (!here) return trace::no_event;
  auto index = static_cast<std::ptrdiff_t>(here->at);
  for (std::size_t looked = 0; looked < most_events_looked_at; ++looked) {
    index += direction;
    if (index < 0 || index >= static_cast<std::ptrdiff_t>(here->list->size())) break;
    const EventNumber other = (*here->list)[static_cast<std::size_t>(index)];
    if (done_by_program(other)) return other;
  }
  return trace::no_event;
}

EventNumber CausalFinder::last_of_task(std::uint32_t task, std::uint64_t before) const {
  const auto* summary = view_.index.task(task);
  if (summary == nullptr) return trace::no_event;
  const EventList& events = summary->events;
  auto next = std::lower_bound(events.begin(), events.end(), before);
  for (std::size_t looked = 0; next != events.begin() && looked < most_events_looked_at; ++looked) {
    if (done_by_program(*--next)) return *next;
  }
  return trace::no_event;
}

bool CausalFinder::poller_ended(std::uint64_t runnable, trace::ParkReason wait) const {
  const EventNumber before = neighbour(runnable, -1);
  // The run ended with the park that stands before it.
  const EventNumber park = before != trace::no_event && is(before, Phase::TaskRun, Half::End)
                               ? neighbour(before, -1)
                               : before;
  return park != trace::no_event && at(park).phase == Phase::TaskPark &&
         at(park).arg("on") == static_cast<std::uint64_t>(wait) &&
         woke(runnable, WakeSource::Poller);
}

bool CausalFinder::says_no_more(std::uint64_t read) const {
  const Event& event = at(read);
  return event.phase == Phase::ReadRead && event.ends() && event.arg("got") == 0 &&
         event.arg("errno").value_or(0) == 0;
}

bool CausalFinder::share_bytes(const CauseRule& rule, EventNumber cause,
                               std::uint64_t effect) const {
  const auto of_cause = bytes_of_event(view_, cause);
  const auto of_effect = bytes_of_event(view_, effect);
  if (!of_cause || !of_effect || of_cause->log != of_effect->log) return false;
  const ByteRange& range = of_effect->range;
  if (rule.given == Given::LastByte) return of_cause->range.contains(range.end() - 1);
  return of_cause->range.offset < range.end() && range.offset < of_cause->range.end();
}

// Whether a pair of the right kinds is one that the rule means.
bool CausalFinder::meant(const CauseRule& rule, EventNumber cause, std::uint64_t effect) const {
  switch (rule.given) {
    case Given::First:
      return true;
    case Given::Inside: {
      const EventNumber begin = view_.index.partner(effect);
      return begin != trace::no_event && begin < cause && at(cause).arg("errno").value_or(0) == 0;
    }
    case Given::Bytes:
    case Given::LastByte:
      return share_bytes(rule, cause, effect);
    case Given::ReadableWoke:
      return poller_ended(effect, trace::ParkReason::Readable);
    case Given::WritableWoke:
      return poller_ended(effect, trace::ParkReason::Writable);
    case Given::PoolWoke:
      return woke(effect, WakeSource::Pool);
    case Given::SpawnMade:
      return woke(effect, WakeSource::Spawn);
    case Given::SaysClose:
      return at(cause).arg("decision") == static_cast<std::uint64_t>(trace::KeepAlive::Closes);
    case Given::NoMoreBytes:
      return says_no_more(cause) || says_no_more(effect);
  }
  return false;
}

EventNumber CausalFinder::cause_by(const CauseRule& rule, std::uint64_t effect) const {
  const auto here = place(rule.within, effect);
  if (!here) return trace::no_event;
  const std::size_t stop = here->at - std::min(here->at, most_events_looked_at);
  for (std::size_t index = here->at; index-- > stop;) {
    const EventNumber other = (*here->list)[index];
    if (rule.within == Within::Request && at(other).request != at(effect).request) continue;
    if (is(other, rule.cause, rule.cause_half) && meant(rule, other, effect)) return other;
    if (once(rule.given) && is(other, rule.effect, rule.effect_half)) break;
  }
  return trace::no_event;
}

void CausalFinder::effects_by(const CauseRule& rule, std::uint64_t cause,
                              std::vector<CausalLink>& links) const {
  const auto here = place(rule.within, cause);
  if (!here) return;
  const std::size_t stop = std::min(here->list->size(), here->at + most_events_looked_at);
  int candidates = 0;
  for (std::size_t index = here->at + 1; index < stop && candidates < most_candidates; ++index) {
    const EventNumber other = (*here->list)[index];
    if (is(other, rule.effect, rule.effect_half)) {
      ++candidates;
      if (cause_by(rule, other) == cause) add(links, cause, other, rule.of_effect, rule.likely);
      if (once(rule.given)) break;
    } else if (rule.given == Given::LastByte && is(other, rule.cause, rule.cause_half)) {
      break;
    }
  }
}

void CausalFinder::add(std::vector<CausalLink>& links, std::uint64_t here, EventNumber other,
                       std::string_view relation, bool likely) const {
  if (other == trace::no_event || !view_.has(other) || other == here) return;
  const auto same = [other](const CausalLink& link) { return link.event == other; };
  if (std::any_of(links.begin(), links.end(), same)) return;
  const auto seen = [this](std::uint64_t number) {
    const trace::Provenance source = at(number).provenance;
    return source != trace::Provenance::Inferred && source != trace::Provenance::Unknown;
  };
  links.push_back({other, relation, likely || !seen(here) || !seen(other)});
}

}  // namespace roundtrip::viz
