// Clients that stall, vanish, flood or send garbage: each is dealt with alone and harms no other,
// and nothing of them stays behind.
#include <dirent.h>

#include <cstdio>

#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::CloseReason;
using trace::Phase;

namespace {

std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* folder = opendir("/proc/self/fd");
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

std::size_t resident_bytes() {
  unsigned long long pages = 0;
  unsigned long long resident = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%llu %llu", &pages, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST_CASE("client: half-closes after its request and still gets its answer") {
  LiveServer live(with_workers(2));
  for (int i = 0; i < 20; ++i) {
    Client client = live.connect();
    client.send(curl_hello);
    client.end_sending();
    CHECK(client.read_answer().bytes == 130);
    CHECK(client.at_end());
  }
  live.wait_until_closed();
  live.check_whole();
  for (const CloseReason reason : live.close_reasons()) CHECK(reason == CloseReason::PeerClosed);
}

TEST_CASE("client: half-closes after a body, and in the middle of one") {
  LiveServer live;
  Client whole = live.connect();
  whole.send(post("/echo", "body"));
  whole.end_sending();
  CHECK(whole.read_answer().body == "body");
  Client half = live.connect();
  half.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nbod");
  half.end_sending();
  CHECK(half.read_to_end().empty());
  Client head = live.connect();
  head.send("GET /hello HT");
  head.end_sending();
  CHECK(head.read_to_end().empty());
  live.wait_until_closed();
  live.check_whole();
}

TEST_CASE("client: resets in the middle of a head, a body, an answer") {
  LiveServer live({}, true);
  for (const std::string& begun :
       {std::string(""), std::string("GET /hello HTTP/1.1\r\nHo"),
        std::string("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nbod"),
        get("/endless")}) {
    Client client = live.connect();
    client.send(begun);
    if (begun == get("/endless")) REQUIRE(client.skip(200'000));
    client.reset();
    live.wait_until_closed();
    CHECK(live.connect().ask(curl_hello).bytes == 130);
  }
  live.check_whole();
}

TEST_CASE("client: garbage is refused at the byte that breaks the rule") {
  LiveServer live;
  for (const std::string& garbage :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string(5, '\0'),
        std::string("GET /a\x01 HTTP/1.1\r\n\r\n"), std::string("\xff\xfe\xfd\r\n\r\n"),
        std::string("GET  /hello HTTP/1.1\r\n\r\n"), std::string(200, '\n')}) {
    Client client = live.connect();
    client.send(garbage);
    const Answer answer = client.read_answer();
    CHECK(answer.status == 400);
    CHECK(client.at_end());
  }
  live.check_whole();
  CHECK(live.recording.count(Phase::ReadRejected) == 6);
}

TEST_CASE("client: 1 MB without a line's end is refused, and others are served meanwhile") {
  LiveServer live;
  Client flood = live.connect();
  // The server stops reading at its limit, so not all may be taken.
  std::jthread sender([&flood] { flood.send(std::string(1 << 20, 'x')); });
  CHECK(live.connect().ask(curl_hello).bytes == 130);
  const Answer answer = flood.read_answer();
  const bool refused = answer.status == 414 || answer.status == 400;
  CHECK(refused);
  sender.join();
  flood.close();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.recording.count(Phase::ReadRejected) == 1);
}

TEST_CASE("client: many that send half a head and stall harm no other") {
  server::ServerOptions options;
  options.shutdown_grace = Duration::milliseconds(1);
  LiveServer live(options, true);
  std::vector<Client> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(live.connect());
    slow.back().send("GET /hello HTTP/1.1\r\nX-Slow: " + std::to_string(i));
  }
  for (int i = 0; i < 20; ++i) CHECK(live.connect().ask(curl_hello).bytes == 130);
  // They are served as well when they go on after all.
  for (int i = 0; i < 50; ++i) {
    slow[static_cast<std::size_t>(i)].send("\r\nHost: t\r\n\r\n");
    CHECK(slow[static_cast<std::size_t>(i)].read_answer().bytes == 130);
  }
  live.check_whole();
}

TEST_CASE("client: one that pipelines without a pause leaves a turn to the others (1 worker)") {
  server::ServerOptions options = with_workers(1);
  options.traced = false;
  options.timeouts.header = Duration::milliseconds(30);
  LiveServer live(options);
  constexpr std::size_t count = 200'000;
  Client greedy = live.connect();
  std::atomic<std::size_t> answered{0};
  Gauge begun;
  std::jthread sender([&greedy] {
    std::string many;
    for (int i = 0; i < 500; ++i) many += curl_hello;
    for (std::size_t i = 0; i < count; i += 500) greedy.send(many);
  });
  std::jthread reader([&] {
    for (std::size_t i = 0; i < count && greedy.skip(130); ++i) {
      answered = i + 1;
      if (i == 0) begun.add();
    }
  });
  begun.wait_for(1);
  // The accept loop, another client and its time-out all get their turn before the greedy one ends.
  Client silent = live.connect();
  CHECK(live.connect().ask(curl_hello).bytes == 130);
  CHECK(answered < count);
  CHECK(silent.at_end());
  CHECK(answered < count);
  reader.join();
  CHECK(answered == count);
}

TEST_CASE("server: beyond its limit of connections it accepts no more until there is room") {
  server::ServerOptions options = with_workers(2);
  options.max_connections = 2;
  LiveServer live(options, true);
  for (int round = 0; round < 30; ++round) {
    CAPTURE(round);
    Client first = live.connect();
    Client second = live.connect();
    REQUIRE(first.ask(curl_hello).bytes == 130);
    REQUIRE(second.ask(curl_hello).bytes == 130);
    CHECK(live.server->open_connections() == 2);
    Client third = live.connect();
    third.send(curl_hello);
    CHECK(second.ask(curl_hello).bytes == 130);
    CHECK_FALSE(third.has_bytes());
    // Closed both at once: whichever makes room must wake the accept loop.
    first.close();
    second.close();
    CHECK(third.read_answer().bytes == 130);
    third.close();
    live.wait_until_closed();
  }
  live.check_whole();
}

TEST_CASE("server: knows how many connections its descriptors allow, and says so when ready") {
  using trace::Model;
  const std::uint32_t most = server::connection_limit(20'000, Model::Tasks);
  CHECK(most > 0);
  CHECK(most <= 20'000);
  CHECK(server::connection_limit(5, Model::Tasks) == 5);
  // Under this model a connection takes two.
  constexpr std::uint32_t any = UINT32_MAX;
  const std::uint32_t all = server::connection_limit(any, Model::Tasks);
  const std::uint32_t half = server::connection_limit(any, Model::Threads);
  CHECK((all == any || half == all / 2));
  server::ServerOptions options;
  options.max_connections = 7;
  LiveServer live(options);
  live.check_whole();
  CHECK(live.recording.first(Phase::StartupReady).arg("connections") == 7);
}

TEST_CASE("handler: what it throws becomes a 500, and the next request works") {
  LiveServer live;
  Client client = live.connect();
  const Answer answer = client.ask(get("/throw"));
  CHECK(answer.status == 500);
  // Where the next request begins is clear, so it may come on the same connection.
  CHECK(client.ask(curl_hello).bytes == 130);
  live.check_whole();
}

TEST_CASE("handler: an answer that it leaves off by throwing does not look whole") {
  LiveServer live;
  Client buffered = live.connect();
  CHECK(buffered.ask(get("/throw-late")).status == 0);
  Client flushed = live.connect();
  const Answer answer = flushed.ask(get("/throw-late", "Flush: yes\r\n"));
  CHECK(answer.status == 200);
  CHECK_FALSE(answer.whole);
  CHECK(live.connect().ask(curl_hello).bytes == 130);
  live.wait_until_closed();
  live.check_whole();
  const std::vector<CloseReason> reasons = live.close_reasons();
  CHECK(std::count(reasons.begin(), reasons.end(), CloseReason::Error) == 2);
}

TEST_CASE("server: 1,000 connections come and go and leave nothing behind (2 workers)") {
  server::ServerOptions options = with_workers(2);
  options.traced = false;
  LiveServer live(options);
  const auto visit = [&live](int count) {
    for (int i = 0; i < count; ++i) {
      Client client = live.connect();
      switch (i % 4) {
        case 0: CHECK(client.ask(curl_hello).bytes == 130); break;
        case 1: CHECK(client.ask(post("/echo", long_body(6000))).whole); break;
        case 2: client.send("GET /hel"); client.reset(); break;
        default: break;
      }
    }
    live.wait_until_closed();
  };
  visit(100);
  const std::size_t descriptors = open_descriptors();
  const std::size_t memory = resident_bytes();
  visit(1000);
  // The last ones may still wait in the kernel's accept queue.
  while (open_descriptors() > descriptors) std::this_thread::yield();
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CHECK(resident_bytes() < memory + (2U << 20));
#else
  static_cast<void>(memory);
#endif
}

TEST_CASE("server: 600 connections at once, all served, all told (2 workers)") {
  LiveServer live(with_workers(2), true);
  std::vector<Client> clients;
  for (int i = 0; i < 600; ++i) clients.push_back(live.connect());
  for (Client& client : clients) client.send(curl_hello);
  for (Client& client : clients) CHECK(client.read_answer().bytes == 130);
  CHECK(live.server->open_connections() == 600);
  clients.clear();
  live.wait_until_closed();
  live.check_whole();
  CHECK(live.recording.count(Phase::LifecycleTaskExit) == 600);
}
