// Requests and their answers over real sockets: exact bytes, framing, versions, keep-alive,
// pipelining, requests in pieces, and each status with which the server refuses.
#include <algorithm>

#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::CloseReason;
using trace::Phase;

TEST_CASE("server: GET /hello answers 130 bytes to curl's 83 (1 and 2 workers)") {
  REQUIRE(curl_hello.size() == 83);
  for (const unsigned workers : {1U, 2U}) {
    LiveServer live(with_workers(workers));
    Client client = live.connect();
    const Answer answer = client.ask(curl_hello);
    CHECK(answer.status == 200);
    CHECK(answer.bytes == 130);
    CHECK(answer.body == "Hello, World!");
    CHECK(answer.has("Content-Length: 13\r\n"));
    CHECK(answer.has("Content-Type: text/plain; charset=utf-8\r\n"));
    CHECK(answer.field("Date").size() == 29);
    client.close();
    live.wait_until_closed();
    live.check_whole();
    CHECK(live.recording.count(Phase::ReadHeader) == 3);
    CHECK(live.recording.all<int>(Phase::TransmitWrite, "written") == std::vector<int>{130});
    CHECK(live.close_reasons() == std::vector{CloseReason::PeerClosed});
    // The bytes of both directions are kept, and only once.
    const auto conn = live.recording.first(Phase::ReadLineFound).conn;
    CHECK(live.recording.trace().bytes(conn, trace::Log::In, {0, 83}).data == curl_hello);
    CHECK(live.recording.trace().bytes(conn, trace::Log::Out, {0, 130}).whole);
    CHECK(live.recording.trace().text(live.recording.first(Phase::ReadLineFound)) ==
          "GET /hello HTTP/1.1\r\n");
  }
}

TEST_CASE("server: HEAD answers the head of GET and no body") {
  LiveServer live;
  Client client = live.connect();
  const Answer head = client.ask("HEAD /hello HTTP/1.1\r\nHost: test\r\n\r\n", true);
  CHECK(head.status == 200);
  CHECK(head.has("Content-Length: 13\r\n"));
  CHECK(head.bytes == 117);
  // The next answer begins where that head ended.
  const Answer whole = client.ask(curl_hello);
  CHECK(whole.bytes == 130);
  live.check_whole();
}

TEST_CASE("server: POST /echo of a chunked body answers its data (large, empty, pipelined)") {
  LiveServer live;
  Client client = live.connect();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string data = long_body(5000);
  const std::string text = head + "5\r\nhello\r\n1388;a=b\r\n" + data + "\r\n0\r\nX: y\r\n\r\n";
  CHECK(client.ask(text).body == "hello" + data);
  // The next request begins where the chunks ended.
  CHECK(client.ask(head + "0\r\n\r\n" + std::string(curl_hello)).status == 200);
  CHECK(client.read_answer().bytes == 130);
  live.check_whole();
  CHECK(live.recording.all<std::uint64_t>(Phase::ReadBody, "got").at(0) == 5005);
}

TEST_CASE("server: POST /echo with Content-Length up to the buffer's size, chunked beyond") {
  LiveServer live;
  Client client = live.connect();
  for (const std::size_t bytes : {1U, 42U, 2047U, 2048U, 2049U, 5000U, 70'000U}) {
    CAPTURE(bytes);
    const std::string body = long_body(bytes);
    const Answer answer = client.ask(post("/echo", body));
    CHECK(answer.status == 200);
    CHECK(answer.whole);
    CHECK(answer.body == body);
    // What the handler gets at once fits or does not fit its 2,048 bytes.
    if (bytes <= 2048) CHECK_FALSE(answer.chunked);
    if (bytes > 2048) CHECK(answer.chunked);
  }
  const Answer empty = client.ask(post("/echo", ""));
  CHECK(empty.status == 200);
  CHECK(empty.has("Content-Length: 0\r\n"));
  live.check_whole();
}

TEST_CASE("server: 1 MiB each way past a client that reads late (1 and 2 workers)") {
  for (const unsigned workers : {1U, 2U}) {
    CAPTURE(workers);
    LiveServer live(with_workers(workers));
    Client client(live.port(), {4096, 536});
    const std::string body = long_body(1 << 20);
    std::jthread sender([&client, request = post("/echo", body)] { client.send(request); });
    // Only when the server can't send any more does the client begin to read.
    live.wait_for([](const trace::Event& event) {
      return event.phase == Phase::TaskPark &&
             event.arg("on") == static_cast<std::uint64_t>(trace::ParkReason::Writable);
    });
    const Answer answer = client.read_answer();
    CHECK(answer.whole);
    CHECK(answer.body == body);
    sender.join();
    live.check_whole();
    // Of each body, the first part is kept.
    const auto conn = live.recording.first(Phase::ReadLineFound).conn;
    CHECK(live.recording.trace().bytes(conn, trace::Log::In, {0, 60'000}).whole);
    CHECK_FALSE(live.recording.trace().bytes(conn, trace::Log::In, {0, 1 << 20}).whole);
  }
}

TEST_CASE("server: small writes gather to 2,048, and these are the chunks; HEAD agrees with GET") {
  LiveServer live;
  Client client = live.connect();
  const Answer answer = client.ask(get("/many"));
  CHECK(answer.whole);
  CHECK(answer.body.size() == 5000);
  CHECK(answer.field("Content-Type") == "text/html; charset=utf-8");
  const Answer head = client.ask("HEAD /many HTTP/1.1\r\nHost: test\r\n\r\n", true);
  CHECK(head.field("Transfer-Encoding") == "chunked");
  CHECK(head.field("Content-Type") == answer.field("Content-Type"));
  CHECK(client.ask(curl_hello).bytes == 130);
  // One write that is larger than the buffer passes it by, and is looked at all the same.
  const Answer page = client.ask(get("/page"));
  CHECK(page.field("Content-Type") == "text/html; charset=utf-8");
  CHECK(page.body.size() == 5000);
  live.check_whole();
  const std::vector<int> chunks = live.recording.all<int>(Phase::TransmitChunk, "data");
  CHECK(chunks == std::vector{2048, 2048, 904, 5000});
}

TEST_CASE("server: what a handler says of length and connection is kept to, or dropped") {
  LiveServer live;
  Client client = live.connect();
  // More than was announced does not go out; what went out is then too little, and the end shows.
  const Answer excess = client.ask(get("/length", "X-Length: 3\r\n"));
  CHECK(excess.has("Content-Length: 3\r\n"));
  CHECK_FALSE(excess.whole);
  CHECK(excess.body.empty());
  CHECK(client.at_end());
  for (const char* const none : {"-1", "3x", "99999999999999999999999"}) {
    CAPTURE(std::string(none));
    Client other = live.connect();
    const Answer answer = other.ask(get("/length", "X-Length: " + std::string(none) + "\r\n"));
    CHECK(answer.has("Content-Length: 4\r\n"));
    CHECK(answer.body == "four");
  }
  Client last = live.connect();
  const Answer closing = last.ask(get("/closing"));
  CHECK(closing.whole);
  CHECK(closing.field("Connection") == "close");
  CHECK(last.at_end());
  last.close();
  live.wait_until_closed();
  live.check_whole();
  const std::vector<CloseReason> reasons = live.close_reasons();
  // Of the excess, which ended the connection too, and of the last.
  CHECK(std::count(reasons.begin(), reasons.end(), CloseReason::ResponseAsked) == 2);
}

TEST_CASE("handler: a header that it asks for behind a long body is gone, and nothing breaks") {
  LiveServer live;
  Client client = live.connect();
  CHECK(client.ask(post("/late", long_body(70'000))).body == "gone");
  CHECK(client.ask(curl_hello).bytes == 130);
  live.check_whole();
}

TEST_CASE("server: an empty line between requests is nobody's request") {
  server::ServerOptions options;
  options.timeouts.idle = Duration::milliseconds(1000);
  LiveServer live(options);
  Client client = live.connect();
  client.send(post("/echo", "body") + "\r\n");
  CHECK(client.read_answer().body == "body");
  client.send("\r");
  live.wait_for([](const trace::Event& event) { return event.phase == Phase::ReadBufferFill; }, 2);
  client.send("\n\r\n" + curl_hello);
  CHECK(client.read_answer().bytes == 130);
  client.send("\r\n");
  // Idle it is, so it is closed for that, and not told that it was slow.
  CHECK(client.at_end());
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.recording.count(Phase::LifecycleNextRequest) == 1);
  CHECK(live.close_reasons() == std::vector{CloseReason::IdleTimeout});
}

TEST_CASE("server: versions, and whole addresses without a path") {
  LiveServer live;
  Client client = live.connect();
  CHECK(client.ask("GET /hello HTTP/1.2\r\nHost: test\r\n\r\n").bytes == 130);
  const Answer page = client.ask("GET http://test HTTP/1.1\r\nHost: test\r\n\r\n");
  CHECK(page.status == 200);
  CHECK(page.field("Content-Type") == "text/html; charset=utf-8");
  // 8,000 bytes of line are read, its end not counted.
  CHECK(client.ask("GET /" + std::string(7986, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n").status ==
        404);
  CHECK(client.ask("GET /" + std::string(7987, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n").status ==
        414);
  live.check_whole();
}

TEST_CASE("server: a refusal behind many headers leaves none of them untold") {
  LiveServer live;
  std::string headers;
  for (int i = 0; i < 40; ++i) headers += "X" + std::to_string(i) + ": y\r\n";
  CHECK(live.connect().ask(get("/hello", headers + "no colon\r\n")).status == 400);
  live.check_whole();
  const std::vector<int> merged = live.recording.all<int>(Phase::ReadHeader, "merged");
  CHECK(merged == std::vector{9});
  CHECK(live.recording.count(Phase::ReadHeader) == 33);
}

TEST_CASE("server: HTTP/1.0 closes, unless it asks to keep the connection") {
  LiveServer live;
  Client once = live.connect();
  const Answer closed = once.ask("GET /hello HTTP/1.0\r\n\r\n");
  CHECK(closed.status == 200);
  CHECK(closed.body == "Hello, World!");
  CHECK(once.at_end());
  Client kept = live.connect();
  for (int i = 0; i < 3; ++i) {
    const Answer answer = kept.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(answer.status == 200);
    CHECK(answer.field("Connection") == "keep-alive");
  }
  // A long answer to HTTP/1.0 has no chunks: it ends with the connection.
  const std::string body = long_body(9000);
  const Answer until_end =
      kept.ask("POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 9000\r\n\r\n" +
               body);
  CHECK_FALSE(until_end.chunked);
  CHECK(until_end.field("Content-Length").empty());
  CHECK(until_end.body == body);
  CHECK(kept.at_end());
  live.wait_until_closed();
  live.check_whole();
  std::vector<CloseReason> reasons = live.close_reasons();
  std::sort(reasons.begin(), reasons.end());
  CHECK(reasons == std::vector{CloseReason::Http10, CloseReason::ResponseAsked});
}

TEST_CASE("server: Connection: close ends the connection after the answer") {
  LiveServer live;
  Client client = live.connect();
  const Answer answer = client.ask(get("/hello", "Connection: close\r\n"));
  CHECK(answer.status == 200);
  CHECK(answer.field("Connection") == "close");
  CHECK(client.at_end());
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.close_reasons() == std::vector{CloseReason::RequestAsked});
}

TEST_CASE("server: pipelined requests are answered in order") {
  LiveServer live(with_workers(2));
  Client client = live.connect();
  std::string requests;
  constexpr int count = 40;
  for (int i = 0; i < count; ++i) {
    requests += i % 3 == 0 ? curl_hello
                           : post("/echo", "body number " + std::to_string(i));
  }
  client.send(requests);
  for (int i = 0; i < count; ++i) {
    const Answer answer = client.read_answer();
    CHECK(answer.status == 200);
    CHECK(answer.body == (i % 3 == 0 ? "Hello, World!" : "body number " + std::to_string(i)));
  }
  live.check_whole();
  CHECK(live.recording.count(Phase::ReadRequestReady) == count);
}

TEST_CASE("server: a request in two pieces, cut at every byte") {
  LiveServer live({}, true);
  Client client = live.connect();
  for (std::size_t cut = 1; cut < curl_hello.size(); ++cut) {
    CAPTURE(cut);
    client.send(curl_hello.substr(0, cut));
    const Answer answer = client.ask(curl_hello.substr(cut));
    CHECK(answer.bytes == 130);
  }
  live.check_whole();
}

TEST_CASE("server: a request a byte at a time, each read on its own") {
  LiveServer live;
  Client client = live.connect();
  for (std::size_t i = 0; i < curl_hello.size(); ++i) {
    client.send(curl_hello.substr(i, 1));
    // Until the server has read that byte.
    live.wait_for([](const trace::Event& event) { return event.phase == Phase::ReadBufferFill; },
                  i + 1);
  }
  const Answer answer = client.read_answer();
  CHECK(answer.bytes == 130);
  live.check_whole();
  CHECK(live.recording.count(Phase::ReadBufferFill) == 83);
}

TEST_CASE("server: a declared length and a flush between keep to what was said") {
  LiveServer live;
  Client client = live.connect();
  const Answer answer = client.ask(get("/steps"));
  CHECK(answer.status == 202);
  CHECK(answer.has("Content-Length: 6\r\n"));
  CHECK(answer.body == "onetwo");
  CHECK(client.ask(curl_hello).bytes == 130);
  live.check_whole();
  CHECK(live.recording.count(Phase::TransmitWrite) == 6);
}

namespace {

struct Refusal {
  const char* what;
  std::string request;
  int status;
  bool closes = true;  // the parser refused, so nobody knows where the next request begins
};

std::vector<Refusal> refusals() {
  std::string many_headers;
  for (int i = 0; i < 101; ++i) many_headers += "X" + std::to_string(i) + ": y\r\n";
  return {
      {"no such path", get("/nowhere"), 404, false},
      {"length that is none", "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: x\r\n\r\n", 400},
      {"no host", "GET /hello HTTP/1.1\r\n\r\n", 400},
      {"space in a name", "GET /hello HTTP/1.1\r\nHost: t\r\nA b: c\r\n\r\n", 400},
      {"no version", "GET /hello\r\n\r\n", 400},
      {"body too large",
       "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999\r\n\r\n", 413},
      {"target too long", get("/" + std::string(9000, 'a')), 414},
      {"too many headers", get("/hello", many_headers), 431},
      {"head too large", get("/hello", "X: " + std::string(17'000, 'x') + "\r\n"), 431},
      {"transfer coding", "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\n\r\n",
       501},
      {"chunk without a size",
       "POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400},
      {"unknown method", "BREW /hello HTTP/1.1\r\nHost: t\r\n\r\n", 501, false},
      {"unknown method of the front page", "BREW / HTTP/1.1\r\nHost: t\r\n\r\n", 501, false},
      {"version 2", "GET /hello HTTP/2.0\r\nHost: t\r\n\r\n", 505},
  };
}

}  // namespace

TEST_CASE("server: refuses with the status that says why, and goes on serving") {
  LiveServer live;
  for (const Refusal& refusal : refusals()) {
    CAPTURE(std::string(refusal.what));
    Client client = live.connect();
    const Answer answer = client.ask(refusal.request);
    CHECK(answer.status == refusal.status);
    CHECK(answer.whole);
    CHECK_FALSE(answer.body.empty());
    if (refusal.closes) {
      CHECK(answer.field("Connection") == "close");
      CHECK(client.at_end());
    }
    CHECK(live.connect().ask(curl_hello).bytes == 130);
  }
  live.check_whole();
  CHECK(live.recording.count(Phase::ReadRejected) == refusals().size() - 3);
}

TEST_CASE("server: 405 says which methods are allowed") {
  LiveServer live;
  Client client = live.connect();
  const Answer answer = client.ask("DELETE /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(answer.status == 405);
  CHECK(answer.field("Allow").find("GET") != std::string::npos);
  // Nothing is wrong with the request as such: the connection serves on.
  CHECK(client.ask(curl_hello).bytes == 130);
  // A body that nobody read ends it, and the answer says so.
  const Answer unread = client.ask(post("/hello", "four"));
  CHECK(unread.status == 405);
  CHECK(unread.field("Connection") == "close");
  CHECK(client.at_end());
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.close_reasons() == std::vector{CloseReason::UnreadBody});
}

TEST_CASE("server: the front page, 404 beside it, and 405 for another method") {
  LiveServer live;
  Client client = live.connect();
  CHECK(client.ask(post("/", "")).field("Allow") == "GET, HEAD");
  const Answer page = client.ask(get("/"));
  CHECK(page.status == 200);
  CHECK(page.field("Content-Type") == "text/html; charset=utf-8");
  CHECK(client.ask(get("/favicon.ico")).status == 404);
  live.check_whole();
}

TEST_CASE("request: a CONNECT is refused, and what follows it is no body and no request") {
  LiveServer live;
  Client client = live.connect();
  client.send("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\nContent-Length: 5\r\n\r\n" + curl_hello);
  const Answer refused = client.read_answer();
  CHECK(refused.status == 405);
  CHECK(refused.field("Connection") == "close");
  CHECK(client.at_end());
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.recording.count(Phase::ReadBody) == 0);
  CHECK(live.recording.count(Phase::ReadLineFound) == 1);
}
