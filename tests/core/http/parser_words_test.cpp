// The decisions of the parser in words: none is missing, whatever the bytes.
#include "core/http/parser_words.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <string>

#include "core/http/request_parser.h"

namespace roundtrip::http {
namespace {

// Feeds a text byte by byte and looks up every move, also those that need no byte. Adds what was
// met to `met`.
void walk(std::string_view text, std::set<const ParserMove*>& met) {
  RequestParser parser;
  std::size_t held = 0;
  while (held < text.size() && parser.state() != State::Failed) {
    ++held;
    for (bool goes_on = true; goes_on;) {
      const State before = parser.state();
      if (before == State::Done) parser.start_next();
      const StepKind kind = parser.next({text.substr(0, held), 0}).kind;
      if (parser.state() == State::Failed) return;
      CAPTURE(text.substr(0, held));
      CAPTURE(state_name(before));
      CAPTURE(state_name(parser.state()));
      goes_on = kind == StepKind::Told;
      const bool waits = !goes_on && parser.position() < held;
      REQUIRE_FALSE(waits);
      // Nothing was left to read after a token.
      if (!goes_on && parser.state() == before && parser.position() == held &&
          move_between(before, before) == nullptr) {
        continue;
      }
      const ParserMove* move = move_between(before, parser.state());
      REQUIRE(move != nullptr);
      met.insert(move);
    }
  }
}

TEST_CASE("parser words: every byte of a request has its sentence (all forms, byte by byte)") {
  std::set<const ParserMove*> met;
  for (const std::string_view text :
       {"GET /hello HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.80.0\r\n\r\n",
        "\r\n\r\nGET /?q=1 HTTP/1.0\r\nEmpty:\r\nNote:  two words \r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a \t\r\n\r\n",
        "GET http://host/path HTTP/1.1\r\nHost: host\r\n\r\nGET / HTTP/1.1\r\n",
        "CONNECT host:80 HTTP/1.1\r\nHost:\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 03 \r\n\r\nabcGET",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGET / ",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0a\r\n0123456789\r\n5 \t;a=b\r\nhello\r\n0;a\r\nName: value\r\n\r\nGET / "}) {
    walk(text, met);
  }
  for (const ParserMove& move : parser_moves) {
    // Taken only where a whole line lies there at once.
    if (move.to == State::RequestLineWhole && move.from == State::RequestStart) continue;
    CAPTURE(move.sentence);
    CHECK(met.contains(&move));
  }
}

TEST_CASE("parser words: every byte that goes on, goes on with a sentence (every byte value)") {
  std::set<const ParserMove*> met;
  const std::string head = "GET http://h/ HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nA: b\r\n\r\n";
  for (std::size_t cut = 0; cut <= head.size(); ++cut) {
    for (int value = 0; value < 256; ++value) {
      walk(head.substr(0, cut) + static_cast<char>(value), met);
    }
  }
  const std::string chunks =
      "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "2 ;a\r\nbc\r\n0\r\nN: v\r\n\r\n";
  for (std::size_t cut = chunks.find("2 ;"); cut <= chunks.size(); ++cut) {
    for (int value = 0; value < 256; ++value) {
      walk(chunks.substr(0, cut) + static_cast<char>(value), met);
    }
  }
  CHECK(met.size() > 30);
}

}  // namespace
}  // namespace roundtrip::http
