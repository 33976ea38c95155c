#include "core/base/clock.h"

#include <unistd.h>

#include <cstdio>
#include <cstring>

namespace roundtrip {
namespace {

std::int64_t read_clock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

bool find_invariant_tsc() {
#if defined(__x86_64__)
  // The kernel's own verdict: it watches the TSC and drops these flags' use when it drifts.
  std::FILE* source =
      std::fopen("/sys/devices/system/clocksource/clocksource0/current_clocksource", "r");
  char name[32] = {};
  if (source != nullptr) {
    if (std::fgets(name, sizeof name, source) == nullptr) name[0] = 0;
    std::fclose(source);
  }
  if (std::strncmp(name, "tsc", 3) == 0 || std::strncmp(name, "kvm-clock", 9) == 0) {
    std::FILE* cpu = std::fopen("/proc/cpuinfo", "r");
    if (cpu == nullptr) return false;
    char line[4096];
    bool constant = false;
    bool nonstop = false;
    while (std::fgets(line, sizeof line, cpu) != nullptr && !(constant && nonstop)) {
      if (std::strncmp(line, "flags", 5) != 0) continue;
      constant = std::strstr(line, " constant_tsc") != nullptr;
      nonstop = std::strstr(line, " nonstop_tsc") != nullptr;
      break;
    }
    std::fclose(cpu);
    return constant && nonstop;
  }
#endif
  return false;
}

std::uint64_t g_early_ticks = 0;

// Runs before the C++ static initialisers of every file: the first clock this program reads. It
// reads the TSC itself, because whether the TSC may be trusted is only found out later.
[[gnu::constructor(101)]] void stamp_early_constructor() {
#if defined(__x86_64__)
  g_early_ticks = __rdtsc();
#else
  g_early_ticks = static_cast<std::uint64_t>(read_clock(CLOCK_MONOTONIC));
#endif
}
std::int64_t g_early_monotonic_ns = 0;
[[gnu::constructor(102)]] void stamp_early_monotonic() {
  g_early_monotonic_ns = read_clock(CLOCK_MONOTONIC);
}

}  // namespace

namespace clock_detail {
const bool tsc_is_invariant = find_invariant_tsc();
}

std::int64_t monotonic_ns() { return read_clock(CLOCK_MONOTONIC); }
std::int64_t realtime_ns() { return read_clock(CLOCK_REALTIME); }
std::int64_t thread_cpu_ns() { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

const char* tick_source() { return clock_detail::tsc_is_invariant ? "TSC" : "CLOCK_MONOTONIC"; }

ClockSample sample_clocks() {
  ClockSample best;
  best.uncertainty_ns = INT64_MAX;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const std::int64_t before = monotonic_ns();
    const std::uint64_t ticks = read_ticks();
    const std::int64_t realtime = realtime_ns();
    const std::int64_t after = monotonic_ns();
    if ((after - before) / 2 >= best.uncertainty_ns) continue;
    best = {ticks, before + (after - before) / 2, realtime, (after - before) / 2};
  }
  return best;
}

std::optional<ProcessStart> process_start() {
  std::FILE* stat = std::fopen("/proc/self/stat", "r");
  if (stat == nullptr) return std::nullopt;
  char text[1024] = {};
  const std::size_t length = std::fread(text, 1, sizeof text - 1, stat);
  std::fclose(stat);
  text[length] = 0;
  // The name in brackets may hold spaces; the fields after it are counted from the last bracket.
  const char* field = std::strrchr(text, ')');
  if (field == nullptr) return std::nullopt;
  for (int number = 2; number < 22; ++number) {
    field = std::strchr(field + 1, ' ');
    if (field == nullptr) return std::nullopt;
  }
  unsigned long long start_ticks = 0;
  if (std::sscanf(field, " %llu", &start_ticks) != 1) return std::nullopt;
  const long ticks_per_second = sysconf(_SC_CLK_TCK);
  if (ticks_per_second <= 0) return std::nullopt;
  const std::int64_t tick_ns = 1'000'000'000LL / ticks_per_second;
  const std::int64_t since_boot = static_cast<std::int64_t>(start_ticks) * tick_ns;
  const std::int64_t boot_offset = read_clock(CLOCK_BOOTTIME) - monotonic_ns();
  return ProcessStart{since_boot - boot_offset, Duration{tick_ns}};
}

std::uint64_t early_constructor_ticks() {
  return clock_detail::tsc_is_invariant ? g_early_ticks
                                        : static_cast<std::uint64_t>(g_early_monotonic_ns);
}

}  // namespace roundtrip
