// Search through all events of a trace, a slice at a time, so that no frame waits for it; and the
// sweep that it shares with the log's filter. What is asked is a few words, all of which have to be
// found: in an event's arguments, in the bytes that it is about (request lines, headers, bodies and
// response heads, as far as they are kept), or in the name of its phase. Phases are also found by
// their names and by their explanations. "connection 2", "request 3" and "task 4" narrow it.
// Called by apply (actions.h); layout_palette shows what was found. Nothing here draws.
// Limits: the first most_bytes_searched of a piece of a body.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "viz/model/explanations.h"
#include "viz/model/trace_view.h"

namespace roundtrip::viz {

// How far a walk over all events has come.
struct Sweep {
  std::uint64_t to = 0;  // those before are done
  std::uint64_t rewinds_seen = 0;
  bool operator==(const Sweep&) const = default;
};
using FoundEvents = std::vector<trace::EventNumber>;

// Events that a slice may walk over, and those of them that it may look into.
inline constexpr std::uint64_t most_events_passed = 500'000;
inline constexpr std::uint64_t most_events_searched = 100'000;
inline constexpr std::uint64_t most_bytes_searched = 4096;

// Takes back what late facts have moved, and forgets what was evicted. Returns where to go on.
std::uint64_t keep_up(const TraceView& view, Sweep& sweep, FoundEvents& found);
// Where a sweep has come to, of all events that there are: 0 to 1.
double share_of(const TraceView& view, const Sweep& sweep);

// One word that is asked for, and what is known of it before any event is looked at.
struct SearchWord {
  std::string text;                     // in small letters
  std::optional<std::uint64_t> number;  // where it is one
  trace::PhaseSet phases;               // whose id or name has it
  std::vector<bool> symbols;            // which interned texts have it, as far as looked at
  std::array<std::uint64_t, 64> words_of_unit{};  // which words of a closed set have it, as bits
};

struct Search {
  Search() { first_of.fill(trace::no_event); }

  // What is asked.
  std::string text;
  std::vector<SearchWord> words;
  std::uint32_t conn = 0;  // only of this connection, request, task; 0: of all
  std::uint32_t request = 0;
  std::uint32_t task = 0;
  bool empty() const { return words.empty() && !narrowed(); }
  bool narrowed() const { return conn != 0 || request != 0 || task != 0; }

  // Found at once.
  trace::PhaseSet named;      // phases with all words in their id and name
  trace::PhaseSet explained;  // phases with all words in their explanation
  trace::PhaseSet to_look_into;

  // Found so far.
  Sweep sweep;
  FoundEvents in_bytes;
  FoundEvents in_values;
  std::array<trace::EventNumber, trace::phase_count> first_of;  // the first event of each phase
};

Search search_for(const TraceView& view, std::string_view text, const Explanations* explanations);
// Goes on with one slice.
void search_on(const TraceView& view, Search& search);
inline bool searching(const TraceView& view, const Search& search) {
  return !search.empty() && search.sweep.to < view.end();
}

// The bytes that a search looks into at an event, without the line's end; empty where it has none
// or they are not kept.
std::string searched_text(const TraceView& view, std::uint64_t event);
// The part of a text around the first of the words that it has, of at most `most` bytes.
std::string_view excerpt_around(std::string_view text, const Search& search, std::size_t most);
// All of an explanation, as it is searched.
std::string explanation_text(const Explanations& explanations, trace::Phase phase);

std::string in_small_letters(std::string_view text);

}  // namespace roundtrip::viz
