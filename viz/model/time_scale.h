// From a moment to a pixel and back, for one window of the timeline. Long gaps in which nothing
// happened are folded: drawn with one fixed width whatever their length, which the screen names.
// Pure and monotonic; zooming and panning walk over folds instead of through them.
// Called by layout_timeline and by the actions that zoom and pan. Limit: max_folds folds in a
// window, the longest; shorter gaps are then drawn at their length.
#pragma once

#include <span>
#include <vector>

#include "core/base/time.h"
#include "core/trace/index.h"

namespace roundtrip::viz {

struct TimeWindow {
  Instant from;
  Instant to;
  Duration length() const { return to - from; }
  bool contains(Instant at) const { return at >= from && at <= to; }
  bool operator==(const TimeWindow&) const = default;
};

// Between two events that follow each other; `after` is the number of the second.
struct Gap {
  Instant from;
  Instant to;
  trace::EventNumber after = trace::no_event;
  Duration length() const { return to - from; }
};

struct Fold {
  Instant from;
  Instant to;
  float x = 0;
  float w = 0;
  Duration length() const { return to - from; }
};

inline constexpr std::size_t max_folds = 16;
inline constexpr Duration shortest_window = Duration::nanoseconds(200);

class TimeScale {
 public:
  TimeScale() = default;
  // `gaps` in order of time; those longer than `fold_longer_than` and inside the window are folded.
  TimeScale(TimeWindow window, float left_px, float width_px, std::span<const Gap> gaps,
            Duration fold_longer_than, float fold_px);

  // Outside the window the scale goes on straight.
  float x(Instant at) const;
  Instant at(float x_px) const;
  const std::vector<Fold>& folds() const { return folds_; }
  const TimeWindow& window() const { return window_; }
  double px_per_ns() const { return px_per_ns_; }
  float left_px() const { return left_px_; }
  float right_px() const { return left_px_ + width_px_; }

 private:
  // A stretch of the axis: time runs evenly from (t0, x0) to (t1, x1).
  struct Piece {
    Instant t0, t1;
    double x0 = 0, x1 = 0;
  };
  TimeWindow window_;
  float left_px_ = 0;
  float width_px_ = 1;
  double px_per_ns_ = 1;
  std::vector<Piece> pieces_;
  std::vector<Fold> folds_;
};

// How gaps are folded, as far as walking over the axis has to know.
struct Folding {
  std::span<const Gap> gaps;
  Duration longer_than;
};

// The time in a window that is not inside a folded gap.
Duration unfolded(TimeWindow window, const Folding& folding);
// The moment that lies `budget` of unfolded time after `start` (before it when negative).
Instant walk(Instant start, Duration budget, const Folding& folding);
// The window with `factor` times less unfolded time; what stands at `anchor` stays in place.
TimeWindow zoomed(TimeWindow window, double factor, Instant anchor, const Folding& folding);
TimeWindow panned(TimeWindow window, double share_of_window, const Folding& folding);

// A step of 1, 2 or 5 times a power of ten that puts ruler ticks at least `min_px` apart.
Duration tick_step(double px_per_ns, float min_px);

}  // namespace roundtrip::viz
