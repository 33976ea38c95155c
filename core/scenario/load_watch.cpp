#include "core/scenario/load_watch.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

#include "core/net/observe.h"
#include "core/server/startup.h"
#include "core/trace/recorder.h"

namespace roundtrip::scenario {

using trace::Phase;

namespace {

Duration cpu_of(const rusage& usage) {
  const auto length = [](const timeval& time) {
    return Duration::nanoseconds(time.tv_sec * 1'000'000'000LL + time.tv_usec * 1'000LL);
  };
  return length(usage.ru_utime) + length(usage.ru_stime);
}

// From /proc/self/status; 0 where it can't be read.
std::uint32_t thread_count() {
  std::FILE* const file = std::fopen("/proc/self/status", "r");
  if (file == nullptr) return 0;
  char line[256];
  unsigned threads = 0;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    if (std::sscanf(line, "Threads: %u", &threads) == 1) break;
  }
  std::fclose(file);
  return threads;
}

}  // namespace

LoadWatch::Reading LoadWatch::read() {
  rusage process{};
  rusage thread{};
  getrusage(RUSAGE_SELF, &process);
  getrusage(RUSAGE_THREAD, &thread);
  return {cpu_of(process), cpu_of(thread),
          static_cast<std::uint64_t>(process.ru_nvcsw - thread.ru_nvcsw),
          static_cast<std::uint64_t>(process.ru_nivcsw - thread.ru_nivcsw), runtime::stack_use()};
}

LoadUsage LoadWatch::usage() const {
  const Reading now = read();
  const Duration clients = now.thread_cpu - began_.thread_cpu;
  return {now.process_cpu - began_.process_cpu - clients, clients, now.switches - began_.switches,
          now.preemptions - began_.preemptions,
          {now.stacks.threads - began_.stacks.threads, now.stacks.bytes - began_.stacks.bytes}};
}

LoadLevels LoadWatch::levels() const {
  LoadLevels now;
  if (listener_fd_ >= 0) {
    const auto queue = net::accept_queue(listener_fd_);
    if (queue) now.accept_queue = queue->waiting;
  }
  now.threads = thread_count();
  now.resident_bytes = server::resident_bytes().value_or(0);
  return now;
}

void LoadWatch::begin() {
  began_ = read();
  before_ = levels();
  most_ = before_;
}

void LoadWatch::sample(std::uint64_t answered, std::uint32_t connected) {
  const LoadLevels now = levels();
  most_.accept_queue = std::max(most_.accept_queue, now.accept_queue);
  most_.threads = std::max(most_.threads, now.threads);
  most_.resident_bytes = std::max(most_.resident_bytes, now.resident_bytes);
  if (listener_fd_ < 0) return;
  const trace::Subject process{};
  trace::instant<Phase::TraceSample>(process, answered, connected, now.accept_queue, now.threads,
                                     now.resident_bytes);
  const LoadUsage used = usage();
  trace::instant<Phase::TraceUsage>(process, used.others_cpu.ns / 1'000,
                                    used.clients_cpu.ns / 1'000, used.switches, used.preemptions);
}

}  // namespace roundtrip::scenario
