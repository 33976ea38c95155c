#include "core/http/parse_error.h"

#include <set>
#include <string>

#include "core/http/status.h"
#include "tests/core/http/parser_run.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

struct Refusal {
  ParseError error;
  std::string text;
  std::uint64_t offset;       // the byte to blame
  std::uint64_t seen_by = 0;  // bytes needed to see it; 0: the one to blame is the last
};

std::string with_host(std::string_view lines) {
  return fmt::format("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", lines);
}

// The lines begin at byte 25 of with_host.

// The body begins at byte 55 of with_chunks.
std::string with_chunks(std::string_view body) {
  return with_host("Transfer-Encoding: chunked\r\n") + std::string(body);
}

const std::vector<Refusal>& refusals() {
  static const std::vector<Refusal> all{
      {ParseError::TooManyEmptyLines, "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.0\r\n\r\n", 8},
      {ParseError::BadMethod, " GET / HTTP/1.1\r\n", 0},
      {ParseError::BadMethod, "G\x01T / HTTP/1.1\r\n", 1},
      {ParseError::BadMethod, "GET(/ HTTP/1.1\r\n", 3},
      {ParseError::BadMethod, "\xff", 0},
      {ParseError::IncompleteRequestLine, "GET\r\n", 3},
      {ParseError::IncompleteRequestLine, "GET \r\n", 4},
      {ParseError::IncompleteRequestLine, "GET /\r\n", 5},
      {ParseError::IncompleteRequestLine, "GET *\r\n", 5},
      {ParseError::IncompleteRequestLine, "GET http:\r\n", 9},
      {ParseError::IncompleteRequestLine, "GET / \r\n", 6},
      {ParseError::IncompleteRequestLine, "GET / HTTP/1\r\n", 12},
      {ParseError::BadTarget, "GET  / HTTP/1.1\r\n", 4},
      {ParseError::BadTarget, "GET ?q HTTP/1.1\r\n", 4},
      {ParseError::BadTarget, "GET hello HTTP/1.1\r\n", 9},
      {ParseError::BadTarget, "GET http:/x HTTP/1.1\r\n", 10},
      {ParseError::BadTarget, "GET http/x HTTP/1.1\r\n", 8},
      {ParseError::BadTarget, "GET *x HTTP/1.1\r\n", 5},
      {ParseError::BadTarget, "GET http:///x HTTP/1.1\r\n", 11, 14},
      {ParseError::BadTarget, "GET http://user@h/x HTTP/1.1\r\n", 15, 20},
      {ParseError::BadTarget, "CONNECT h:80/x HTTP/1.1\r\n", 12, 15},
      {ParseError::BadTarget, "CONNECT /hello HTTP/1.1\r\n", 8},
      {ParseError::BadTarget, "CONNECT http://h/ HTTP/1.1\r\n", 13, 18},
      {ParseError::BadTargetByte, "GET /a\tb HTTP/1.1\r\n", 6},
      {ParseError::BadTargetByte, "GET /caf\xc3\xa9/and/a/longer/path HTTP/1.1\r\n", 8},
      {ParseError::BadTargetByte, "GET /\x7f HTTP/1.1\r\n", 5},
      {ParseError::BadEscape, "GET /a%zz HTTP/1.1\r\n", 6, 20},
      {ParseError::BadEscape, "GET http://h/%41%4?x=%zz HTTP/1.1\r\n", 16, 35},
      {ParseError::EscapedControl, "GET /%0d%0a HTTP/1.1\r\n", 5, 22},
      {ParseError::BadVersion, "GET /  HTTP/1.1\r\n", 6},
      {ParseError::BadVersion, "GET / http/1.1\r\n", 6},
      {ParseError::BadVersion, "GET / HTTP/1.1 \r\n", 14},
      {ParseError::BadVersion, "GET / HTTP/1.10\r\n", 14},
      {ParseError::BadVersion, "GET / HTTP/1,1\r\n", 12},
      {ParseError::BadVersion, "GET / HTTP/x.1\r\n", 11},
      {ParseError::UnsupportedVersion, "GET / HTTP/2.0\r\n", 11},
      {ParseError::UnsupportedVersion, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 11},
      {ParseError::UnsupportedVersion, "GET / HTTP/3.1\r\n", 11},
      {ParseError::UnsupportedVersion, "GET / HTTP/0.9\r\n", 11},
      {ParseError::BareCr, "GET / HTTP/1.1\rHost: a\r\n", 15},
      {ParseError::BareCr, "\rGET / HTTP/1.1\r\n", 1},
      {ParseError::BareCr, with_host("X: a\rb\r\n"), 30},
      {ParseError::BareCr, "GET / HTTP/1.1\r\nHost: a\r\n\rX", 26},
      {ParseError::BareLf, "\nGET / HTTP/1.1\r\n", 0},
      {ParseError::BareLf, "GET\n", 3},
      {ParseError::BareLf, "GET / HTTP/1.1\nHost: a\r\n", 14},
      {ParseError::BareLf, "GET /\n", 5},
      {ParseError::BareLf, with_host("X: a\n"), 29},
      {ParseError::BareLf, with_host("X\n"), 26},
      {ParseError::BareLf, with_host("\n"), 25},
      {ParseError::BareLf, "GET / HTTP/1.1\r\nHost: a\n", 23},
      {ParseError::BareLf, with_host("Content-Length:\n"), 40},
      {ParseError::BareLf, with_host("Content-Length: 1 \n"), 43},
      {ParseError::SpaceBeforeFirstHeader, "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 16},
      {ParseError::ObsoleteFold, with_host(" folded\r\n"), 25},
      {ParseError::ObsoleteFold, with_host("X: a\r\n\tb\r\n"), 31},
      {ParseError::EmptyHeaderName, with_host(": a\r\n"), 25},
      {ParseError::BadHeaderName, with_host("X(: a\r\n"), 26},
      {ParseError::BadHeaderName, with_host("\x01: a\r\n"), 25},
      {ParseError::BadHeaderName, with_host("A-Long-Header-Name\xc3\xa4: a\r\n"), 43},
      {ParseError::SpaceBeforeColon, with_host("X : a\r\n"), 26},
      {ParseError::MissingColon, with_host("X\r\n"), 26},
      {ParseError::BadHeaderValue, with_host(std::string("X: a\0b\r\n", 8)), 29},
      {ParseError::BadHeaderValue, with_host("X: a long value and then \x7f\r\n"), 50},
      {ParseError::MissingHost, "GET / HTTP/1.1\r\nX: a\r\n\r\n", 22, 24},
      {ParseError::RepeatedHost, with_host("hOST: a\r\n"), 25, 30},
      {ParseError::BadHost, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 23},
      {ParseError::BadHost, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 24},
      {ParseError::BadHost, "GET / HTTP/1.1\r\nHost: a@b.example.org\r\n\r\n", 23},
      {ParseError::BadContentLength, with_host("Content-Length: -1\r\n"), 41},
      {ParseError::BadContentLength, with_host("Content-Length: \r\n"), 41},
      {ParseError::BadContentLength, with_host("Content-Length: 1x\r\n"), 42},
      {ParseError::BadContentLength, with_host("Content-Length: 5, 5\r\n"), 42},
      {ParseError::BadContentLength, with_host("Content-Length: 5 5\r\n"), 43},
      {ParseError::ContentLengthOverflow,
       with_host("Content-Length: 18446744073709551616\r\n"), 60},
      {ParseError::RepeatedContentLength,
       with_host("Content-Length: 1\r\ncontent-length: 1\r\n"), 44, 59},
      {ParseError::LengthAndTransferEncoding,
       with_host("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), 44, 62},
      {ParseError::LengthAndTransferEncoding,
       with_host("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"), 53, 68},
      {ParseError::TransferEncodingInOldVersion,
       "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 17, 47},
      {ParseError::TransferEncodingNotImplemented,
       with_host("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"), 25, 80},
      {ParseError::TransferEncodingNotImplemented, with_host("Transfer-Encoding:\r\n"), 25, 47},
      {ParseError::TransferEncodingNotImplemented,
       with_host("Transfer-Encoding: chunked;q=1\r\n"), 25, 59},
      {ParseError::ChunkedNotLast, with_host("Transfer-Encoding: chunked, gzip\r\n"), 25, 61},
      {ParseError::ChunkedNotLast,
       with_host("Transfer-Encoding: chunked\r\ntransfer-encoding: CHUNKED\r\n"), 25, 83},
      {ParseError::ChunkedNotLast, with_host("Transfer-Encoding: chunked,\r\n"), 25, 56},
      {ParseError::UnknownExpectation, with_host("Expect: 200-ok\r\n"), 33, 40},
      {ParseError::UnknownExpectation, with_host("Expect: 100-continue, more\r\n"), 33, 52},
      {ParseError::BadChunkSize, with_chunks("x"), 55},
      {ParseError::BadChunkSize, with_chunks("\r\n"), 55},
      {ParseError::BadChunkSize, with_chunks("-1\r\n"), 55},
      {ParseError::BadChunkSize, with_chunks("0x5\r\n"), 56},
      {ParseError::BadChunkSize, with_chunks("5\r\nhello\r\n\r\n"), 65},
      {ParseError::ChunkSizeOverflow, with_chunks("00000000000000005\r\n"), 71},
      {ParseError::BadChunkExtension, with_chunks("5 \r\n"), 57},
      {ParseError::BadChunkExtension, with_chunks("5 5\r\n"), 57},
      {ParseError::BadChunkExtension, with_chunks("5;a=\x01\r\n"), 59},
      {ParseError::BareLf, with_chunks("5\nhello"), 56},
      {ParseError::BareLf, with_chunks("5 \nhello"), 57},
      {ParseError::BareLf, with_chunks("5;a\nhello"), 58},
      {ParseError::BareLf, with_chunks("1\r\na\n"), 59},
      {ParseError::BareLf, with_chunks("0\r\n\n"), 58},
      {ParseError::BareLf, with_chunks("0\r\nA: b\n"), 62},
      {ParseError::BareCr, with_chunks("5\rhello"), 57},
      {ParseError::BareCr, with_chunks("1\r\na\rb"), 60},
      {ParseError::BareCr, with_chunks("0\r\n\rG"), 59},
      {ParseError::BareCr, with_chunks("0\r\nA: b\rc"), 63},
      {ParseError::MissingChunkEnd, with_chunks("1\r\nab\r\n"), 59},
      {ParseError::EmptyHeaderName, with_chunks("0\r\n: a\r\n"), 58},
      {ParseError::ObsoleteFold, with_chunks("0\r\nA: b\r\n c\r\n"), 64},
      {ParseError::SpaceBeforeColon, with_chunks("0\r\nA : b\r\n"), 59},
      {ParseError::MissingColon, with_chunks("0\r\nA\r\n"), 59},
      {ParseError::BadHeaderName, with_chunks("0\r\nA(: b\r\n"), 59},
      {ParseError::BadHeaderName, with_chunks("0\r\n\x01: b\r\n"), 58},
      {ParseError::BadHeaderValue, with_chunks(std::string_view("0\r\nA: \0\r\n", 9)), 61},
      {ParseError::ForbiddenTrailer, with_chunks("0\r\ncontent-length: 5\r\n"), 58, 73},
      {ParseError::ForbiddenTrailer, with_chunks("0\r\nA: b\r\nTransfer-Encoding: x\r\n"), 64,
       82},
      {ParseError::ForbiddenTrailer, with_chunks("0\r\nHost: b\r\n"), 58, 63},
      {ParseError::BodyTooLarge, with_host("Content-Length: 16777217\r\n"), 41, 53},
  };
  return all;
}

}  // namespace

TEST_CASE("parse error: every malformed line stops the parser on its byte") {
  for (const Refusal& refusal : refusals()) {
    const ParserRun run = run_every_way(refusal.text);
    INFO("the text: " << refusal.text);
    CHECK(run.lines.back() ==
          fmt::format("{} at {}", row_of(refusal.error).name, refusal.offset));
  }
}

TEST_CASE("parse error: is seen with its byte, not before and not later") {
  for (const Refusal& refusal : refusals()) {
    const std::uint64_t seen_by = refusal.seen_by == 0 ? refusal.offset + 1 : refusal.seen_by;
    INFO("the text: " << refusal.text);
    const std::string_view text = refusal.text;
    const std::string expected =
        fmt::format("{} at {}", row_of(refusal.error).name, refusal.offset);
    CHECK(run_whole(text.substr(0, seen_by)).lines.back() == expected);
    const ParserRun before = run_whole(text.substr(0, seen_by - 1));
    CHECK((before.lines.empty() || before.lines.back() != expected));
  }
}

TEST_CASE("parse error: limits bite at the first byte beyond them") {
  ParserLimits limits;
  limits.request_line_bytes = 20;
  limits.head_bytes = 40;
  limits.header_count = 2;
  limits.body_bytes = 3;
  const auto last = [&](std::string_view text) { return run_every_way(text, limits).lines.back(); };
  CHECK(last("GET /2345678 HTTP/1.0\r\n\r\n") == "RequestLineTooLong at 20");
  CHECK(last("GET /234567 HTTP/1.0\r\n\r\n") == "Done");
  CHECK(last("GET /a/very/long/target HTTP/1.0\r\n\r\n") == "RequestLineTooLong at 20");
  CHECK(last("ALONGMETHODALONGMETHOD") == "RequestLineTooLong at 20");
  CHECK(last("\r\nGET /2345678 HTTP/1.0\r\n\r\n") == "RequestLineTooLong at 22");
  CHECK(last("GET / HTTP/1.0\r\nA: 890123456789012345\r\n\r\n") == "HeadTooLarge at 40");
  CHECK(last("GET / HTTP/1.0\r\nA: 89012345678901234\r\n\r\n") == "Done");
  CHECK(last("GET / HTTP/1.0\r\nA: 8901234567890123\r\n\r\n") == "Done");
  CHECK(last("GET / HTTP/1.0\r\nA-Long-Name-That-Does-Not-End: 1\r\n\r\n") == "HeadTooLarge at 40");
  CHECK(last("GET / HTTP/1.0\r\nHost: a123456789012345678\r\n\r\n") == "HeadTooLarge at 40");
  CHECK(last("GET / HTTP/1.0\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n") == "TooManyHeaders at 28");
  CHECK(last("GET / HTTP/1.0\r\nA: 1\r\nB: 2\r\n\r\n") == "Done");
  CHECK(last("A / HTTP/1.0\r\nContent-Length: 4\r\n\r\n") == "BodyTooLarge at 30");
  CHECK(last("A / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc") == "Done");
}

TEST_CASE("parse error: limits of a chunked body bite at the first byte beyond them") {
  ParserLimits limits;
  limits.body_bytes = 3;
  limits.chunk_extension_bytes = 4;
  limits.trailer_count = 2;
  limits.trailer_bytes = 20;
  const auto last = [&](std::string_view body) {
    return run_every_way(with_chunks(body), limits).lines.back();
  };
  CHECK(last("3\r\nabc\r\n0\r\n\r\n") == "Done");
  CHECK(last("4\r\nabcd") == "BodyTooLarge at 55");
  CHECK(last("2\r\nab\r\n2\r\ncd") == "BodyTooLarge at 62");
  CHECK(last("1\r\na\r\nffffffffffffffff\r\n") == "BodyTooLarge at 61");
  CHECK(last("0;abc\r\n\r\n") == "Done");
  CHECK(last("0;abcd\r\n\r\n") == "ChunkExtensionsTooLarge at 60");
  CHECK(last("1;a\r\nb\r\n0 ;cd\r\n") == "ChunkExtensionsTooLarge at 66");
  CHECK(last("0     ;") == "ChunkExtensionsTooLarge at 60");
  CHECK(last("0\r\nA: 1\r\nB: 2\r\n\r\n") == "Done");
  CHECK(last("0\r\nA: 1\r\nB: 2\r\nC") == "TrailersTooLarge at 70");
  CHECK(last("0\r\nA: 3456789012345\r\n\r\n") == "Done");
  CHECK(last("0\r\nA: 34567890123456\r\n\r\n") == "TrailersTooLarge at 78");
  CHECK(last("0\r\nA-name-without-an-end: 1\r\n\r\n") == "TrailersTooLarge at 78");
}

TEST_CASE("parse error: the limits by default are 8,000, 16 KiB and 100 headers") {
  const std::string long_target(8'000, 'x');
  CHECK(run_whole("GET /" + long_target).lines.back() == "RequestLineTooLong at 8000");
  std::string headers = "GET / HTTP/1.0\r\n";
  for (int i = 0; i < 100; ++i) headers += "A: b\r\n";
  CHECK(run_whole(headers + "\r\n").lines.back() == "Done");
  CHECK(run_whole(headers + "A: b\r\n\r\n").lines.back() == "TooManyHeaders at 616");
  const std::string large = "GET / HTTP/1.0\r\nA: " + std::string(20'000, 'x');
  CHECK(run_whole(large).lines.back() == "HeadTooLarge at 16384");
}

TEST_CASE("parse error: every row has a sentence, a status that is one, and a section") {
  std::set<std::string_view> names;
  for (const ParseErrorRow& row : parse_errors) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(row.sentence.ends_with("."));
    CHECK_FALSE(reason_phrase(row.status).empty());
    CHECK(row.section.starts_with("RFC "));
  }
}

TEST_CASE("parse error: every error but those of limits is provoked above") {
  std::set<ParseError> provoked{ParseError::RequestLineTooLong, ParseError::HeadTooLarge,
                                ParseError::TooManyHeaders, ParseError::TrailersTooLarge,
                                ParseError::ChunkExtensionsTooLarge};
  for (const Refusal& refusal : refusals()) provoked.insert(refusal.error);
  CHECK(provoked.size() == parse_errors.size());
}

TEST_CASE("parse error: a failed parser stays failed and says the same again") {
  RequestParser parser;
  const StreamBytes bytes{"GET / HTTP/1.1 \r\n\r\n", 0};
  const Step first = parser.next(bytes);
  const Step again = parser.next(bytes);
  CHECK(first.kind == StepKind::Failed);
  CHECK(again.kind == StepKind::Failed);
  CHECK(first.failure == again.failure);
  CHECK(first.failure.status() == 400);
  CHECK(parser.position() == 14);
}
