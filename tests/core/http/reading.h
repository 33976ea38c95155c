// What the request parser tells of a text that comes in pieces, the way a connection delivers it.
// Body pieces that follow one another are joined, for they alone depend on how the bytes were
// split: two readings of a text are equal, whatever the pieces. Each window is a copy of exactly
// the bytes that the parser may ask for, so that a sanitizer sees any step beyond them. Used by the
// tests of the parser, its fuzzer and its comparison with llhttp. Knows no doctest: what a parser
// never does stops the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/check.h"
#include "core/http/request_parser.h"

namespace roundtrip::http {

struct Reading {
  std::vector<Token> tokens;
  std::vector<std::size_t> ends;  // of the requests that are complete: how many tokens there were
  std::optional<ParseFailure> failure;
  std::uint64_t stopped_at = 0;

  bool operator==(const Reading&) const = default;
};

class Reader {
 public:
  explicit Reader(ParserLimits limits = {}, std::uint64_t at = 0)
      : first_(at), parser_(limits, at) {}

  // Everything from the beginning up to here has come.
  void feed(std::string_view so_far) {
    while (pull(so_far)) {
    }
    reading_.stopped_at = parser_.position();
  }

  const Reading& reading() const { return reading_; }

 private:
  bool pull(std::string_view so_far) {
    const std::uint64_t from = parser_.needed_from();
    const std::string_view window = so_far.substr(from - first_);
    const std::unique_ptr<char[]> copy(new char[window.size()]);
    window.copy(copy.get(), window.size());
    const Step step = parser_.next({{copy.get(), window.size()}, from});
    switch (step.kind) {
      case StepKind::Told:
        take(step.token);
        return true;
      case StepKind::Done:
        reading_.ends.push_back(reading_.tokens.size());
        parser_.start_next();
        return true;
      case StepKind::Failed:
        CHECK_THAT(!reading_.failure || *reading_.failure == step.failure,
                   "a failure that becomes another one");
        reading_.failure = step.failure;
        return false;
      case StepKind::NeedsMore:
        CHECK_THAT(parser_.position() == first_ + so_far.size(), "more is asked for too early");
        return false;
    }
    return false;
  }

  void take(const Token& token) {
    auto& tokens = reading_.tokens;
    const auto* piece = std::get_if<BodyPiece>(&token);
    auto* last = tokens.empty() ? nullptr : std::get_if<BodyPiece>(&tokens.back());
    if (piece != nullptr && last != nullptr && last->bytes.end() == piece->bytes.offset) {
      last->bytes.length += piece->bytes.length;
    } else {
      tokens.push_back(token);
    }
  }

  std::uint64_t first_;
  RequestParser parser_;
  Reading reading_;
};

// The cuts rise; each is the length of the text that has come when the parser is asked.
inline Reading read_in_pieces(std::string_view text, std::span<const std::size_t> cuts,
                              ParserLimits limits = {}, std::uint64_t at = 0) {
  Reader reader(limits, at);
  for (const std::size_t cut : cuts) reader.feed(text.substr(0, cut));
  reader.feed(text);
  return reader.reading();
}

inline Reading read_whole(std::string_view text, ParserLimits limits = {}, std::uint64_t at = 0) {
  return read_in_pieces(text, {}, limits, at);
}

inline Reading read_bytewise(std::string_view text, ParserLimits limits = {},
                             std::uint64_t at = 0) {
  Reader reader(limits, at);
  for (std::size_t size = 0; size <= text.size(); ++size) reader.feed(text.substr(0, size));
  return reader.reading();
}

// The first split point at which the text, in two pieces, is read otherwise than whole; one behind
// the last where only byte by byte something else is told; npos where all ways tell the same.
inline std::size_t split_that_differs(std::string_view text, const Reading& whole,
                                      ParserLimits limits = {}, std::uint64_t at = 0) {
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    if (read_in_pieces(text, std::span(&cut, 1), limits, at) != whole) return cut;
  }
  return read_bytewise(text, limits, at) == whole ? text.npos : text.size() + 1;
}

}  // namespace roundtrip::http
