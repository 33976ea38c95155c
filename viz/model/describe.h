// One plain sentence for an event: what happened, with its real arguments and bytes ("Read 83 bytes
// from fd 7"). All sentences are templates in one table (describe_table.h); a phase whose arguments
// are missing falls back to its name and what is known. Used by the log, the explain pane and the
// narrator. UTF-8, one line, no final full stop. Nothing that was not measured is made up.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "viz/model/placeholders.h"
#include "viz/model/trace_view.h"

namespace roundtrip::viz {

std::string describe(const TraceView& view, std::uint64_t event);

// For other tables of sentences. A text whose placeholders are filled in from an event; empty where
// one of them is not known. And whether an argument is there and not 0; with '!' the contrary.
std::optional<std::string> filled_in(const TraceView& view, std::uint64_t event,
                                     std::string_view text);
bool condition_holds(const TraceView& view, std::uint64_t event, std::string_view condition);
Moment moment_of(const trace::Event& event);

// One argument of an event, ready to be shown.
struct ArgText {
  std::string name;   // in plain words (arg_words.h)
  std::string value;  // with its unit
  trace::Provenance provenance = trace::Provenance::Observed;
};
// All arguments that an event carries; of an end also those of its begin, first.
std::vector<ArgText> args_of(const TraceView& view, std::uint64_t event);
// The same in one line: "fd 7, asked 4,096 bytes".
std::string args_line(const TraceView& view, std::uint64_t event);

// A value with the mark of how it is known: [derived], ~inferred, a dash for what is unknown.
std::string marked(std::string value, trace::Provenance source);
// How the time between two events is known: derived, inferred where either was.
trace::Provenance source_between(const TraceView& view, std::uint64_t one, std::uint64_t other);
// From an event to its other half, marked, without what a person held; empty where it has none.
// A length since an event whose moment is known coarsely, with no digit too many; else empty.
enum class Bounds : std::uint8_t { Told, LeftOut };  // "17 ms ±10", or "17 ms"
std::optional<std::string> coarse_length(const trace::Event& since, Duration length,
                                         Bounds bounds = Bounds::Told);
// A length between two events, marked; with no more digits than are known of it.
std::string apart_text(const TraceView& view, std::uint64_t one, std::uint64_t other);
std::string took_text(const TraceView& view, std::uint64_t event);
// How long a person held it meanwhile, marked; empty where nobody did.
std::string held_text(const TraceView& view, std::uint64_t event);

// The breach of pairing or of legal order that was found at an event, as a sentence; else empty.
std::string_view breach_of(const TraceView& view, std::uint64_t event);

// The line of a request in the log of `serve`, from its transmit.log_line: "GET /hello 200, body 13
// bytes, 294 µs (request 1, connection 1)". `asked`: its method and target.
std::string log_line_text(std::string_view asked, const trace::Event& line);

// Whom an event belongs to, in few words: "connection 1 · request 2", "task 3", "process".
std::string subject_text(const TraceView& view, std::uint64_t event);

// Bytes as a person reads them: printable ASCII as it is, CR and LF as \r \n, the rest as dots; at
// most `most` characters, then an ellipsis.
std::string quoted(std::string_view bytes, std::size_t most = 60);

// The part of an event's bytes that a name stands for: "text" (all), and of the request line and
// its headers "method", "target", "version", "path", "query", "name", "value". Empty where the
// event has no such part.
std::optional<ByteRange> part_of(const trace::Event& event, std::string_view part);

}  // namespace roundtrip::viz
