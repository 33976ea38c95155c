#include "viz/model/wire_words.h"

#include <fmt/format.h>

#include "viz/model/commands.h"
#include "viz/model/packet_header.h"

namespace roundtrip::viz {

using trace::Host;

std::string symbol_text(const TraceView& view, const trace::Event& event, std::string_view name) {
  const auto symbol = event.arg(name);
  if (!symbol) return {};
  return std::string(view.trace.symbols().text(trace::Symbol{static_cast<std::uint32_t>(*symbol)}));
}

std::string_view from_words(const std::optional<Host>& from) {
  if (!from) return "both ways";
  return *from == Host::Client ? "from client" : "from server";
}

std::string act_prefix(const WireSheet& sheet) {
  return sheet.from ? fmt::format("{} ", from_words(sheet.from)) : std::string();
}

WireRung wire_rung(const TraceView& view, const ViewState& state) {
  constexpr std::string_view lab =
      "Lab: client and server are two hosts of their own. Every packet between them passes "
      "through this program, and can be held, dropped, copied and delayed.";
  constexpr std::string_view loopback =
      "Loopback: client and server share one host. Its packets are not seen; what the kernel "
      "stamps and tells is all there is.";
  const trace::Event* fact = view.statistics.packets().wire();
  if (fact == nullptr) {
    if (state.session.wired) return {"lab", std::string(lab), "", "", true};
    return {
        "loopback", std::string(loopback),
        state.session.live ? "This lesson asks for no wire." : "This was recorded without a wire.",
        "Lessons 20 to 30 run on one; `roundtrip doctor` tells what of packets can be seen on "
        "this machine."};
  }
  WireRung rung;
  rung.wired = true;
  switch (static_cast<trace::Rung>(fact->arg("rung").value_or(4))) {
    case trace::Rung::LabByRoot:
    case trace::Rung::LabByHelper: {
      const bool by_root = fact->arg("rung") == static_cast<std::uint64_t>(trace::Rung::LabByRoot);
      rung.word = "lab";
      rung.gives = lab;
      rung.reason = by_root ? "Made by root." : "Made by a helper in a user namespace.";
      rung.lift = "This is the highest rung: no packet is missing.";
      return rung;
    }
    case trace::Rung::Capture:
      rung.word = "capture";
      rung.gives = "Capture: packets were seen as they passed one point.";
      break;
    case trace::Rung::Stamps:
      rung.word = "loopback";
      rung.gives = loopback;
      break;
    case trace::Rung::Inferred:
      rung.word = "inferred";
      rung.gives = "Inferred: no packet is seen; they follow from what the program itself did.";
      break;
  }
  const std::string reason = symbol_text(view, *fact, "reason");
  if (!reason.empty()) rung.reason = fmt::format("Why no more: {}.", reason);
  const std::string lift = symbol_text(view, *fact, "lift");
  if (!lift.empty()) rung.lift = fmt::format("{}.", lift);
  return rung;
}

std::string held_packets_text(const ViewState& state) {
  const std::uint32_t held = state.session.packets_held;
  if (held == 0) return {};
  return fmt::format("{} at the wire: {} lets the oldest go, {} all. {}",
                     held == 1 ? "A packet waits" : fmt::format("{} packets wait", held),
                     keys_text(Command::StepPacket), keys_text(Command::HoldPackets), clocks_go_on);
}

std::string packet_words(const SeenPacket& packet) {
  return fmt::format("{} {}", flags_text(packet), from_words(packet.from));
}

std::string packet_numbers(const TraceView& view, const SeenPacket& packet) {
  const PacketHeader header = PacketHeaders(view).read(packet);
  std::string words = fmt::format("connection {} · {}", packet.conn, numbers_text(packet, header));
  for (const std::string& name : names_of(packet, header)) words += fmt::format(" · {}", name);
  return words;
}

std::string_view zero_words(const NumberRow& row) {
  if (row.setting == "kbit_per_second" || row.setting == "mtu") return "no limit";
  if (row.setting == "queue") return "none waits";
  return {};
}

std::string link_problem_text(std::string_view problem) {
  // A sentence begins with a capital letter.
  const auto begins_with = [problem](std::string_view word) {
    return problem.size() > word.size() && problem[word.size()] == ' ' &&
           problem.substr(1, word.size() - 1) == word.substr(1) &&
           (problem[0] | 0x20) == (word[0] | 0x20);
  };
  for (const NumberRow& row : link_rows) {
    if (begins_with(row.setting)) {
      return fmt::format("{}{}", row.name, problem.substr(row.setting.size()));
    }
  }
  return std::string(problem);
}

std::string link_act(const WireSheet& sheet, const NumberRow& row, std::string_view text) {
  return fmt::format("{}{} {}", act_prefix(sheet), row.setting, text);
}

std::string nth_act(const WireSheet& sheet) {
  return fmt::format("{}drop_nth {} {}", act_prefix(sheet), sheet.nth, sheet.nth_filter);
}

}  // namespace roundtrip::viz
