#include "core/trace/trace_compare.h"

#include <fmt/format.h>

#include <algorithm>

namespace roundtrip::trace {
namespace {

bool differ(std::string* why, std::string sentence) {
  if (why != nullptr) *why = std::move(sentence);
  return false;
}

std::string arg_text(const Trace& trace, const Event& event, std::size_t index) {
  const auto value = event.arg(index);
  if (!value) return "absent";
  const Unit unit = event.row().args[index].unit;
  if (unit == Unit::Symbol) {
    const auto number = static_cast<std::uint32_t>(*value);
    return fmt::format("\"{}\"", trace.symbols().text({number}));
  }
  // The raw number beside a text that does not say all of it.
  const std::string text = unit == Unit::Address ? address_text({*value}, trace.symbols()) : "";
  return text.empty() || text == "unknown" ? fmt::format("{}", *value) : text;
}

bool same_args(const Trace& a, const Event& x, const Trace& b, const Event& y,
               std::string& difference) {
  const PhaseRow& row = x.row();
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    const Unit unit = row.args[i].unit;
    const bool by_text = unit == Unit::Symbol || unit == Unit::Address;
    if (x.arg(i) == y.arg(i) && !by_text) continue;
    if (by_text && arg_text(a, x, i) == arg_text(b, y, i)) continue;
    difference = fmt::format("the argument {} of {} is {} in one, {} in the other",
                             row.args[i].name, row.id, arg_text(a, x, i), arg_text(b, y, i));
    return false;
  }
  return true;
}

// Everything but the arguments.
std::string facts_text(const Event& event) {
  const ByteRange range = event.bytes();
  return fmt::format("{} {} {} ns{}, task {}, conn {}, req {}, id {}, thread {}, {}, {}[{}, +{})",
                     event.row().id, kind_letter(event.kind), event.time.ns,
                     event.is_late() ? " (late)" : "", event.task, event.conn,
                     event.request, event.id, event.thread, provenance_word(event.provenance),
                     log_word(event.log), event.has_bytes() ? range.offset : 0,
                     event.has_bytes() ? range.length : 0);
}

bool same_facts(const Event& x, const Event& y) {
  return x.phase == y.phase && x.kind == y.kind && x.time == y.time && x.task == y.task &&
         x.conn == y.conn && x.request == y.request && x.id == y.id && x.thread == y.thread &&
         x.provenance == y.provenance && x.log == y.log && x.is_late() == y.is_late() &&
         (!x.has_bytes() || x.packed_range == y.packed_range);
}

// A log's kept bytes as runs, however they were cut when they came.
struct Run {
  std::uint64_t offset = 0;
  std::string data;
  bool operator==(const Run&) const = default;
};

std::vector<Run> runs_of(const Trace& trace, const ByteLog& log) {
  std::vector<Run> runs;
  for (const KeptPiece& piece : log.pieces) {
    const std::string_view data = trace.piece_data(piece);
    if (data.empty()) continue;
    if (runs.empty() || runs.back().offset + runs.back().data.size() != piece.range.offset) {
      runs.push_back({piece.range.offset, {}});
    }
    runs.back().data += data;
  }
  return runs;
}

bool same_bytes(const Trace& a, const Trace& b, std::string* why) {
  const auto covers = [why](const Trace& one, const Trace& other) {
    for (const ByteLog* log : one.logs()) {
      const ByteLog* const twin = other.log(log->conn, log->log);
      const std::vector<Run> runs = runs_of(one, *log);
      if (runs.empty() || (twin != nullptr && runs == runs_of(other, *twin))) continue;
      return differ(why,
                    fmt::format("the kept bytes of c{}.{} differ", log->conn, log_word(log->log)));
    }
    return true;
  };
  return covers(a, b) && covers(b, a);
}

bool same_losses(const LossCounts& a, const LossCounts& b, std::string* why) {
  if (a == b) return true;
  return differ(why, fmt::format("the losses differ: {}+{} requests, {} records in one, {}+{} "
                                 "requests, {} records in the other",
                                 a.traced_requests, a.untraced_requests, a.lost_records,
                                 b.traced_requests, b.untraced_requests, b.lost_records));
}

}  // namespace

bool same_trace(const Trace& a, const Trace& b, std::string* why) {
  if (!(a.info() == b.info())) {
    return differ(why, fmt::format("the headers differ: scenario '{}', clock {}, epoch {} in one, "
                                   "'{}', {}, {} in the other",
                                   a.info().scenario, a.info().clock, a.info().epoch_realtime_ns,
                                   b.info().scenario, b.info().clock, b.info().epoch_realtime_ns));
  }
  if (a.first() != b.first()) {
    return differ(why, fmt::format("{} events were evicted in one, {} in the other", a.first(),
                                   b.first()));
  }
  if (a.count() != b.count()) {
    return differ(why, fmt::format("{} events in one, {} in the other", a.count(), b.count()));
  }
  for (std::uint64_t i = 0; i < a.count(); ++i) {
    const Event& x = a[a.first() + i];
    const Event& y = b[b.first() + i];
    std::string difference;
    if (!same_facts(x, y)) {
      difference = fmt::format("{} in one, {} in the other", facts_text(x), facts_text(y));
    } else if (same_args(a, x, b, y, difference)) {
      continue;
    }
    return differ(why, fmt::format("event {}: {}", i + 1, difference));
  }
  return same_bytes(a, b, why) && same_losses(a.losses(), b.losses(), why);
}

}  // namespace roundtrip::trace
