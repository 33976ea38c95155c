// A bus that nobody drains: requests are served all the same, left out as a whole and counted, and
// what is told before, between and after is a story without a breach.
#include "tests/core/server/live_server.h"

using namespace roundtrip;
using namespace roundtrip::testing;
using trace::Phase;

namespace {

// Served requests until the rings have no room for another.
int fill_rings(LiveServer& live, Client& client) {
  int asked = 0;
  while (live.recording.bus().losses().untraced_requests == 0) {
    CHECK(client.ask(curl_hello).bytes == 130);
    ++asked;
  }
  return asked;
}

trace::LossCounts losses(LiveServer& live) { return live.recording.bus().losses(); }

}  // namespace

TEST_CASE("loss: requests beyond the room are served and counted, and told again after a drain") {
  LiveServer live(with_workers(1));
  Client client = live.connect();
  int asked = fill_rings(live, client);
  for (int i = 0; i < 500; ++i, ++asked) CHECK(client.ask(curl_hello).bytes == 130);
  CHECK(losses(live).untraced_requests > 400);
  CHECK(losses(live).lost_records == 0);
  live.recording.drain();
  const auto untraced = losses(live).untraced_requests;
  for (int i = 0; i < 100; ++i, ++asked) CHECK(client.ask(curl_hello).bytes == 130);
  CHECK(losses(live).untraced_requests == untraced);
  client.close();
  live.wait_until_closed();
  live.check_story();
  const trace::LossCounts& counts = live.recording.trace().losses();
  CHECK(counts.traced_requests + counts.untraced_requests == static_cast<std::uint64_t>(asked));
  CHECK(live.recording.count(Phase::ReadRequestReady) == counts.traced_requests);
  CHECK(live.recording.count(Phase::TransmitLogLine) == counts.traced_requests);
  CHECK(live.recording.count(Phase::TraceRequestUntraced) > 0);
}

TEST_CASE("loss: connections that come, go and pipeline meanwhile (1 and 2 workers)") {
  for (const unsigned workers : {1U, 2U}) {
    CAPTURE(workers);
    LiveServer live(with_workers(workers));
    Client steady = live.connect();
    // Idle since before the rings filled up.
    std::vector<Client> early;
    for (int i = 0; i < 20; ++i) {
      early.push_back(live.connect());
      CHECK(early.back().ask(curl_hello).bytes == 130);
    }
    for (int round = 0; round < 3; ++round) {
      CAPTURE(round);
      const auto untraced = losses(live).untraced_requests;
      while (losses(live).untraced_requests < untraced + 50) {
        CHECK(steady.ask(curl_hello).bytes == 130);
      }
      // Some that were there are closed, more come, and some ask many things at once.
      for (int i = 0; i < 5; ++i) early.pop_back();
      for (int i = 0; i < 100; ++i) {
        Client client = live.connect();
        std::string requests;
        const int count = i % 7 + 1;
        for (int k = 0; k < count; ++k) requests += k % 2 == 0 ? curl_hello : post("/echo", "x");
        client.send(requests);
        for (int k = 0; k < count; ++k) CHECK(client.read_answer().whole);
      }
      for (Client& client : early) CHECK(client.ask(curl_hello).bytes == 130);
      live.recording.drain();
      for (Client& client : early) CHECK(client.ask(curl_hello).bytes == 130);
    }
    early.clear();
    live.check_story();
  }
}

TEST_CASE("loss: a body that outgrows the room is told shortly, and nothing is lost") {
  LiveServer live(with_workers(1));
  Client client = live.connect();
  // Fewer records are left than this request has steps, but enough to begin it.
  const std::string body = long_body(4 << 20);
  for (int i = 0; i < 8; ++i) {
    std::jthread sender([&client, request = post("/echo", body)] { client.send(request); });
    CHECK(client.read_answer().body == body);
  }
  CHECK(losses(live).lost_records == 0);
  live.check_story();
}

TEST_CASE("loss: a stop with rings that are full") {
  LiveServer live(with_workers(2));
  Client client = live.connect();
  Client idle = live.connect();
  CHECK(idle.ask(curl_hello).bytes == 130);
  fill_rings(live, client);
  live.stop();
  CHECK(client.at_end());
  CHECK(idle.at_end());
  live.check_story();
}
