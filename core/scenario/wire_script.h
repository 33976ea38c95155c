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
//   open                   nothing is held from now on; what is held stays so
//   cut, mend              the cable
//   delay_ms 50            each way, from now on;  loss_percent 10  the same
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
    Hold, Await, Release, Drop, Duplicate, Open, Cut, Mend, Delay, Loss, Sockets, Pause
  } kind = Kind::Open;
  net::PacketFilter what = net::PacketFilter::all();
  std::uint32_t count = 0;   // of Await: so many packets; of the others at most so many; 0: all
  std::uint32_t number = 0;  // of Pause and Delay in milliseconds, of Loss in percent
  std::size_t line = 0;        // in the page, from 1
};

// `text`: the JSON object behind "wire". An error is what is wrong, without the line.
Result<WireSettings> parse_wire_settings(std::string_view text);
// One line of a block.
Result<WireAct> parse_wire_act(std::string_view line);

}  // namespace roundtrip::scenario
