// Fuzzy matching, for lists of a few hundred names: all that was typed has to occur in the name in
// this order, not necessarily together. Case does not count, nor do spaces that are typed. Called
// by layout_palette.
#pragma once

#include <optional>
#include <string_view>

namespace roundtrip::viz {

// How well a name answers, the more the better; empty where it does not. Letters that begin a word
// and letters that stand together count most; of equals the shorter name wins.
std::optional<int> fuzzy_score(std::string_view name, std::string_view typed);

}  // namespace roundtrip::viz
