// The `json settings` block of a page. Used by the page's parser only.
#pragma once

#include <string_view>

#include "core/scenario/scenario.h"

namespace roundtrip::scenario {

// An error is what is wrong, without the line.
Result<Settings> parse_settings(std::string_view text);

}  // namespace roundtrip::scenario
