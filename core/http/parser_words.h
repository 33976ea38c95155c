// The parser as a reader is told of it: each state in words of its own, with the section where its
// rules stand, and one sentence for each decision that a byte makes. The states and what they wait
// for are in parser_state.h; the screen feeds the parser byte by byte and shows both as a film.
// A decision is the move from the state before a byte to the state after it, as far as that byte
// alone leads. Complete, checked at compile time; Failed has its sentences in parse_error.h.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "core/http/parser_state.h"
#include "core/http/token.h"

namespace roundtrip::http {

struct StateWords {
  State state;
  std::string_view words;    // "the method"
  std::string_view section;  // where the rules of the bytes that it reads stand
};

inline constexpr std::array<StateWords, state_count> state_words_table{{
    {State::RequestStart, "before a request", "RFC 9112, section 2.2"},
    {State::EmptyLineEnd, "an empty line", "RFC 9112, section 2.2"},
    {State::MethodWord, "the method", "RFC 9112, section 3.1"},
    {State::TargetStart, "before the target", "RFC 9112, section 3.2"},
    {State::Asterisk, "the asterisk", "RFC 9112, section 3.2.4"},
    {State::Scheme, "the scheme", "RFC 9112, section 3.2.2"},
    {State::Target, "the target", "RFC 9112, section 3.2"},
    {State::Version, "the version", "RFC 9112, section 2.3"},
    {State::RequestLineEnd, "end of the first line", "RFC 9112, section 3"},
    {State::RequestLineWhole, "line found", "RFC 9112, section 3"},
    {State::RequestLineParts, "line split", "RFC 9112, section 3"},
    {State::RequestLineChecked, "line validated", "RFC 9112, section 2.3"},
    {State::HeaderStart, "start of a line", "RFC 9112, section 5"},
    {State::HeaderName, "a header's name", "RFC 9112, section 5.1"},
    {State::ValueStart, "before the value", "RFC 9112, section 5.1"},
    {State::Value, "a header's value", "RFC 9110, section 5.5"},
    {State::HostValue, "the host", "RFC 9112, section 3.2"},
    {State::LengthValue, "the body's length", "RFC 9110, section 8.6"},
    {State::ValueTail, "after the value", "RFC 9112, section 5.1"},
    {State::HeaderEnd, "end of a header", "RFC 9112, section 5"},
    {State::HeadEnd, "end of the head", "RFC 9112, section 2.1"},
    {State::Framing, "head complete", "RFC 9112, section 6.3"},
    {State::Body, "the body", "RFC 9112, section 6.2"},
    {State::ChunkSize, "a chunk's size", "RFC 9112, section 7.1"},
    {State::ChunkSizeTail, "after a chunk's size", "RFC 9112, section 7.1.1"},
    {State::ChunkExtension, "a chunk's extension", "RFC 9112, section 7.1.1"},
    {State::ChunkHeadEnd, "end of a chunk's head", "RFC 9112, section 7.1"},
    {State::ChunkData, "a chunk's data", "RFC 9112, section 7.1"},
    {State::ChunkDataEnd, "behind a chunk", "RFC 9112, section 7.1"},
    {State::ChunkEnd, "end of a chunk", "RFC 9112, section 7.1"},
    {State::TrailerStart, "start of a trailer", "RFC 9112, section 7.1.2"},
    {State::TrailerName, "a trailer's name", "RFC 9112, section 7.1.2"},
    {State::TrailerValue, "a trailer's value", "RFC 9110, section 6.5"},
    {State::TrailerEnd, "end of a trailer", "RFC 9112, section 7.1.2"},
    {State::TrailersEnd, "end of the trailers", "RFC 9112, section 7.1.2"},
    {State::BodyEnd, "end of the body", "RFC 9112, section 6.3"},
    {State::Done, "request read", "RFC 9112, section 6.3"},
    {State::Failed, "refused", "RFC 9112, section 2.2"},
}};

// Whether it reads a byte when it is left or stays; the others move on by themselves.
constexpr bool reads_bytes(State state) {
  constexpr StateSet moves_by_itself =
      states(State::RequestLineWhole, State::RequestLineParts, State::RequestLineChecked,
             State::Framing, State::BodyEnd, State::Done, State::Failed);
  return (moves_by_itself & only(state)) == 0;
}

constexpr const StateWords& words_of(State state) {
  return state_words_table[static_cast<std::size_t>(state)];
}

struct ParserMove {
  State from;
  State to;
  std::string_view sentence;
  bool next_reads = false;  // the byte is the first of those that the next state reads
};

inline constexpr auto parser_moves = std::to_array<ParserMove>({
    {State::RequestStart, State::EmptyLineEnd,
     "CR before any request: an empty line here is forgiven."},
    {State::RequestStart, State::MethodWord, "The first byte of a method: a request begins.", true},
    {State::RequestStart, State::RequestLineWhole,
     "The line lay there whole and was read in one go."},
    {State::EmptyLineEnd, State::RequestStart, "LF ends the empty line: a request may begin now."},
    {State::MethodWord, State::MethodWord, "One more byte of the method."},
    {State::MethodWord, State::TargetStart, "The space ends the method: the target comes next."},
    {State::TargetStart, State::Asterisk, "An asterisk: the server as a whole is meant.", true},
    {State::TargetStart, State::Scheme, "A letter: a whole address, with its scheme first.", true},
    {State::TargetStart, State::Target, "The first byte of the target.", true},
    {State::Asterisk, State::Version, "The space ends the target: the version comes next."},
    {State::Scheme, State::Scheme, "One more byte of the scheme, or of :// after it."},
    {State::Scheme, State::Target, "The second slash: host and path come next."},
    {State::Target, State::Target, "One more byte of the target."},
    {State::Target, State::Version, "The space ends the target: the version comes next."},
    {State::Version, State::Version, "It is what HTTP/1.x has at this place."},
    {State::Version, State::RequestLineEnd, "CR: the line ends if LF follows."},
    {State::RequestLineEnd, State::RequestLineWhole, "LF: the request line has been found."},
    {State::RequestLineWhole, State::RequestLineParts, "The line is split at its two spaces."},
    {State::RequestLineParts, State::RequestLineChecked,
     "Method and version are compared with those that are known."},
    {State::RequestLineChecked, State::HeaderStart,
     "The target is taken apart into path and query."},
    {State::HeaderStart, State::HeaderName, "No CR at the start of a line: a header begins.", true},
    {State::HeaderStart, State::HeadEnd, "CR at the start of a line: no more headers follow."},
    {State::HeaderName, State::HeaderName, "One more byte of the name."},
    {State::HeaderName, State::ValueStart, "The colon ends the name: the value comes next."},
    {State::ValueStart, State::ValueStart, "Space before the value: it belongs to neither."},
    {State::ValueStart, State::Value, "The first byte of the value.", true},
    {State::ValueStart, State::HostValue, "The first byte of the host.", true},
    {State::ValueStart, State::LengthValue, "The first digit of the body's length.", true},
    {State::ValueStart, State::HeaderEnd, "CR at once: this header has no value."},
    {State::Value, State::Value, "One more byte of the value."},
    {State::Value, State::HeaderEnd, "CR: the header ends if LF follows."},
    {State::HostValue, State::HostValue, "One more byte of the host."},
    {State::HostValue, State::ValueTail, "Space ends the host: only CR may follow."},
    {State::HostValue, State::HeaderEnd, "CR: the header ends if LF follows."},
    {State::LengthValue, State::LengthValue, "One more digit of the body's length."},
    {State::LengthValue, State::ValueTail, "Space ends the number: only CR may follow."},
    {State::LengthValue, State::HeaderEnd, "CR: the header ends if LF follows."},
    {State::ValueTail, State::ValueTail, "One more space, which belongs to nothing."},
    {State::ValueTail, State::HeaderEnd, "CR: the header ends if LF follows."},
    {State::HeaderEnd, State::HeaderStart, "LF ends the header: it goes into the map."},
    {State::HeadEnd, State::Framing, "LF after an empty line: the head is complete."},
    {State::Framing, State::Body, "Content-Length was told: so many bytes of body follow."},
    {State::Framing, State::ChunkSize, "The body comes in chunks: the first one's size is next."},
    {State::Framing, State::BodyEnd, "Content-Length is 0: the body is empty."},
    {State::Framing, State::Done, "No length was told, so there is no body."},
    {State::Body, State::Body, "One more byte of the body."},
    {State::Body, State::BodyEnd, "The last byte of the body, by the length that was told."},
    {State::ChunkSize, State::ChunkSize, "One more digit of the chunk's size."},
    {State::ChunkSize, State::ChunkSizeTail, "Space ends the size: only an extension may follow."},
    {State::ChunkSize, State::ChunkExtension,
     "A semicolon: an extension, which means nothing here.", true},
    {State::ChunkSize, State::ChunkHeadEnd, "CR: the chunk's first line ends if LF follows."},
    {State::ChunkSizeTail, State::ChunkSizeTail, "One more space, which belongs to nothing."},
    {State::ChunkSizeTail, State::ChunkExtension,
     "A semicolon: an extension, which means nothing here.", true},
    {State::ChunkExtension, State::ChunkExtension, "One more byte of the extension."},
    {State::ChunkExtension, State::ChunkHeadEnd, "CR: the chunk's first line ends if LF follows."},
    {State::ChunkHeadEnd, State::ChunkData, "LF: so many bytes of the body follow."},
    {State::ChunkHeadEnd, State::TrailerStart, "LF, and the size is 0: this was the last chunk."},
    {State::ChunkData, State::ChunkData, "One more byte of the body."},
    {State::ChunkData, State::ChunkDataEnd, "The last byte of the chunk, by its size."},
    {State::ChunkDataEnd, State::ChunkEnd, "CR behind the data: the chunk ends if LF follows."},
    {State::ChunkEnd, State::ChunkSize, "LF ends the chunk: the next one's size follows."},
    {State::TrailerStart, State::TrailerName, "No CR at the start of a line: a trailer begins.",
     true},
    {State::TrailerStart, State::TrailersEnd, "CR at the start of a line: no trailer follows."},
    {State::TrailerName, State::TrailerName, "One more byte of the name."},
    {State::TrailerName, State::TrailerValue, "The colon ends the name: the value comes next."},
    {State::TrailerValue, State::TrailerValue, "One more byte of the value."},
    {State::TrailerValue, State::TrailerEnd, "CR: the trailer ends if LF follows."},
    {State::TrailerEnd, State::TrailerStart,
     "LF ends the trailer, which stays apart from the headers."},
    {State::TrailersEnd, State::Done, "LF after an empty line: the body is complete."},
    {State::BodyEnd, State::Done, "The body has been read whole."},
    {State::Done, State::RequestStart, "What follows is another request."},
});

// What a token has told, in words.
constexpr std::string_view words_of(const Token& token) {
  constexpr auto words = std::to_array<std::string_view>(
      {"line found", "line split", "line validated", "URL", "header", "head complete",
       "request ready", "chunk head", "body", "trailer", "body complete"});
  static_assert(words.size() == std::variant_size_v<Token>);
  return words[token.index()];
}

// Their number where a byte never leads from the one to the other.
constexpr std::size_t place_of_move(State from, State to) {
  for (std::size_t i = 0; i < parser_moves.size(); ++i) {
    if (parser_moves[i].from == from && parser_moves[i].to == to) return i;
  }
  return parser_moves.size();
}
// Null where a byte never leads from the one to the other.
constexpr const ParserMove* move_between(State from, State to) {
  const std::size_t place = place_of_move(from, to);
  return place == parser_moves.size() ? nullptr : &parser_moves[place];
}

static_assert(
    [] {
      for (std::size_t i = 0; i < state_count; ++i) {
        const StateWords& row = state_words_table[i];
        if (static_cast<std::size_t>(row.state) != i || row.words.empty() || row.section.empty()) {
          return false;
        }
      }
      return true;
    }(),
    "each state has its words, in the order of the enum");

static_assert(
    [] {
      const auto is_known = [](State from, State to) {
        if (from == to || may_follow(from, to)) return true;
        // One byte may lead through a state that reads nothing of its own.
        return std::ranges::any_of(parser_states, [from, to](const StateRow& middle) {
          return may_follow(from, middle.state) && may_follow(middle.state, to);
        });
      };
      for (std::size_t i = 0; i < parser_moves.size(); ++i) {
        const ParserMove& move = parser_moves[i];
        if (move.sentence.empty() || !is_known(move.from, move.to)) return false;
        if (place_of_move(move.from, move.to) != i) return false;
      }
      for (const StateRow& from : parser_states) {
        for (const StateRow& to : parser_states) {
          const bool moves = to.state != State::Failed && may_follow(from.state, to.state);
          if (moves && place_of_move(from.state, to.state) == parser_moves.size()) return false;
        }
      }
      return true;
    }(),
    "each legal move has its sentence, once, and no other has one");

}  // namespace roundtrip::http
