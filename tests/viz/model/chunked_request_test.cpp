// What the layouts make of a request whose body comes in chunks: the frame between the data is read
// by the parser, without an event of its own.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "core/http/parser_words.h"
#include "core/http/request_parser.h"
#include "tests/viz/model/scene.h"
#include "viz/model/byte_fields.h"
#include "viz/model/byte_life.h"
#include "viz/model/parser_film.h"

namespace roundtrip::viz {
namespace {

using http::State;
using trace::Log;
using trace::Phase;

const std::string head =
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string request = head + "5;a\r\nhello\r\n0\r\nX: y\r\n\r\n";

void tell_chunked(trace::Story& story) {
  story.startup();
  auto conn = story.open();
  const trace::Subject who = conn.subject(1);
  const auto all = static_cast<std::uint32_t>(request.size());
  story.keep(conn.conn, Log::In, 0, request);
  story.begin<Phase::ReadRead>(conn.subject(), conn.fd, 4096U);
  story.end<Phase::ReadRead>(conn.subject(), trace::absent, trace::absent, all)
      .set_bytes(Log::In, {0, all});
  story.instant<Phase::ReadBufferFill>(conn.subject(), all, 0U, 4096U)
      .set_bytes(Log::In, {0, all});
  story.instant<Phase::ReadLineFound>(who).set_bytes(Log::In, {0, 21});
  story.instant<Phase::ReadHeadersComplete>(who, 2U, static_cast<std::uint32_t>(head.size()))
      .set_bytes(Log::In, {head.size() - 2, 2});
  story.instant<Phase::ReadRequestReady>(who, trace::absent, trace::KeepAlive::Kept, 2U,
                                         trace::Framing::Chunked);
  story.begin<Phase::ReadBody>(who);
  story.instant<Phase::ReadBodyPiece>(who).set_bytes(Log::In, {head.size() + 5, 5});
  story.end<Phase::ReadBody>(who, trace::absent, 5U, 1U);
}

TEST_CASE("chunked request: every byte of the frame shows its decision, by byte (told)") {
  const Scene scene(tell_chunked);
  http::RequestParser parser;
  for (std::size_t byte = 0; byte < request.size(); ++byte) {
    const State before = parser.state();
    const std::string_view window = std::string_view(request).substr(0, byte + 1);
    State after = before;
    for (bool first = true;; first = false) {
      const auto kind = parser.next({window, 0}).kind;
      if (first) after = parser.state();
      if (kind != http::StepKind::Told) break;
    }
    if (byte < head.size()) continue;
    CAPTURE(byte);
    const Cursor cursor{scene.trace.end() - 1, byte + 1};
    const ParserFilm film = parser_film(Teller(scene.view, cursor, {}), cursor);
    CHECK(film.byte == byte);
    CHECK(film.before == before);
    CHECK(film.after == parser.state());
    CHECK(film.move == http::move_between(before, after));
  }
  CHECK(parser.state() == State::Done);
}

TEST_CASE("chunked request: the data is the body, and its bytes are told with their states") {
  const Scene scene(tell_chunked);
  const Cursor end{scene.trace.end() - 1, request.size()};
  const Teller tell(scene.view, end, {});
  const StreamFields stream = request_fields(scene.view, end, tell.focus());
  CHECK(stream.range == ByteRange{0, request.size()});
  const auto body = std::find_if(stream.fields.begin(), stream.fields.end(), [](const auto& field) {
    return field.kind == FieldKind::Body;
  });
  REQUIRE(body != stream.fields.end());
  CHECK(body->range == ByteRange{head.size() + 5, 5});
  const auto parser_words = [&](std::uint64_t at) -> std::string {
    const Focus focus = tell.focus();
    const ByteLife life = byte_life(scene.view, end, focus, {focus.conn, Log::In, at});
    for (const LifeStep& step : life.steps) {
      if (step.what == "parser") return step.words.substr(0, step.words.find(':'));
    }
    return "no such step";
  };
  CHECK(parser_words(head.size()) == "in [a chunk's size]");
  CHECK(parser_words(head.size() + 2) == "in [a chunk's extension]");
  CHECK(parser_words(head.size() + 6) == "in [a chunk's data]");
  CHECK(parser_words(request.find("X: y")) == "no event tells of the frame behind the last data");
}

}  // namespace
}  // namespace roundtrip::viz
