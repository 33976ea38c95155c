// The parser as a film, over recordings and a told story: what it says of every byte.
#include "viz/model/layout_parser.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/http/parser_words.h"
#include "core/http/request_parser.h"
#include "core/trace/symbols.h"
#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/format.h"
#include "viz/model/parser_film.h"

namespace roundtrip::viz {
namespace {

using http::State;
using trace::Phase;

const Rect place{0, 0, 640, 380};

Picture draw(const TraceView& view, const Cursor& cursor, const Rect& area = place) {
  return layout_parser(view, cursor, {}, plain_ruler(), area);
}
Cursor at(const Recorded& told, std::string_view phase) {
  return *Stepper(told.view).position_of(phase);
}
std::string value(const Picture& picture, std::string_view name) {
  for (const PictureBox& box : picture.boxes) {
    for (const PictureRow& row : box.rows) {
      if (row.name.text == name) return row.value.text;
    }
  }
  return {};
}
std::string words(const PictureBox& box) {
  std::string all = box.title_text();
  for (const TextBox& line : box.words) all += " " + line.text;
  return all;
}
const PictureBar* marked(const Picture& picture) {
  const auto found = std::find_if(picture.bars.begin(), picture.bars.end(),
                                  [](const auto& bar) { return bar.filling == Filling::Marked; });
  return found == picture.bars.end() ? nullptr : &*found;
}
// The three boxes of a decision stand first.
std::string decision(const Picture& picture) {
  return words(picture.boxes[1]);
}

TEST_CASE("parser: the request line fills in its four steps, each at its event (01)") {
  const Recorded told("01-hello");
  const auto steps = [&](std::string_view phase) {
    const Picture picture = draw(told.view, at(told, phase));
    std::string all;
    for (const char* name : {"1 found", "2 split", "3 validated", "4 URL"}) {
      all += value(picture, name) + "|";
    }
    return all;
  };
  CHECK(steps("read.buffer_fill") == "not yet|not yet|not yet|not yet|");
  CHECK(steps("read.line_found") == "GET /hello HTTP/1.1|not yet|not yet|not yet|");
  CHECK(steps("read.line_split") == "GET /hello HTTP/1.1|GET · /hello · HTTP/1.1|not yet|not yet|");
  CHECK(steps("read.line_valid") ==
        "GET /hello HTTP/1.1|GET · /hello · HTTP/1.1|known method, HTTP 1.1|not yet|");
  CHECK(steps("read.url") ==
        "GET /hello HTTP/1.1|GET · /hello · HTTP/1.1|known method, HTTP 1.1|"
        "path /hello, no query|");
  CHECK(value(draw(told.view, at(told, "read.line_found")), "blank line") == "not yet");
}

TEST_CASE("parser: a state's bar says what it reads, shorter where it is short (01)") {
  const Recorded told("01-hello");
  const auto labels = [&](float width) {
    std::set<std::string> all;
    const Picture picture = draw(told.view, at(told, "read.line_split"), {0, 0, width, 380});
    for (const PictureBar& bar : picture.bars) all.insert(bar.label.text);
    return all;
  };
  CHECK(labels(1000).contains("method"));
  CHECK(labels(1000).contains("the target"));
}

TEST_CASE("parser: the states beside a decision say what they are (01)") {
  const Recorded told("01-hello");
  for (const char* phase : {"read.line_found", "read.header", "read.headers_complete"}) {
    CAPTURE(std::string(phase));
    const Picture picture = draw(told.view, at(told, phase), {0, 0, 1200, 520});
    REQUIRE(picture.boxes.size() > 3);
    CHECK_FALSE(picture.boxes[0].words.empty());
    CHECK_FALSE(picture.boxes[2].words.empty());
  }
}

TEST_CASE("parser: headers enter the map one by one, those in the buffer are to come (01)") {
  const Recorded told("01-hello");
  std::size_t seen = 0;
  for (std::uint64_t event = 0; event < told.view.end(); ++event) {
    if (told.trace[event].phase != Phase::ReadHeader) continue;
    ++seen;
    const Picture picture = draw(told.view, {event, {}});
    CHECK(value(picture, "Host") == "localhost:8080");
    CHECK(value(picture, "User-Agent") == (seen < 2 ? "" : "curl/7.80.0"));
    CHECK(value(picture, "Accept") == (seen < 3 ? "" : "*/*"));
    CHECK(value(picture, "header 2") == (seen < 2 ? "not yet" : ""));
    CHECK(value(picture, "header 3") == (seen < 3 ? "not yet" : ""));
    // The row of the header that came just now glows.
    int glowing = 0;
    for (const PictureRow& row : picture.boxes.back().rows) glowing += row.link.at_cursor ? 1 : 0;
    CHECK(glowing == 1);
  }
  CHECK(seen == 3);
  const Picture whole = draw(told.view, at(told, "read.headers_complete"));
  CHECK(value(whole, "blank line") == "83 bytes of head");
  CHECK(decision(whole).find("Byte 82: LF, hex 0a") == 0);
}

TEST_CASE("parser: every byte of curl's request shows its decision, by byte (01)") {
  const Recorded told("01-hello");
  Cursor cursor = at(told, "read.read");
  const Stepper stepper(told.view);
  const std::string sent =
      "GET /hello HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.80.0\r\nAccept: "
      "*/*\r\n\r\n";
  std::set<std::string> decisions;
  http::RequestParser parser;
  for (std::size_t byte = 0; byte < sent.size(); ++byte) {
    const auto next = stepper.forward(cursor, StepUnit::Byte);
    REQUIRE(next);
    cursor = *next;
    REQUIRE(cursor.consumed == byte + 1);
    CAPTURE(byte);
    // The parser itself, run here, stood there and goes on there.
    const State before = parser.state();
    const std::string_view window = std::string_view(sent).substr(0, byte + 1);
    State after = before;
    for (bool first = true;; first = false) {
      const auto kind = parser.next({window, 0}).kind;
      if (first) after = parser.state();
      if (kind != http::StepKind::Told) break;
    }
    const Picture picture = draw(told.view, cursor);
    CHECK(picture.boxes[0].title_text() == http::words_of(before).words);
    CHECK(picture.boxes[2].title_text() == http::words_of(parser.state()).words);
    const http::ParserMove* move = http::move_between(before, after);
    REQUIRE(move != nullptr);
    CHECK(decision(picture).find(fmt::format("Byte {}: ", byte)) == 0);
    CHECK(decision(picture).find(std::string(move->sentence)) != std::string::npos);
    decisions.insert(decision(picture).substr(decision(picture).find(": ")));
    const PictureBar* mark = marked(picture);
    REQUIRE(mark != nullptr);
    REQUIRE(mark->link.bytes);
    CHECK(mark->link.bytes->range == ByteRange{byte, 1});
  }
  CHECK(parser.state() == State::Done);
  CHECK(decisions.size() > 25);
  // By the last byte all is told, and by bytes alone nothing that came later is linked.
  const Picture last = draw(told.view, cursor);
  CHECK(value(last, "Accept") == "*/*");
}

TEST_CASE("parser: between two events values are known by the bytes alone, in brackets (01)") {
  const Recorded told("01-hello");
  const auto read = at(told, "read.read");
  const Picture picture = draw(told.view, {at(told, "read.line_found").event, 21});
  CHECK(value(picture, "1 found") == "GET /hello HTTP/1.1");
  CHECK(value(picture, "4 URL") == "[path /hello, no query]");
  const Picture midway = draw(told.view, {read.event, 3});
  CHECK(value(midway, "1 found") == "not yet");
  CHECK(midway.boxes[2].title_text() == "the method");
}

TEST_CASE("parser: what stands in brackets is shortened to its room with them (12, widths)") {
  const Recorded told("12-timeout");
  const std::uint64_t last = told.view.end() - 1;
  std::size_t shortened = 0;
  for (float width = 900; width < 1400; width += 3) {
    CAPTURE(width);
    const Picture picture =
        layout_parser(told.view, {last, {}}, {}, plain_ruler(), {0, 0, width, 600});
    for (const PictureBox& box : picture.boxes) {
      for (const PictureRow& row : box.rows) {
        CAPTURE(row.value.text);
        CHECK_FALSE(row.value.cut);
        shortened += row.value.text.ends_with("\u2026]") ? 1 : 0;
      }
    }
  }
  CHECK(shortened > 0);
}

TEST_CASE("parser: a refusal shows the byte, the rule and its section (every one of 04)") {
  const Recorded told("04-bad-request");
  int refused = 0;
  for (std::uint64_t event = 0; event < told.view.end(); ++event) {
    const trace::Event& fact = told.trace[event];
    // Without bytes it came too late: no byte is to blame.
    if (fact.phase != Phase::ReadRejected || !fact.has_bytes()) continue;
    ++refused;
    CAPTURE(event + 1);
    const auto symbol = [&](std::string_view name) {
      return std::string(told.trace.symbols().text({static_cast<std::uint32_t>(*fact.arg(name))}));
    };
    const Picture picture = draw(told.view, {event, {}});
    CHECK(picture.boxes[1].alarm);
    // What a whole head or line breaks is found without another byte.
    const std::string stood(picture.boxes[0].title_text());
    const bool by_head = stood == "head complete";
    CHECK(decision(picture).find(
              by_head || stood == "line validated" ? std::string("No further byte")
                      : fmt::format("Byte {}: ", count(static_cast<std::int64_t>(
                                                     fact.bytes().offset)))) == 0);
    CHECK(decision(picture).find(symbol("error")) != std::string::npos);
    CHECK(words(picture.boxes[2]).find("refused " + symbol("rfc")) == 0);
    CHECK(words(picture.boxes[2]).find(fmt::format("The answer is {}.", *fact.arg("status"))) !=
          std::string::npos);
    const PictureBar* mark = marked(picture);
    REQUIRE(mark != nullptr);
    if (!by_head) CHECK(mark->link.bytes->range == fact.bytes());
    // The event before it knows nothing of it, and what was not read never will be.
    CHECK_FALSE(draw(told.view, {event - 1, {}}).boxes[1].alarm);
    CHECK(value(picture, "blank line") != "not yet");
  }
  CHECK(refused == 20);
}

TEST_CASE("parser: it stopped in the state that read the byte, which need not be to blame (04)") {
  const Recorded told("04-bad-request");
  std::vector<std::string> stood;
  for (std::uint64_t event = 0; event < told.view.end(); ++event) {
    if (told.trace[event].phase != Phase::ReadRejected) continue;
    stood.emplace_back(draw(told.view, {event, {}}).boxes[0].title_text());
  }
  CHECK(stood == std::vector<std::string>{
                     "the method", "the target", "the version", "line validated", "the target",
                     "a header's name", "start of a line", "the host", "end of a header",
                     "head complete", "a header's name", "start of a line", "a header's value",
                     "the body's length", "a header's name", "head complete", "head complete",
                     "a header's name", "head complete", "a chunk's size", "a header's value"});
}

TEST_CASE("parser: a body is counted down, its last byte ends it (told)") {
  const Scene scene(tell_busy);
  const auto& requests = scene.index.requests();
  const std::uint32_t posted = requests.back();
  const auto* summary = scene.index.request(posted);
  REQUIRE(summary != nullptr);
  const Teller tell(scene.view, {summary->last, {}}, {});
  REQUIRE(tell.focus().request == posted);
  const ParserFilm done = parser_film(tell, {summary->last, {}});
  CHECK(done.after == State::BodyEnd);
  CHECK(done.request.content_length == 11);
  const ParserFilm midway = parser_film(tell, {summary->last, done.consumed - 1});
  CHECK(midway.after == State::Body);
  CHECK(midway.before == State::Body);
  const auto bytes = film_bytes(tell, done, 30);
  REQUIRE(bytes.size() == 30);
  CHECK(bytes.back().value == 'd');
  CHECK(bytes.back().reader == State::Body);
}

TEST_CASE("parser: of an empty body no byte is said to be there (04, the last request)") {
  const Recorded told("04-bad-request");
  const Picture picture = draw(told.view, {told.view.end() - 1, {}}, {0, 0, 1200, 520});
  CHECK(decision(picture).find("the body is empty") != std::string::npos);
  CHECK(words(picture.boxes[2]).find("last byte") == std::string::npos);
}

TEST_CASE("parser: what the whole head breaks is no single byte's doing (04, no Host)") {
  const Recorded told("04-bad-request");
  for (std::uint64_t event = 0; event < told.view.end(); ++event) {
    const trace::Event& fact = told.trace[event];
    if (fact.phase != Phase::ReadRejected || fact.bytes().offset != 34) continue;
    const Picture picture = draw(told.view, {event, {}});
    CHECK(picture.boxes[1].title_text() == "No further byte");
    REQUIRE(marked(picture) != nullptr);
    // The LF that ended the head was read last.
    CHECK(marked(picture)->link.bytes->range == ByteRange{35, 1});
    CHECK_FALSE(picture.boxes[0].words.empty());
  }
}

TEST_CASE("parser: what the event tells of is seen from its first byte on") {
  const Recorded told("01-hello");
  const Cursor header = at(told, "read.header");
  const Teller tell(told.view, header, {});
  const ByteRange range = told.view.trace[header.event].bytes();
  const auto bytes = film_bytes(tell, parser_film(tell, header), 30);
  REQUIRE(bytes.size() == 30);
  CHECK(bytes.front().offset == range.offset);
  CHECK(bytes.front().value == 'H');
  // Where all of it has no room the last byte stays in sight.
  const auto few = film_bytes(tell, parser_film(tell, header), 10);
  CHECK(few.front().offset > range.offset);
  CHECK(few.back().offset + 1 >= range.end());
}

TEST_CASE("parser: sound at any size and byte (01, 04, by byte)") {
  for (const char* scenario : {"01-hello", "04-bad-request"}) {
    const Recorded told(scenario);
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      for (const Rect& area :
           {place, Rect{0, 0, 560, 390}, Rect{4, 8, 1240, 380}, Rect{0, 0, 1100, 600}}) {
        std::optional<Cursor> cursor = at(told, "read.read");
        for (int step = 0; step < 60 && cursor; ++step) {
          const Picture picture = layout_parser(told.view, *cursor, {}, ruler, area);
          CAPTURE(area.w);
          CAPTURE(projector);
          CAPTURE(*cursor->consumed);
          std::vector<Rect> rects;
          for (const PictureBox& box : picture.boxes) {
            CHECK(lies_in(box.rect, area));
            rects.push_back(box.rect);
            for (const TextBox& line : box.title) CHECK_FALSE(line.cut);
            for (const TextBox& line : box.words) {
              CAPTURE(line.text);
              CHECK_FALSE(line.cut);
            }
            for (const PictureRow& row : box.rows) {
              CAPTURE(row.value.text);
              CHECK_FALSE(row.name.cut);
              CHECK_FALSE(row.value.cut);
            }
          }
          for (const PictureBar& bar : picture.bars) rects.push_back(bar.rect);
          check_apart(rects);
          cursor = Stepper(told.view).forward(*cursor, StepUnit::Byte);
        }
      }
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
