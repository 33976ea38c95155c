// The `json settings` block of a scenario page: how the server is set, how long the lesson takes.
// Used by the page's parser only. Units are in the names (`_ms`); a value out of its range is one
// sentence.
#pragma once

#include <string_view>

#include "core/scenario/scenario.h"

namespace roundtrip::scenario {

// An error is what is wrong, without the line.
Result<Settings> parse_settings(std::string_view text);

}  // namespace roundtrip::scenario
