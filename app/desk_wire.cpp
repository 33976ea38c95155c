// The hand at the wire, as the window has it: the live server listens in a lab, and packets wait,
// go on or are lost as the person wants. And at its end the accept queue, in a lab or without.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "app/desk.h"
#include "core/scenario/wire_hand.h"
#include "core/trace/bus.h"

namespace roundtrip::app {

namespace {

std::string sentence(std::string words) {
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z') words[0] -= 'a' - 'A';
  return words;
}

bool is_about_packets(scenario::WireAct::Kind kind) {
  using Kind = scenario::WireAct::Kind;
  return kind == Kind::Hold || kind == Kind::Open || kind == Kind::Release || kind == Kind::Drop ||
         kind == Kind::Duplicate;
}

viz::LinkStatus link_status(const net::LinkSettings& link) {
  viz::LinkStatus status;
  for (std::size_t row = 0; row < viz::link_rows.size(); ++row) {
    status.numbers[row] = scenario::link_number(link, viz::link_rows[row].setting);
  }
  for (const net::DropRule& rule : link.drops) {
    status.drops.push_back(fmt::format("number {} of {}", rule.nth, rule.what.text()));
  }
  status.cut = link.cut;
  return status;
}

}  // namespace

// What would not do is said in the drawer where that is open, else in the banner.
void Desk::do_at_wire(const std::string& acts) {
  Session* session = live();
  if (session == nullptr || session->lab() == nullptr) {
    return tell("There is no wire here: lessons 20 to 30 run on one");
  }
  viz::WireStatus& status = state_.session.wire;
  status.packets_problem.clear();
  status.link_problem.clear();
  // Nothing is waited for here: a frame waits for it.
  scenario::WireHand hand(*session->lab(), Duration{}, nullptr);
  for (std::string_view rest = acts; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    const auto act = scenario::parse_wire_act(line);
    const Status done = act ? hand.act(*act) : Status(Error{act.error()});
    if (!done) {
      const bool packets = act ? is_about_packets(act->kind) : line.starts_with("hold");
      (packets ? status.packets_problem : status.link_problem) = sentence(done.error());
      if (state_.drawer != viz::Drawer::Wire) tell(sentence(done.error()));
      return;
    }
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
}

// The wire is as the lesson's page says from the start: whoever sends before the lesson runs finds
// what the page tells of.
void Desk::set_links_of_lesson() {
  net::WiredLab* const lab = shown_.session->lab();
  if (lab == nullptr || !lesson_ || !lesson_->settings.wire) return;
  lab->set_link(net::Host::Client, lesson_->settings.wire->from_client);
  lab->set_link(net::Host::Server, lesson_->settings.wire->from_server);
}

void Desk::change_backlog(const std::string& typed) {
  Session* session = live();
  if (session == nullptr || !session->live()) return tell("No server listens here");
  std::string& problem = state_.session.backlog_problem;
  problem.clear();
  const auto most = static_cast<int>(viz::backlog_row.most);
  int backlog = 0;
  const char* const end = typed.data() + typed.size();
  const auto [rest, failure] = std::from_chars(typed.data(), end, backlog);
  if (failure != std::errc{} || rest != end || backlog < 0 || backlog > most) {
    problem = fmt::format("A backlog is a whole number from 0 to {}", most);
  } else {
    const trace::ThreadRecording recording(*session->bus(), trace::RingSize::Small);
    const Status done = session->server()->change_backlog(backlog);
    if (!done) problem = sentence(done.error());
  }
  if (!problem.empty() && state_.drawer != viz::Drawer::Wire) tell(problem);
}

void Desk::tell_wire() {
  viz::SessionStatus& status = state_.session;
  Session* session = live();
  status.wired = session != nullptr && session->live() && session->lab() != nullptr;
  status.packets_held = 0;
  if (session == nullptr) status.backlog_problem.clear();
  if (!status.wired) {
    status.wire = {};
    stops_seen_ = stops_listed_ = {};
    return;
  }
  Stops now{{}, {}, {}, gate_.stops, !state_.playing && !state_.follow};
  session->lab()->wire().ask([&](const net::Wire& wire) {
    for (const net::Host from : net::both_hosts) {
      status.wire.links[static_cast<std::size_t>(from)] = link_status(wire.link(from));
    }
    status.wire.hold = wire.filter().text();
    status.packets_held = static_cast<std::uint32_t>(wire.held().size());
    now.newest_packet = wire.newest();
    now.under_way = wire.under_way();
  });
  now.packets_held = status.packets_held;
  list_sockets_at(now);
}

// Half-open connections and those in TIME_WAIT belong to no program, so nothing tells of them by
// itself. The kernel is asked where something has come to a stop (the view, a held request, a
// packet) and once more after whatever comes of that, when nothing has moved for a frame.
void Desk::list_sockets_at(const Stops& now) {
  const bool moves = now != std::exchange(stops_seen_, now);
  const bool stopped = now.paused || now.packets_held > 0 || gate_.held;
  if (!stopped) stops_listed_ = now;
  if (moves || now == stops_listed_) return;
  stops_listed_ = now;
  live()->lab()->tell_sockets_soon();
}

}  // namespace roundtrip::app
