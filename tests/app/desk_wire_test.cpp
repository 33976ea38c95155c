// The hand at the wire through the desk, over a real lab where one can be made: packets are held by
// a filter and handled one by one, the link is set by numbers, and the trace tells of both.
#include <algorithm>

#include "tests/app/desk_driver.h"
#include "tests/core/server/client.h"
#include "viz/model/layout_wire.h"

namespace roundtrip::app {

using namespace viz;
using trace::Host;
using trace::Phase;

namespace {

std::vector<std::uint64_t> listed(const DeskDriver& driver) {
  std::vector<std::uint64_t> ids;
  for (const SeenPacket& packet : driver.desk.view().statistics.packets().held()) {
    ids.push_back(packet.id);
  }
  return ids;
}

std::vector<std::uint64_t> held_by_wire(DeskDriver& driver) {
  std::vector<std::uint64_t> ids;
  const auto held =
      driver.desk.session().lab()->wire().ask([](const net::Wire& wire) { return wire.held(); });
  for (const auto& one : held) ids.push_back(one.id);
  return ids;
}

// What trace.link said last of what a host sends.
std::string told_link(const DeskDriver& driver, Host from) {
  const TraceView view = driver.desk.view();
  const trace::Event* told = view.statistics.packets().link(from, UINT64_MAX);
  if (told == nullptr) return {};
  const trace::Symbol words{static_cast<std::uint32_t>(told->arg("settings").value_or(0))};
  return std::string(view.trace.symbols().text(words));
}

std::size_t links_told(const DeskDriver& driver) {
  const TraceView view = driver.desk.view();
  std::size_t count = 0;
  for (std::uint64_t at = view.first(); at < view.end(); ++at) {
    count += view.trace[at].phase == Phase::TraceLink ? 1 : 0;
  }
  return count;
}

}  // namespace

TEST_CASE("desk wire: packets are held by a filter and listed as the wire has them") {
  auto session = wired_session();
  if (!session) return;
  DeskDriver driver(std::move(session));
  driver.until("the wire is seen", [&] {
    return wire_rung(driver.desk.view(), driver.desk.state()).reason.starts_with("Made by");
  });
  driver.act(HandleWire{"hold SYN"});
  CHECK(driver.status().wire.hold == "SYN");
  driver.act(Send{});
  // Its kernel may send it again meanwhile.
  driver.until("what waits is listed",
               [&] { return !listed(driver).empty() && listed(driver) == held_by_wire(driver); });
  CHECK(driver.status().packets_held >= 1);
  const std::uint64_t syn = listed(driver).front();
  driver.act(HandleWire{"duplicate #" + std::to_string(syn)});
  driver.until("the copy is listed", [&] { return listed(driver).size() >= 2; });
  driver.act(HandleWire{"drop #" + std::to_string(syn)});
  driver.until("the copy alone is listed", [&] {
    const auto ids = listed(driver);
    return std::find(ids.begin(), ids.end(), syn) == ids.end();
  });
  // It is gone: that is said, and nothing else happens.
  driver.act(HandleWire{"release #" + std::to_string(syn)});
  CHECK(driver.status().wire.packets_problem == "Packet " + std::to_string(syn) + " is not held");
  driver.act(HandleWire{"open\nrelease"});
  CHECK(driver.status().wire.packets_problem.empty());
  CHECK(driver.status().wire.hold.empty());
  driver.until_rest();
  driver.until("none is listed", [&] { return listed(driver).empty(); });
  CHECK(driver.status().packets_held == 0);
  CHECK(driver.desk.view().index.violation_count() == 0);
}

TEST_CASE("desk wire: what is set is what the trace tells (each way, both)") {
  auto session = wired_session();
  if (!session) return;
  DeskDriver driver(std::move(session));
  driver.act(HandleWire{"delay_ms 3"});
  driver.act(HandleWire{"from server loss_percent 12.5"});
  driver.act(HandleWire{"from server seed 9"});
  driver.act(HandleWire{"from client drop_nth 2 data"});
  const WireStatus& wire = driver.status().wire;
  CHECK(wire.links[0].numbers[0] == 3);
  CHECK(wire.links[1].numbers[0] == 3);
  CHECK(wire.links[1].numbers[4] == 12.5);
  CHECK(wire.links[0].numbers[4] == 0);
  CHECK(wire.links[0].drops == std::vector<std::string>{"number 2 of data"});
  driver.until("the trace tells", [&] {
    return told_link(driver, Host::Client) == "3 ms one way, drops number 2 of data" &&
           told_link(driver, Host::Server) == "3 ms one way, 12.5% lost, seed 9";
  });
  driver.act(HandleWire{"from server cut"});
  CHECK(driver.status().wire.links[1].cut);
  CHECK_FALSE(driver.status().wire.links[0].cut);
  driver.until("the cut is told",
               [&] { return told_link(driver, Host::Server).ends_with("cut, seed 9"); });
}

TEST_CASE("desk wire: a setting that makes no sense says so and changes nothing") {
  auto session = wired_session();
  if (!session) return;
  DeskDriver driver(std::move(session));
  driver.act(HandleWire{"mtu 600"});
  driver.until("the trace tells",
               [&] { return told_link(driver, Host::Server) == "0 ms one way, MTU 600"; });
  const std::size_t told = links_told(driver);
  for (const char* wrong : {"mtu 5", "kbit_per_second 0.5", "loss_percent 101", "delay_ms -1",
                            "delay_ms x", "drop_nth 1 nonsense", "from client seed"}) {
    CAPTURE(wrong);
    driver.act(HandleWire{wrong});
    CHECK_FALSE(driver.status().wire.link_problem.empty());
    CHECK(driver.status().wire.links[0].numbers[9] == 600);
  }
  driver.act(HandleWire{"mtu 5"});
  CHECK(driver.status().wire.link_problem ==
        "The MTU of a link is at least 68 bytes (RFC 791), or 0 for none");
  driver.act(HandleWire{"hold nonsense"});
  CHECK(driver.status().wire.packets_problem.find("nonsense") != std::string::npos);
  CHECK(driver.status().wire.link_problem.empty());
  CHECK(driver.status().wire.hold.empty());
  // Another that does is told after them all.
  driver.act(HandleWire{"mtu 700"});
  driver.until("the next is told",
               [&] { return told_link(driver, Host::Server) == "0 ms one way, MTU 700"; });
  CHECK(links_told(driver) == told + 2);
}

namespace {

// What trace.sockets said last of connections that are half open; absent: nobody has asked.
std::optional<std::uint64_t> half_open(const DeskDriver& driver) {
  const TraceView view = driver.desk.view();
  for (std::uint64_t at = view.end(); at > view.first(); --at) {
    const trace::Event& event = view.trace[at - 1];
    if (event.phase != Phase::TraceSockets) continue;
    if (const auto count = event.arg("half_open")) return count;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("desk wire: half-open connections are listed at a pause and at each step") {
  auto session = wired_session();
  if (!session) return;
  DeskDriver driver(std::move(session));
  // The view is paused from the start.
  driver.until("they are listed at the pause", [&] { return half_open(driver) == 0; });
  driver.act(HandleWire{"hold SYN-ACK"});
  CHECK(driver.status().wire.packets_problem.empty());
  driver.act(Send{});
  driver.until("the half-open one is listed", [&] { return half_open(driver) == 1; });
  CHECK(driver.status().packets_held >= 1);
  driver.act(HandleWire{"open\nrelease"});
  driver.until_rest();
  driver.until("it is listed no more", [&] { return half_open(driver) == 0; });
  CHECK(driver.desk.view().index.violation_count() == 0);
}

TEST_CASE("desk wire: the server of a lab is found on this machine too, in the same trace") {
  DeskDriver driver(live_session());
  const std::uint16_t port = driver.desk.session().server()->port();
  driver.act(ChooseScenario{"20-handshake"});
  driver.until("the lesson's server runs", [&] {
    return !driver.desk.restless() && driver.desk.session().trace().info().scenario ==
                                          "20-handshake";
  });
  Session& session = driver.desk.session();
  if (session.lab() == nullptr) {
    MESSAGE("not tested, no lab here: ", session.lab_problem());
    return;
  }
  const auto second = session.server()->second_address();
  REQUIRE(second);
  CHECK(static_cast<std::uint16_t>(second->packed) == port);
  const std::string number = std::to_string(port);
  CHECK(driver.status().address == "192.168.1.100:" + number + " and 127.0.0.1:" + number);
  testing::Client here(port);
  CHECK(here.ask("GET /hello HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").status == 200);
  CHECK(here.at_end());
  driver.send();
  driver.until("both are told whole", [&] {
    const TraceView view = driver.desk.view();
    std::size_t closed = 0;
    for (std::uint64_t at = view.first(); at < view.end(); ++at) {
      closed += view.trace[at].phase == Phase::LifecycleClose && view.trace[at].ends() ? 1 : 0;
    }
    return closed == 2;
  });
  const TraceView view = driver.desk.view();
  CHECK(view.index.violation_count() == 0);
  const auto connections = view.index.connections();
  REQUIRE(connections.size() == 2);
  // Only one of them went over the wire.
  CHECK_FALSE(view.statistics.packets().has(connections[0]));
  CHECK(view.statistics.packets().has(connections[1]));
}

}  // namespace roundtrip::app
