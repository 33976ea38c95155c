#include "core/http/request_parser.h"

#include <string>

#include "core/http/message.h"
#include "tests/core/http/parser_run.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

constexpr std::string_view curl =
    "GET /hello HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.80.0\r\nAccept: */*\r\n\r\n";

std::string lines_of(const ParserRun& run) { return fmt::format("{}", fmt::join(run.lines, "\n")); }

// The request line's tokens aside, what a head ends in.
std::string ready_line(std::string_view text) {
  const ParserRun run = run_every_way(text);
  for (const std::string& line : run.lines) {
    if (line.starts_with("RequestReady ")) return line.substr(13);
  }
  return run.text();
}

}  // namespace

TEST_CASE("request parser: curl's 83 bytes are 21 + 22 + 25 + 13 + 2") {
  static_assert(curl.size() == 83);
  CHECK(lines_of(run_every_way(curl)) ==
        "RequestLineFound 0+21\n"
        "RequestLineSplit 0+3 4+6 11+8\n"
        "RequestLineValid GET 1.1\n"
        "Url form 0 4+0 4+6 10+0\n"
        "Header 21+22 21+4 27+14\n"
        "Header 43+25 43+10 55+11\n"
        "Header 68+13 68+6 76+3\n"
        "HeadersComplete 81+2 0+83 3\n"
        "RequestReady length none keep true host true\n"
        "Done");
}

TEST_CASE("request parser: a request may begin at any offset of the stream") {
  const ParserRun run = run_every_way(curl, {}, 5'000'000'000);
  CHECK(run.lines[0] == "RequestLineFound 5000000000+21");
  CHECK(run.lines[4] == "Header 5000000021+22 5000000021+4 5000000027+14");
  CHECK(run.stopped_at == 5'000'000'083);
}

TEST_CASE("request parser: pipelined requests follow in the same bytes") {
  const std::string text = fmt::format(
      "{}\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello{}", curl, curl);
  const ParserRun run = run_every_way(text);
  CHECK(run.lines[10] == "RequestLineFound 85+21");
  CHECK(run.lines[16] == "HeadersComplete 134+2 85+51 2");
  CHECK(run.lines[17] == "RequestReady length 5 keep true host true");
  CHECK(run.lines[18] == "Body 136+5");
  CHECK(run.lines[19] == "BodyComplete 136+5 data 5");
  CHECK(run.lines[20] == "Done");
  CHECK(run.lines[21] == "RequestLineFound 141+21");
  CHECK(run.lines.size() == 31);
  CHECK(run.stopped_at == text.size());
}

TEST_CASE("request parser: a CONNECT has no content, whatever its fields say (length, chunks)") {
  for (const std::string_view field :
       {"Content-Length: 5", "Content-Length: 99999999999", "Transfer-Encoding: chunked"}) {
    CAPTURE(field);
    const ParserRun run = run_every_way(
        fmt::format("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n{}\r\n\r\n{}", field, curl));
    REQUIRE(run.lines.size() > 9);
    CHECK(run.lines[7] == "RequestReady length none keep true host true");
    CHECK(run.lines[8] == "Done");
  }
}

TEST_CASE("request parser: the body waits until somebody pulls it") {
  const std::string_view text =
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789GET";
  RequestParser parser;
  StepKind kind = StepKind::Told;
  while (kind == StepKind::Told && parser.state() != State::Body) {
    kind = parser.next({text.substr(0, 54), 0}).kind;
  }
  CHECK(parser.position() == 52);
  CHECK(parser.request_start() == 0);
  const Step first = parser.next({text.substr(0, 54), 0});
  CHECK(std::get<BodyPiece>(first.token).bytes == ByteRange{52, 2});
  CHECK(parser.next({text.substr(0, 54), 0}).kind == StepKind::NeedsMore);
  // By now the caller may have given up the bytes of the head.
  const Step second = parser.next({text.substr(54), 54});
  CHECK(std::get<BodyPiece>(second.token).bytes == ByteRange{54, 8});
  CHECK(std::get<BodyComplete>(parser.next({text.substr(54), 54}).token).body == ByteRange{52, 10});
  CHECK(parser.next({text.substr(54), 54}).kind == StepKind::Done);
  CHECK(parser.between_requests());
  CHECK(parser.position() == 62);
}

TEST_CASE("request parser: a length of nothing is a body that is complete at once") {
  const ParserRun run = run_every_way("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  CHECK(run.lines[7] == "RequestReady length 0 keep true host true");
  CHECK(run.lines[8] == "BodyComplete 47+0 data 0");
}

TEST_CASE("request parser: keep-alive follows from the version and the list in Connection") {
  const auto keeps = [](std::string_view version, std::string_view connection) {
    const std::string head = fmt::format("GET / {}\r\nHost: a\r\n{}\r\n", version, connection);
    return ready_line(head).find("keep true") != std::string::npos;
  };
  CHECK(keeps("HTTP/1.1", ""));
  CHECK_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1", "connection: Upgrade , CLOSE\t\r\n"));
  CHECK_FALSE(keeps("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  CHECK(keeps("HTTP/1.1", "Connection: closed, not-close\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0", ""));
  CHECK(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  CHECK_FALSE(keeps("HTTP/1.0", "Connection: keep-alive, close\r\n"));
}

TEST_CASE("request parser: HTTP/1.0 needs no host") {
  CHECK(ready_line("GET / HTTP/1.0\r\n\r\n") == "length none keep false host false");
}

TEST_CASE("request parser: targets are taken apart (origin, absolute, authority, asterisk)") {
  const auto url = [](std::string_view line) {
    return run_every_way(fmt::format("{} HTTP/1.0\r\n\r\n", line)).lines[3];
  };
  CHECK(url("GET /a?b?c") == "Url form 0 4+0 4+2 7+3");
  CHECK(url("GET /a?") == "Url form 0 4+0 4+2 7+0");
  CHECK(url("GET http://h:1/p?q") == "Url form 1 11+3 14+2 17+1");
  CHECK(url("GET http://h") == "Url form 1 11+1 12+0 12+0");
  CHECK(url("GET http://h?q") == "Url form 1 11+1 12+0 13+1");
  CHECK(url("CONNECT h.example:443") == "Url form 2 8+13 21+0 21+0");
  CHECK(url("OPTIONS *") == "Url form 3 8+0 8+1 9+0");
}

TEST_CASE("request parser: values lose the spaces around them and may be empty") {
  const ParserRun run = run_every_way(
      "GET / HTTP/1.1\r\nHost:\t a \t\r\nX-A:\r\nX-B:  b c \t \r\nX-C:d\xe4\r\n"
      "Content-Length: 0 \r\n\r\n");
  CHECK(run.lines[4] == "Header 16+12 16+4 23+1");
  CHECK(run.lines[5] == "Header 28+6 28+3 32+0");
  CHECK(run.lines[6] == "Header 34+14 34+3 40+3");
  CHECK(run.lines[7] == "Header 48+8 48+3 52+2");
  CHECK(run.lines[10] == "RequestReady length 0 keep true host true");
}

TEST_CASE("request parser: methods are tokens, the known ones are told by name") {
  const auto method = [](std::string_view name) {
    const std::string_view target = name == "CONNECT" ? "host:80" : "/";
    return run_every_way(fmt::format("{} {} HTTP/1.0\r\n\r\n", name, target)).lines[2];
  };
  for (const MethodRow& row : methods) {
    if (row.method == Method::Other) continue;
    CHECK(method(row.name) == fmt::format("RequestLineValid {} 1.0", row.name));
  }
  CHECK(method("get") == "RequestLineValid other 1.0");
  CHECK(method("X-!#$%&'*+.^_`|~9") == "RequestLineValid other 1.0");
}

TEST_CASE("request parser: a few empty lines before a request are forgiven") {
  const ParserRun run = run_every_way("\r\n\r\nGET / HTTP/1.0\r\n\r\n");
  CHECK(run.lines[0] == "RequestLineFound 4+16");
  CHECK(run.lines[4] == "HeadersComplete 20+2 4+18 0");
}

TEST_CASE("request parser: states tell a story, each with a sentence") {
  for (const StateRow& row : parser_states) {
    CHECK_FALSE(row.name.empty());
    CHECK(row.sentence.ends_with("."));
  }
  // Byte by byte, the film of the first line passes these states.
  RequestParser parser;
  std::vector<std::string_view> film{state_name(parser.state())};
  const std::string_view line = "GET /h HTTP/1.1\r\n";
  for (std::size_t count = 1; count <= line.size(); ++count) {
    (void)parser.next({line.substr(0, count), 0});
    if (film.back() != state_name(parser.state())) film.push_back(state_name(parser.state()));
  }
  CHECK(fmt::format("{}", fmt::join(film, " ")) ==
        "RequestStart MethodWord TargetStart Target Version RequestLineEnd RequestLineWhole");
}

TEST_CASE("request: gathers what the tokens tell") {
  const std::string_view text =
      "POST /echo?x=1 HTTP/1.1\r\nHost: a\r\nX-Twice: 1\r\nx-twice: 2\r\nContent-Length: 3\r\n"
      "\r\nabc";
  const StreamBytes bytes{text, 0};
  RequestParser parser;
  Request request;
  for (Step step = parser.next(bytes); step.kind == StepKind::Told; step = parser.next(bytes)) {
    request.apply(step.token);
  }
  CHECK(request.ready);
  CHECK(request.method == Method::Post);
  CHECK(bytes.slice(request.method_text) == "POST");
  CHECK(bytes.slice(request.url.path) == "/echo");
  CHECK(bytes.slice(request.url.query) == "x=1");
  CHECK(request.header_count() == 4);
  CHECK(bytes.slice(request.header_name(2)) == "x-twice");
  CHECK(request.find(bytes, "X-TWICE") == "1");
  CHECK_FALSE(request.find(bytes, "X-Once"));
  CHECK(request.content_length == 3);
  CHECK(request.body_bytes == 3);
  CHECK(request.body_complete);
  CHECK(request.keep_alive);
}

TEST_CASE("request: the next one may follow a body whose end nobody asked for (empty, read)") {
  for (const std::string_view body : {"", "abc"}) {
    const std::string text = fmt::format(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}GET / HTTP/1.1\r\n", body.size(),
        body);
    const StreamBytes bytes{text, 0};
    RequestParser parser;
    while (parser.state() != State::BodyEnd) static_cast<void>(parser.next(bytes));
    parser.start_next();
    CHECK(parser.position() == text.find("GET"));
    CHECK(parser.next(bytes).kind == StepKind::Told);
  }
}
