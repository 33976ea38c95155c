// Base64 (RFC 4648, section 4, with padding): how a trace file carries bytes.
// Called by the writer and the reader of trace files. No line breaks, no URL alphabet.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace roundtrip::trace {

// The number of letters for so many bytes.
constexpr std::size_t base64_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

// Writes base64_size(data.size()) letters to `out`.
void base64_encode(std::string_view data, char* out);

// Appends what the letters stand for; false, and `out` as it was, where they are not Base64: a
// foreign letter, a missing one, or bits left over that are not 0.
bool base64_decode(std::string_view letters, std::string& out);

}  // namespace roundtrip::trace
