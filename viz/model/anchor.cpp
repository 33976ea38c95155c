#include "viz/model/anchor.h"

#include <algorithm>
#include <iterator>

namespace roundtrip::viz {

using trace::Event;

namespace {

bool same_fact(const Event& a, const Event& b) {
  return a.time == b.time && a.thread == b.thread && a.phase == b.phase && a.kind == b.kind &&
         a.task == b.task && a.conn == b.conn && a.request == b.request && a.id == b.id &&
         a.log == b.log && a.packed_range == b.packed_range && a.present == b.present &&
         std::equal(std::begin(a.args), std::end(a.args), std::begin(b.args));
}

}  // namespace

Anchor anchor_of(const TraceView& view, std::uint64_t event) {
  Anchor anchor{event, {}};
  if (view.has(event)) anchor.fact = view.trace[event];
  return anchor;
}

std::uint64_t found_again(const TraceView& view, const Anchor& anchor) {
  if (!anchor.fact) return anchor.event;
  std::uint64_t found = anchor.event;
  std::uint64_t at = view.trace.lower_bound(anchor.fact->time);
  for (; at < view.trace.end() && view.trace[at].time == anchor.fact->time; ++at) {
    if (!same_fact(view.trace[at], *anchor.fact)) continue;
    found = at;
    // Of several that tell the same: late facts move numbers up, never down.
    if (at >= anchor.event) break;
  }
  return found;
}

}  // namespace roundtrip::viz
