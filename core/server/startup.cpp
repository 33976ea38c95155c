#include "core/server/startup.h"

#include <unistd.h>

#include <cstdio>

#include <algorithm>
#include <cmath>

#include "core/base/clock.h"
#include "core/trace/recorder.h"

namespace roundtrip::server {

using trace::Kind;
using trace::Phase;

std::int64_t process_epoch_ns() {
  static const std::int64_t epoch = [] {
    const auto start = process_start();
    return start ? start->monotonic_ns : monotonic_ns();
  }();
  return epoch;
}

void tell_program_start(trace::Bus& bus, std::uint64_t main_ticks) {
  const trace::Subject process{};
  const auto start = process_start();
  const std::uint64_t early = early_constructor_ticks();
  if (start) {
    const ClockSample now = sample_clocks();
    const auto ago = static_cast<double>(now.monotonic_ns - process_epoch_ns());
    const auto start_ticks = now.ticks - static_cast<std::uint64_t>(ago / bus.ns_per_tick());
    // By a rate that is known to one part in a thousand: the collector lets nothing lie before
    // Instant 0. The kernel rounds the start down to its own tick, so this step looks longer than
    // it was.
    trace::fact<Phase::StartupProgramLoad>(Kind::Begin, {std::min(start_ticks, early)}, process,
                                           {}, start->resolution.ns / 1'000'000);
    trace::fact<Phase::StartupProgramLoad>(Kind::End, {early}, process, {});
  } else {
    trace::fact<Phase::StartupProgramLoad>(Kind::Begin, {early, trace::Provenance::Unknown},
                                           process, {});
    trace::fact<Phase::StartupProgramLoad>(Kind::End, {early}, process, {});
  }
  // Both its moments are ticks of our own clock.
  trace::fact<Phase::StartupStaticInit>(Kind::Begin, {early}, process, {},
                                        std::ceil(bus.ns_per_tick()));
  trace::fact<Phase::StartupStaticInit>(Kind::End, {main_ticks}, process, {});
  trace::fact<Phase::StartupMain>(Kind::Instant, {main_ticks}, process, {});
}

std::optional<std::uint64_t> resident_bytes() {
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return std::nullopt;
  unsigned long long pages = 0;
  unsigned long long resident_pages = 0;
  const bool read = std::fscanf(file, "%llu %llu", &pages, &resident_pages) == 2;
  std::fclose(file);
  if (!read) return std::nullopt;
  return resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace roundtrip::server
