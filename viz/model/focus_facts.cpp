#include "viz/model/focus_facts.h"

#include <algorithm>

namespace roundtrip::viz {

using trace::Event;
using trace::EventList;
using trace::EventNumber;
using trace::Group;
using trace::Phase;

namespace {

struct Gatherer {
  const TraceView& view;
  bool ends;
  FocusFacts facts{};

  void add(EventNumber number, Group group) {
    if (!ends && view.trace[number].ends()) return;
    auto& list = facts[static_cast<std::size_t>(group)];
    if (list.empty() || list.back() < number) list.push_back(number);
  }
};

}  // namespace

FocusFacts focus_facts(const TraceView& view, const Focus& focus, bool ends) {
  Gatherer gatherer{view, ends};
  FocusFacts& groups = gatherer.facts;
  for (const EventNumber number : view.index.startup_events()) {
    if (groups[0].size() >= most_startup_facts) break;
    gatherer.add(number, Group::Startup);
  }
  const auto* conn = view.index.connection(focus.conn);
  if (conn == nullptr) return groups;
  const EventList& events = conn->events;
  const auto index_after = [&](std::uint64_t number) {
    return static_cast<std::size_t>(std::upper_bound(events.begin(), events.end(), number) -
                                    events.begin());
  };
  // The requests beside the one in focus bound what belongs to it.
  const auto& requests = conn->requests;
  const std::size_t place = place_of_request(view, *conn, focus.request);
  std::size_t from = 0;
  std::size_t to = events.size();
  if (place < requests.size()) {
    if (place > 0) {
      const auto* before = view.index.request(requests[place - 1]);
      // The answer's way to the client and the decision to keep the connection close the request.
      from = index_after(before->last);
      while (from < to && !opens_request(view.trace[events[from]])) ++from;
    }
    if (place + 1 < requests.size()) {
      const auto* own = view.index.request(requests[place]);
      const auto* next = view.index.request(requests[place + 1]);
      to = index_after(own->last);
      const std::size_t limit = index_after(next->first);
      while (to < limit && !opens_request(view.trace[events[to]])) ++to;
    }
  }
  for (std::size_t i = 0; i < std::min({from, events.size(), most_opening_facts}); ++i) {
    const Group group = view.trace[events[i]].row().group();
    if (group == Group::Connection) gatherer.add(events[i], group);
  }
  // What is read once the answer is given finds the next request or the end, and tells of that; a
  // client that has read the answer may send on before the server is done.
  bool answered = false;
  bool client_has_read = false;
  // Of more than can be shown the middle is left out, where the pieces of a long body lie.
  constexpr std::size_t half = most_request_facts / 2;
  const bool long_one = to > from + most_request_facts;
  for (std::size_t i = from; i < to; ++i) {
    if (long_one && i == from + half) i = to - half;
    const Event& event = view.trace[events[i]];
    const Group own = event.row().group();
    if (own == Group::Startup) continue;
    answered = answered || event.phase == Phase::LifecycleKeepAlive;
    client_has_read = client_has_read || event.phase == Phase::TransmitClientRead;
    const bool of_next = answered || (client_has_read && event.request == 0);
    gatherer.add(events[i], of_next && own == Group::Read ? Group::Lifecycle : own);
  }
  return groups;
}

}  // namespace roundtrip::viz
