#include "viz/model/opening_costs.h"

#include <algorithm>

#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

Cost between(const Teller& tell, EventNumber from, EventNumber to) {
  Cost cost;
  if (from == no_event || to == no_event || from > to) return cost;
  cost.length = tell.view().trace[to].time - tell.view().trace[from].time;
  cost.source = source_between(tell.view(), from, to);
  cost.event = to;
  return cost;
}

}  // namespace

Told Cost::told(std::string_view absent) const {
  if (!length) return {.text = {}, .absent = absent};
  return {duration(*length).text(), source, event};
}

OpeningCosts opening_costs(const Teller& tell) {
  EventNumber begin = tell.opening(Phase::ConnectionConnect);
  if (begin == no_event) begin = tell.opening(Phase::ConnectionSyn);
  const EventNumber agreed = tell.opening(Phase::ConnectionAck);
  const EventNumber queue = tell.opening(Phase::ConnectionAcceptQueue);
  EventNumber accepted = tell.end_of(queue);
  if (accepted == no_event) accepted = tell.opening(Phase::ConnectionObject);
  const EventNumber runs = tell.opening(Phase::ConnectionFirstRun);
  return {between(tell, begin, agreed), between(tell, agreed, accepted),
          between(tell, accepted, runs), between(tell, begin, runs)};
}

Cost request_cost(const Teller& tell, std::uint32_t request) {
  const trace::RequestSummary* known = tell.view().index.request(request);
  if (known == nullptr || known->cut || known->finished == no_event ||
      known->finished > tell.upto() || !tell.view().has(known->first)) {
    return {};
  }
  return between(tell, known->first, known->finished);
}

}  // namespace roundtrip::viz
