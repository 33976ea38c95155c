// What a server can be told: where it listens, how many workers, its time-outs and limits. The
// defaults are those of the seed's picture (15 / 15 / 15 / 60 s).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "core/base/limits.h"
#include "core/base/time.h"
#include "core/http/limits.h"
#include "core/net/listener.h"
#include "core/trace/vocabulary.h"

namespace roundtrip::server {

// Records that an accept or a close may take of what the rings keep free for connections, and what
// each must leave there: who was told to have come should be told to have gone.
inline constexpr std::uint32_t records_per_close = 32;
inline constexpr std::uint32_t kept_from_accepts = limits::connection_reserve * 3 / 4;
inline constexpr std::uint32_t kept_from_closes = limits::connection_reserve / 8;

struct Timeouts {
  Duration header = Duration::seconds(15);  // from the first byte (or accept) to the blank line
  Duration read = Duration::seconds(15);    // for the whole body
  Duration write = Duration::seconds(15);   // from the end of the head to the last byte sent
  Duration idle = Duration::seconds(60);    // between requests
  Duration handler = Duration::seconds(10);  // of a handler with a time limit (time_limit.h)
};

struct ServerOptions {
  net::ListenOptions listen;
  // A second door to the same server: that of a lab may be reached from this machine as well. Not
  // under Model::Single, whose one thread can wait at one door only.
  std::optional<net::ListenOptions> also_listen;
  unsigned workers = 2;  // under Model::Tasks
  trace::Model model = trace::Model::Tasks;
  bool traced = true;  // false: workers record nothing at all
  Timeouts timeouts;
  http::ParserLimits parser;
  std::uint32_t observed_requests_per_second = limits::observed_requests_per_second;
  // Fewer where the process may not open so many descriptors: see connection_limit.
  std::uint32_t max_connections = 20'000;
  // All connections together (memory_budget.h).
  std::uint64_t memory_bytes = std::uint64_t{1} << 30;
  // A graceful stop waits this long for requests that are under way.
  Duration shutdown_grace = Duration::seconds(5);
  // After an answer that leaves unread bytes, how long they are read and thrown away, so that the
  // answer is not lost to a reset (RFC 9112, section 9.6).
  Duration drain = Duration::milliseconds(500);
  // Where the database lies; empty: in a folder of the server's own, which goes with it.
  std::filesystem::path data_folder;
  // What /files/ shows; empty: nothing.
  std::filesystem::path files_folder;
  // How many times as fast the server's time-outs and its slow handler run as they say.
  std::uint32_t times_as_fast = 1;
  // Injected before each question to the database, to imitate one that is far away.
  Duration database_delay;
};

// How many connections this process can hold at once, at most `wanted`: raises the limit of open
// files as far as it may be raised, and leaves some of it for everything else. Under Model::Threads
// each connection takes two descriptors: its thread is woken by one of its own.
std::uint32_t connection_limit(std::uint32_t wanted, trace::Model model);

}  // namespace roundtrip::server
