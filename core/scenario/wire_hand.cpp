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

Status WireHand::act(const WireAct& act) {
  using Kind = WireAct::Kind;
  const auto each = [&](auto&& work) {
    std::uint32_t done = 0;
    for (const net::PacketId id : held(act.what)) {
      if (act.count != 0 && done++ == act.count) break;
      lab_.wire().ask([&](net::Wire& wire) { work(wire, id); });
    }
  };
  switch (act.kind) {
    case Kind::Hold:
      lab_.wire().ask([&](net::Wire& wire) { wire.hold(act.what); });
      break;
    case Kind::Await: return await(act);
    case Kind::Release:
      each([](net::Wire& wire, net::PacketId id) { static_cast<void>(wire.release(id)); });
      break;
    case Kind::Drop:
      each([](net::Wire& wire, net::PacketId id) { static_cast<void>(wire.drop(id)); });
      break;
    case Kind::Duplicate:
      each([](net::Wire& wire, net::PacketId id) { static_cast<void>(wire.duplicate(id)); });
      break;
    case Kind::Open:
      lab_.wire().ask([](net::Wire& wire) { wire.hold({}); });
      break;
    case Kind::Cut: lab_.cut(true); break;
    case Kind::Mend: lab_.cut(false); break;
    case Kind::Delay:
    case Kind::Loss:
      for (const net::Host from : net::both_hosts) {
        net::LinkSettings link =
            lab_.wire().ask([from](net::Wire& wire) { return wire.link(from); });
        if (act.kind == Kind::Delay) link.delay = Duration::milliseconds(act.number);
        if (act.kind == Kind::Loss) link.loss = act.number / 100.0;
        lab_.set_link(from, link);
      }
      break;
    case Kind::Sockets: return lab_.tell_sockets();
    case Kind::Pause: {
      pollfd waits{call_off_ != nullptr ? call_off_->fd() : -1, POLLIN, 0};
      const timespec length{act.number / 1000, act.number % 1000 * 1'000'000L};
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
