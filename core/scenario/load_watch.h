// LoadWatch: how things stand while a load runs. It samples the server's accept queue, the threads
// and the memory of this process, and what processor time and switches the load has cost, tells
// each sample in the trace and keeps the largest. One thread, the load's. Where the load asks a
// server of another program, only this process is looked at. getrusage(2), proc(5), tcp(7).
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/time.h"
#include "core/runtime/stack_use.h"
#include "core/trace/event.h"

namespace roundtrip::scenario {

// What a load has used so far, from its beginning.
struct LoadUsage {
  Duration others_cpu;   // of all threads but the clients': the server's, the trace's
  Duration clients_cpu;  // of the one thread that is all clients
  std::uint64_t switches = 0;     // a thread, but the clients', waited and left its processor
  std::uint64_t preemptions = 0;  // the kernel took the processor from such a thread
  runtime::StackUse stacks;       // of the threads that ended, as far as they were measured
};

// How things stand, or the largest that was seen of each.
struct LoadLevels {
  std::uint32_t accept_queue = 0;
  std::uint32_t threads = 0;
  std::uint64_t resident_bytes = 0;
};

class LoadWatch {
 public:
  // -1 for a server elsewhere: then nothing enters the trace.
  explicit LoadWatch(int listener_fd) : listener_fd_(listener_fd) {}

  void begin();
  void sample(std::uint64_t answered, std::uint32_t connected);

  const LoadLevels& before() const { return before_; }
  const LoadLevels& most() const { return most_; }
  LoadUsage usage() const;

 private:
  struct Reading {
    Duration process_cpu;
    Duration thread_cpu;
    std::uint64_t switches = 0;
    std::uint64_t preemptions = 0;
    runtime::StackUse stacks;
  };
  static Reading read();
  LoadLevels levels() const;

  int listener_fd_;
  Reading began_;
  LoadLevels before_;
  LoadLevels most_;
};

}  // namespace roundtrip::scenario
