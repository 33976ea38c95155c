#include "viz/model/name_match.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace roundtrip::viz {
namespace {

constexpr int for_a_letter = 1;
constexpr int for_more_letters = 13;  // each that stands beside the one before
constexpr int for_a_word = 10;
constexpr int for_a_short_name = 200;  // more than any name has letters
constexpr int none = -1;

std::string small_letters(std::string_view text) {
  std::string small(text);
  for (char& letter : small) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return small;
}

bool word_begins(std::string_view name, std::size_t at) {
  return at == 0 || std::isalnum(static_cast<unsigned char>(name[at - 1])) == 0;
}

int worth(std::string_view name, std::size_t at, std::size_t letters) {
  const auto more = static_cast<int>(letters - 1);
  return (word_begins(name, at) ? for_a_word : 0) + for_a_letter + more * for_more_letters;
}

// All of it in one place.
int score_together(std::string_view name, std::string_view wanted) {
  int best = none;
  for (std::size_t at = name.find(wanted); at != name.npos; at = name.find(wanted, at + 1)) {
    best = std::max(best, worth(name, at, wanted.size()));
  }
  return best;
}

// Each piece begins a word of the name, in their order.
int score_of_beginnings(std::string_view name, const std::vector<std::string_view>& pieces) {
  int score = 0;
  std::size_t from = 0;
  for (const std::string_view piece : pieces) {
    std::size_t at = name.find(piece, from);
    while (at != name.npos && !word_begins(name, at)) at = name.find(piece, at + 1);
    if (at == name.npos) return none;
    score += worth(name, at, piece.size());
    from = at + piece.size();
  }
  return score;
}

// The words that were typed; the letters of a single one.
std::vector<std::string_view> pieces_of(std::string_view wanted) {
  std::vector<std::string_view> pieces;
  for (std::string_view rest = wanted; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (end > 0) pieces.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (pieces.size() != 1) return pieces;
  const std::string_view word = pieces.front();
  pieces.clear();
  for (std::size_t i = 0; i < word.size(); ++i) pieces.push_back(word.substr(i, 1));
  return pieces;
}

}  // namespace

std::optional<int> match_score(std::string_view name, std::string_view typed) {
  const std::string small = small_letters(name);
  const std::string wanted = small_letters(typed);
  const auto pieces = pieces_of(wanted);
  const int score =
      pieces.empty()
          ? 0
          : std::max(score_together(small, wanted), score_of_beginnings(small, pieces));
  if (score == none) return std::nullopt;
  return score * for_a_short_name - static_cast<int>(name.size());
}

}  // namespace roundtrip::viz
