#include "core/scenario/wire_hand.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "core/base/clock.h"

namespace roundtrip::scenario {

std::vector<std::string> WireHand::set(const WireSettings& settings) {
  std::vector<std::string> refused = lab_.lab().set(net::Host::Client, settings.client_host);
  for (std::string& sentence : lab_.lab().set(net::Host::Server, settings.server_host)) {
    refused.push_back(std::move(sentence));
  }
  lab_.sockets(net::Host::Client).set_next_port(settings.client_port);
  lab_.set_link(net::Host::Client, settings.from_client);
  lab_.set_link(net::Host::Server, settings.from_server);
  return refused;
}

std::vector<net::PacketId> WireHand::held(const net::PacketFilter& what) {
  std::vector<net::PacketId> ids;
  for (const net::Wire::Held& one : lab_.wire().ask([](net::Wire& wire) { return wire.held(); })) {
    if (what.fits(one.decoded, one.from)) ids.push_back(one.id);
  }
  return ids;
}

Status WireHand::act(const std::vector<WireAct>& acts) {
  for (const WireAct& one : acts) {
    const Status done = act(one);
    if (!done) return Error{fmt::format("line {}: {}", one.line, done.error())};
  }
  return Nothing{};
}

Status WireHand::await(const WireAct& act) {
  const std::int64_t until = monotonic_ns() + patience_.ns;
  while (true) {
    const std::uint64_t seen = lab_.held_count();
    if (held(act.what).size() >= std::max(1U, act.count)) return Nothing{};
    if (call_off_ != nullptr && call_off_->called_off()) return Error{"the run was called off"};
    if (monotonic_ns() > until) {
      return Error{fmt::format("no {} came to the wire within {} s", act.what.text(),
                               patience_.ns / 1'000'000'000)};
    }
    lab_.wait_for_held(seen);
  }
}

// Either direction, or neither where one would make no sense.
Status WireHand::change_links(const WireAct& act) {
  std::vector<std::pair<net::Host, net::LinkSettings>> changed;
  for (const net::Host from : net::both_hosts) {
    if (act.from && *act.from != from) continue;
    net::LinkSettings link =
        lab_.wire().ask([from](net::Wire& wire) { return wire.link(from); });
    if (act.kind == WireAct::Kind::Cut || act.kind == WireAct::Kind::Mend) {
      link.cut = act.kind == WireAct::Kind::Cut;
      changed.emplace_back(from, std::move(link));
      continue;
    }
    auto settings = changed_link(std::move(link), act);
    if (!settings) return Error{settings.error()};
    changed.emplace_back(from, std::move(*settings));
  }
  for (const auto& [from, link] : changed) lab_.set_link(from, link);
  return Nothing{};
}

Status WireHand::to_held(const WireAct& act, HeldWork work) {
  const auto one = [&](net::PacketId id) {
    return lab_.wire().ask([&](net::Wire& wire) { return work(wire, id); });
  };
  if (act.packet != 0) return one(act.packet);
  std::uint32_t done = 0;
  for (const net::PacketId id : held(act.what)) {
    if (act.count != 0 && done++ == act.count) break;
    static_cast<void>(one(id));
  }
  return Nothing{};
}

Status WireHand::act(const WireAct& act) {
  using Kind = WireAct::Kind;
  switch (act.kind) {
    case Kind::Hold:
      lab_.wire().ask([&](net::Wire& wire) { wire.hold(act.what); });
      break;
    case Kind::Await: return await(act);
    case Kind::Release:
      return to_held(act, [](net::Wire& wire, net::PacketId id) { return wire.release(id); });
    case Kind::Drop:
      return to_held(act, [](net::Wire& wire, net::PacketId id) { return wire.drop(id); });
    case Kind::Duplicate:
      return to_held(act, [](net::Wire& wire, net::PacketId id) -> Status {
        const auto copy = wire.duplicate(id);
        if (!copy) return Error{copy.error()};
        return Nothing{};
      });
    case Kind::Open:
      lab_.wire().ask([](net::Wire& wire) { wire.hold({}); });
      break;
    case Kind::Cut:
    case Kind::Mend:
      if (act.from) return change_links(act);
      lab_.cut(act.kind == Kind::Cut);
      break;
    case Kind::Link:
    case Kind::DropNth: return change_links(act);
    case Kind::Sockets: return lab_.tell_sockets();
    case Kind::Pause: {
      pollfd waits{call_off_ != nullptr ? call_off_->fd() : -1, POLLIN, 0};
      const auto ms = static_cast<std::int64_t>(act.number);
      const timespec length{ms / 1000, ms % 1000 * 1'000'000L};
      if (ppoll(&waits, 1, &length, nullptr) > 0) return Error{"the run was called off"};
      break;
    }
  }
  return Nothing{};
}

void WireHand::let_go() {
  lab_.cut(false);
  lab_.wire().ask([](net::Wire& wire) {
    wire.hold({});
    wire.release_all();
  });
}

}  // namespace roundtrip::scenario
