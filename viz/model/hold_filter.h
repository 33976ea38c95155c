// Which request the next hold is for: as it is typed, chosen in the menu beside the Hold button,
// and said on the screen. The gate of the server has a filter of its own with the same three parts;
// the session carries this one over. Everything that is set has to match.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roundtrip::viz {

struct HoldFilter {
  std::uint32_t conn = 0;  // 0: any connection
  std::string method;      // empty: any
  std::string path;        // empty: any
  bool operator==(const HoldFilter&) const = default;
};

// As typed, in any order: "POST /echo", "/hello", "get", "connection 3". Empty: any request.
HoldFilter hold_filter_of(std::string_view typed);
// The same in words: "request", "GET request", "request for /hello", "request on connection 3".
std::string held_words(const HoldFilter& filter);

}  // namespace roundtrip::viz
