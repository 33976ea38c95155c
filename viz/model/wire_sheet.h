// What the drawer "Wire" works with, as plain data: the numbers that can be set there and what they
// are called, how the session's wire stands now, and what a person has typed there and not sent
// yet. The words of settings are those of a lesson's page (core/scenario/wire_script.h), which do
// the work. Of a recording only the trace tells (layout_wire.h); WireStatus is of a live session.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/trace/vocabulary.h"

namespace roundtrip::viz {

// A number as it is typed or dragged.
struct NumberRow {
  std::string_view setting;  // as a page has it
  std::string_view name;
  std::string_view unit;
  double step = 1;  // of a drag
  double most = 0;
  std::string_view means;  // a sentence for the pointer
};
inline constexpr auto link_rows = std::to_array<NumberRow>({
    {"delay_ms", "Delay", "ms", 1, 60'000, "How long a packet travels, one way"},
    {"jitter_ms", "Jitter", "ms", 1, 60'000,
     "At most so much earlier or later than the delay; packets keep their order"},
    {"kbit_per_second", "Bandwidth", "kbit/s", 100, 1e9,
     "So many bits leave in a second; 0: as fast as the machine"},
    {"queue", "Queue", "packets", 1, 65'536,
     "So many packets may wait for the bandwidth; those after them are dropped"},
    {"loss_percent", "Loss", "%", 1, 100, "The chance of a packet to be lost"},
    {"duplicate_percent", "Duplication", "%", 1, 100, "The chance of a packet to arrive twice"},
    {"reorder_percent", "Reordering", "%", 1, 100, "The chance of a packet to be overtaken"},
    {"reordered_ms", "Overtaken by", "ms", 1, 60'000, "So much longer a reordered packet travels"},
    {"corrupt_percent", "Corruption", "%", 1, 100, "The chance of a packet to lose one bit"},
    {"mtu", "MTU", "bytes", 10, 65'535, "A longer packet is dropped; 0: none is"},
    {"seed", "Seed", "", 1, 1e15,
     "Which chances are drawn: with the same seed and packets they fall alike again"},
});
// Of the listening socket, as long as the kernel's own limit (net.core.somaxconn) allows it.
inline constexpr NumberRow backlog_row = {
    "backlog",     "Backlog",
    "connections", 1,
    65'535,        "listen(2): when more than so many wait to be accepted, the queue is full"};

struct LinkStatus {
  std::array<double, link_rows.size()> numbers{};  // in the units of the rows
  std::vector<std::string> drops;                  // "number 2 of data"
  bool cut = false;
  bool operator==(const LinkStatus&) const = default;
};

struct WireStatus {
  std::array<LinkStatus, 2> links;  // by trace::Host: of what it sends
  std::string hold;                 // the filter in force; empty: nothing is held
  // Why what was asked last would not do: of the packets, and of the link.
  std::string packets_problem;
  std::string link_problem;
  bool operator==(const WireStatus&) const = default;
};

// A number that is being typed or dragged.
struct NumberDraft {
  std::string_view setting;  // of its row
  std::string text;
  bool dragged = false;
  bool operator==(const NumberDraft&) const = default;
};

// What stands in the drawer's fields.
struct WireSheet {
  std::optional<trace::Host> from;  // whose packets the link's numbers are of; empty: of both
  std::string filter;               // which packets to hold
  std::string nth = "1";            // which packet to drop, and of which
  std::string nth_filter;
  std::optional<NumberDraft> draft;
  bool operator==(const WireSheet&) const = default;
};

}  // namespace roundtrip::viz
