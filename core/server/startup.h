// What happened before main: the process's start as the kernel tells it, the dynamic loader, the
// static initialisers. Told once, at the beginning of a recording, each with its resolution. Also
// what of the process is in memory.
#pragma once

#include <cstdint>
#include <optional>

#include "core/trace/bus.h"

namespace roundtrip::server {

// CLOCK_MONOTONIC at Instant 0: when this process was started.
std::int64_t process_epoch_ns();

// Tells program load, static init and main. `main_ticks` was read first thing in main. Call it on
// a recording thread, once a bus.
void tell_program_start(trace::Bus& bus, std::uint64_t main_ticks);

// Of this process, now (proc(5), statm); absent where /proc can't be read.
std::optional<std::uint64_t> resident_bytes();

}  // namespace roundtrip::server
