// What happened before main: the process's start as the kernel tells it, the dynamic loader, the
// static initialisers. Told once, at the beginning of a recording, each with its resolution.
#pragma once

#include <cstdint>

#include "core/trace/bus.h"

namespace roundtrip::server {

// CLOCK_MONOTONIC at Instant 0: when this process was started.
std::int64_t process_epoch_ns();

// Tells program load, static init and main. `main_ticks` was read first thing in main. Call it on
// a recording thread, once a bus.
void tell_program_start(trace::Bus& bus, std::uint64_t main_ticks);

}  // namespace roundtrip::server
