// Several requests in one envelope: their answers go out in one write, and none of them waits for
// a request behind it that takes its time.
#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::Model;
using trace::Phase;

namespace {

constexpr std::array every_model = {Model::Tasks, Model::Threads, Model::Single};

server::ServerOptions with_model(Model model) {
  server::ServerOptions options = with_workers(2);
  options.model = model;
  return options;
}

std::string times(std::string_view request, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += request;
  return all;
}

// The ranges of the out log that send() took, one after the other.
std::vector<ByteRange> writes(const LiveServer& live) {
  std::vector<ByteRange> ranges;
  trace::Trace& trace = const_cast<LiveServer&>(live).recording.trace();
  for (auto i = trace.first(); i < trace.end(); ++i) {
    const trace::Event& event = trace[i];
    const bool took = event.phase == Phase::TransmitWrite && event.ends() && event.has_bytes();
    if (took) ranges.push_back(event.bytes());
  }
  return ranges;
}

}  // namespace

TEST_CASE("pipeline: three answers go out in one write, each told as waiting (every model)") {
  for (const Model model : every_model) {
    CAPTURE(trace::word(trace::Unit::ModelUnit, static_cast<std::uint64_t>(model)));
    LiveServer live(with_model(model));
    Client client = live.connect();
    client.send(times(curl_hello, 3));
    for (int i = 0; i < 3; ++i) CHECK(client.read_answer().bytes == 130);
    client.close();
    live.wait_until_closed();
    live.check_whole();
    CHECK(writes(live) == std::vector{ByteRange{0, 390}});
    std::vector<ByteRange> waited;
    std::vector<std::uint64_t> statuses;
    const trace::Trace& trace = live.recording.trace();
    for (auto i = trace.first(); i < trace.end(); ++i) {
      if (trace[i].phase != Phase::TransmitFinish || !trace[i].ends()) continue;
      if (trace[i].has_bytes()) waited.push_back(trace[i].bytes());
      statuses.push_back(trace[i].arg("status").value_or(0));
    }
    CHECK(waited == std::vector{ByteRange{0, 130}, ByteRange{130, 130}});
    CHECK(statuses == std::vector<std::uint64_t>{200, 200, 200});
  }
}

TEST_CASE("pipeline: what fills the write buffer goes out before the rest (100 answers)") {
  LiveServer live;
  Client client = live.connect();
  client.send(times(curl_hello, 100));
  for (int i = 0; i < 100; ++i) CHECK(client.read_answer().bytes == 130);
  client.close();
  live.wait_until_closed();
  live.check_whole();
  const std::vector<ByteRange> ranges = writes(live);
  CHECK(ranges.size() < 10);
  std::uint64_t end = 0;
  for (const ByteRange& range : ranges) {
    CHECK(range.offset == end);
    CHECK(range.length <= limits::write_buffer_bytes);
    end = range.end();
  }
  CHECK(end == 13'000);
}

TEST_CASE("pipeline: an answer does not wait for the next request's handler (every model)") {
  for (const Model model : every_model) {
    CAPTURE(trace::word(trace::Unit::ModelUnit, static_cast<std::uint64_t>(model)));
    LiveServer live(with_model(model));
    Client client = live.connect();
    client.send(curl_hello + curl_hello + get("/wait"));
    // The door is opened only when both are here.
    CHECK(client.read_answer().bytes == 130);
    CHECK(client.read_answer().bytes == 130);
    CHECK_FALSE(client.has_bytes());
    door().opened.add();
    CHECK(client.read_answer().body == "waited");
    client.send(curl_hello + get("/slow?ms=1"));
    CHECK(client.read_answer().bytes == 130);
    CHECK(client.read_answer().body == "Done\n");
    client.close();
    live.wait_until_closed();
    live.check_whole();
    // What was kept back is flushed by no request; before the sleep, where one thread does all.
    const trace::Trace& trace = live.recording.trace();
    int flushed = 0;
    int before_sleep = 0;
    for (auto i = trace.first(); i < trace.end(); ++i) {
      const bool took = trace[i].phase == Phase::TransmitWrite && trace[i].ends();
      flushed += took && trace[i].request == 0 ? 1 : 0;
      if (trace[i].phase == Phase::HandleSleep && trace[i].begins()) before_sleep = flushed;
    }
    CHECK(flushed == 2);
    if (model == Model::Single) CHECK(before_sleep == 2);
  }
}

TEST_CASE("pipeline: an answer does not wait for the rest of the next request (head, body)") {
  const std::string post_five = "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n";
  for (const std::string& begun :
       {std::string("GET /hel"), std::string("GET /hello HTTP/1.1\r\nHost: t\r\n"),
        post_five + "\r\n", post_five + "\r\nhe", post_five + "Expect: 100-continue\r\n\r\n"}) {
    CAPTURE(begun);
    LiveServer live;
    Client client = live.connect();
    client.send(curl_hello + begun);
    CHECK(client.read_answer().bytes == 130);
    client.close();
    live.wait_until_closed();
    live.check_whole();
  }
}

TEST_CASE("pipeline: whole answers stand before one that closes, is refused or breaks off") {
  LiveServer live;
  for (const auto& [last, status] :
       {std::pair<std::string, int>{get("/hello", "Connection: close\r\n"), 200},
        {"NONSENSE\r\n\r\n", 400},
        {get("/throw"), 500}}) {
    CAPTURE(last);
    Client client = live.connect();
    client.send(times(curl_hello, 2) + last);
    CHECK(client.read_answer().bytes == 130);
    CHECK(client.read_answer().bytes == 130);
    CHECK(client.read_answer().status == status);
    CHECK(client.at_end());
  }
  // The handler throws when a part of its answer has been written; nothing of that is flushed.
  Client client = live.connect();
  client.send(times(curl_hello, 2) + get("/throw-late"));
  CHECK(client.read_answer().bytes == 130);
  CHECK(client.read_answer().bytes == 130);
  CHECK_FALSE(client.read_answer().whole);
  client.close();
  live.wait_until_closed();
  live.check_whole();
}

TEST_CASE("pipeline: large answers keep their order and their bytes among small ones") {
  LiveServer live;
  Client client = live.connect();
  client.send(curl_hello + get("/page") + curl_hello + get("/many") + curl_hello);
  CHECK(client.read_answer().bytes == 130);
  CHECK(client.read_answer().body.size() == 5'000);
  CHECK(client.read_answer().bytes == 130);
  CHECK(client.read_answer().body.size() == 5'000);
  CHECK(client.read_answer().bytes == 130);
  client.close();
  live.wait_until_closed();
  live.check_whole();
}
