#include "viz/model/packet_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::no_event;

namespace {

struct Column {
  std::string_view name;
  std::string_view widest;  // empty: what is left
  Side side = Side::Left;
  float x = 0;
  float w = 0;
};
using Columns = std::array<Column, 8>;

Columns columns_in(Rect inside, const Ruler& ruler) {
  Columns columns = {{{"no.", "0000", Side::Right},
                      {"time", "000.00 ms", Side::Right},
                      {"from", "server", Side::Left},
                      {"flags", "PSH+ACK+FIN", Side::Left},
                      {"seq", "0000000", Side::Right},
                      {"ack", "0000000", Side::Right},
                      {"len", "00000", Side::Right},
                      {"what else", "", Side::Left}}};
  for (Column& column : columns) {
    const float wide =
        column.widest.empty() ? inside.w : std::ceil(ruler.width(column.widest, Voice::Body));
    const Rect place = inside.take_left(wide, ruler.space(3));
    column.x = place.x;
    column.w = place.w;
  }
  return columns;
}

std::string title_of(const PacketIndex& packets, std::uint32_t conn) {
  const std::uint64_t first = packets.first(conn);
  std::string title = counted(static_cast<std::int64_t>(packets.end(conn) - first), "packet");
  if (first > 0) title += fmt::format(", {} before them are no longer kept", first);
  return title;
}

// Its names, and where it is at the cursor.
std::string what_else(const TraceView& view, const Cursor& cursor, const SeenPacket& packet,
                      const PacketHeader& header) {
  std::string text;
  const auto add = [&text](const std::string& more) { text += (text.empty() ? "" : ", ") + more; };
  const auto told = [&](EventNumber event) {
    return event != no_event && view.has(event) && event <= cursor.event;
  };
  for (const std::string& name : names_of(packet, header)) add(name);
  if (told(packet.changed)) add(change_text(view, packet));
  if (told(packet.held)) {
    const bool waits = !told(packet.let_go);
    const Instant until =
        view.trace[waits ? static_cast<EventNumber>(cursor.event) : packet.let_go].time;
    add(fmt::format("{} {}", waits ? "waits at the wire, so far" : "held",
                    duration(until - view.trace[packet.held].time).text()));
  }
  const PacketFate fate = packet.fate_at(cursor.event);
  if (fate == PacketFate::Dropped) add("dropped: " + drop_text(view, packet));
  if (fate == PacketFate::UnderWay) add("under way");
  return text;
}

}  // namespace

void place_packet_list(const TraceView& view, const Cursor& cursor, const Ruler& ruler,
                       PictureMaker& maker, std::uint32_t conn,
                       const std::optional<SeenPacket>& shown, const Rect& rect) {
  const PacketIndex& packets = view.statistics.packets();
  maker.box(rect, trace::Group::Connection, title_of(packets, conn));
  if (shown) maker.done();
  const Columns columns = columns_in(rect.inset(ruler.space(3), 0), ruler);
  const auto row = [&](const std::array<std::string, 8>& texts, Voice voice, const Link& link,
                       bool ahead) {
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      cells.push_back({columns[i].x, columns[i].w, texts[i], voice, columns[i].side});
    }
    maker.cells(cells, link, ahead);
  };
  const std::size_t lines = maker.lines_in(rect);
  if (lines < 2) return;
  std::array<std::string, 8> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = columns[i].name;
  row(names, Voice::Quiet, {}, false);
  const std::uint64_t first = packets.first(conn);
  const std::uint64_t end = packets.end(conn);
  const std::uint64_t room = std::min<std::uint64_t>(lines - 1, end - first);
  const std::uint64_t at = shown ? shown->number : first;
  const std::uint64_t from = std::clamp(at > room / 2 ? at - room / 2 : 0, first, end - room);
  const Instant zero = view.trace[packets.packet(conn, first).begin].time;
  const auto known = [](const std::optional<std::uint64_t>& value) {
    return value ? fmt::format("{}", *value) : std::string("–");
  };
  PacketHeaders headers(view);
  for (std::uint64_t number = from; number < from + room; ++number) {
    const SeenPacket packet = packets.packet(conn, number);
    const PacketHeader header = headers.read(packet);
    Link link = maker.link(packet.begin);
    link.at_cursor = shown && shown->begin == packet.begin;
    row({fmt::format("{}", number + 1), duration(view.trace[packet.begin].time - zero).text(),
         packet.from == trace::Host::Client ? "client" : "server", flags_text(packet),
         known(header.sequence), known(header.acknowledgement),
         fmt::format("{}", packet.payload_bytes), what_else(view, cursor, packet, header)},
        Voice::Body, link, maker.is_ahead(packet.begin));
  }
}

}  // namespace roundtrip::viz
