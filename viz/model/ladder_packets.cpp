#include "viz/model/ladder_packets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/packet/packet.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Group;
using trace::no_event;

trace::Group group_of(const SeenPacket& packet) {
  const auto has = [&](packet::TcpFlag flag) {
    return (packet.flags & static_cast<std::uint32_t>(flag)) != 0;
  };
  if (has(packet::TcpFlag::Syn)) return Group::Connection;
  if (has(packet::TcpFlag::Fin) || has(packet::TcpFlag::Rst)) return Group::Lifecycle;
  const bool brings = packet.payload_bytes > 0;
  return brings == (packet.from == trace::Host::Client) ? Group::Read : Group::Transmit;
}

// Lit by whatever tells of it: its own facts, and the steps that are its leaving or arriving.
Link LadderPackets::link_of(const LadderFact& fact) const {
  Link link = maker_.link(fact.event);
  const auto is_of_this = [&](std::uint64_t event) {
    const auto packet = view_.statistics.packets().packet_of(event);
    return packet && packet->begin == fact.event;
  };
  link.at_cursor = link.at_cursor || is_of_this(cursor_.event);
  link.hovered = link.hovered || (state_.hovered_event && is_of_this(*state_.hovered_event));
  return link;
}

bool LadderPackets::only_passes(const LadderFact& fact) const {
  const LadderPacket& packet = *fact.packet;
  return wire_.one_point && !packet.arrives && !packet.waits && packet.seen.dropped == no_event;
}

Rect LadderPackets::beyond(const LadderFact& fact) const {
  const float gap = ruler_.space(3);
  const float middle = wire_.middle_x();
  const bool to_server = x_of(fact.to) > x_of(fact.from);
  return to_server ? Rect::from_corners(middle + gap, 0, wire_.server_x - wire_.folds_px - gap, 0)
                   : Rect::from_corners(wire_.client_x + gap, 0, middle - gap, 0);
}

// One stretch of its way. What of it lies after the cursor is pale.
void LadderPackets::draw_leg(const LadderFact& fact, Instant begin, Point from, Instant end,
                             Point to, bool head) {
  PictureLine line;
  line.group = group_of(fact.packet->seen);
  line.link = link_of(fact);
  // When it left is not known.
  line.source = only_passes(fact) ? trace::Provenance::Inferred : fact.from.source;
  line.from = from;
  line.to = to;
  line.head = head;
  const Instant now = view_.trace[cursor_.event].time;
  line.done = !is_ahead(fact.event) && now >= end;
  if (!line.done && !is_ahead(fact.event) && now > begin) {
    const float share =
        static_cast<float>((now - begin).ns) / static_cast<float>((end - begin).ns);
    PictureLine gone = line;
    gone.to = {from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share};
    gone.head = false;
    gone.done = true;
    line.from = gone.to;
    maker_.line(std::move(gone));
  }
  maker_.line(std::move(line));
}

LadderPackets::Drawn LadderPackets::draw(const LadderFact& fact) {
  const LadderPacket& packet = *fact.packet;
  const float away = ruler_.space(1);
  const float direction = x_of(fact.to) > x_of(fact.from) ? 1.f : -1.f;
  const bool is_copy = packet.seen.copied != no_event;
  Point at{is_copy ? wire_.middle_x() : x_of(fact.from) + direction * away,
           axis_.y(fact.from.time)};
  Instant since = fact.from.time;
  if (packet.waits) {
    const TimeWindow& waits = *packet.waits;
    draw_leg(fact, since, at, waits.from, {wire_.middle_x(), axis_.y(waits.from)}, false);
    draw_wait(fact);
    since = waits.to;
    at = {wire_.middle_x(), axis_.y(waits.to)};
  }
  const Point to{packet.arrives ? x_of(fact.to) - direction * away : wire_.middle_x(),
                 axis_.y(fact.to.time)};
  const Drawn drawn{maker_.line_count(), (at.y + to.y) / 2};
  draw_leg(fact, since, at, fact.to.time, to, packet.arrives || only_passes(fact));
  if (packet.seen.dropped != no_event && view_.has(packet.seen.dropped)) {
    draw_cross(to, packet.seen.dropped);
  }
  return drawn;
}

void LadderPackets::draw_wait(const LadderFact& fact) {
  const TimeWindow& waits = *fact.packet->waits;
  const Instant now = view_.trace[cursor_.event].time;
  const Instant until = is_ahead(fact.event) ? waits.from : std::clamp(now, waits.from, waits.to);
  const float half = ruler_.space(0.75f);
  const auto bar = [&](Instant from, Instant to, Filling filling) {
    const float top = axis_.y(from);
    const float tall = axis_.y(to) - top;
    if (tall < 1) return;
    // Several may wait at once, one over the other: their labels are what is pointed at.
    maker_.bar({wire_.middle_x() - half, top, 2 * half, tall}, group_of(fact.packet->seen), filling,
               {{}, trace::Provenance::Injected, no_event});
  };
  bar(waits.from, until, Filling::Filled);
  bar(until, waits.to, Filling::Free);
}

void LadderPackets::draw_cross(Point at, trace::EventNumber dropped) {
  const float arm = ruler_.space(2);
  for (const float turn : {1.f, -1.f}) {
    PictureLine line;
    line.from = {at.x - arm, at.y - turn * arm};
    line.to = {at.x + arm, at.y + turn * arm};
    line.head = false;
    line.alarm = true;
    line.done = !is_ahead(dropped);
    line.link = maker_.link(dropped);
    maker_.line(std::move(line));
  }
}

// In the middle of its way; below the cross of one that was lost, beside its waiting.
Point LadderPackets::label_place(const LadderFact& fact) const {
  const LadderPacket& packet = *fact.packet;
  const float x = wire_.middle_x();
  if (packet.waits) return {x, (axis_.y(packet.waits->from) + axis_.y(packet.waits->to)) / 2};
  if (only_passes(fact)) return {x, axis_.y(fact.from.time)};
  if (!packet.arrives) return {x, axis_.y(fact.to.time) + ruler_.line(Voice::Body)};
  return {x, (axis_.y(fact.from.time) + axis_.y(fact.to.time)) / 2};
}

Rect LadderPackets::label(const LadderFact& fact, std::size_t count, float top, bool brief) {
  const float gap = ruler_.space(3);
  Rect place = Rect::from_corners(wire_.client_x + wire_.folds_px + gap, top,
                                  wire_.server_x - wire_.folds_px - gap,
                                  top + ruler_.line(Voice::Body));
  const bool passes = only_passes(fact);
  if (passes) {
    const Rect room = beyond(fact);
    place.x = room.x;
    place.w = room.w;
  }
  // Those that share a label are alike in kind, but their numbers and flags may differ.
  const auto together = static_cast<std::int64_t>(count);
  const bool one = count == 1 || is_lit(fact);
  const std::string among = count > 1 ? fmt::format(", one of {}", together) : std::string();
  std::string text =
      !one ? counted(together, fact.packet->seen.payload_bytes > 0 ? "segment" : "ACK")
           : (brief ? fact.label : fact.sentence) + among;
  if (one && ruler_.width(text, Voice::Body) > place.w) text = fact.label + among;
  // At the least its flags.
  if (ruler_.width(text, Voice::Body) > place.w) text = text.substr(0, text.find_first_of(", "));
  const float wide = std::min(std::ceil(ruler_.width(text, Voice::Body)) + 1, place.w);
  // Next to where it was seen, or in the middle of its way.
  if (!passes) {
    place.x = wire_.middle_x() - wide / 2;
  } else if (place.x < wire_.middle_x()) {
    place.x = place.right() - wide;
  }
  // Of what waits, beside the bar, where it has room there.
  if (fact.packet->waits && wide <= place.right() - wire_.middle_x() - ruler_.space(2)) {
    place.x = wire_.middle_x() + ruler_.space(2);
  }
  place.w = wide;
  maker_.note(place, text, is_ahead(fact.event) ? Voice::Quiet : Voice::Body, Side::Center,
              fact.event);
  PictureNote& note = maker_.last_note();
  note.on_ground = true;
  note.alarm = fact.packet->alarm && !is_ahead(fact.event);
  note.group = group_of(fact.packet->seen);
  note.link = link_of(fact);
  return place;
}

}  // namespace roundtrip::viz
