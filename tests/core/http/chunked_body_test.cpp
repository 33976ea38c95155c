// Chunked request bodies: what is told of them, how they are asked for, and what a request keeps.
#include <string>

#include "core/http/message.h"
#include "tests/core/http/parser_run.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

constexpr std::string_view head =
    "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
static_assert(head.size() == 60);

// From RequestReady on.
std::string body_lines(std::string_view body) {
  const ParserRun run = run_every_way(std::string(head) + std::string(body));
  CHECK(run.stopped_at == head.size() + body.size());
  return fmt::format("{}", fmt::join(run.lines.begin() + 7, run.lines.end(), "\n"));
}

}  // namespace

TEST_CASE("chunked body: heads, data and the end are told, and data only is a piece") {
  CHECK(body_lines("5\r\nhello\r\n3\r\n wo\r\n0\r\n\r\n") ==
        "RequestReady length in chunks keep true host true\n"
        "ChunkFound 60+3 61+0 size 5\n"
        "Body 63+5\n"
        "ChunkFound 70+3 71+0 size 3\n"
        "Body 73+3\n"
        "ChunkFound 78+3 79+0 size 0\n"
        "BodyComplete 60+23 data 8\n"
        "Done");
}

TEST_CASE("chunked body: sizes are hexadecimal, extensions are skipped, trailers are fields") {
  CHECK(body_lines("00A ;name=\"a;b\"\r\n0123456789\r\n0;x\r\nDigest: \t 1 2 \r\nE:\r\n\r\n") ==
        "RequestReady length in chunks keep true host true\n"
        "ChunkFound 60+17 63+12 size 10\n"
        "Body 77+10\n"
        "ChunkFound 89+5 90+2 size 0\n"
        "Trailer 94+16 94+6 104+3\n"
        "Trailer 110+4 110+1 112+0\n"
        "BodyComplete 60+56 data 10\n"
        "Done");
}

TEST_CASE("chunked body: may be empty, and the next request follows it") {
  const std::string text = fmt::format("{}0\r\n\r\n{}1\r\nx\r\n0\r\n\r\n", head, head);
  const ParserRun run = run_every_way(text);
  CHECK(run.lines[9] == "BodyComplete 60+5 data 0");
  CHECK(run.lines[11] == "RequestLineFound 65+21");
  CHECK(run.lines.back() == "Done");
  CHECK(run.stopped_at == text.size());
}

TEST_CASE("chunked body: the coding is named in any case and with spaces around it") {
  for (const std::string_view value : {"chunked", "CHUNKED", " \tChunked \t"}) {
    const ParserRun run = run_every_way(fmt::format(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:{}\r\n\r\n0\r\n\r\n", value));
    CHECK(run.lines.back() == "Done");
  }
}

TEST_CASE("chunked body: the largest size there is is told before the limit bites") {
  ParserLimits limits;
  limits.body_bytes = UINT64_MAX;
  const std::string text(head);
  CHECK(run_every_way(text + "ffffffffffffffff\r\n", limits).lines.back() ==
        "ChunkFound 60+18 76+0 size 18446744073709551615");
  CHECK(run_every_way(text + "1\r\na\r\nffffffffffffffff\r\n", limits).lines.back() ==
        "BodyTooLarge at 66");
}

TEST_CASE("chunked body: what has been read need not be kept, but a trailer's line") {
  const std::string text = std::string(head) + "3\r\nabc\r\n0\r\nName: value\r\n\r\n";
  RequestParser parser;
  const auto read_to = [&](std::size_t upto) {
    const std::uint64_t from = parser.needed_from();
    Step last(StepKind::NeedsMore);
    while (true) {
      Step step = parser.next({std::string_view(text).substr(from, upto - from), from});
      if (step.kind != StepKind::Told) return last;
      last = step;
    }
  };
  read_to(66);
  CHECK(parser.state() == State::ChunkDataEnd);
  CHECK(parser.needed_from() == 66);
  read_to(75);
  CHECK(parser.state() == State::TrailerName);
  CHECK(parser.needed_from() == 71);
  CHECK(parser.position() == 75);
  CHECK(std::get<Trailer>(read_to(84).token).value == ByteRange{77, 5});
  CHECK(parser.needed_from() == 84);
  CHECK(std::get<BodyComplete>(read_to(86).token).data_bytes == 3);
  CHECK(parser.between_requests());
}

TEST_CASE("request: keeps of a chunked body its bytes, its end and the number of trailers") {
  const std::string text =
      std::string(head) + "2\r\nab\r\n1\r\nc\r\n0\r\nHost-Of-Sorts: x\r\n\r\n";
  const StreamBytes bytes{text, 0};
  RequestParser parser;
  Request request;
  for (Step step = parser.next(bytes); step.kind == StepKind::Told; step = parser.next(bytes)) {
    CHECK_FALSE(request.body_is_read());
    request.apply(step.token);
  }
  CHECK(request.framing == BodyFraming::Chunked);
  CHECK_FALSE(request.content_length);
  CHECK(request.body_bytes == 3);
  CHECK(request.body_is_read());
  CHECK(request.trailer_count == 1);
  // A trailer is no header.
  CHECK(request.header_count() == 2);
  CHECK_FALSE(request.find(bytes, "Host-Of-Sorts"));
}

TEST_CASE("expectation: 100-continue is told where a body is held back (versions, no body)") {
  const auto ready = [](std::string_view version, std::string_view lines) {
    return run_every_way(fmt::format("POST / {}\r\nHost: a\r\n{}\r\n", version, lines)).text();
  };
  const auto expects = [&](std::string_view version, std::string_view lines) {
    return ready(version, lines).find("host true expect\n") != std::string::npos;
  };
  CHECK(expects("HTTP/1.1", "Expect: 100-continue\r\nContent-Length: 1\r\n"));
  CHECK(expects("HTTP/1.1", "Transfer-Encoding: chunked\r\nexpect:100-Continue \r\n"));
  CHECK(expects("HTTP/1.1", "Expect: 100-continue\r\nContent-Length: 0\r\n"));
  CHECK_FALSE(expects("HTTP/1.1", "Expect: 100-continue\r\n"));
  CHECK_FALSE(expects("HTTP/1.0", "Expect: 100-continue\r\nContent-Length: 1\r\n"));
  CHECK_FALSE(expects("HTTP/1.1", "Content-Length: 1\r\n"));
}
