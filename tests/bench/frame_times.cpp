#include "tests/bench/frame_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace roundtrip::bench {
namespace {

Duration percentile_of(std::vector<Duration> times, double share) {
  if (times.empty()) return {};
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(times.size())));
  const auto place =
      times.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::nth_element(times.begin(), place, times.end());
  return *place;
}

}  // namespace

void FrameTimes::add(const std::string& shown, Duration cpu) {
  if (shown_.empty() || shown_.back().name != shown) shown_.push_back({shown, all_.size()});
  if (all_.empty() || cpu > max_) {
    max_ = cpu;
    shown_at_max_ = shown;
  }
  all_.push_back(cpu);
}

Duration FrameTimes::percentile(double share) const {
  return percentile_of(all_, share);
}

FrameTimes::Slowest FrameTimes::slowest() const {
  Slowest slowest;
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    const std::size_t to = i + 1 < shown_.size() ? shown_[i + 1].from : all_.size();
    const std::vector<Duration> times(all_.begin() + static_cast<std::ptrdiff_t>(shown_[i].from),
                                      all_.begin() + static_cast<std::ptrdiff_t>(to));
    const Duration median = percentile_of(times, 0.5);
    if (median > slowest.median) slowest = {median, shown_[i].name};
  }
  return slowest;
}

void print_heading() {
  fmt::print("{:<34} {:>6} {:>7} {:>7} {:>7} {:>7}  {:<12} {}\n", "CPU of a frame, ms", "frames",
             "median", "p99", "max", "slowest", "goal", "the slowest view");
}

void print_row(const std::string& name, const FrameTimes& times, Duration goal) {
  const FrameTimes::Slowest slowest = times.slowest();
  const std::string verdict = goal == Duration{}
                                  ? "-"
                                  : fmt::format("{:g} {}", goal.in_milliseconds(),
                                                slowest.median <= goal ? "kept" : "MISSED");
  fmt::print("{:<34} {:>6} {:>7.3f} {:>7.3f} {:>7.3f} {:>7.3f}  {:<12} {}\n", name, times.count(),
             times.percentile(0.5).in_milliseconds(), times.percentile(0.99).in_milliseconds(),
             times.max().in_milliseconds(), slowest.median.in_milliseconds(), verdict,
             slowest.shown);
  std::fflush(stdout);
}

}  // namespace roundtrip::bench
