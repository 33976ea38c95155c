// From the text of an `http` block to the bytes that a client sends, escapes and all. Used by the
// page's parser only. The grammar is told in scenario.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/byte_range.h"
#include "core/base/result.h"

namespace roundtrip::scenario {

struct StepBytes {
  std::string bytes;
  std::optional<std::uint64_t> blamed_at;
  // As a person reads it (Step::shown), and what stands for the blamed byte in it.
  std::string shown;
  std::optional<ByteRange> shown_blamed;
  bool any_line = false;
  bool marks_next = false;
};

// Adds one line of a block, without its line end. An error is what is wrong, without the line.
Status add_line(StepBytes& to, std::string_view line);

}  // namespace roundtrip::scenario
