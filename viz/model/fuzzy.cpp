#include "viz/model/fuzzy.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace roundtrip::viz {
namespace {

constexpr int for_a_letter = 1;
constexpr int for_a_neighbour = 12;
constexpr int for_a_word = 10;
constexpr int for_a_short_name = 200;  // more than any name has letters
constexpr int none = -1;

char small(char letter) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
}

int worth(std::string_view name, std::size_t at) {
  const bool word_begins = at == 0 || std::isalnum(static_cast<unsigned char>(name[at - 1])) == 0;
  return for_a_letter + (word_begins ? for_a_word : 0);
}

}  // namespace

std::optional<int> fuzzy_score(std::string_view name, std::string_view typed) {
  std::string wanted;
  for (const char letter : typed) {
    if (letter != ' ') wanted += small(letter);
  }
  // best[i]: the best score so far in which the letter last taken stands at place i of the name.
  std::vector<int> best(name.size(), 0);
  for (std::size_t taken = 0; taken < wanted.size(); ++taken) {
    std::vector<int> next(name.size(), none);
    int before = taken == 0 ? 0 : none;  // the best that ends before place i, not just before it
    for (std::size_t i = 0; i < name.size(); ++i) {
      const int beside = taken > 0 && i > 0 ? best[i - 1] : none;
      if (small(name[i]) == wanted[taken]) {
        if (before != none) next[i] = before + worth(name, i);
        if (beside != none) next[i] = std::max(next[i], beside + for_a_neighbour + worth(name, i));
      }
      before = std::max(before, beside);
    }
    best = std::move(next);
  }
  int score = wanted.empty() ? 0 : none;
  if (!wanted.empty() && !best.empty()) score = *std::max_element(best.begin(), best.end());
  if (score == none) return std::nullopt;
  return score * for_a_short_name - static_cast<int>(name.size());
}

}  // namespace roundtrip::viz
