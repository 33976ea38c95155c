// The hand at the wire, as the window has it: the live server listens in a lab, and packets wait,
// go on or are lost as the person wants.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "app/desk.h"
#include "core/scenario/wire_hand.h"
#include "viz/model/format.h"

namespace roundtrip::app {

void Desk::do_at_wire(const std::string& acts) {
  Session* session = live();
  if (session == nullptr || session->lab() == nullptr) {
    return tell("There is no wire here: lessons 20 to 30 run on one");
  }
  // Nothing is waited for here: a frame waits for it.
  scenario::WireHand hand(*session->lab(), Duration{}, nullptr);
  for (std::string_view rest = acts; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const auto act = scenario::parse_wire_act(rest.substr(0, end));
    const Status done = act ? hand.act(*act) : Status(Error{act.error()});
    if (!done) return tell(done.error());
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
}

void Desk::tell_wire() {
  viz::SessionStatus& status = state_.session;
  Session* session = live();
  status.wired = session != nullptr && session->live() && session->lab() != nullptr;
  const std::uint32_t before = status.packets_held;
  status.holds_packets = false;
  status.packets_held = 0;
  if (!status.wired) return;
  const auto [holds, held] = session->lab()->wire().ask([](const net::Wire& wire) {
    return std::pair(wire.holds(), wire.held().size());
  });
  status.holds_packets = holds;
  status.packets_held = static_cast<std::uint32_t>(held);
  if (status.packets_held == before) return;
  if (held == 0) return tell("");
  tell(fmt::format("{} at the wire: Shift K lets the oldest go, Shift P all",
                   held == 1 ? "A packet waits" : fmt::format("{} packets wait", held)),
       true);
}

}  // namespace roundtrip::app
