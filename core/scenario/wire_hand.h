// The hand at the wire while a page runs: does the acts of its `wire` blocks one after the other,
// on the thread that calls it, beside the clients. It waits for packets, never for time, but where
// the page asks for a pause. Used by runner.h.
#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/net/wire/wired_lab.h"
#include "core/scenario/call_off.h"
#include "core/scenario/wire_script.h"

namespace roundtrip::scenario {

class WireHand {
 public:
  WireHand(net::WiredLab& lab, Duration patience, const CallOff* call_off)
      : lab_(lab), patience_(patience), call_off_(call_off) {}

  // Sets the link and the hosts. The sentences say what a host's kernel did not allow.
  std::vector<std::string> set(const WireSettings& settings);
  Status act(const std::vector<WireAct>& acts);
  Status act(const WireAct& act);
  // Nothing is held any more, and all goes on.
  void let_go();

 private:
  using HeldWork = Status (*)(net::Wire& wire, net::PacketId id);
  Status await(const WireAct& act);
  Status change_links(const WireAct& act);
  Status to_held(const WireAct& act, HeldWork work);
  std::vector<net::PacketId> held(const net::PacketFilter& what);

  net::WiredLab& lab_;
  Duration patience_;
  const CallOff* call_off_;
};

}  // namespace roundtrip::scenario
