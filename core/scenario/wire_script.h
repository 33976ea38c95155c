// What a page asks of the wire between its client host and its server host: how the link and the
// hosts' kernels are set (the setting "wire"), and what a hand does to packets while the clients
// act (the `wire` blocks). Parsing touches nothing; wire_hand.h does it.
//
// A block's lines, one act each, in the page's order, beside the clients' steps:
//   hold SYN               packets that fit (core/net/wire/filter.h) wait from now on
//   await ACK from client  until a packet that fits is held; `await 2 SYN` until two are
//   release SYN            what is held and fits goes on; `release` alone: all; `release 1`: the
//                          oldest of them
//   drop data              what is held and fits is thrown away
//   duplicate data         and here it is copied
//   release #7             one packet by the wire's number of it; so drop and duplicate
//   open                   nothing is held from now on; what is held stays so
//   cut, mend              the cable
//   delay_ms 50            each way, from now on; so every number of a link in the setting "wire"
//   drop_nth 2 data        the second from now on that fits is lost; drop_nth 0 forgets such rules
//   from client mtu 600    what the client host sends alone; so drop_nth, cut and mend
//   sockets                what the server host's kernel says of half-open and closed ones
//   pause_ms 500           the hand waits, for the kernels' timers
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/net/wire/host.h"
#include "core/net/wire/link.h"

namespace roundtrip::scenario {

// The setting "wire". What is absent is as the machine has it.
struct WireSettings {
  net::LinkSettings from_client;
  net::LinkSettings from_server;
  net::HostKnobs client_host;
  net::HostKnobs server_host;
  std::uint16_t client_port = 0;  // of the first client; 0: any
  std::optional<int> backlog;     // that the server asks for
};

struct WireAct {
  enum class Kind : std::uint8_t {
    Hold, Await, Release, Drop, Duplicate, Open, Cut, Mend, Link, DropNth, Sockets, Pause
  } kind = Kind::Open;
  net::PacketFilter what = net::PacketFilter::all();
  std::uint32_t count = 0;  // of Await: so many packets; of the others at most so many; 0: all
  std::uint64_t packet = 0;        // of Release, Drop, Duplicate: this one; 0: those that fit
  std::optional<net::Host> from;   // of Link, DropNth, Cut, Mend: of one direction; empty: of both
  std::string_view setting;        // of Link: the name that it has in the setting "wire"
  double number = 0;     // of Link in the setting's unit, of Pause in ms, of DropNth which one
  std::size_t line = 0;  // in the page, from 1
};

// `text`: the JSON object behind "wire". An error is what is wrong, without the line.
Result<WireSettings> parse_wire_settings(std::string_view text);
// One line of a block.
Result<WireAct> parse_wire_act(std::string_view line);

// The settings after an act of Link or DropNth; a sentence where they make no sense.
Result<net::LinkSettings> changed_link(net::LinkSettings link, const WireAct& act);
// A number of a link by its name in the setting "wire", in that setting's unit.
double link_number(const net::LinkSettings& link, std::string_view setting);

}  // namespace roundtrip::scenario
