// Answers: where each ends, whole and torn at every byte.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/scenario/limits.h"
#include "core/scenario/response_reader.h"

namespace roundtrip::scenario {

namespace {

struct Case {
  const char* name;
  std::string_view bytes;  // one answer, and what belongs to the next
  std::size_t whole;       // how much of it is this answer; 0: the close ends it
  int status;
  std::string_view body;
  bool to_head = false;
};

const Case cases[] = {
    {"counted", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP", 43, 200, "hello"},
    {"counted, other case", "HTTP/1.1 404 No\r\ncontent-LENGTH:2 \r\n\r\nno", 40, 404, "no"},
    {"empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nX", 38, 200, ""},
    {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
               "A;x=1\r\n0123456789"
               "\r\n0\r\n\r\nHTTP", 79, 200, "abc0123456789"},
    {"trailer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n", 58, 200,
     ""},
    {"until close", "HTTP/1.0 200 OK\r\n\r\nall of it", 0, 200, "all of it"},
    {"no body by status", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 48, 304, ""},
    {"to HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 38, 200, "", true},
    {"after an interim one",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 64, 200, "x"},
};

}  // namespace

TEST_CASE("answer: whole and at every split point") {
  for (const Case& sample : cases) {
    INFO(std::string(sample.name));
    for (std::size_t split = 0; split <= sample.bytes.size(); ++split) {
      ResponseReader reader(sample.to_head, 100);
      std::size_t taken = 0;
      for (const std::string_view part :
           {sample.bytes.substr(0, split), sample.bytes.substr(split)}) {
        const auto count = reader.feed(part);
        REQUIRE(count.ok());
        taken += *count;
      }
      if (sample.whole == 0) {
        CHECK_FALSE(reader.whole());
        CHECK(reader.end().ok());
      } else {
        CHECK_EQ(taken, sample.whole);
      }
      REQUIRE(reader.whole());
      const Response response = reader.take();
      CHECK_EQ(response.status, sample.status);
      CHECK_EQ(response.body, sample.body);
      CHECK_EQ(response.body_bytes, sample.body.size());
      CHECK_EQ(response.range, ByteRange{100, taken});
    }
  }
}

TEST_CASE("answer: what is none is an error") {
  for (const std::string_view bytes :
       {"hello\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"}) {
    ResponseReader reader(false, 0);
    CHECK_FALSE(reader.feed(bytes));
  }
  ResponseReader endless(false, 0);
  CHECK_FALSE(endless.feed(std::string(limits::response_head_bytes + 1, 'a')));
}

TEST_CASE("answer: whether another may follow on its connection") {
  const auto last = [](std::string_view head) {
    ResponseReader reader(false, 0);
    REQUIRE(reader.feed(head).ok());
    REQUIRE(reader.end().ok());
    return reader.take().last;
  };
  CHECK_FALSE(last("HTTP/1.1 204 No\r\n\r\n"));
  CHECK(last("HTTP/1.1 204 No\r\nConnection: Close\r\n\r\n"));
  CHECK_FALSE(last("HTTP/1.1 204 No\r\nConnection: keep-alive\r\n\r\n"));
  CHECK(last("HTTP/1.0 204 No\r\n\r\n"));
  CHECK_FALSE(last("HTTP/1.0 204 No\r\nConnection: Keep-Alive\r\n\r\n"));
  CHECK(last("HTTP/1.1 200 OK\r\n\r\nuntil the close"));
}

TEST_CASE("answer: of a body no more is kept than was asked for, and all is counted") {
  ResponseReader reader(false, 0, 3);
  REQUIRE(reader.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe").ok());
  REQUIRE(reader.feed("llo").ok());
  const Response response = reader.take();
  CHECK(response.body == "hel");
  CHECK(response.body_bytes == 5);
}

TEST_CASE("answer: one that is cut short says how far it came") {
  ResponseReader reader(false, 0);
  REQUIRE(reader.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel").ok());
  const Status ended = reader.end();
  REQUIRE_FALSE(ended);
  CHECK(ended.error().find("41 bytes") != std::string::npos);
  CHECK(ResponseReader(false, 0).end().ok());
}

}  // namespace roundtrip::scenario
