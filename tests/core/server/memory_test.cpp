// The limit of memory for all connections together: where it bites, who waits and who is refused,
// and that everything is given back.
#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using server::bytes_per_connection;
using trace::Phase;

namespace {

server::ServerOptions with_memory(std::uint64_t bytes) {
  server::ServerOptions options;
  options.memory_bytes = bytes;
  return options;
}

bool notes(LiveServer& live, std::string_view words) {
  const auto symbols = live.recording.all<std::uint32_t>(Phase::TraceNote, "text");
  return std::any_of(symbols.begin(), symbols.end(), [&](std::uint32_t text) {
    return live.recording.trace().symbols().text({text}).find(words) != std::string_view::npos;
  });
}

}  // namespace

TEST_CASE("memory: whom the budget has no room for waits to be accepted, and is served then") {
  // The accept loop keeps a place ready for the next one.
  LiveServer live(with_memory(2 * bytes_per_connection));
  Client first = live.connect();
  Client second = live.connect();
  CHECK(first.ask(curl_hello).bytes == 130);
  CHECK(second.ask(curl_hello).bytes == 130);
  CHECK(live.server->memory().used() == 2 * bytes_per_connection);
  Client third = live.connect();
  third.send(curl_hello);
  live.wait_for([](const trace::Event& event) { return event.phase == Phase::TraceNote; });
  CHECK(second.ask(curl_hello).bytes == 130);
  CHECK_FALSE(third.has_bytes());
  first.close();
  CHECK(third.read_answer().bytes == 130);
  second.close();
  third.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.server->memory().used() == 0);
  CHECK(notes(live, "memory limit"));
}

TEST_CASE("memory: a request that can't be held is 503 and says when to ask again") {
  LiveServer live(with_memory(2 * bytes_per_connection));
  const auto refused = [&](const std::string& request) {
    CAPTURE(request.substr(0, 60));
    Client client = live.connect();
    const Answer answer = client.ask(request);
    CHECK(answer.status == 503);
    CHECK(answer.field("Retry-After") == "1");
    CHECK(answer.body.find("memory limit") != std::string::npos);
    client.close();
    live.wait_until_closed();
  };
  // A form to be gathered, a body to be kept whole.
  refused("POST /upload HTTP/1.1\r\nHost: t\r\nContent-Type: multipart/form-data; boundary=b\r\n"
          "Content-Length: 5\r\n\r\n--b--");
  refused(post("/api/users", std::string(60'000, ' ')));
  // What fits is served as before.
  CHECK(live.connect().ask(curl_hello).bytes == 130);
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.server->memory().used() == 0);
  CHECK(live.server->memory().refused() == 2);
}

TEST_CASE("memory: a head for which the read buffer can't grow is 503") {
  LiveServer live(with_memory(bytes_per_connection + 1'000));
  std::string long_head = "GET /hello HTTP/1.1\r\nHost: t\r\n";
  while (long_head.size() < 16'000) long_head += "X-Long: " + std::string(200, 'x') + "\r\n";
  Client client = live.connect();
  const Answer answer = client.ask(long_head + "\r\n");
  CHECK(answer.status == 503);
  CHECK(answer.field("Retry-After") == "1");
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.server->memory().used() == 0);
  CHECK(live.server->memory().refused() == 1);
}

TEST_CASE("memory: what a request has held is given back with its end, not with its connection") {
  LiveServer live(with_memory(2 * bytes_per_connection + (64 << 10)));
  Client client = live.connect();
  for (int i = 0; i < 3; ++i) {
    const std::string name = "ann" + std::to_string(i);
    CHECK(client.ask(post("/api/users", "{\"name\":\"" + name + "\",\"email\":\"" + name +
                                            "@example.com\"}" + std::string(50'000, ' ')))
              .status == 201);
  }
  client.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.server->memory().used() == 0);
}
