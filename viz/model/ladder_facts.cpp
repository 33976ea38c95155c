#include "viz/model/ladder_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>

#include "viz/model/captured.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/ladder_chapters.h"
#include "viz/model/ladder_table.h"
#include "viz/model/packet_header.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::ConnectionSummary;
using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;
using trace::Provenance;

namespace {

// The rows of one phase stand anywhere in the table, those of a moment in order of preference.
constexpr trace::PhaseSet drawn_phases = [] {
  trace::PhaseSet set;
  for (const LadderRow& row : ladder_rows) set.add(row.phase);
  return set;
}();

std::span<const LadderRow> rows_of(bool on_wire) {
  if (on_wire) return wire_ladder_rows;
  return ladder_rows;
}

bool is_packet(const Event& event) {
  return event.phase == Phase::TracePacket && event.begins();
}

bool is_drawn(const Event& event, bool on_wire) {
  if (is_packet(event)) return on_wire;
  if (!drawn_phases.has(event.phase)) return false;
  const auto rows = rows_of(on_wire);
  return std::any_of(rows.begin(), rows.end(), [&](const LadderRow& row) {
    return row.phase == event.phase && row.moment == moment_of(event);
  });
}

// A fact without its other end; empty where nothing of it is drawn.
std::optional<LadderFact> fact_of(const TraceView& view, EventNumber number, bool on_wire) {
  const Event& event = view.trace[number];
  const auto rows = rows_of(on_wire);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const LadderRow& row = rows[i];
    if (row.phase != event.phase || row.moment != moment_of(event)) continue;
    if (!condition_holds(view, number, row.condition)) continue;
    auto label = filled_in(view, number, row.label);
    auto sentence = filled_in(view, number, row.sentence);
    if (!label || !sentence) continue;
    LadderFact fact;
    fact.event = number;
    fact.row = i;
    fact.from = {row.from, event.time, event.provenance};
    fact.to = {row.to, event.time, event.provenance};
    fact.label = std::move(*label);
    fact.sentence = sentence->empty() ? fact.label : std::move(*sentence);
    return fact;
  }
  return std::nullopt;
}

// Packets that say no more than their numbers do may share a label; each of the others is alone.
std::size_t row_of(const SeenPacket& packet, bool plain) {
  const std::size_t first = wire_ladder_rows.size();
  if (!plain) return first + 4 + packet.number;
  return first + (packet.from == trace::Host::Client ? 0 : 2) + (packet.payload_bytes > 0 ? 0 : 1);
}

std::optional<LadderFact> packet_fact(const TraceView& view, EventNumber number,
                                      PacketHeaders& headers) {
  const auto seen = view.statistics.packets().packet_of(number);
  if (!seen) return std::nullopt;
  const auto known = [&](EventNumber event) { return event != no_event && view.has(event); };
  const auto time = [&](EventNumber event) { return view.trace[event].time; };
  const PacketHeader header = headers.read(*seen);
  LadderPacket packet;
  packet.seen = *seen;
  packet.arrives = known(seen->end) && !known(seen->dropped);
  packet.alarm = known(seen->dropped) || known(seen->changed);
  const Instant left = time(number);
  Instant until = left;
  for (const EventNumber event : {seen->held, seen->let_go, seen->dropped, seen->end}) {
    if (known(event)) until = std::max(until, time(event));
  }
  if (known(seen->held)) {
    packet.waits = TimeWindow{time(seen->held), known(seen->let_go) ? time(seen->let_go) : until};
  }
  const bool by_client = seen->from == trace::Host::Client;
  const Provenance source = view.trace[number].provenance;
  LadderFact fact;
  fact.event = number;
  fact.from = {by_client ? LadderColumn::ClientKernel : LadderColumn::Kernel, left, source};
  fact.to = {by_client ? LadderColumn::Kernel : LadderColumn::ClientKernel, until, source};
  fact.label = flags_text(*seen);
  fact.sentence = fact.label + " " + numbers_text(*seen, header);
  std::string names;
  for (const std::string& name : names_of(*seen, header)) names += ", " + name;
  if (packet.waits) {
    names += ", held";
    // How long is known when it is let go.
    if (known(seen->let_go)) names += " " + duration(packet.waits->length()).text();
  }
  if (known(seen->dropped)) names += ", dropped: " + drop_text(view, *seen);
  if (seen->payload_bytes > 0 && names.empty()) {
    fact.label += fmt::format(" len {}", seen->payload_bytes);
  }
  fact.label += names;
  fact.sentence += names;
  fact.plain = names.empty() && (seen->flags & 7) == 0;
  fact.row = row_of(*seen, fact.plain);
  fact.packet = std::move(packet);
  return fact;
}

// Whether two facts are about the same bytes: the last byte of the one is among the other's.
bool shares_bytes(const Event& one, const Event& other) {
  if (!one.has_bytes() || !other.has_bytes()) return true;
  const auto last = [](const Event& event) { return event.bytes().end() - 1; };
  return one.log == other.log &&
         (one.bytes().contains(last(other)) || other.bytes().contains(last(one)));
}

// The fact that tells an arrow's other end: what came before an arrival, what answers a departure.
const LadderFact* other_of(const TraceView& view, const std::vector<LadderFact>& facts,
                           std::size_t place) {
  const LadderRow& row = ladder_rows[facts[place].row];
  const Event& own = view.trace[facts[place].event];
  const auto fits = [&](const LadderFact& fact) {
    const Event& event = view.trace[fact.event];
    return event.phase == row.other && !event.ends() && shares_bytes(own, event);
  };
  if (row.leaves) {
    const auto found =
        std::find_if(facts.begin() + static_cast<std::ptrdiff_t>(place) + 1, facts.end(), fits);
    return found == facts.end() ? nullptr : &*found;
  }
  for (std::size_t i = place; i-- > 0;) {
    if (fits(facts[i])) return &facts[i];
  }
  return nullptr;
}

void find_other_ends(const TraceView& view, std::vector<LadderFact>& facts) {
  for (std::size_t i = 0; i < facts.size(); ++i) {
    LadderFact& fact = facts[i];
    const LadderRow& row = ladder_rows[fact.row];
    if (row.other_end == OtherEnd::AtOnce) continue;
    LadderEnd& unknown = row.leaves ? fact.to : fact.from;
    unknown.source = Provenance::Inferred;
    const LadderFact* const other =
        row.other_end == OtherEnd::Nobody ? nullptr : other_of(view, facts, i);
    if (other == nullptr) continue;
    const Instant known = view.trace[fact.event].time;
    const Event& told = view.trace[other->event];
    if (row.other_end == OtherEnd::Halfway) {
      unknown.time = known + (told.time - known) / 2;
    } else {
      unknown.time = std::min(told.time, known);
      unknown.source = told.provenance;
    }
  }
}

// The spans that the facts begin and end, each once.
std::vector<LadderStretch> stretches_of(const TraceView& view,
                                        const std::vector<LadderFact>& facts) {
  std::vector<LadderStretch> stretches;
  for (const LadderFact& fact : facts) {
    const Event& event = view.trace[fact.event];
    const auto span = std::find_if(ladder_spans.begin(), ladder_spans.end(),
                                   [&](const LadderSpan& one) { return one.phase == event.phase; });
    if (span == ladder_spans.end()) continue;
    const EventNumber partner = view.index.partner(fact.event);
    const EventNumber begin = event.ends() ? partner : fact.event;
    const EventNumber end = event.ends() ? fact.event : partner;
    const bool known = std::any_of(stretches.begin(), stretches.end(),
                                   [&](const LadderStretch& one) { return one.begin == begin; });
    if (begin != no_event && view.has(begin) && !known) stretches.push_back({span->at, begin, end});
  }
  return stretches;
}

class Collector {
 public:
  Collector(const TraceView& view, const ConnectionSummary& conn, const LadderChapters& chapters,
            LadderFacts& found)
      : view_(view), conn_(conn), chapters_(chapters), found_(found), headers_(view) {}

  // From the cursor backwards, then on from it.
  void collect(EventNumber cursor) {
    const auto& events = conn_.events;
    const EventNumber* const here = std::upper_bound(events.begin(), events.end(), cursor);
    const EventNumber from = chapters_.from(found_.chapter);
    const EventNumber to = chapters_.to(found_.chapter);
    std::size_t looked = 0;
    for (const EventNumber* at = here; at != events.begin() && *(at - 1) >= from; --at) {
      if (++looked > most_facts_looked_at / 2) {
        found_.more_earlier = true;
        break;
      }
      take(*(at - 1), found_.earlier);
    }
    std::reverse(found_.facts.begin(), found_.facts.end());
    found_.here = found_.facts.size();
    looked = 0;
    for (const EventNumber* at = here; at != events.end() && *at < to; ++at) {
      if (++looked > most_facts_looked_at / 2) {
        found_.more_later = true;
        break;
      }
      take(*at, found_.later);
    }
    take_under_way(cursor);
  }

 private:
  // The packet that the cursor tells of, however many facts came since it left, and though it left
  // in the chapter before.
  void take_under_way(EventNumber cursor) {
    if (!found_.on_wire) return;
    const auto packet = view_.statistics.packets().packet_of(cursor);
    if (!packet || !view_.has(packet->begin)) return;
    auto& facts = found_.facts;
    const auto at = std::lower_bound(
        facts.begin(), facts.end(), packet->begin,
        [](const LadderFact& fact, EventNumber number) { return fact.event < number; });
    if (at != facts.end() && at->event == packet->begin) return;
    auto fact = packet_fact(view_, packet->begin, headers_);
    if (!fact) return;
    const bool left_out = chapters_.holds(found_.chapter, packet->begin);
    facts.insert(at, std::move(*fact));
    ++found_.here;
    if (left_out && found_.earlier > 0) --found_.earlier;
  }
  void take(EventNumber number, std::size_t& left_out) {
    if (!view_.has(number) || !is_drawn(view_.trace[number], found_.on_wire) ||
        (found_.only_packets && !is_packet(view_.trace[number])) ||
        !chapters_.holds(found_.chapter, number)) {
      return;
    }
    if (found_.facts.size() - found_.here >= most_ladder_facts) {
      ++left_out;
      return;
    }
    auto fact = is_packet(view_.trace[number]) ? packet_fact(view_, number, headers_)
                                               : fact_of(view_, number, found_.on_wire);
    if (fact) found_.facts.push_back(std::move(*fact));
  }

  const TraceView& view_;
  const ConnectionSummary& conn_;
  const LadderChapters& chapters_;
  LadderFacts& found_;
  PacketHeaders headers_;
};

}  // namespace

LadderFacts ladder_facts(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  LadderFacts found;
  found.only_packets = is_captured(view);
  found.focus = focus_at(view, cursor.event, state.chosen);
  const ConnectionSummary* conn = view.index.connection(found.focus.conn);
  if (conn == nullptr) return found;
  found.on_wire = view.statistics.packets().has(found.focus.conn);
  if (found.on_wire) {
    found.at_one_point =
        view.states.connection_at(found.focus.conn, cursor.event).at_one_point;
  }
  const auto number = static_cast<EventNumber>(cursor.event);
  const LadderChapters chapters(view, *conn, found.focus);
  found.chapter = chapters.at(number);
  found.request_place = chapters.request_place();
  Collector(view, *conn, chapters, found).collect(number);
  if (!found.on_wire) find_other_ends(view, found.facts);
  found.stretches = stretches_of(view, found.facts);
  return found;
}

}  // namespace roundtrip::viz
