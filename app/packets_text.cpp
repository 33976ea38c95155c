#include "app/packets_text.h"

#include <fmt/format.h>

#include <map>

#include "viz/model/format.h"

namespace roundtrip::app {
namespace {

using trace::Event;
using trace::Phase;
using trace::Unit;

// What was done to a packet beside carrying it.
std::string remark_of(const Event& event) {
  switch (event.phase) {
    case Phase::TracePacketDropped:
      return fmt::format("dropped ({})", trace::word(Unit::DropUnit, event.arg(0).value_or(0)));
    case Phase::TracePacketCopied: return fmt::format("copy of {}", event.arg(0).value_or(0));
    case Phase::TracePacketChanged: return fmt::format("bit turned in byte {}",
                                                       event.arg(0).value_or(0));
    case Phase::TracePacketHeld: return event.begins() ? "held" : "";
    default: return "";
  }
}

}  // namespace

std::string packets_text(const trace::Trace& trace, const trace::TraceIndex& index) {
  std::map<std::uint32_t, std::string> remarks;
  for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
    const std::string remark = remark_of(trace[i]);
    if (remark.empty()) continue;
    std::string& all = remarks[trace[i].id];
    all += (all.empty() ? "" : ", ") + remark;
  }
  std::string text = fmt::format("{:>10}  {:>4} {:6} {:14} {:>16} {:>10}  {}\n", "time", "conn",
                                 "from", "flags", "bytes", "way", "remarks");
  std::optional<Instant> first;
  for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
    const Event& event = trace[i];
    if (event.phase != Phase::TracePacket || !event.begins()) continue;
    if (!first) first = event.time;
    std::string bytes;
    if (const auto length = event.arg("payload"); length.value_or(0) > 0) {
      const std::uint64_t at = event.arg("payload_at").value_or(0);
      bytes = fmt::format("{}-{}", at, at + *length - 1);
    }
    const trace::EventNumber end = index.partner(i);
    const bool arrived = end != trace::no_event && trace[end].arg("from").has_value();
    std::string remark = remarks[event.id];
    const std::uint64_t marks = event.arg("marks").value_or(0);
    if (marks != 0) {
      remark += (remark.empty() ? "" : ", ") + trace::bits_text(Unit::PacketMarksUnit, marks);
    }
    text += fmt::format("{:>10}  {:>4} {:6} {:14} {:>16} {:>10}  {}\n",
                        viz::duration(event.time - *first).text(), event.conn,
                        trace::word(Unit::HostUnit, event.arg("from").value_or(0)),
                        trace::bits_text(Unit::TcpFlagsUnit, event.arg("flags").value_or(0)), bytes,
                        arrived ? viz::duration(trace[end].time - event.time).text() : "lost",
                        remark);
  }
  if (!first) return "no packet was seen\n";
  return text;
}

}  // namespace roundtrip::app
