// What a page asks of the wire: each setting, each act, and a sentence for whatever makes no sense.
#include <doctest/doctest.h>

#include "core/scenario/wire_script.h"
#include "tests/core/scenario/recorded_run.h"

namespace roundtrip::scenario {

TEST_CASE("wire settings: what is set for both ways, and a direction's own over it") {
  const auto wire = parse_wire_settings(
      R"({"from_server": {"delay_ms": 9}, "delay_ms": 2.5, "loss_percent": 25, "seed": 4,
          "client_port": 54321, "backlog": 1, "server_host": {"syn_cookies": 0},
          "client_host": {"congestion_control": "reno"},
          "drop": [{"what": "data from server", "nth": 2}]})");
  REQUIRE_MESSAGE(wire.ok(), wire.error());
  CHECK(wire->from_client.delay == Duration::microseconds(2500));
  CHECK(wire->from_server.delay == Duration::milliseconds(9));
  CHECK(wire->from_server.loss == 0.25);
  CHECK(wire->from_client.seed == 4);
  CHECK(wire->client_port == 54321);
  CHECK(wire->backlog == 1);
  CHECK(wire->server_host.syn_cookies == 0U);
  CHECK(wire->client_host.congestion_control == "reno");
  REQUIRE(wire->from_client.drops.size() == 1);
  CHECK(wire->from_client.drops[0].nth == 2);
}

TEST_CASE("wire settings: what makes no sense is one sentence that names it") {
  const auto problem = [](std::string_view text) {
    const auto wire = parse_wire_settings(text);
    return wire ? std::string() : wire.error();
  };
  CHECK(problem("[]").find("an object") != std::string::npos);
  CHECK(problem(R"({"delay": 1})").find("delay_ms") != std::string::npos);
  CHECK(problem(R"({"delay_ms": -1})").find("delay_ms") != std::string::npos);
  CHECK(problem(R"({"delay_ms": "1"})").find("number") != std::string::npos);
  CHECK(problem(R"({"loss_percent": 101})").find("100") != std::string::npos);
  CHECK(problem(R"({"drop": [{"nth": 1}]})").find("what") != std::string::npos);
  CHECK(problem(R"({"drop": [{"what": "nonsense"}]})").find("nonsense") != std::string::npos);
  CHECK(problem(R"({"server_host": {"colour": 1}})").find("colour") != std::string::npos);
  CHECK(problem(R"({"from_client": 1})").find("from_client") != std::string::npos);
}

TEST_CASE("wire acts: each word with what it takes, and a sentence for any other") {
  const auto act = [](std::string_view line) {
    const auto parsed = parse_wire_act(line);
    REQUIRE_MESSAGE(parsed.ok(), parsed.error());
    return *parsed;
  };
  CHECK(act("hold SYN").what.text() == "SYN");
  CHECK(act("  await 2 ACK from client ").count == 2);
  CHECK(act("await data").count == 0);
  CHECK(act("release").what.text() == net::PacketFilter::all().text());
  CHECK(act("release 1").count == 1);
  CHECK(act("drop 1 data").what.text() == "data");
  CHECK(act("pause_ms 250").number == 250);
  CHECK(act("delay_ms 50").kind == WireAct::Kind::Link);
  CHECK(act("delay_ms 50").setting == "delay_ms");
  CHECK(act("loss_percent 0.5").number == 0.5);
  CHECK(act("release #7").packet == 7);
  CHECK(act("from server cut").from == net::Host::Server);
  CHECK(act("drop_nth 2 data").number == 2);
  CHECK(act("from client drop_nth 0").number == 0);
  CHECK(act("open").kind == WireAct::Kind::Open);
  for (const char* wrong : {"", "jump", "hold", "hold nonsense", "open SYN", "pause_ms",
                            "pause_ms 99999999", "pause_ms x", "loss_percent 101", "release #",
                            "drop #0", "drop #1 SYN", "from", "from here cut", "from client",
                            "from client hold SYN", "drop_nth 2", "drop_nth 1 nonsense",
                            "mtu -1", "mtu 1 2", "seed nan"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_wire_act(wrong).ok());
  }
}

TEST_CASE("wire acts: every number of a link is set by its name, and read by it") {
  const auto changed = [](const net::LinkSettings& link, std::string_view line) {
    const auto act = parse_wire_act(line);
    REQUIRE_MESSAGE(act.ok(), act.error());
    return changed_link(link, *act);
  };
  net::LinkSettings link;
  double value = 70;
  for (const char* setting :
       {"delay_ms", "jitter_ms", "kbit_per_second", "queue", "loss_percent", "duplicate_percent",
        "reorder_percent", "reordered_ms", "corrupt_percent", "mtu", "seed"}) {
    CAPTURE(setting);
    const auto after = changed(link, std::string(setting) + " " + std::to_string(++value));
    REQUIRE(after.ok());
    CHECK(link_number(*after, setting) == doctest::Approx(value));
    CHECK(link_number(link, setting) != doctest::Approx(value));
    link = *after;
  }
  CHECK(link_number(link, "delay_ms") == doctest::Approx(71));
  const auto with_rule = changed(link, "drop_nth 2 data from server");
  REQUIRE(with_rule.ok());
  REQUIRE(with_rule->drops.size() == 1);
  CHECK(with_rule->drops[0].nth == 2);
  CHECK(with_rule->drops[0].what.text() == "data from server");
  CHECK(changed(*with_rule, "drop_nth 0")->drops.empty());
  const auto refused = changed(link, "mtu 5");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().find("68 bytes") != std::string::npos);
}

TEST_CASE("wire: a page's block needs its setting, and its acts carry their lines") {
  const std::string request = "```http\nGET / HTTP/1.1\nHost: a\n\n```\n";
  const auto lonely = parse_scenario("# T\n```wire\nopen\n```\n" + request, "99-test");
  REQUIRE_FALSE(lonely.ok());
  CHECK(lonely.error().find("line 3") != std::string::npos);
  const auto page = parsed("# T\n```json settings\n{\"wire\": {}}\n```\n```wire\nhold SYN\n\nopen\n"
                           "```\n" + request);
  REQUIRE(page.wire_acts.size() == 2);
  CHECK(page.wire_acts[0].line == 6);
  CHECK(page.wire_acts[1].line == 8);
}

}  // namespace roundtrip::scenario
