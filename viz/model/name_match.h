// Which names answer to what was typed, for lists of a few hundred. All letters stand together in
// the name, as "scenario" does; or the words that were typed begin words of it, in their order, as
// in "go nex" of "Go to the next step"; or the letters of one word do, as in "gns". Letters that
// only happen to occur do not answer: who looks for what is not there is told so. Case does not
// count. Called by palette_lines.
#pragma once

#include <optional>
#include <string_view>

namespace roundtrip::viz {

// How well a name answers, the more the better; empty where it does not. Letters that begin a word
// and letters that stand together count most; of equals the shorter name wins.
std::optional<int> match_score(std::string_view name, std::string_view typed);

}  // namespace roundtrip::viz
