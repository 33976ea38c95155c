// Request and answer as objects, over recordings and a told story.
#include "viz/model/layout_message.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "core/trace/symbols.h"
#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/message_fields.h"

namespace roundtrip::viz {
namespace {

using trace::Phase;

const Rect place{0, 0, 640, 400};

Cursor at(const Recorded& told, std::string_view phase) {
  return *Stepper(told.view).position_of(phase);
}
Picture draw(const TraceView& view, const Cursor& cursor, const Rect& area = place) {
  return layout_message(view, cursor, {}, plain_ruler(), area);
}
const PictureRow* row(const Picture& picture, std::size_t box, std::string_view name) {
  for (const PictureRow& one : picture.boxes.at(box).rows) {
    if (one.name.text == name) return &one;
  }
  return nullptr;
}
std::string value(const Picture& picture, std::size_t box, std::string_view name) {
  const PictureRow* found = row(picture, box, name);
  return found == nullptr ? "" : found->value.text;
}
std::string all_words(const PictureBox& box) {
  std::string all;
  for (const TextBox& line : box.words) all += line.text + " ";
  return all;
}

TEST_CASE("message: the request fills in field by field, each at its event (01)") {
  const Recorded told("01-hello");
  const auto said = [&](std::string_view phase) {
    const Picture picture = draw(told.view, at(told, phase));
    std::string all;
    for (const char* name : {"Method", "URL", "Header", "  Host", "Host", "ContentLength",
                             "TransferEncoding", "Body", "Close"}) {
      all += value(picture, 0, name) + "|";
    }
    return all;
  };
  CHECK(said("read.line_found") ==
        "not yet|not yet|not yet||not yet|not yet|not yet|not yet|"
        "not yet|");
  CHECK(said("read.line_split") ==
        "GET|not yet|not yet||not yet|not yet|not yet|not yet|"
        "not yet|");
  CHECK(said("read.url") == "GET|/hello|not yet||not yet|not yet|not yet|not yet|not yet|");
  CHECK(said("read.header") ==
        "GET|/hello|[1 so far]|localhost:8080|localhost:8080|"
        "not yet|not yet|not yet|not yet|");
  CHECK(said("read.headers_complete") ==
        "GET|/hello|[3 entries]|localhost:8080|localhost:8080|"
        "not yet|[none]|not yet|not yet|");
  CHECK(said("read.request_ready") ==
        "GET|/hello|[3 entries]|localhost:8080|localhost:8080|[0]|"
        "[none]|[none]|[no]|");
  CHECK(value(draw(told.view, at(told, "read.header")), 0, "RemoteAddr").starts_with("127.0.0.1:"));
}

TEST_CASE("message: the answer fills in from what was decided to what was sent (01)") {
  const Recorded told("01-hello");
  const auto said = [&](std::string_view phase) {
    const Picture picture = draw(told.view, at(told, phase));
    std::string all;
    for (const char* name : {"Status", "Proto", "Header", "ContentLength", "TransferEncoding",
                             "Body", "  begins", "Close"}) {
      all += value(picture, 1, name) + "|";
    }
    return all;
  };
  CHECK(said("handle.route_match") == "not yet|not yet|not yet|not yet|not yet|not yet||not yet|");
  CHECK(said("handle.write_header") == "200 OK|not yet|not yet|not yet|not yet|not yet||not yet|");
  CHECK(said("transmit.framing") ==
        "200 OK|not yet|not yet|[13]|[none]|13 bytes, waiting||not yet|");
  CHECK(said("transmit.head") == "200 OK|HTTP/1.1|[3 entries]|13|[none]|13 bytes, waiting||[no]|");
  CHECK(said("end") == "200 OK|HTTP/1.1|[3 entries]|13|[none]|13 bytes, sent|Hello, World!|[no]|");
}

TEST_CASE("message: every field has the very bytes that it shows (01)") {
  const Recorded told("01-hello");
  const Picture picture = draw(told.view, at(told, "end"));
  const std::map<std::string, std::string> expected{{"Method", "GET"},
                                                    {"URL", "/hello"},
                                                    {"  User-Agent", "User-Agent: curl/7.80.0"},
                                                    {"Host", "Host: localhost:8080"},
                                                    {"Status", "200 OK"},
                                                    {"  Content-Length", "Content-Length: 13\r\n"},
                                                    {"Body", "Hello, World!"}};
  std::size_t seen = 0;
  for (const PictureBox& box : picture.boxes) {
    for (const PictureRow& one : box.rows) {
      if (!one.link.bytes) continue;
      const ByteSpan& span = *one.link.bytes;
      const auto bytes = told.trace.bytes(span.conn, span.log, span.range);
      REQUIRE(bytes.whole);
      const auto wanted = expected.find(one.name.text);
      if (wanted == expected.end()) continue;
      ++seen;
      CHECK(bytes.data == wanted->second);
    }
  }
  CHECK(seen == expected.size());
}

TEST_CASE("message: it says where Go's objects differ (01)") {
  const Recorded told("01-hello");
  const Picture picture = draw(told.view, at(told, "read.request_ready"), {0, 0, 640, 480});
  CHECK(all_words(picture.boxes[0]).find("Host out of Header") != std::string::npos);
  CHECK(all_words(picture.boxes[0]).find("NoBody") != std::string::npos);
  CHECK(all_words(picture.boxes[1]).find("only a client gets the object") != std::string::npos);
}

TEST_CASE("message: a refused request keeps what was read, the rest never comes (04)") {
  const Recorded told("04-bad-request");
  const Picture picture = draw(told.view, at(told, "read.rejected"));
  CHECK(picture.boxes[0].alarm);
  CHECK(value(picture, 0, "Method") == "not read");
  CHECK(value(picture, 1, "Status") == "not yet");
  const Picture answered = draw(told.view, at(told, "lifecycle.half_close"));
  CHECK(value(answered, 1, "Status") == "400 Bad Request");
  CHECK(value(answered, 1, "Close") == "[yes]");
}

TEST_CASE("message: a body is counted as its pieces come, and begins with its bytes (told)") {
  const Scene scene(tell_busy);
  const std::uint32_t posted = scene.index.requests().back();
  const auto* summary = scene.index.request(posted);
  std::vector<std::string> bodies;
  for (std::uint64_t event = summary->first; event <= summary->last; ++event) {
    if (scene.trace[event].request != posted) continue;
    const std::string body = value(draw(scene.view, {event, {}}), 0, "Body");
    if (bodies.empty() || bodies.back() != body) bodies.push_back(body);
  }
  CHECK(bodies == std::vector<std::string>{"not yet", "0 of 11 bytes", "11 of 11 bytes"});
  const Picture done = draw(scene.view, {summary->last, {}});
  CHECK(value(done, 0, "  begins") == "hello world");
  CHECK(value(done, 0, "ContentLength") == "11");
}

TEST_CASE("message: of a chosen request that is over, its own values stay (told)") {
  const Scene scene(tell_busy);
  ViewState state;
  state.chosen = {1, scene.index.requests().front()};
  const Cursor end{scene.view.end() - 1, {}};
  const Picture picture = layout_message(scene.view, end, state, plain_ruler(), place);
  CHECK(value(picture, 0, "URL") == "/hello");
  CHECK(value(picture, 1, "  begins") == "Hello, World!");
}

TEST_CASE("message: the body that was sent is what the answer says it is (03)") {
  const Recorded told("03-close");
  const Picture picture = draw(told.view, at(told, "end"));
  CHECK(value(picture, 1, "Status") == "408 Request Timeout");
  CHECK(value(picture, 1, "ContentLength") == "43");
  CHECK(value(picture, 1, "Body") == "43 bytes, sent");
}

TEST_CASE("message: curl's request and its answer stand whole where the story shows them (01)") {
  const Recorded told("01-hello");
  const Picture picture = draw(told.view, at(told, "end"), {0, 0, 800, 346});
  CHECK(value(picture, 0, "  Accept") == "*/*");
  CHECK(value(picture, 0, "TransferEncoding") == "[none]");
  CHECK(value(picture, 1, "  Content-Type") == "text/plain; charset=utf-8");
}

TEST_CASE("message: where there is little room the most important fields stay, counted (01)") {
  const Recorded told("01-hello");
  for (const float height : {140.f, 200.f, 260.f, 340.f}) {
    const Picture picture = draw(told.view, at(told, "end"), {0, 0, 640, height});
    CAPTURE(height);
    REQUIRE(row(picture, 0, "Method") != nullptr);
    const auto whole = fields_of_request(Teller(told.view, at(told, "end"), {})).fields.size();
    const std::size_t shown = picture.boxes[0].rows.size();
    CHECK(shown <= whole);
    if (shown < whole) {
      CHECK(all_words(picture.boxes[0]) == "and " + std::to_string(whole - shown) + " more ");
    }
    for (const PictureBox& box : picture.boxes) {
      CHECK(lies_in(box.rect, {0, 0, 640, height}));
      for (const PictureRow& one : box.rows) CHECK_FALSE(one.value.cut);
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
