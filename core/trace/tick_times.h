// TickTimes: turns the raw ticks of records into Instants, for the collector (bus.h). It keeps
// samples of the clocks a few milliseconds apart and interpolates between the two around a record,
// so that times follow CLOCK_MONOTONIC and never change their order; before the oldest and after
// the newest sample it goes on at the rate measured since the start. Does not read clocks itself.
// Limits: it remembers about one second of samples; older ticks are converted at the long rate.
#pragma once

#include <algorithm>
#include <deque>

#include "core/base/clock.h"

namespace roundtrip::trace {

class TickTimes {
 public:
  // Two samples, some time apart. Samples closer than `spacing` are not kept: over a short while
  // the uncertainty of reading two clocks would tilt the rate.
  TickTimes(std::int64_t epoch_monotonic_ns, const ClockSample& first, const ClockSample& second,
            Duration spacing)
      : epoch_ns_(epoch_monotonic_ns), spacing_(spacing), origin_(first) {
    samples_.push_back(first);
    add(second, true);
  }

  // `at_once`: records as young as this sample are about to be converted.
  void add(const ClockSample& sample, bool at_once) {
    const ClockSample& last = samples_.back();
    const std::int64_t since = sample.monotonic_ns - last.monotonic_ns;
    if (sample.ticks <= last.ticks || since <= 0 || (!at_once && since < spacing_.ns)) return;
    ns_per_tick_ = static_cast<double>(sample.monotonic_ns - origin_.monotonic_ns) /
                   static_cast<double>(sample.ticks - origin_.ticks);
    samples_.push_back(sample);
    while (samples_.size() > max_samples) samples_.pop_front();
  }

  Instant at(std::uint64_t ticks) const {
    if (ticks >= samples_.back().ticks) return along(samples_.back(), ns_per_tick_, ticks);
    const auto next = std::upper_bound(
        samples_.begin(), samples_.end(), ticks,
        [](std::uint64_t wanted, const ClockSample& sample) { return wanted < sample.ticks; });
    if (next == samples_.begin()) return along(*next, ns_per_tick_, ticks);
    return along(*(next - 1), rate(*(next - 1), *next), ticks);
  }

  // Converts a run of events that are in order and carry their ticks as their time.
  template <class Iterator>
  void convert(Iterator begin, Iterator end, Instant not_before) const {
    while (begin != end) {
      // All that lie in one gap between samples share one rate.
      const auto ticks = static_cast<std::uint64_t>(begin->time.ns);
      const auto next = std::upper_bound(
          samples_.begin(), samples_.end(), ticks,
          [](std::uint64_t wanted, const ClockSample& sample) { return wanted < sample.ticks; });
      const bool inside = next != samples_.begin() && next != samples_.end();
      const ClockSample& from = next == samples_.begin() ? *next : *(next - 1);
      const double ns_per_tick = inside ? rate(from, *next) : ns_per_tick_;
      const std::uint64_t limit = next == samples_.end() ? UINT64_MAX : next->ticks;
      for (; begin != end && static_cast<std::uint64_t>(begin->time.ns) < limit; ++begin) {
        const auto own = static_cast<std::uint64_t>(begin->time.ns);
        begin->time = std::max(not_before, along(from, ns_per_tick, own));
        not_before = begin->time;
      }
    }
  }

  const ClockSample& newest() const { return samples_.back(); }
  double ns_per_tick() const { return ns_per_tick_; }

 private:
  static constexpr std::size_t max_samples = 256;

  static double rate(const ClockSample& from, const ClockSample& to) {
    return static_cast<double>(to.monotonic_ns - from.monotonic_ns) /
           static_cast<double>(to.ticks - from.ticks);
  }
  Instant along(const ClockSample& from, double ns_per_tick, std::uint64_t ticks) const {
    const auto since = static_cast<double>(static_cast<std::int64_t>(ticks - from.ticks));
    return {from.monotonic_ns - epoch_ns_ + static_cast<std::int64_t>(since * ns_per_tick)};
  }

  std::int64_t epoch_ns_;
  Duration spacing_;
  ClockSample origin_;
  std::deque<ClockSample> samples_;
  double ns_per_tick_ = 1.0;  // measured since the start
};

}  // namespace roundtrip::trace
