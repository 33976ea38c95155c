// The words behind a fence of a scenario page: `client=2 label="no version"`, as pairs of name and
// value. Used by the page's parser only; it does not know what the options mean.
// An option is at most a line long.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace roundtrip::scenario {

struct PageOption {
  std::string name;
  std::string value;
};

// Splits the words; each has to be name=value. An error is what is wrong, without the line.
Result<std::vector<PageOption>> parse_options(std::string_view words);

Result<std::uint32_t> option_number(const PageOption& option, std::uint32_t least,
                                    std::uint32_t most);

}  // namespace roundtrip::scenario
