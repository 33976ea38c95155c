// The named limits of scenario files and of the built-in client. A page beyond them is refused with
// a sentence that names the line; a run beyond them ends with a sentence. Units as named.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/time.h"

namespace roundtrip::scenario::limits {

// A page.
inline constexpr std::size_t page_bytes = 256 * 1024;
inline constexpr std::size_t line_bytes = 16 * 1024;
inline constexpr std::size_t settings_bytes = 8 * 1024;
inline constexpr std::size_t steps = 256;
inline constexpr std::size_t loads = 8;
inline constexpr std::size_t stops = 64;
inline constexpr std::size_t wire_acts = 256;
inline constexpr std::size_t expectations = 256;
inline constexpr std::uint32_t clients = 64;
inline constexpr std::uint32_t repeats = 1'000;              // of one step
inline constexpr std::uint32_t pause_ms = 10'000;            // before a client sends
inline constexpr std::uint32_t responses = 100;              // waited for after one step
inline constexpr std::size_t step_bytes = 8 * 1024 * 1024;   // that one step sends
inline constexpr std::size_t all_steps_bytes = 16 * 1024 * 1024;

// A run.
inline constexpr Duration connect_time = Duration::seconds(5);  // or as long as for a step
inline constexpr Duration step_time = Duration::seconds(30);  // for one send, or one answer
inline constexpr Duration leave_time = Duration::seconds(2);  // for the server to close as well
inline constexpr std::size_t response_head_bytes = 64 * 1024;
inline constexpr std::size_t response_kept_bytes = 1024 * 1024;  // of one body; more is counted
inline constexpr std::size_t client_piece_bytes = 64 * 1024;     // handed to the kernel at once

// A load.
inline constexpr std::uint32_t load_connections = 20'000;
inline constexpr std::uint32_t load_requests_per_second = 1'000'000'000;
inline constexpr Duration load_sample_interval = Duration::milliseconds(5);
inline constexpr std::size_t load_read_bytes = 64 * 1024;  // taken from the kernel at once

}  // namespace roundtrip::scenario::limits
