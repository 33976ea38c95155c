// FrameTimes: what frames cost the processor, each under the name of what it showed. The clock is
// the thread's own (CLOCK_THREAD_CPUTIME_ID): what others on the machine do to the processor's
// caches is in it, the time in which they had the processor is not.
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace roundtrip::bench {

inline Duration thread_cpu() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return Duration::seconds(now.tv_sec) + Duration::nanoseconds(now.tv_nsec);
}

class FrameTimes {
 public:
  template <class Work>
  void measure(const std::string& shown, Work&& work) {
    const Duration from = thread_cpu();
    work();
    add(shown, thread_cpu() - from);
  }
  // Frames that show the same thing are added one after another.
  void add(const std::string& shown, Duration cpu);

  std::size_t count() const { return all_.size(); }
  Duration percentile(double share) const;
  Duration max() const { return percentile(1); }
  const std::string& shown_at_max() const { return shown_at_max_; }
  // Of the things shown, the one whose median is the largest: a single frame may have been
  // disturbed, half of them were not.
  struct Slowest {
    Duration median;
    std::string shown;
  };
  Slowest slowest() const;

 private:
  struct Shown {
    std::string name;
    std::size_t from = 0;  // its frames in all_, up to the next one's
  };
  std::vector<Duration> all_;
  std::vector<Shown> shown_;
  Duration max_;
  std::string shown_at_max_;
};

// The line above rows(), and one row: what was measured, its times, and whether the largest median
// keeps to the goal (none: no goal).
void print_heading();
void print_row(const std::string& name, const FrameTimes& times, Duration goal);

}  // namespace roundtrip::bench
