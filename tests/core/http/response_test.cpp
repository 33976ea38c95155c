#include "core/http/response_head.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/http/chunk.h"
#include "core/http/http_date.h"
#include "core/http/status.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

constexpr std::string_view date = "Sun, 28 Dec 2025 10:30:00 GMT";

std::string written(const ResponseHead& head, HeadParts* parts = nullptr) {
  std::array<char, 4'096> out;
  const std::optional<std::size_t> bytes = write_head(head, out, parts);
  REQUIRE(bytes.has_value());
  return {out.data(), *bytes};
}

}  // namespace

TEST_CASE("response head: the answer to hello is 17 + 37 + 20 + 41 + 2, with its body 130") {
  ResponseHead head;
  head.date = date;
  head.content_length = 13;
  head.content_type = "text/plain; charset=utf-8";
  HeadParts parts;
  const std::string text = written(head, &parts);
  CHECK(text ==
        "HTTP/1.1 200 OK\r\n"
        "Date: Sun, 28 Dec 2025 10:30:00 GMT\r\n"
        "Content-Length: 13\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "\r\n");
  const std::vector<HeadPart> expected{{HeadPartKind::StatusLine, {0, 17}},
                                       {HeadPartKind::Date, {17, 37}},
                                       {HeadPartKind::ContentLength, {54, 20}},
                                       {HeadPartKind::ContentType, {74, 41}},
                                       {HeadPartKind::BlankLine, {115, 2}}};
  CHECK(std::vector<HeadPart>(parts.view().begin(), parts.view().end()) == expected);
  CHECK(text.size() + 13 == 130);
}

TEST_CASE("response head: the handler's fields come first and are not said twice") {
  HeaderList fields;
  REQUIRE(fields.add("Allow", "GET, HEAD").ok());
  REQUIRE(fields.add("content-type", "application/json").ok());
  REQUIRE(fields.add("Transfer-Encoding", "gzip").ok());
  ResponseHead head;
  head.status = 405;
  head.fields = &fields;
  head.date = date;
  head.framing = BodyFraming::Chunked;
  head.content_type = "text/plain; charset=utf-8";
  head.connection = ConnectionField::Close;
  CHECK(written(head) ==
        "HTTP/1.1 405 Method Not Allowed\r\n"
        "Allow: GET, HEAD\r\n"
        "content-type: application/json\r\n"
        "Date: Sun, 28 Dec 2025 10:30:00 GMT\r\n"
        "Transfer-Encoding: chunked\r\n"
        "Connection: close\r\n"
        "\r\n");
}

TEST_CASE("response head: a length of the handler's own stays, unless the body is chunked") {
  HeaderList fields;
  REQUIRE(fields.set("Content-Length", "7").ok());
  ResponseHead head;
  head.fields = &fields;
  head.content_length = 7;
  CHECK(written(head) == "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
  head.framing = BodyFraming::Chunked;
  CHECK(written(head) == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  head.framing = BodyFraming::NoBody;
  head.status = 304;
  CHECK(written(head) == "HTTP/1.1 304 Not Modified\r\n\r\n");
}

TEST_CASE("response head: Connection is written where the version does not say it") {
  CHECK(connection_field(1, true) == ConnectionField::None);
  CHECK(connection_field(1, false) == ConnectionField::Close);
  CHECK(connection_field(0, true) == ConnectionField::KeepAlive);
  CHECK(connection_field(0, false) == ConnectionField::None);
  ResponseHead head;
  head.framing = BodyFraming::UntilClose;
  head.connection = ConnectionField::KeepAlive;
  CHECK(written(head) == "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n");
}

TEST_CASE("response head: too little memory is said, not overrun (every size)") {
  HeaderList fields;
  REQUIRE(fields.add("X", "y").ok());
  ResponseHead head;
  head.fields = &fields;
  head.date = date;
  head.content_type = "text/html";
  const std::string whole = written(head);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    std::vector<char> out(size);
    CHECK(write_head(head, out).has_value() == (size == whole.size()));
  }
}

TEST_CASE("response head: more fields than parts are written all the same, and counted") {
  HeaderList fields;
  for (int i = 0; i < 60; ++i) REQUIRE(fields.add("X", fmt::format("{}", i)).ok());
  ResponseHead head;
  head.fields = &fields;
  HeadParts parts;
  const std::string text = written(head, &parts);
  CHECK(parts.count == HeadParts::limit);
  CHECK(parts.left_out == 15);
  CHECK(text.ends_with("X: 59\r\nContent-Length: 0\r\n\r\n"));
}

TEST_CASE("status: reasons are found, unknown codes have none") {
  CHECK(reason_phrase(200) == "OK");
  CHECK(reason_phrase(431) == "Request Header Fields Too Large");
  CHECK(reason_phrase(299).empty());
  CHECK_FALSE(status_allows_body(204));
  CHECK_FALSE(status_allows_body(100));
  CHECK(status_allows_body(404));
}

TEST_CASE("chunk: its size stands before it in hexadecimal") {
  CHECK(ChunkHead(1).text() == "1\r\n");
  CHECK(ChunkHead(2'048).text() == "800\r\n");
  CHECK(ChunkHead(0xffffffffffffffff).text() == "ffffffffffffffff\r\n");
  CHECK(last_chunk == "0\r\n\r\n");
}
