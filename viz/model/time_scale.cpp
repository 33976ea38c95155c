#include "viz/model/time_scale.h"

#include <algorithm>
#include <cmath>

namespace roundtrip::viz {
namespace {

// The gaps that end after a moment, from the first of them on.
std::span<const Gap> gaps_from(std::span<const Gap> gaps, Instant time) {
  const auto first = std::upper_bound(gaps.begin(), gaps.end(), time,
                                      [](Instant at, const Gap& gap) { return at < gap.to; });
  return gaps.subspan(static_cast<std::size_t>(first - gaps.begin()));
}

// What a window folds: the longest of its gaps, cut to the window, in order of time.
std::vector<Fold> folds_of(TimeWindow window, std::span<const Gap> gaps, Duration longer_than,
                           std::size_t most) {
  std::vector<Fold> folds;
  for (const Gap& gap : gaps_from(gaps, window.from)) {
    if (gap.from >= window.to) break;
    const Fold fold{std::max(gap.from, window.from), std::min(gap.to, window.to), 0, 0};
    if (fold.length() > longer_than) folds.push_back(fold);
  }
  if (folds.size() > most) {
    std::nth_element(folds.begin(), folds.begin() + static_cast<std::ptrdiff_t>(most), folds.end(),
                     [](const Fold& a, const Fold& b) { return a.length() > b.length(); });
    folds.resize(most);
    std::sort(folds.begin(), folds.end(),
              [](const Fold& a, const Fold& b) { return a.from < b.from; });
  }
  return folds;
}

}  // namespace

TimeScale::TimeScale(TimeWindow window, float left_px, float width_px, std::span<const Gap> gaps,
                     Duration fold_longer_than, float fold_px)
    : window_(window), left_px_(left_px), width_px_(std::max(1.f, width_px)) {
  if (window_.length() < shortest_window) window_.to = window_.from + shortest_window;
  const auto most =
      std::min(max_folds, static_cast<std::size_t>(width_px_ / 2 / std::max(1.f, fold_px)));
  folds_ = folds_of(window_, gaps, fold_longer_than, most);
  Duration folded{};
  for (const Fold& fold : folds_) folded += fold.length();
  // A window inside one gap shows the gap itself: nothing else is there to be seen.
  if (window_.length() - folded < shortest_window) folds_.clear(), folded = Duration{};

  const double running_px =
      static_cast<double>(width_px_) - static_cast<double>(folds_.size()) * fold_px;
  px_per_ns_ = running_px / static_cast<double>((window_.length() - folded).ns);
  Instant time = window_.from;
  double x_px = left_px_;
  const auto run_to = [&](Instant to) {
    const double end_px = x_px + static_cast<double>((to - time).ns) * px_per_ns_;
    if (to > time) pieces_.push_back({time, to, x_px, end_px});
    x_px = end_px;
    time = to;
  };
  for (Fold& fold : folds_) {
    run_to(fold.from);
    fold.x = static_cast<float>(x_px);
    fold.w = fold_px;
    pieces_.push_back({fold.from, fold.to, x_px, x_px + fold_px});
    x_px += fold_px;
    time = fold.to;
  }
  run_to(window_.to);
}

float TimeScale::x(Instant at) const {
  if (pieces_.empty()) return left_px_;
  if (at <= window_.from) {
    return static_cast<float>(left_px_ + static_cast<double>((at - window_.from).ns) * px_per_ns_);
  }
  if (at >= window_.to) {
    return static_cast<float>(right_px() + static_cast<double>((at - window_.to).ns) * px_per_ns_);
  }
  const auto piece = std::upper_bound(pieces_.begin(), pieces_.end() - 1, at,
                                      [](Instant t, const Piece& p) { return t < p.t1; });
  const double share = static_cast<double>((at - piece->t0).ns) /
                       static_cast<double>((piece->t1 - piece->t0).ns);
  return static_cast<float>(piece->x0 + share * (piece->x1 - piece->x0));
}

Instant TimeScale::at(float x_px) const {
  if (pieces_.empty()) return window_.from;
  const auto ns = [this](double px) {
    return Duration{static_cast<std::int64_t>(std::llround(px / px_per_ns_))};
  };
  if (x_px <= left_px_) return window_.from + ns(static_cast<double>(x_px) - left_px_);
  if (x_px >= right_px()) return window_.to + ns(static_cast<double>(x_px) - right_px());
  const auto piece = std::upper_bound(pieces_.begin(), pieces_.end() - 1, x_px,
                                      [](float px, const Piece& p) { return px < p.x1; });
  const double share = std::clamp((x_px - piece->x0) / (piece->x1 - piece->x0), 0.0, 1.0);
  return piece->t0 + Duration{static_cast<std::int64_t>(std::llround(
                         share * static_cast<double>((piece->t1 - piece->t0).ns)))};
}

Duration unfolded(TimeWindow window, const Folding& folding) {
  Duration rest = window.length();
  for (const Gap& gap : gaps_from(folding.gaps, window.from)) {
    if (gap.from >= window.to) break;
    const Duration inside = std::min(gap.to, window.to) - std::max(gap.from, window.from);
    if (inside > folding.longer_than) rest = rest - inside;
  }
  return rest;
}

Instant walk(Instant start, Duration budget, const Folding& folding) {
  const auto gaps = folding.gaps;
  if (budget.ns >= 0) {
    for (const Gap& gap : gaps_from(gaps, start)) {
      if (gap.length() <= folding.longer_than) continue;
      const Duration before = std::max(gap.from, start) - start;
      if (before >= budget) break;
      budget = budget - before;
      start = gap.to;
    }
    return start + budget;
  }
  const auto last = std::lower_bound(gaps.begin(), gaps.end(), start,
                                     [](const Gap& gap, Instant at) { return gap.from < at; });
  for (auto gap = last; gap != gaps.begin();) {
    --gap;
    if (gap->length() <= folding.longer_than) continue;
    const Duration after = start - std::min(gap->to, start);
    if (after >= -budget) break;
    budget = budget + after;
    start = gap->from;
  }
  return start + budget;
}

TimeWindow zoomed(TimeWindow window, double factor, Instant anchor, const Folding& folding) {
  anchor = std::clamp(anchor, window.from, window.to);
  const auto shrunk = [factor](Duration length) {
    return Duration{static_cast<std::int64_t>(
        std::llround(std::min(static_cast<double>(length.ns) / factor, 3.6e15)))};
  };
  const Duration left = shrunk(unfolded({window.from, anchor}, folding));
  const Duration right = shrunk(unfolded({anchor, window.to}, folding));
  const TimeWindow result{walk(anchor, -left, folding), walk(anchor, right, folding)};
  if (result.length() >= shortest_window) return result;
  const Instant from = std::max(window.from, anchor - shortest_window / 2);
  return {from, from + shortest_window};
}

TimeWindow panned(TimeWindow window, double share_of_window, const Folding& folding) {
  const Duration length = unfolded(window, folding);
  const Duration step{static_cast<std::int64_t>(
      std::llround(static_cast<double>(std::max(length, shortest_window).ns) * share_of_window))};
  const Instant from = walk(window.from, step, folding);
  return {from, walk(from, std::max(length, shortest_window), folding)};
}

Duration tick_step(double px_per_ns, float min_px) {
  const double least = static_cast<double>(min_px) / px_per_ns;
  std::int64_t power = 1;
  while (power < 1'000'000'000'000'000 && static_cast<double>(power) * 10 <= least) power *= 10;
  for (const std::int64_t factor : {1, 2, 5, 10}) {
    if (static_cast<double>(power * factor) >= least) return Duration{power * factor};
  }
  return Duration{power * 10};
}

}  // namespace roundtrip::viz
