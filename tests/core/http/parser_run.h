// Runs the request parser over a text that comes in pieces, the way a connection delivers it, and
// writes down what it told, one line a token. Body pieces that follow one another are joined, for
// they alone depend on how the bytes were split. Each window is a copy of exactly the bytes that
// the parser may ask for, so that a sanitizer sees any step beyond them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/http/message.h"
#include "core/http/request_parser.h"

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
  return fmt::format("{} {}", token_name(token), std::visit(Teller{}, token));
}

struct ParserRun {
  std::vector<std::string> lines;  // tokens, "Done", or the failure
  std::uint64_t stopped_at = 0;

  bool operator==(const ParserRun&) const = default;
  std::string text() const { return fmt::format("{}\nat {}", fmt::join(lines, "\n"), stopped_at); }
};

class ParserRunner {
 public:
  explicit ParserRunner(ParserLimits limits = {}, std::uint64_t at = 0)
      : first_(at), parser_(limits, at) {}

  // Everything from the beginning up to here has come.
  void feed(std::string_view so_far) {
    while (pull(so_far)) {
    }
  }

  ParserRun finish() {
    end_piece();
    run_.stopped_at = parser_.position();
    return run_;
  }
  const RequestParser& parser() const { return parser_; }

 private:
  bool pull(std::string_view so_far) {
    const std::uint64_t from = parser_.needed_from();
    const std::string_view window = so_far.substr(from - first_);
    const std::unique_ptr<char[]> copy(new char[window.size()]);
    window.copy(copy.get(), window.size());
    const Step step = parser_.next({{copy.get(), window.size()}, from});
    if (step.kind == StepKind::Told) {
      if (const auto* piece = std::get_if<BodyPiece>(&step.token)) {
        piece_.offset = piece_.length == 0 ? piece->bytes.offset : piece_.offset;
        CHECK(piece_.end() == piece->bytes.offset);
        piece_.length += piece->bytes.length;
      } else {
        end_piece();
        run_.lines.push_back(told(step.token));
      }
      return true;
    }
    if (step.kind == StepKind::Done) {
      run_.lines.push_back("Done");
      parser_.start_next();
      return true;
    }
    if (step.kind == StepKind::Failed && !failed_) {
      failed_ = true;
      end_piece();
      run_.lines.push_back(fmt::format("{} at {}", step.failure.name(), step.failure.offset));
    }
    if (step.kind == StepKind::NeedsMore) CHECK(parser_.position() == first_ + so_far.size());
    return false;
  }

  void end_piece() {
    if (piece_.length > 0) run_.lines.push_back(fmt::format("Body {}", told(piece_)));
    piece_ = {};
  }

  std::uint64_t first_;
  RequestParser parser_;
  ParserRun run_;
  ByteRange piece_;
  bool failed_ = false;
};

inline ParserRun run_whole(std::string_view text, ParserLimits limits = {}, std::uint64_t at = 0) {
  ParserRunner runner(limits, at);
  runner.feed(text);
  return runner.finish();
}

inline ParserRun run_split(std::string_view text, std::size_t cut, ParserLimits limits = {},
                           std::uint64_t at = 0) {
  ParserRunner runner(limits, at);
  runner.feed(text.substr(0, cut));
  runner.feed(text);
  return runner.finish();
}

inline ParserRun run_bytewise(std::string_view text, ParserLimits limits = {},
                              std::uint64_t at = 0) {
  ParserRunner runner(limits, at);
  for (std::size_t count = 0; count <= text.size(); ++count) runner.feed(text.substr(0, count));
  return runner.finish();
}

// The text whole, at every split point and byte by byte: always the same. Returns what it was.
inline ParserRun run_every_way(std::string_view text, ParserLimits limits = {},
                               std::uint64_t at = 0) {
  const ParserRun whole = run_whole(text, limits, at);
  INFO("the text: " << std::string(text));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    INFO("split at " << cut);
    REQUIRE(run_split(text, cut, limits, at).text() == whole.text());
  }
  INFO("byte by byte");
  REQUIRE(run_bytewise(text, limits, at).text() == whole.text());
  return whole;
}

}  // namespace roundtrip::http
