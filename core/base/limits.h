// The named limits of queues, buffers and counts that more than one room has to know. Where one of
// them bites, the screen says so by this name. Limits of the HTTP parser stand with the parser.
#pragma once

#include <cstddef>
#include <cstdint>

namespace roundtrip::limits {

// Tracing.
inline constexpr std::size_t ring_records = 1 << 17;          // 8 MiB a thread
inline constexpr std::size_t byte_ring_bytes = 8 << 20;       // 8 MiB a thread
inline constexpr std::size_t small_ring_records = 1 << 13;    // of `run`, whose writers may wait
inline constexpr std::size_t small_byte_ring_bytes = 1 << 20;
inline constexpr std::size_t tiny_ring_records = 1 << 10;     // of a thread with one connection
inline constexpr std::size_t tiny_byte_ring_bytes = 1 << 16;
inline constexpr std::uint32_t records_per_wake = 16;         // reserved when an idle task is woken
inline constexpr std::uint32_t records_per_request = 256;     // reserved before a request is traced
inline constexpr std::uint32_t connection_reserve = 4096;     // records kept free for connections
// Promised with it in the byte ring, a part with each record. A larger body goes on as far as there
// is room: its ranges are told in any case, its bytes are kept or counted as not kept.
inline constexpr std::uint32_t bytes_per_request = 32 << 10;
inline constexpr std::size_t kept_body_bytes = 64 << 10;      // of one body, live
inline constexpr std::size_t kept_differing_bytes = 64 << 10;  // of a trace, seen otherwise before
inline constexpr std::int64_t settling_horizon_ns = 20'000'000;
inline constexpr std::size_t trace_bytes = std::size_t{512} << 20;  // of a live trace in memory
// Of `serve`, which tells each request as it is answered and leaves the rest to the file.
inline constexpr std::size_t headless_trace_bytes = std::size_t{32} << 20;
inline constexpr std::size_t recording_threads = 2048;        // more than those record nothing
inline constexpr std::uint32_t observed_requests_per_second = 50;  // with kernel stamps, TCP_INFO
inline constexpr std::uint32_t measured_runs_per_second = 500;     // of a worker: CPU time
inline constexpr std::uint32_t observed_flushes_per_request = 4;   // each costs calls of its own

// A task that finds all it asks for (bytes to read, room to write, connections to accept) never
// parks: after so many steps it lets the others of its worker run.
inline constexpr std::uint32_t steps_per_turn = 32;

// Descriptors that are no connection: the listener, epoll and timers, trace files, our own clients.
inline constexpr std::uint32_t descriptors_beside_connections = 128;

// The connection.
inline constexpr std::size_t read_buffer_bytes = 4096;   // as Go's bufio.Reader
inline constexpr std::size_t write_buffer_bytes = 4096;  // as Go's bufio.Writer on the connection
inline constexpr std::uint64_t drained_bytes = 1 << 20;  // read and thrown away before a close
inline constexpr std::size_t body_buffer_bytes = 2048;   // as the response's own bufio.Writer

}  // namespace roundtrip::limits
