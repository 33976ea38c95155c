// The journey of a request as the drawn walk tells it: rows of component, action and state, each
// with the facts that hang below it as twigs. Facts of a trace in, rows out; the words are one
// table (journey_table.h). Used by the narrator for its text and by the overview for its bands.
// What a twig tells and is not known is left out; nothing is made up.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "viz/model/trace_view.h"

namespace roundtrip::viz {

struct JourneyTwig {
  std::string name;
  std::string text;
};

struct JourneyRow {
  trace::EventNumber event = trace::no_event;
  trace::Phase phase{};
  trace::Provenance source = trace::Provenance::Observed;
  std::string component;
  std::string action;
  std::string state;
  std::vector<JourneyTwig> twigs;
  std::vector<trace::EventNumber> facts;  // told by it and its twigs, in order
};

// How bytes that a peer sent are written; without it rows are made alone, without twigs.
using BytesWriter = std::string (*)(std::string_view bytes);

// The rows that these events make, in their order.
std::vector<JourneyRow> journey_rows(const TraceView& view,
                                     std::span<const trace::EventNumber> events,
                                     BytesWriter bytes);

// Which of the two halves of a span bears an argument: the end, where both do; no_event where
// neither does. Of an instant the fact itself.
trace::EventNumber bearer_of(const TraceView& view, trace::EventNumber event,
                             std::string_view name);

}  // namespace roundtrip::viz
