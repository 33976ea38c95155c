// The words of a search: found in texts and arguments whatever the case of their letters, and what
// can be known of a word before any event is looked at. Only search.cpp uses this.
#pragma once

#include "viz/model/search.h"

namespace roundtrip::viz {

// Where a word in small letters stands in a text; npos where it does not.
std::size_t find_word(std::string_view text, std::string_view word);
inline bool has_word(std::string_view text, std::string_view word) {
  return find_word(text, word) != text.npos;
}

// What was typed, at its spaces, in small letters.
std::vector<std::string> split_words(std::string_view text);
std::optional<std::uint64_t> number_in(std::string_view word);
SearchWord search_word(std::string text);

// Whether an argument of this unit may have the word at all.
bool may_have(const SearchWord& word, trace::Unit unit);
// Whether one of an event's arguments has it. Call look_at_symbols first.
bool args_have(const TraceView& view, const SearchWord& word, const trace::Event& event);
// Takes in interned texts that are new.
void look_at_symbols(const TraceView& view, SearchWord& word);

}  // namespace roundtrip::viz
