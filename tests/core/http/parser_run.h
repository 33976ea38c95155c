// What the request parser told of a text (reading.h), written down with one line a token: the form
// in which its tests say what they expect.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/core/http/reading.h"

namespace roundtrip::http {

inline std::string told(ByteRange range) {
  return fmt::format("{}+{}", range.offset, range.length);
}

inline std::string told(const Token& token) {
  struct Teller {
    std::string operator()(const RequestLineFound& t) const { return told(t.line); }
    std::string operator()(const RequestLineSplit& t) const {
      return fmt::format("{} {} {}", told(t.method), told(t.target), told(t.version));
    }
    std::string operator()(const RequestLineValid& t) const {
      return fmt::format("{} {}.{}", method_name(t.method), t.version_major, t.version_minor);
    }
    std::string operator()(const Url& t) const {
      return fmt::format("form {} {} {} {}", static_cast<int>(t.form), told(t.authority),
                         told(t.path), told(t.query));
    }
    std::string operator()(const Header& t) const {
      return fmt::format("{} {} {}", told(t.line), told(t.name), told(t.value));
    }
    std::string operator()(const HeadersComplete& t) const {
      return fmt::format("{} {} {}", told(t.blank_line), told(t.head), t.header_count);
    }
    std::string operator()(const RequestReady& t) const {
      std::string length = "none";
      if (t.framing == BodyFraming::Length) length = fmt::format("{}", t.content_length.value());
      if (t.framing == BodyFraming::Chunked) length = "in chunks";
      CHECK(t.content_length.has_value() == (t.framing == BodyFraming::Length));
      return fmt::format("length {} keep {} host {}{}", length, t.keep_alive, t.host_seen,
                         t.expect_continue ? " expect" : "");
    }
    std::string operator()(const ChunkFound& t) const {
      return fmt::format("{} {} size {}", told(t.line), told(t.extension), t.size);
    }
    std::string operator()(const BodyPiece& t) const { return told(t.bytes); }
    std::string operator()(const Trailer& t) const {
      return fmt::format("{} {} {}", told(t.line), told(t.name), told(t.value));
    }
    std::string operator()(const BodyComplete& t) const {
      return fmt::format("{} data {}", told(t.body), t.data_bytes);
    }
  };
  const bool piece = std::holds_alternative<BodyPiece>(token);
  return fmt::format("{} {}", piece ? "Body" : token_name(token), std::visit(Teller{}, token));
}

struct ParserRun {
  std::vector<std::string> lines;  // tokens, "Done", or the failure
  std::uint64_t stopped_at = 0;

  std::string text() const { return fmt::format("{}\nat {}", fmt::join(lines, "\n"), stopped_at); }
};

inline ParserRun written_down(const Reading& reading) {
  ParserRun run;
  auto end = reading.ends.begin();
  for (std::size_t told_so_far = 0; told_so_far <= reading.tokens.size(); ++told_so_far) {
    if (end != reading.ends.end() && *end == told_so_far) {
      run.lines.push_back("Done");
      ++end;
    }
    if (told_so_far < reading.tokens.size()) run.lines.push_back(told(reading.tokens[told_so_far]));
  }
  if (const auto& failure = reading.failure) {
    run.lines.push_back(fmt::format("{} at {}", failure->name(), failure->offset));
  }
  run.stopped_at = reading.stopped_at;
  return run;
}

inline ParserRun run_whole(std::string_view text, ParserLimits limits = {}, std::uint64_t at = 0) {
  return written_down(read_whole(text, limits, at));
}

// The text whole, at every split point and byte by byte: always the same. Returns what it was.
inline ParserRun run_every_way(std::string_view text, ParserLimits limits = {},
                               std::uint64_t at = 0) {
  const Reading whole = read_whole(text, limits, at);
  const std::size_t cut = split_that_differs(text, whole, limits, at);
  INFO("the text: " << std::string(text) << "\nsplit at " << cut);
  REQUIRE(cut == text.npos);
  return written_down(whole);
}

}  // namespace roundtrip::http
