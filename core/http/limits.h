// How much of a request the server is willing to read, and what it answers beyond. Passed to the
// parser when a connection begins; the defaults are the server's. Units: bytes, or as named.
#pragma once

#include <cstdint>

namespace roundtrip::http {

inline constexpr std::uint32_t line_end_bytes = 2;  // CR and LF

// Ranges inside a head are kept in 16 bits each, so that a request stays small.
inline constexpr std::uint32_t max_head_bytes = 65'535;
// The places that a Request has for headers.
inline constexpr std::uint32_t max_header_count = 100;

// A chunk's size may have so many hexadecimal digits, leading zeros among them.
inline constexpr std::uint32_t max_chunk_size_digits = 16;

struct ParserLimits {
  std::uint32_t empty_lines = 4;              // before a request; beyond: 400
  std::uint32_t request_line_bytes = 8'000;   // its CR and LF not counted; beyond: 414
  std::uint32_t header_count = 100;           // beyond: 431; at most max_header_count
  std::uint32_t head_bytes = 16 * 1024;       // from the method to the blank line; beyond: 431
  std::uint64_t body_bytes = 16 * 1024 * 1024;  // data, without the frame of chunks; beyond: 413
  // Of a chunked body as a whole.
  std::uint32_t chunk_extension_bytes = 16 * 1024;  // beyond: 400
  std::uint32_t trailer_count = 32;                 // beyond: 431
  std::uint32_t trailer_bytes = 4 * 1024;           // with the blank line behind them; beyond: 431
};

}  // namespace roundtrip::http
