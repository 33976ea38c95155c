#include "viz/model/ladder_axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

namespace {

// A wait that takes more of the unfolded ladder than this leaves too little to what surrounds it.
constexpr double most_of_the_ladder = 1.0 / 3;
// A fold that leaves more than this of the knots is not worth the break in the scale.
constexpr double worth_a_fold = 0.9;

bool flies_over(const LadderFact& fact, const Gap& wait) {
  const auto [from, to] = std::minmax(fact.from.time, fact.to.time);
  const bool held = fact.packet && fact.packet->waits && fact.packet->waits->from <= wait.from &&
                    fact.packet->waits->to >= wait.to;
  return from < wait.to && to > wait.from && !held;
}

// From each time to the next.
std::vector<Gap> waits_between(const std::vector<Instant>& times) {
  std::vector<Gap> waits;
  for (std::size_t i = 1; i < times.size(); ++i) {
    if (times[i] > times[i - 1]) waits.push_back({times[i - 1], times[i], trace::no_event});
  }
  return waits;
}

// Takes the longest of the waits in which no arrow is under way: one that is cut in its flight
// would show no slant.
std::optional<Gap> take_longest(std::vector<Gap>& waits, const LadderFacts& found) {
  auto longest = waits.end();
  for (auto wait = waits.begin(); wait != waits.end(); ++wait) {
    if (longest != waits.end() && wait->length() <= longest->length()) continue;
    const bool flown_over =
        std::any_of(found.facts.begin(), found.facts.end(),
                    [&](const LadderFact& fact) { return flies_over(fact, *wait); });
    if (!flown_over) longest = wait;
  }
  if (longest == waits.end()) return std::nullopt;
  const Gap taken = *longest;
  waits.erase(longest);
  return taken;
}

// How much is missing where two facts of one side, one after the other, are too close to be told
// apart: what two at once lack, no fold gives.
double knots_px(const LadderFacts& found, const TimeScale& scale, float least_px) {
  double missing_px = 0;
  for (const LadderSide side : ladder_sides) {
    std::vector<Instant> told;
    for (const LadderFact& fact : found.facts) {
      if (fact.side() == side) told.push_back(std::max(fact.from.time, fact.to.time));
    }
    std::sort(told.begin(), told.end());
    for (std::size_t i = 1; i < told.size(); ++i) {
      const float apart_px = scale.x(told[i]) - scale.x(told[i - 1]);
      if (told[i] > told[i - 1]) missing_px += std::max(0.f, least_px - apart_px);
    }
  }
  return missing_px;
}

}  // namespace

LadderAxis::LadderAxis(const LadderFacts& found, Instant now, Duration fold_longer_than, float top,
                       float bottom, float fold_px) {
  std::vector<Instant> times;
  for (const LadderFact& fact : found.facts) {
    times.push_back(fact.from.time);
    times.push_back(fact.to.time);
    if (!fact.packet || !fact.packet->waits) continue;
    times.push_back(fact.packet->waits->from);
    times.push_back(fact.packet->waits->to);
  }
  if (times.empty()) times.push_back(now);
  std::sort(times.begin(), times.end());
  const TimeWindow window{times.front(), times.back()};
  std::vector<Gap> waits = waits_between(times);
  const auto short_from =
      std::stable_partition(waits.begin(), waits.end(), [&](const Gap& wait) {
        // Of a packet on its way each part of the way is seen.
        const bool seen_to_fly =
            std::any_of(found.facts.begin(), found.facts.end(), [&](const LadderFact& fact) {
              return fact.packet && flies_over(fact, wait);
            });
        return wait.length() > fold_longer_than && !seen_to_fly;
      });
  std::vector<Gap> folded(waits.begin(), short_from);
  waits.erase(waits.begin(), short_from);
  const auto scaled = [&] {
    return TimeScale(window, top, std::max(1.f, bottom - top), folded, Duration{}, fold_px);
  };
  scale_ = scaled();
  double knots = knots_px(found, scale_, fold_px / 2);
  while (knots > 0) {
    const std::optional<Gap> wait = take_longest(waits, found);
    if (!wait) break;
    const double ladder_px = static_cast<double>(bottom - top) -
                             static_cast<double>(scale_.folds().size()) * fold_px;
    const double wait_px = static_cast<double>(wait->length().ns) * scale_.px_per_ns();
    if (wait_px < std::max(ladder_px * most_of_the_ladder, 2.0 * fold_px)) break;
    folded.insert(std::upper_bound(folded.begin(), folded.end(), *wait,
                                   [](const Gap& a, const Gap& b) { return a.from < b.from; }),
                  *wait);
    const TimeScale tried = scaled();
    const double left = knots_px(found, tried, fold_px / 2);
    if (left > worth_a_fold * knots) break;
    scale_ = tried;
    knots = left;
  }
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
