// The states of the request parser in reading order, each with a sentence that says what it waits
// for: read one after another they tell how a request is read. The screen shows them as a film when
// the parser is fed byte by byte. Also the table of moves from state to state that are legal.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roundtrip::http {

enum class State : std::uint8_t {
  RequestStart,
  EmptyLineEnd,
  MethodWord,
  TargetStart,
  Asterisk,
  Scheme,
  Target,
  Version,
  RequestLineEnd,
  RequestLineWhole,
  RequestLineParts,
  RequestLineChecked,
  HeaderStart,
  HeaderName,
  ValueStart,
  Value,
  HostValue,
  LengthValue,
  ValueTail,
  HeaderEnd,
  HeadEnd,
  Framing,
  Body,
  ChunkSize,
  ChunkSizeTail,
  ChunkExtension,
  ChunkHeadEnd,
  ChunkData,
  ChunkDataEnd,
  ChunkEnd,
  TrailerStart,
  TrailerName,
  TrailerValue,
  TrailerEnd,
  TrailersEnd,
  BodyEnd,
  Done,
  Failed,
};
inline constexpr std::size_t state_count = static_cast<std::size_t>(State::Failed) + 1;

// A set of states, one bit each.
using StateSet = std::uint64_t;
static_assert(state_count <= 64);
constexpr StateSet only(State state) { return StateSet{1} << static_cast<unsigned>(state); }
template <class... States>
constexpr StateSet states(States... members) {
  return (only(members) | ...);
}

struct StateRow {
  State state;
  std::string_view name;
  std::string_view sentence;
  StateSet successors;  // Failed may follow wherever a byte is read and is not repeated here
};

inline constexpr std::array<StateRow, state_count> parser_states{{
    {State::RequestStart, "RequestStart",
     "Stands before the first byte of a request; an empty line here is skipped.",
     states(State::EmptyLineEnd, State::MethodWord, State::RequestLineWhole)},
    {State::EmptyLineEnd, "EmptyLineEnd", "Has the CR of an empty line and waits for its LF.",
     states(State::RequestStart)},
    {State::MethodWord, "MethodWord", "Reads the method up to the space after it.",
     states(State::TargetStart)},
    {State::TargetStart, "TargetStart",
     "Looks at the first byte of the target, which tells the form it is in.",
     states(State::Asterisk, State::Scheme, State::Target)},
    {State::Asterisk, "Asterisk",
     "Has an asterisk, which asks for the server as a whole, and waits for the space after it.",
     states(State::Version)},
    {State::Scheme, "Scheme",
     "Reads the scheme of a whole address, up to the colon and two slashes after it.",
     states(State::Target)},
    {State::Target, "Target", "Reads the target up to the space after it.",
     states(State::Version)},
    {State::Version, "Version", "Compares the version, byte for byte, with HTTP/1.0 and HTTP/1.1.",
     states(State::RequestLineEnd)},
    {State::RequestLineEnd, "RequestLineEnd",
     "Has the CR that ends the request line and waits for its LF.",
     states(State::RequestLineWhole)},
    {State::RequestLineWhole, "RequestLineWhole",
     "The request line stands whole; next it is split into its three parts.",
     states(State::RequestLineParts)},
    {State::RequestLineParts, "RequestLineParts",
     "The three parts are apart; next method and version are told.",
     states(State::RequestLineChecked)},
    {State::RequestLineChecked, "RequestLineChecked",
     "Method and version are known; next the target is taken apart into path and query.",
     states(State::HeaderStart)},
    {State::HeaderStart, "HeaderStart",
     "Stands at the start of a line: a header begins here, or CR says that there are no more.",
     states(State::HeaderName, State::HeadEnd)},
    {State::HeaderName, "HeaderName", "Reads a header name up to its colon.",
     states(State::ValueStart)},
    {State::ValueStart, "ValueStart",
     "Skips the spaces between the colon and the value; they belong to neither.",
     states(State::Value, State::HostValue, State::LengthValue)},
    {State::Value, "Value", "Reads a header value up to the end of its line.",
     states(State::HeaderEnd)},
    {State::HostValue, "HostValue", "Reads the host, in which only certain bytes may stand.",
     states(State::ValueTail, State::HeaderEnd)},
    {State::LengthValue, "LengthValue", "Reads the length of the body, digit by digit.",
     states(State::ValueTail, State::HeaderEnd)},
    {State::ValueTail, "ValueTail",
     "Skips the spaces after a value; only the line's end may follow.",
     states(State::HeaderEnd)},
    {State::HeaderEnd, "HeaderEnd", "Has the CR that ends a header line and waits for its LF.",
     states(State::HeaderStart)},
    {State::HeadEnd, "HeadEnd",
     "Has the CR of the blank line that ends the head and waits for its LF.",
     states(State::Framing)},
    {State::Framing, "Framing",
     "The head is complete; next: where the body ends, and whether the connection stays.",
     states(State::Body, State::ChunkSize, State::BodyEnd, State::Done)},
    {State::Body, "Body", "Counts the bytes of the body down from its length.",
     states(State::BodyEnd)},
    {State::ChunkSize, "ChunkSize", "Reads the size of a chunk, one hexadecimal digit by another.",
     states(State::ChunkSizeTail, State::ChunkExtension, State::ChunkHeadEnd)},
    {State::ChunkSizeTail, "ChunkSizeTail",
     "Skips the spaces after a chunk's size; only a semicolon may follow.",
     states(State::ChunkExtension)},
    {State::ChunkExtension, "ChunkExtension",
     "Skips what a client may add to a chunk's size, up to the end of the line.",
     states(State::ChunkHeadEnd)},
    {State::ChunkHeadEnd, "ChunkHeadEnd",
     "Has the CR that ends a chunk's first line and waits for its LF.",
     states(State::ChunkData, State::TrailerStart)},
    {State::ChunkData, "ChunkData", "Counts the bytes of a chunk down from its size.",
     states(State::ChunkDataEnd)},
    {State::ChunkDataEnd, "ChunkDataEnd",
     "The last byte of a chunk is there; waits for the CR behind it.", states(State::ChunkEnd)},
    {State::ChunkEnd, "ChunkEnd", "Has the CR behind a chunk and waits for its LF.",
     states(State::ChunkSize)},
    {State::TrailerStart, "TrailerStart",
     "Stands behind the last chunk: a trailer begins here, or CR says that there are no more.",
     states(State::TrailerName, State::TrailersEnd)},
    {State::TrailerName, "TrailerName", "Reads a trailer's name up to its colon.",
     states(State::TrailerValue)},
    {State::TrailerValue, "TrailerValue", "Reads a trailer's value up to the end of its line.",
     states(State::TrailerEnd)},
    {State::TrailerEnd, "TrailerEnd", "Has the CR that ends a trailer and waits for its LF.",
     states(State::TrailerStart)},
    {State::TrailersEnd, "TrailersEnd",
     "Has the CR of the blank line that ends the body and waits for its LF.",
     states(State::Done)},
    {State::BodyEnd, "BodyEnd",
     "No byte of the body is missing; next the body is told complete.",
     states(State::Done)},
    {State::Done, "Done", "The request is read to its last byte; what follows would be another.",
     states(State::RequestStart)},
    {State::Failed, "Failed", "A byte broke a rule; nothing after it is read.", StateSet{0}},
}};

static_assert([] {
  for (std::size_t i = 0; i < state_count; ++i) {
    if (static_cast<std::size_t>(parser_states[i].state) != i) return false;
  }
  return true;
}(), "the table of states stands in the order of the enum");

constexpr std::string_view state_name(State state) {
  return parser_states[static_cast<std::size_t>(state)].name;
}
constexpr std::string_view state_sentence(State state) {
  return parser_states[static_cast<std::size_t>(state)].sentence;
}

// The successors alone, in one small table for the hot path.
inline constexpr std::array<StateSet, state_count> successors = [] {
  std::array<StateSet, state_count> table{};
  for (const StateRow& row : parser_states) {
    const StateSet failed = row.state < State::BodyEnd ? only(State::Failed) : 0;
    table[static_cast<std::size_t>(row.state)] = row.successors | failed;
  }
  return table;
}();

// Whether it belongs to the frame of a chunked body, or to the data inside it.
constexpr bool is_in_chunked_body(State state) {
  return state >= State::ChunkSize && state <= State::TrailersEnd;
}

constexpr bool may_follow(State from, State to) {
  return (successors[static_cast<std::size_t>(from)] & only(to)) != 0;
}

}  // namespace roundtrip::http
