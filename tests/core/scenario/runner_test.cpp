// Runs: what clients meet besides the lessons, and how a run ends when it can't go on.
#include <doctest/doctest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "core/net/address.h"
#include "tests/core/scenario/recorded_run.h"

namespace roundtrip::scenario {

using trace::Phase;

namespace {

constexpr std::string_view hello = "GET /hello HTTP/1.1\nHost: a\n\n";

// A server of the test's own, listening and never accepting.
struct SilentServer {
  SilentServer() : fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto any = net::parse_address("127.0.0.1", 0);
    REQUIRE(bind(fd, any->raw(), any->length) == 0);
    REQUIRE(listen(fd, 8) == 0);
  }
  ~SilentServer() { close(fd); }
  trace::Address address() const {
    trace::Symbols none;
    return net::trace_address(net::local_address(fd), none);
  }
  int fd;
};

}  // namespace

TEST_CASE("run: clients that act together keep their own connections (16, 2 workers)") {
  std::string text = "# T\n```json settings\n{\"together\": true, \"workers\": 2}\n```\n";
  for (int client = 1; client <= 16; ++client) {
    text += fmt::format("```http client={} repeat=4 status=200\n{}```\n", client, hello);
  }
  const Scenario scenario = parsed(text);
  const RecordedRun run(scenario);
  CHECK_EQ(run.breaches(), "");
  CHECK_EQ(sentence_of(check_answers(scenario, run.report)), "");
  CHECK_EQ(run.report.steps.size(), 64);
  CHECK_EQ(run.count(Phase::ConnectionObject), 16);
  CHECK_EQ(run.count(Phase::ReadRequestReady), 64);
  for (std::uint32_t client = 1; client <= 16; ++client) {
    const auto* conn = run.index.connection(run.report.conn_of(client));
    REQUIRE(conn != nullptr);
    CHECK_EQ(conn->requests.size(), 4);
  }
}

TEST_CASE("run: a client that pauses sends that much later, each time (3 pauses of 20 ms)") {
  const Scenario scenario = parsed(fmt::format(
      "# T\n```http then=on\nGET /hello HTTP/1.1\nX: \\\n```\n"
      "```http repeat=3 pause_ms=20 then=on\na\\\n```\n```http status=200\n\nHost: a\n\n```\n"));
  const RecordedRun run(scenario);
  CHECK_EQ(sentence_of(check_answers(scenario, run.report)), "");
  std::optional<Instant> before;
  for (std::size_t nth = 1; nth <= 4; ++nth) {
    const Instant at = run.event(Phase::ReadClientSend, nth).time;
    if (before) CHECK(at - *before >= Duration::milliseconds(20));
    before = at;
  }
}

TEST_CASE("run: HEAD is answered without a body, and the connection goes on") {
  const Scenario scenario = parsed(fmt::format(
      "# T\n```http status=200\nHEAD /hello HTTP/1.1\nHost: a\n\n```\n```http status=200\n{}```\n",
      hello));
  const RecordedRun run(scenario);
  CHECK_EQ(run.breaches(), "");
  CHECK_EQ(run.report.steps.at(0).responses.at(0).body_bytes, 0);
  CHECK_EQ(run.report.steps.at(1).responses.at(0).body, "Hello, World!");
}

TEST_CASE("run: a POST with an empty body, and the next request on its connection") {
  const Scenario scenario = parsed(fmt::format(
      "# T\n```http status=200\nPOST /echo HTTP/1.1\nHost: a\nContent-Length: 0\n\n```\n"
      "```http status=200\n{}```\n",
      hello));
  const RecordedRun run(scenario);
  CHECK_EQ(run.breaches(), "");
  CHECK_EQ(run.count(Phase::ReadRequestReady), 2);
}

TEST_CASE("run: a head that comes in two pieces is one request") {
  const Scenario scenario = parsed(
      "# T\n```http then=on\nGET /hello HT\\\n```\n```http status=200\nTP/1.1\nHost: a\n\n```\n");
  const RecordedRun run(scenario);
  CHECK_EQ(run.breaches(), "");
  CHECK_EQ(run.count(Phase::ReadLineFound), 1);
  CHECK_EQ(run.report.steps.at(1).sent_from, 13);
}

TEST_CASE("run: another status than the page's is told with its line") {
  const Scenario scenario = parsed(fmt::format("# T\n```http status=201\n{}```\n", hello));
  const RecordedRun run(scenario);
  const Status checked = check_answers(scenario, run.report);
  REQUIRE_FALSE(checked);
  CHECK_EQ(checked.error(), "99-test, line 2: status 201 was expected, and 200 came");
}

TEST_CASE("run: a byte that is not to blame is told") {
  const Scenario scenario = parsed("# T\n```http\nG\\^ET /hello HTTP/1.1\nHost: a\n\n```\n");
  const RecordedRun run(scenario);
  const Status checked = check_blamed_bytes(scenario, run.report, run.trace);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().find("stopped nowhere") != std::string::npos);
}

TEST_CASE("run: phases that are missing, and those that should be, are all named") {
  const Scenario scenario = parsed(fmt::format(
      "# T\n```http\n{}```\n```expect\nread.rejected read.header\nnot read.url\n```\n", hello));
  const RecordedRun run(scenario);
  const Status checked = check_expectations(scenario, run.trace, run.index);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().find("not there: read.rejected (line 8)") != std::string::npos);
  CHECK(checked.error().find("not expected: read.url (line 9)") != std::string::npos);
}

TEST_CASE("run: settings become the server's") {
  const Scenario scenario = parsed(fmt::format(
      "# T\n```json settings\n{{\"header_timeout_ms\": 1, \"read_timeout_ms\": 2, "
      "\"write_timeout_ms\": 3, \"idle_timeout_ms\": 4, \"drain_ms\": 5, \"workers\": 6, "
      "\"observed_per_second\": 7}}\n```\n```http\n{}```\n",
      hello));
  const server::ServerOptions options = apply_settings(scenario, {});
  CHECK(options.timeouts.header == Duration::milliseconds(1));
  CHECK(options.timeouts.read == Duration::milliseconds(2));
  CHECK(options.timeouts.write == Duration::milliseconds(3));
  CHECK(options.timeouts.idle == Duration::milliseconds(4));
  CHECK(options.drain == Duration::milliseconds(5));
  CHECK_EQ(options.workers, 6);
  CHECK_EQ(options.observed_requests_per_second, 7);
}

TEST_CASE("client: nobody listening is an error, and the number is given back") {
  trace::Bus bus(true);
  const trace::ThreadRecording recording(bus);
  net::ConnectionNumbers numbers(bus);
  trace::Address closed_port;
  { closed_port = SilentServer().address(); }
  const auto client = Client::connect({closed_port, &numbers});
  REQUIRE_FALSE(client);
  CHECK(client.error().find("refused") != std::string::npos);
}

TEST_CASE("client: a server that never answers ends the wait at its limit") {
  trace::Bus bus(true);
  const trace::ThreadRecording recording(bus);
  net::ConnectionNumbers numbers(bus);
  const SilentServer silent;
  auto client = Client::connect({silent.address(), &numbers, Duration::milliseconds(20)});
  REQUIRE(client.ok());
  const auto response = (*client)->read_response(false);
  REQUIRE_FALSE(response);
  CHECK(response.error().find("waited too long for an answer") != std::string::npos);
}

TEST_CASE("client: a run that is called off ends at once") {
  trace::Bus bus(true);
  const trace::ThreadRecording recording(bus);
  net::ConnectionNumbers numbers(bus);
  const SilentServer silent;
  CallOff call_off;
  CHECK_FALSE(call_off.called_off());
  auto client = Client::connect({silent.address(), &numbers, limits::step_time, &call_off});
  REQUIRE(client.ok());
  std::jthread other([&] { call_off.call_off(); });
  const auto response = (*client)->read_response(false);
  REQUIRE_FALSE(response);
  CHECK_EQ(response.error(), "the run was called off");
  CHECK(call_off.called_off());
}

TEST_CASE("run: without a server it says so") {
  trace::Bus bus(true);
  server::Server server(bus, {});
  const Scenario scenario = parsed(fmt::format("# T\n```http\n{}```\n", hello));
  CHECK_FALSE(run_scenario(scenario, server, bus));
}

}  // namespace roundtrip::scenario
