// StateBase: what the events that a trace no longer has led to: the states just before its first
// event. The trace keeps one and takes each block along as it evicts it; a file carries it, and
// StateReader replays on top of it. So a trace whose oldest part is gone still knows what is open.
// Limit: of more than 65,536 connections, those that told something last are known. Event numbers
// in it are of events that are gone.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "core/trace/state.h"
#include "core/trace/state_scheduler.h"

namespace roundtrip::trace {

struct StateBase {
  static constexpr std::size_t most_conns = 1 << 16;
  struct Connection {
    ConnectionStateAt state;
    std::uint64_t last = 0;  // the event that told of it last
  };

  std::unordered_map<std::uint32_t, Connection> conns;
  SchedulerReplay scheduler;
  ProcessAt process;         // its counts are of evicted events, too
  std::uint64_t closed = 0;  // connections

  // The next event leaves the trace.
  void take_along(const Event& event, std::uint64_t number);
  // Forgets connections that are closed, and those beyond the limit.
  void sweep();
  std::size_t memory_bytes() const;

 private:
  std::size_t sweep_at_ = 1024;
};

// Event numbers before `first` are taken out of a state: the trace no longer has them.
void forget_numbers(ConnectionStateAt& state, std::uint64_t first);
void forget_numbers(ProcessAt& state, std::uint64_t first);

std::size_t memory_of(const ConnectionStateAt& state);

}  // namespace roundtrip::trace
