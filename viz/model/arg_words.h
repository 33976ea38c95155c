// Argument names and closed sets of values in words for people: a trace file keeps its own names
// ("pool_threads", "acceptable"), and everything that is read, on screen or as text, has these.
// The one place where the one becomes the other. A name without an entry of its own stays, an
// underscore becomes a space. Called by value_text, args_of and the search, which finds both.
#pragma once

#include <string>
#include <string_view>

#include "core/trace/phase.h"

namespace roundtrip::viz {

// At most so many letters, so that a name has room beside its value where columns are narrow.
inline constexpr std::size_t most_letters_of_an_arg = 14;

// "pool_threads" is "pool threads", "fd" is "descriptor".
std::string arg_label(const trace::ArgSpec& spec);

// A value of a closed set: what a parked task waits for is "a client", not "acceptable". The
// states of connections, TCP and tasks keep their names. "unknown" beyond the set.
std::string_view plain_word(trace::Unit unit, std::uint64_t value);
template <class Enum>
std::string_view plain_word_of(trace::Unit unit, Enum value) {
  return plain_word(unit, static_cast<std::uint64_t>(value));
}

}  // namespace roundtrip::viz
