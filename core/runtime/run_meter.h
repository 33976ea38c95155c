// RunMeter: the processor time of a task's runs on one worker, from the thread's own CPU clock.
// That clock costs two system calls a run, so only the first runs of each second are measured; of
// the others the trace says nothing rather than a guess. One a worker, used by its thread alone.
// clock_gettime(2), CLOCK_THREAD_CPUTIME_ID.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/clock.h"
#include "core/base/limits.h"
#include "core/base/time.h"

namespace roundtrip::runtime {

class RunMeter {
 public:
  // Now and then, so that a second's measurements can begin anew.
  void look_at(Instant now) {
    if (now - second_began_ < Duration::seconds(1)) return;
    second_began_ = now;
    measured_ = 0;
  }
  void begin() {
    if (measured_ >= limits::measured_runs_per_second) return;
    ++measured_;
    began_ns_ = thread_cpu_ns();
  }
  // Of the run that ends; empty where it was not measured.
  std::optional<std::int64_t> end() {
    if (!began_ns_) return std::nullopt;
    const std::int64_t spent_ns = thread_cpu_ns() - *began_ns_;
    began_ns_.reset();
    return spent_ns;
  }

 private:
  Instant second_began_;
  std::uint32_t measured_ = 0;
  std::optional<std::int64_t> began_ns_;
};

}  // namespace roundtrip::runtime
