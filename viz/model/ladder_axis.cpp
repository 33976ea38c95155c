#include "viz/model/ladder_axis.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

LadderAxis::LadderAxis(const LadderFacts& found, Instant now, Duration fold_longer_than, float top,
                       float bottom, float fold_px) {
  std::vector<Instant> times;
  for (const LadderFact& fact : found.facts) {
    times.push_back(fact.from.time);
    times.push_back(fact.to.time);
  }
  if (times.empty()) times.push_back(now);
  std::sort(times.begin(), times.end());
  std::vector<Gap> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) {
    if (times[i] - times[i - 1] > fold_longer_than) {
      gaps.push_back({times[i - 1], times[i], trace::no_event});
    }
  }
  scale_ = TimeScale({times.front(), times.back()}, top, std::max(1.f, bottom - top), gaps,
                     fold_longer_than, fold_px);
}

std::string LadderAxis::time_text(const trace::Event& event) const {
  Instant since = scale_.window().from;
  std::string_view plus;
  for (const Fold& fold : scale_.folds()) {
    if (event.time <= fold.to) break;
    since = fold.to;
    plus = "+";
  }
  const bool seen = event.provenance == trace::Provenance::Observed;
  return marked(fmt::format("{}{}", plus, duration(event.time - since).text()),
                seen ? trace::Provenance::Derived : event.provenance);
}

}  // namespace roundtrip::viz
