#include "viz/model/search_words.h"

#include <algorithm>
#include <charconv>

#include "viz/model/arg_words.h"

namespace roundtrip::viz {

using trace::Event;
using trace::Phase;
using trace::Unit;

namespace {

char small(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool arg_has(const TraceView& view, const SearchWord& word, Unit unit, std::uint64_t value) {
  if (unit == Unit::Symbol) return value < word.symbols.size() && word.symbols[value];
  if (unit == Unit::Address) {
    return has_word(trace::address_text({value}, view.trace.symbols()), word.text);
  }
  if (unit == Unit::PhaseUnit) {
    return value < trace::phase_count && word.phases.has(static_cast<Phase>(value));
  }
  if (!trace::unit_bit_words(unit).empty()) {
    return (word.words_of_unit[static_cast<std::size_t>(unit)] & value) != 0;
  }
  if (!trace::unit_words(unit).empty()) {
    const std::uint64_t bits = word.words_of_unit[static_cast<std::size_t>(unit)];
    return value < 64 && (bits >> value & 1) != 0;
  }
  return word.number == value;
}

}  // namespace

std::string in_small_letters(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), small);
  return result;
}

std::size_t find_word(std::string_view text, std::string_view word) {
  if (word.size() > text.size()) return text.npos;
  const char first = word.front();
  const std::size_t last = text.size() - word.size();
  for (std::size_t at = 0; at <= last; ++at) {
    if (small(text[at]) != first) continue;
    std::size_t same = 1;
    while (same < word.size() && small(text[at + same]) == word[same]) ++same;
    if (same == word.size()) return at;
  }
  return text.npos;
}
std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(in_small_letters(text.substr(0, end)));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return words;
}

std::optional<std::uint64_t> number_in(std::string_view word) {
  std::uint64_t number = 0;
  const auto [rest, failure] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (failure != std::errc{} || rest != word.data() + word.size()) return std::nullopt;
  return number;
}

bool may_have(const SearchWord& word, Unit unit) {
  if (unit == Unit::Symbol || unit == Unit::Address) return true;
  if (unit == Unit::PhaseUnit) return !word.phases.empty();
  if (!trace::unit_words(unit).empty() || !trace::unit_bit_words(unit).empty()) {
    return word.words_of_unit[static_cast<std::size_t>(unit)] != 0;
  }
  return word.number.has_value();
}

SearchWord search_word(std::string text) {
  SearchWord word;
  word.number = number_in(text);
  for (const trace::PhaseRow& row : trace::phase_table) {
    if (has_word(row.id, text) || has_word(row.name, text)) word.phases.add(row.phase);
  }
  for (std::size_t unit = 0; unit < word.words_of_unit.size(); ++unit) {
    const auto words = trace::unit_words(static_cast<Unit>(unit));
    for (std::size_t value = 0; value < words.size() && value < 64; ++value) {
      // As it is read, and as the file has it.
      const auto plain = plain_word(static_cast<Unit>(unit), value);
      if (!has_word(plain, text) && !has_word(words[value], text)) continue;
      word.words_of_unit[unit] |= std::uint64_t{1} << value;
    }
    const auto bits = trace::unit_bit_words(static_cast<Unit>(unit));
    for (std::size_t bit = 0; bit < bits.size(); ++bit) {
      if (has_word(bits[bit], text)) word.words_of_unit[unit] |= std::uint64_t{1} << bit;
    }
  }
  word.text = std::move(text);
  return word;
}

bool args_have(const TraceView& view, const SearchWord& word, const Event& event) {
  const trace::PhaseRow& row = event.row();
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    if (!may_have(word, row.args[i].unit)) continue;
    const auto value = event.arg(i);
    if (value && arg_has(view, word, row.args[i].unit, *value)) return true;
  }
  return false;
}

void look_at_symbols(const TraceView& view, SearchWord& word) {
  const trace::Symbols& symbols = view.trace.symbols();
  const std::size_t count = symbols.count();
  while (word.symbols.size() < count) {
    const auto next = static_cast<std::uint32_t>(word.symbols.size());
    word.symbols.push_back(has_word(symbols.text({next}), word.text));
  }
}

}  // namespace roundtrip::viz
