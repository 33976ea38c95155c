#include "viz/model/layout_packets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "viz/model/format.h"
#include "viz/model/packet_fields.h"
#include "viz/model/packet_list.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::Log;
using trace::no_event;

namespace {

constexpr std::string_view no_wire =
    "Nothing was seen on the wire of this connection: it has no packets here.";
constexpr std::string_view no_frame = "No network card and no Ethernet frame: this wire has none.";
constexpr int narrow_bytes_per_row = 8;

Group group_of_part(PacketPart part, const SeenPacket& packet) {
  switch (part) {
    case PacketPart::Ip:
      return Group::Connection;
    case PacketPart::Tcp:
      return Group::Transmit;
    case PacketPart::Options:
      return Group::Handle;
    case PacketPart::Payload:
      break;
  }
  return packet.from == trace::Host::Client ? Group::Read : Group::Transmit;
}

// The packet that the cursor is at, else the last that has left.
std::optional<SeenPacket> packet_at(const TraceView& view, const Cursor& cursor,
                                    std::uint32_t conn) {
  const PacketIndex& packets = view.statistics.packets();
  const auto own = packets.packet_of(cursor.event);
  if (own && own->conn == conn) return own;
  const std::uint64_t sent = packets.sent_before(conn, cursor.event);
  if (sent == packets.first(conn)) return std::nullopt;
  return packets.packet(conn, sent - 1);
}

class Builder {
 public:
  Builder(const TraceView& view, const Cursor& cursor, const ViewState& state, const Ruler& ruler,
          PictureMaker& maker, std::uint32_t conn)
      : view_(view),
        cursor_(cursor),
        state_(state),
        ruler_(ruler),
        maker_(maker),
        packets_(view.statistics.packets()),
        conn_(conn),
        line_px_(ruler.line(Voice::Body)) {
    if (!packets_.has(conn)) return;
    shown_ = packet_at(view, cursor, conn);
    if (!shown_) return;
    header_ = PacketHeaders(view).read(*shown_);
    picture_ = picture_of(*shown_, header_);
    hovered_ = marked(state.hovered_byte);
    selected_ = marked(state.selected_byte);
  }

  void place() {
    Rect rest = maker_.rest();
    const float gap = ruler_.space(2);
    const std::uint64_t count = packets_.end(conn_) - packets_.first(conn_);
    const float most = std::max(maker_.box_px(3), rest.h * 0.36f);
    const float wanted = maker_.box_px(static_cast<float>(count) + 1);
    const Rect list = rest.take_top(std::min(most, wanted), gap);
    if (packets_.has(conn_)) {
      place_packet_list(view_, cursor_, ruler_, maker_, conn_, shown_, list);
    } else {
      maker_.box(list, Group::Connection, "Packets");
      maker_.words(conn_ == 0 ? "No packet yet." : no_wire, Voice::Quiet);
    }
    const bool three = rest.w > ruler_.body_px * 62;
    const float fields_w = std::floor(rest.w * (three ? 0.30f : 0.46f));
    fields(rest.take_left(fields_w, gap));
    if (three) {
      const int per_row = bytes_px(16) < rest.w / 2 ? 16 : narrow_bytes_per_row;
      bytes(rest.take_right(std::floor(bytes_px(per_row)), gap), per_row);
      header(rest);
      return;
    }
    if (is_low(ruler_, maker_.rest())) {
      header(rest);
      return;
    }
    header(rest.take_top(std::min(rest.h * 0.62f, header_px()), gap));
    bytes(rest, bytes_px(16) <= rest.w ? 16 : narrow_bytes_per_row);
  }

  // Too low for the bytes below the header.
  static bool is_low(const Ruler& ruler, const Rect& place) {
    constexpr float lines_for_bytes = 24;
    return place.h < lines_for_bytes * ruler.line(Voice::Body);
  }

 private:
  // ---- Fields and bytes know each other.

  // The bytes of the packet that a marked byte of a log lights up.
  std::optional<ByteRange> marked(const std::optional<BytePlace>& place) const {
    if (!place || place->conn != conn_) return std::nullopt;
    if (place->log == Log::Wire && shown_->header.contains(place->offset)) {
      return picture_.around(place->offset - shown_->header.offset);
    }
    const bool own = place->log == shown_->payload_log() && shown_->payload_at;
    if (!own) return std::nullopt;
    const ByteRange payload{*shown_->payload_at, shown_->payload_bytes};
    if (!payload.contains(place->offset)) return std::nullopt;
    return ByteRange{place->offset - payload.offset + shown_->header.length, 1};
  }
  // A range of the packet as bytes of a log.
  std::optional<ByteSpan> span_of(const ByteRange& range) const {
    if (range.offset < shown_->header.length) {
      return ByteSpan{conn_, Log::Wire, {shown_->header.offset + range.offset, range.length}};
    }
    if (!shown_->payload_at) return std::nullopt;
    return ByteSpan{conn_,
                    shown_->payload_log(),
                    {*shown_->payload_at + range.offset - shown_->header.length, range.length}};
  }
  Link link_of(const ByteRange& range) const {
    Link link;
    link.bytes = span_of(range);
    link.hovered = (hovered_ && hovered_->overlaps(range)) ||
                   (!hovered_ && selected_ && selected_->overlaps(range));
    return link;
  }

  void fields(const Rect& rect) {
    maker_.box(rect, Group::Transmit,
               shown_ ? fmt::format("Packet {}", shown_->number + 1) : std::string("The packet"));
    if (!shown_) {
      for (const std::string_view name : {"from", "to", "sequence", "checksum"}) {
        maker_.row(name, {});
      }
      return;
    }
    maker_.done();
    if (header_.bytes.empty()) maker_.words("Its headers were not kept.", Voice::Quiet);
    const float value_x = std::ceil(ruler_.width("acknowledges", Voice::Quiet)) + ruler_.space(2);
    const Rect inside = rect.inset(ruler_.space(3), 0);
    // TCP's first where not all have room: they change from packet to packet.
    std::vector<const PacketField*> order;
    for (const PacketField& field : picture_.fields) order.push_back(&field);
    if (order.size() > maker_.lines_in(rect)) {
      std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        return (a->part == PacketPart::Ip) < (b->part == PacketPart::Ip);
      });
    }
    for (const PacketField* field : order) {
      // What a value says in parentheses stands in the header beside, too.
      const float value_w = inside.w - value_x;
      const bool whole = ruler_.width(field->value, Voice::Mono) <= value_w;
      const std::string value =
          whole ? field->value : field->value.substr(0, field->value.find(" ("));
      const std::array<Cell, 2> cells = {
          Cell{inside.x, value_x - ruler_.space(1), field->name, Voice::Quiet, Side::Left},
          Cell{inside.x + value_x, value_w, value, Voice::Mono, Side::Left}};
      maker_.cells(cells, link_of(field->range), false);
    }
  }

  float bytes_px(int per_row) const {
    return ruler_.width("0000", Voice::MonoQuiet) + ruler_.space(8) +
           static_cast<float>(per_row) * byte_px();
  }
  float byte_px() const { return std::ceil(ruler_.width("000", Voice::Mono)); }

  void bytes(const Rect& rect, int per_row) {
    maker_.box(rect, Group::Read, "Its bytes");
    if (!shown_) {
      maker_.row("header", {});
      return;
    }
    maker_.keep_height();
    maker_.done();
    std::string all = header_.bytes;
    if (header_.payload_kept && shown_->payload_bytes > 0 && shown_->payload_at) {
      all += view_.trace
                 .bytes(conn_, shown_->payload_log(), {*shown_->payload_at, shown_->payload_bytes})
                 .data;
    }
    Rect rest = rect.inset(ruler_.space(3), ruler_.space(1));
    rest.take_top(line_px_, ruler_.space(1));
    const auto rows = static_cast<std::size_t>(std::max(0.f, std::floor(rest.h / line_px_)));
    const auto wide = static_cast<std::size_t>(per_row);
    const std::size_t needed = (all.size() + wide - 1) / wide;
    const std::size_t drawn = needed > rows && rows > 0 ? rows - 1 : needed;
    for (std::size_t row = 0; row < drawn; ++row) {
      byte_row(rest.take_top(line_px_), all, row * wide, wide);
    }
    if (drawn < needed && rest.h >= line_px_) {
      maker_.note(rest.take_top(line_px_),
                  fmt::format("and {} more", byte_count(all.size() - drawn * wide).text()),
                  Voice::Quiet);
    }
  }

  void byte_row(Rect line, const std::string& all, std::size_t from, std::size_t wide) {
    const float offset_px = std::ceil(ruler_.width("0000", Voice::MonoQuiet)) + 1;
    maker_.note(line.take_left(offset_px, ruler_.space(2)), hex_offset(from), Voice::MonoQuiet);
    for (std::size_t at = from; at < std::min(all.size(), from + wide); ++at) {
      // Bytes of one field touch each other.
      const ByteRange field = picture_.around(at);
      const bool last = at + 1 == field.end();
      Rect place = line.take_left(byte_px());
      place = {place.x, place.y + 1, place.w - (last ? 1 : 0), place.h - 2};
      const bool lit = link_of({at, 1}).hovered;
      const Group group = group_of_part(picture_.part_at(at), *shown_);
      maker_.bar(place, group, lit ? Filling::Marked : Filling::Filled, {});
      PictureBar& bar = maker_.last_bar();
      bar.label = fit_text(ruler_, place, hex_byte(static_cast<std::uint8_t>(all[at])), Voice::Mono,
                           Side::Center);
      bar.link = link_of({at, 1});
    }
  }

  // ---- The headers as the RFCs draw them, and what they add up to.

  static int rows_in(const std::vector<HeaderCell>& cells) {
    return cells.empty() ? 0 : cells.back().row + 1;
  }
  float header_px() const {
    const int rows = rows_in(picture_.ip_rows) + rows_in(picture_.tcp_rows);
    return maker_.box_px(static_cast<float>(rows) + 4);
  }

  void header(const Rect& rect) {
    maker_.box(rect, Group::Transmit, "32 bits a row");
    if (!shown_ || header_.tcp() == nullptr) {
      maker_.row("header", {});
      maker_.words(no_frame, Voice::Quiet);
      return;
    }
    maker_.keep_height();
    maker_.done();
    Rect rest = rect.inset(ruler_.space(3), ruler_.space(1));
    rest.take_top(line_px_, ruler_.space(1));
    say_sums(rest);
    const float needed = line_px_ * static_cast<float>(rows_in(picture_.tcp_rows));
    const float both =
        needed + line_px_ * static_cast<float>(rows_in(picture_.ip_rows)) + ruler_.space(1);
    if (rest.h >= both) {
      rows(picture_.ip_rows, rest);
      rest.take_top(ruler_.space(1));
    }
    rows(picture_.tcp_rows, rest);
  }

  // At the foot, whole: what has no room beside the fixed part of the header is left out.
  void say_sums(Rect& rest) {
    struct Sentence {
      std::string text;
      Voice voice;
    };
    const std::array<Sentence, 3> all = {
        {{sum_text(header_, shown_->payload_bytes), Voice::Body},
         {plain_sum_text(shown_->payload_bytes) + ".", Voice::Quiet},
         {std::string(no_frame), Voice::Quiet}}};
    constexpr float header_rows = 5;
    std::vector<TextBox> said;
    Rect measured{rest.x, 0, rest.w, std::max(0.f, rest.h - header_rows * line_px_)};
    for (const Sentence& one : all) {
      const float before = measured.h;
      auto lines = wrap_text(ruler_, measured, one.text, one.voice);
      const bool whole = !lines.empty() && !lines.back().cut;
      if (!whole) {
        measured.h = before;
        break;
      }
      said.insert(said.end(), lines.begin(), lines.end());
    }
    const float used = said.empty() ? 0 : said.back().rect.bottom() - said.front().rect.y;
    const Rect place = rest.take_bottom(used, ruler_.space(1));
    for (const TextBox& line : said) {
      maker_.note({place.x, place.y + line.rect.y, place.w, line.rect.h}, line.text, line.voice);
    }
  }

  // The rows that have room.
  void rows(const std::vector<HeaderCell>& cells, Rect& rest) {
    const float bit_px = rest.w / 32;
    int row = -1;
    Rect line;
    for (const HeaderCell& cell : cells) {
      if (cell.row != row) {
        if (rest.h < line_px_) return;
        line = rest.take_top(line_px_);
        row = cell.row;
      }
      const float left = std::round(line.x + bit_px * static_cast<float>(cell.bit));
      const float right = std::round(line.x + bit_px * static_cast<float>(cell.bit + cell.bits));
      const Rect place = Rect::from_corners(left, line.y + 1, right - 1, line.bottom());
      const Link link = link_of(cell.range);
      maker_.bar(place, group_of_part(cell.part, *shown_),
                 link.hovered ? Filling::Marked : Filling::Filled, {});
      PictureBar& bar = maker_.last_bar();
      const Rect inside = place.inset(ruler_.space(0.5f), 0);
      for (const std::string* text : {&cell.text, &cell.value}) {
        if (text->empty() || ruler_.width(*text, Voice::Body) > inside.w) continue;
        bar.label = fit_text(ruler_, inside, *text, Voice::Body, Side::Center);
        break;
      }
      bar.link = link;
    }
  }

  const TraceView& view_;
  const Cursor& cursor_;
  const ViewState& state_;
  const Ruler& ruler_;
  PictureMaker& maker_;
  const PacketIndex& packets_;
  std::uint32_t conn_ = 0;
  float line_px_ = 0;
  // The packet whose fields are shown.
  std::optional<SeenPacket> shown_;
  PacketHeader header_;
  PacketPicture picture_;
  std::optional<ByteRange> hovered_;
  std::optional<ByteRange> selected_;
};

}  // namespace

Picture layout_packets(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area) {
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  const bool seen = view.statistics.packets().has(focus.conn);
  PictureMaker maker(
      view, cursor, state, ruler, area, "packets",
      focus.conn == 0 ? "Packets" : fmt::format("Connection {}: its packets", focus.conn),
      focus.conn == 0 ? nothing_yet("Packets", Topic::Connection, view, cursor, state)
      : seen          ? "As they were on the wire. Fields and bytes light up together; the bytes "
                        "stand here where there is room (Z)."
                      : no_wire);
  Builder(view, cursor, state, ruler, maker, focus.conn).place();
  return maker.take();
}

}  // namespace roundtrip::viz
