#include "app/packets_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>

#include "app/narrator_rows.h"
#include "viz/model/format.h"

namespace roundtrip::app {
namespace {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;
using trace::Unit;

constexpr std::size_t least_remark = 16;
constexpr std::string_view row_format = "{:>8}  {:>4} {:6} {:11} {:>15} {:>9}  {}";

class PacketTable {
 public:
  PacketTable(const trace::Trace& trace, const trace::TraceIndex& index)
      : trace_(trace), index_(index) {
    for (EventNumber i = trace.first(); i < trace.end(); ++i) remark(i);
  }

  Lines lines(std::size_t most) const {
    Lines lines;
    std::size_t told = 0;
    std::size_t left_out = 0;
    std::optional<Instant> first;
    for (EventNumber i = trace_.first(); i < trace_.end(); ++i) {
      if (trace_[i].phase != Phase::TracePacket || !trace_[i].begins()) continue;
      if (!first) first = trace_[i].time;
      if (told == most) {
        ++left_out;
        continue;
      }
      ++told;
      append(lines, row(i, *first));
    }
    if (!first) return {};
    lines.insert(lines.begin(), fmt::format(row_format, "time", "conn", "from", "flags", "bytes",
                                            "way", "remarks"));
    if (left_out > 0) {
      lines.push_back(plain_spaces(
          fmt::format("and {}: the window shows all, `roundtrip export` writes them for Wireshark",
                      viz::counted(static_cast<std::int64_t>(left_out), "more packet"))));
    }
    return lines;
  }

 private:
  // What was done to a packet beside carrying it.
  std::string what_was_done(EventNumber number) const {
    const Event& event = trace_[number];
    switch (event.phase) {
      case Phase::TracePacketDropped:
        return fmt::format("dropped ({})", trace::word(Unit::DropUnit, event.arg(0).value_or(0)));
      case Phase::TracePacketCopied: return fmt::format("copy of {}", event.arg(0).value_or(0));
      case Phase::TracePacketChanged:
        return fmt::format("bit turned in byte {}", event.arg(0).value_or(0));
      case Phase::TracePacketHeld: {
        if (!event.begins()) return "";
        const EventNumber let_go = index_.partner(number);
        if (let_go == no_event) return "held, never let go";
        return fmt::format("held {}", time_text(trace_[let_go].time - event.time));
      }
      default: return "";
    }
  }

  void remark(EventNumber number) {
    const std::string remark = what_was_done(number);
    if (remark.empty()) return;
    std::string& all = remarks_[trace_[number].id];
    all += (all.empty() ? "" : ", ") + remark;
  }

  std::string way(EventNumber begin) const {
    const EventNumber end = index_.partner(begin);
    if (end == no_event) return "unknown";
    if (!trace_[end].arg("from")) return "lost";
    // All packets of a capture pass one point.
    if (trace_[end].time == trace_[begin].time) return "one point";
    return time_text(trace_[end].time - trace_[begin].time);
  }

  Lines row(EventNumber number, Instant first) const {
    const Event& event = trace_[number];
    std::string bytes;
    if (const auto length = event.arg("payload"); length.value_or(0) > 0) {
      const std::uint64_t at = event.arg("payload_at").value_or(0);
      bytes = fmt::format("{}-{}", at, at + *length - 1);
    }
    const auto done = remarks_.find(event.id);
    std::string remark = done == remarks_.end() ? "" : done->second;
    const std::uint64_t marks = event.arg("marks").value_or(0);
    if (marks != 0) {
      remark += (remark.empty() ? "" : ", ") + trace::bits_text(Unit::PacketMarksUnit, marks);
    }
    const std::string start =
        fmt::format(row_format, time_text(event.time - first), event.conn,
                    trace::word(Unit::HostUnit, event.arg("from").value_or(0)),
                    trace::bits_text(Unit::TcpFlagsUnit, event.arg("flags").value_or(0)), bytes,
                    way(number), "");
    const std::size_t used = display_width(start);
    Lines lines = wrapped(remark, std::max(journey_width - std::min(used, journey_width),
                                           least_remark));
    if (lines.empty()) lines.emplace_back();
    for (std::size_t i = 0; i < lines.size(); ++i) {
      lines[i] = (i == 0 ? start : std::string(used, ' ')) + lines[i];
    }
    return lines;
  }

  const trace::Trace& trace_;
  const trace::TraceIndex& index_;
  std::unordered_map<std::uint32_t, std::string> remarks_;  // by the packet's id
};

}  // namespace

Lines packet_lines(const trace::Trace& trace, const trace::TraceIndex& index, std::size_t most) {
  return PacketTable(trace, index).lines(most);
}

}  // namespace roundtrip::app
