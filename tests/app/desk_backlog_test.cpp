// The accept queue's backlog through the desk, over a real server, on loopback and in a lab where
// one can be made: the kernel has what was asked for, and the trace tells it.
#include "core/net/observe.h"
#include "tests/app/desk_driver.h"
#include "viz/model/layout_wire.h"

namespace roundtrip::app {

using namespace viz;

namespace {

std::optional<std::uint32_t> kernels_backlog(DeskDriver& driver) {
  return net::listen_backlog(driver.desk.session().server()->listener_fd());
}
std::optional<std::uint32_t> told_backlog(const DeskDriver& driver) {
  const TraceView view = driver.desk.view();
  if (view.empty()) return std::nullopt;
  return view.states.process_at(view.end() - 1).backlog_in_force;
}

}  // namespace

TEST_CASE("desk backlog: the kernel has it at once, and the trace tells it (loopback, lab)") {
  for (const bool lab : {false, true}) {
    CAPTURE(lab);
    auto session = lab ? wired_session() : live_session();
    if (!session) continue;
    DeskDriver driver(std::move(session));
    driver.until("the trace tells the first", [&] { return told_backlog(driver).has_value(); });
    for (const std::uint32_t backlog : {3U, 0U, 17U}) {
      CAPTURE(backlog);
      driver.act(ChangeBacklog{std::to_string(backlog)});
      CHECK(driver.status().backlog_problem.empty());
      if (const auto told = kernels_backlog(driver)) CHECK(*told == backlog);
      driver.until("the trace tells it", [&] { return told_backlog(driver) == backlog; });
    }
    // It serves as before.
    driver.send();
    CHECK(driver.desk.view().index.violation_count() == 0);
    CHECK(told_backlog(driver) == 17);
  }
}

TEST_CASE("desk backlog: more than the kernel allows is told as what it allows") {
  DeskDriver driver(live_session());
  driver.act(ChangeBacklog{"65535"});
  driver.until("the trace tells it", [&] {
    const TraceView view = driver.desk.view();
    return !view.empty() && view.states.process_at(view.end() - 1).backlog == 65'535;
  });
  REQUIRE(told_backlog(driver).has_value());
  if (const auto told = kernels_backlog(driver)) CHECK(told_backlog(driver) == *told);
}

TEST_CASE("desk backlog: what is no backlog says so and changes nothing") {
  DeskDriver driver(live_session());
  driver.act(ToggleDrawer{Drawer::Wire});
  driver.act(ChangeBacklog{"6"});
  driver.until("the trace tells it", [&] { return told_backlog(driver) == 6; });
  for (const char* wrong : {"", "-1", "65536", "2.5", "many", "99999999999999"}) {
    CAPTURE(wrong);
    driver.act(ChangeBacklog{wrong});
    CHECK(driver.status().backlog_problem == "A backlog is a whole number from 0 to 65535");
    CHECK(driver.status().notice.empty());
    if (const auto told = kernels_backlog(driver)) CHECK(*told == 6);
  }
  // Where the drawer is put away, the banner says it.
  driver.act(ToggleDrawer{Drawer::Wire});
  driver.act(ChangeBacklog{"-1"});
  CHECK(driver.status().notice == "A backlog is a whole number from 0 to 65535");
  driver.act(ChangeBacklog{"7"});
  CHECK(driver.status().backlog_problem.empty());
}

}  // namespace roundtrip::app
