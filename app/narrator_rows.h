// Rows of the journey: facts of a trace in, rows with their twigs out, and rows as lines of text.
// Used by the narrator for every phase. It knows no phase by name but through the words of the
// journey (viz/model/journey_table.h).
// Provenance stands in the text: derived in [brackets], inferred with ~ and the word, unknown said.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/boxes.h"
#include "viz/model/journey.h"

namespace roundtrip::app {

using Twig = viz::JourneyTwig;

struct Row : viz::JourneyRow {
  Duration since{};  // since the chapter's begin
};

// Values as text, for rows and boxes alike.
std::string time_text(Duration length);               // "12.3 µs"
std::string bytes_text(std::uint64_t bytes);          // "4,096 bytes"
std::string number_text(std::uint64_t number);        // "4,096"
std::string with_source(std::string text, trace::Provenance source);
// Thin spaces of the screen's formats become what a terminal prints well.
std::string plain_spaces(std::string_view text);
// Signs that ASCII has no likeness of become words: a section sign, dots that leave something out.
std::string plain_words(std::string_view text);
std::string symbol_text(const viz::TraceView& view, std::uint64_t symbol);

// An argument of an event or of its other half, as text; empty where it is not known.
std::optional<std::string> arg_text(const viz::TraceView& view, trace::EventNumber event,
                                    std::string_view name);
std::optional<std::uint64_t> arg_value(const viz::TraceView& view, trace::EventNumber event,
                                       std::string_view name);

// The rows that these events make, in their order; times count from `zero`.
std::vector<Row> rows_of(const viz::TraceView& view, std::span<const trace::EventNumber> events,
                         Instant zero);

inline constexpr std::size_t journey_width = 79;
Lines row_headings();
Lines row_lines(std::span<const Row> rows, Ink ink);
// The same for a request whose like was told before: one line a row, and only the main ones.
Lines short_row_lines(std::span<const Row> rows);

}  // namespace roundtrip::app
