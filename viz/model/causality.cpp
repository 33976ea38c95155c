#include "viz/model/causality.h"

#include <algorithm>

#include "viz/model/causal_finder.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventList;
using trace::EventNumber;
using trace::Phase;
using trace::WakeSource;

namespace {

constexpr std::string_view its_begin = "its begin";
constexpr std::string_view its_end = "its end";
constexpr std::string_view part_of_it = "what it is part of";
constexpr std::string_view leaves_worker = "why it leaves its worker";
constexpr std::string_view first_inside = "the first step inside it";
constexpr std::string_view given_a_worker = "its task was given a worker";
constexpr std::string_view runs_first = "what the task does first";
constexpr std::string_view what_waker_did = "the last step of the task that woke it";
constexpr std::string_view woken_by_it = "a task that it wakes";
constexpr std::string_view what_maker_did = "the last step of the task that made it";
constexpr std::string_view made_by_it = "a task that it makes";
constexpr std::string_view who_waited = "who waited to be accepted";
constexpr std::string_view accepter_wakes = "the accept loop wakes";
constexpr std::string_view step_before = "the step before it";
constexpr std::string_view step_after = "the next step";

// ---- What no rule of the table can say.

// The accept loop is woken by whoever waits in the accept queue: by the connection that it takes
// first.
EventNumber accept_wait_before(const TraceView& view, const CausalFinder& find,
                               std::uint64_t runnable) {
  constexpr std::size_t most_ahead = 16;
  if (find.at(runnable).phase != Phase::TaskRunnable || find.at(runnable).conn != 0 ||
      !find.woke(runnable, WakeSource::Poller)) {
    return trace::no_event;
  }
  const auto here = find.place(Within::Task, runnable);
  if (!here) return trace::no_event;
  const std::size_t stop = std::min(here->list->size(), here->at + most_ahead);
  for (std::size_t index = here->at + 1; index < stop; ++index) {
    const EventNumber taken = (*here->list)[index];
    if (find.at(taken).phase == Phase::TaskPark) break;
    if (!find.is(taken, Phase::ConnectionAccept, Half::End) || find.at(taken).conn == 0) continue;
    const auto place = place_in(view.index.connection(find.at(taken).conn)->events, taken);
    if (!place) break;
    for (std::size_t back = place->at; back-- > 0;) {
      const EventNumber other = (*place->list)[back];
      const bool waits = find.is(other, Phase::ConnectionAcceptQueue, Half::Begin);
      if (waits && other < runnable) return other;
    }
    break;
  }
  return trace::no_event;
}

EventNumber accept_wake_after(const TraceView& view, const CausalFinder& find,
                              std::uint64_t waiting) {
  if (!find.is(waiting, Phase::ConnectionAcceptQueue, Half::Begin)) return trace::no_event;
  const auto here = find.place(Within::Connection, waiting);
  if (!here) return trace::no_event;
  const std::size_t stop = std::min(here->list->size(), here->at + most_events_looked_at);
  for (std::size_t index = here->at + 1; index < stop; ++index) {
    const EventNumber taken = (*here->list)[index];
    if (!find.is(taken, Phase::ConnectionAccept, Half::End)) continue;
    const auto loop = find.place(Within::Task, taken);
    if (!loop) break;
    const std::size_t first = loop->at - std::min(loop->at, most_events_looked_at);
    for (std::size_t back = loop->at; back-- > first;) {
      const EventNumber runnable = (*loop->list)[back];
      if (find.at(runnable).phase != Phase::TaskRunnable) continue;
      return accept_wait_before(view, find, runnable) == waiting ? runnable : trace::no_event;
    }
    break;
  }
  return trace::no_event;
}

// Whom a task woke or made by its step: told by the other task's event, before the next step.
void add_woken_by(const TraceView& view, const CausalFinder& find, std::uint64_t event,
                  std::vector<CausalLink>& links) {
  constexpr std::size_t most_ahead = 64;
  const std::uint32_t task = find.at(event).task;
  if (task == 0) return;
  const EventList& scheduled = view.index.scheduler_events();
  auto next = std::upper_bound(scheduled.begin(), scheduled.end(), event);
  for (std::size_t looked = 0; next != scheduled.end() && looked < most_ahead; ++next, ++looked) {
    const Event& other = find.at(*next);
    if (other.task == task) break;
    const bool created = other.phase == Phase::TaskCreated;
    if (!created && other.phase != Phase::TaskRunnable) continue;
    if (other.arg(created ? "parent" : "by") != task) continue;
    if (find.last_of_task(task, *next) != event) break;
    find.add(links, event, *next, created ? made_by_it : woken_by_it);
  }
}

void sort_nearest_first(std::vector<CausalLink>& links, std::uint64_t here) {
  const auto distance = [here](const CausalLink& link) {
    return link.event > here ? link.event - here : here - link.event;
  };
  std::stable_sort(links.begin(), links.end(), [&](const CausalLink& a, const CausalLink& b) {
    return distance(a) < distance(b);
  });
  if (links.size() > most_links) links.resize(most_links);
}

}  // namespace

std::vector<CausalLink> causes_of(const TraceView& view, std::uint64_t event) {
  std::vector<CausalLink> links;
  if (!view.has(event)) return links;
  const CausalFinder find(view);
  const Event& fact = view.trace[event];
  for (const CauseRule& rule : cause_rules) {
    if (!find.is(event, rule.effect, rule.effect_half)) continue;
    find.add(links, event, find.cause_by(rule, event), rule.of_cause, rule.likely);
  }
  if (fact.ends()) find.add(links, event, view.index.partner(event), its_begin);
  find.add(links, event, accept_wait_before(view, find, event), who_waited);
  const auto waker = fact.phase == Phase::TaskRunnable ? fact.arg("by") : std::nullopt;
  const auto maker = fact.phase == Phase::TaskCreated ? fact.arg("parent") : std::nullopt;
  for (const auto& [task, words] :
       {std::pair(waker, what_waker_did), std::pair(maker, what_maker_did)}) {
    if (!task) continue;
    find.add(links, event, find.last_of_task(static_cast<std::uint32_t>(*task), event), words);
  }
  const bool program = fact.row().lane == trace::Lane::Program;
  const EventNumber before = program ? find.neighbour(event, -1) : trace::no_event;
  if (before != trace::no_event && find.is(before, Phase::TaskRun, Half::Begin)) {
    find.add(links, event, before, given_a_worker);
  }
  if (find.is(event, Phase::TaskRun, Half::End)) {
    find.add(links, event, find.neighbour(event, -1), leaves_worker);
  }
  if (links.empty() && program) find.add(links, event, view.index.parent(event), part_of_it);
  if (links.empty()) find.add(links, event, before, step_before);
  sort_nearest_first(links, event);
  return links;
}

std::vector<CausalLink> effects_of(const TraceView& view, std::uint64_t event) {
  std::vector<CausalLink> links;
  if (!view.has(event)) return links;
  const CausalFinder find(view);
  const Event& fact = view.trace[event];
  for (const CauseRule& rule : cause_rules) {
    if (find.is(event, rule.cause, rule.cause_half)) find.effects_by(rule, event, links);
  }
  if (fact.begins()) find.add(links, event, view.index.partner(event), its_end);
  find.add(links, event, accept_wake_after(view, find, event), accepter_wakes);
  add_woken_by(view, find, event, links);
  const EventNumber after = find.neighbour(event, 1);
  if (after != trace::no_event) {
    const bool inside =
        fact.begins() && !view.trace[after].ends() && view.index.parent(after) == event;
    if (inside) find.add(links, event, after, first_inside);
    const bool runs = find.is(event, Phase::TaskRun, Half::Begin) &&
                      view.trace[after].row().lane == trace::Lane::Program;
    if (runs) find.add(links, event, after, runs_first);
    const bool program = fact.row().lane == trace::Lane::Program;
    if (links.empty() && program) find.add(links, event, after, step_after);
  }
  sort_nearest_first(links, event);
  return links;
}

}  // namespace roundtrip::viz
