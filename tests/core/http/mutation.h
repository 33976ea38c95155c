// One small change of a text, of the kind that leads parsers astray: a byte becomes another one, is
// put in, taken out or exchanged, or a piece is repeated elsewhere. The text may not be empty, and
// may be empty afterwards. Used by the tests of the request parser that change requests.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "tests/core/http/dice.h"

namespace roundtrip::http {

inline void change_bytes(Dice& dice, std::string& text, std::string_view bytes_of_interest) {
  const std::size_t at = dice.below(text.size());
  const char byte = dice.pick(bytes_of_interest);
  switch (dice.below(5)) {
    case 0:
      text[at] = byte;
      break;
    case 1:
      text.insert(at, 1, byte);
      break;
    case 2:
      text.erase(at, 1 + dice.below(4));
      break;
    case 3:
      text.insert(at, text.substr(dice.below(text.size()), dice.below(24)));
      break;
    default:
      std::swap(text[at], text[dice.below(text.size())]);
      break;
  }
}

}  // namespace roundtrip::http
