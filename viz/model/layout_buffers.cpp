#include "viz/model/layout_buffers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/limits.h"
#include "viz/model/format.h"
#include "viz/model/transport_facts.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Phase;

namespace {

// A value of the message that is not there yet.
Told none_yet() { return {.text = {}, .absent = "–"}; }

// Where the columns stand. The wire comes first, at the left; the program's side is at the right.
struct Columns {
  Rect wire, kernel, middle, message;  // the message is empty where it has no room
  float gap = 0;
};

Columns columns_of(const Ruler& ruler, const Rect& rest) {
  const float letter_px = ruler.width("the middle of a word", Voice::Body) / 20;
  const float inside = ruler.space(6);
  Columns columns;
  columns.gap = ruler.space(4);
  Rect room = rest;
  columns.wire = room.take_left(std::ceil(ruler.width("wire", Voice::Quiet)) + ruler.space(1));
  const auto box_w = [&](std::string_view widest, Voice voice) {
    return std::ceil(ruler.width(widest, voice)) + inside + 1;
  };
  float kernel_w = box_w("not measured", Voice::MonoQuiet);
  float message_w = std::ceil(13 * letter_px);
  const float buffer_w =
      box_w(fmt::format("{0} of {0}", count(limits::write_buffer_bytes)), Voice::Mono);
  // The message has a place of its own where both buffers of the way out have theirs.
  const float spare = room.w - kernel_w - message_w - 2 * buffer_w - 3 * columns.gap;
  if (spare >= 0) {
    kernel_w = std::round(kernel_w + spare * 0.2f);
    message_w = std::round(message_w + spare * 0.2f);
    columns.message = room.take_right(message_w, columns.gap);
  } else {
    kernel_w = std::round(std::max(kernel_w, room.w * 0.4f));
  }
  columns.kernel = room.take_left(kernel_w, columns.gap);
  columns.middle = room;
  return columns;
}

struct Builder {
  const Teller& tell;
  const TransportFacts& facts;
  PictureMaker& maker;
  const Ruler& ruler;
  Columns columns;

  float line() const { return ruler.line(Voice::Body); }
};

// Of a way: a sentence, and boxes with title, line, strip, lens and its positions.
float way_px(const Ruler& ruler) { return 6 * ruler.line(Voice::Body) + ruler.space(7); }

// How tall the strips are: taller where a way has more room than its words need.
float strip_px(const Ruler& ruler, float lane_h) {
  constexpr float lines_of_words = 3;
  const float line = ruler.line(Voice::Body);
  const float spare = lane_h - way_px(ruler) - lines_of_words * line;
  return std::clamp(std::floor(line + spare / 2), line, 2 * line);
}

// Whether both ways have room, below the heading and a sentence of one line.
bool has_room_for_both(const Ruler& ruler, const Rect& area) {
  const float above = ruler.row_px + ruler.line(Voice::Body) + ruler.space(2);
  return !columns_of(ruler, area).message.empty() &&
         area.h >= above + 2 * way_px(ruler) + ruler.space(2);
}

std::string_view sentence_for(bool both, bool outwards) {
  if (both) return "In above, out below. Each strip is a buffer, below it what stands in it.";
  return outwards ? "The way out. Each strip is a buffer, below it what stands in it."
                  : "The way in. Each strip is a buffer, below it what stands in it.";
}

// An arrow over a gap, at a height; it glows with the fact that it stands for.
void add_flow(Builder& builder, float from_x, float to_x, float y, Group group,
              EventNumber event) {
  const float away = builder.ruler.space(0.5f);
  const float sign = to_x > from_x ? 1.f : -1.f;
  const float h = builder.line();
  builder.maker.line({.from = {from_x + sign * away, y},
                      .to = {to_x - sign * away, y},
                      .group = group,
                      .done = event != no_event,
                      .touch = {std::min(from_x, to_x), y - h / 2, std::abs(to_x - from_x), h},
                      .link = builder.maker.link(event)});
}

void add_queue(Builder& builder, const Rect& rect, Group group, bool in) {
  const QueueFacts& queue = in ? builder.facts.receive : builder.facts.send;
  PictureMaker& maker = builder.maker;
  maker.box(rect, group, in ? "Kernel: received" : "Kernel: to send");
  const std::string room = queue.room_bytes == 0
                               ? std::string("its size: not asked")
                               : fmt::format("of {} at most", *queue.room.text);
  const Stretch waits{queue.bytes, Filling::Filled, {}, false, queue.waits.event, {}};
  const bool measured = queue.waits.text.has_value();
  const bool none = builder.tell.focus().conn == 0;
  maker.strip("", none ? Told{} : queue.waits, queue.room_bytes,
              measured ? std::span(&waits, 1) : std::span<const Stretch>{});
  if (in) {
    maker.happened(builder.facts.arrived);
    maker.happened(builder.facts.readable);
  } else {
    maker.happened(builder.facts.left);
  }
  if (!none) maker.words_if_whole(room, Voice::Quiet);
  maker.words_if_whole(in ? "What has arrived waits here until recv() asks for it."
                          : "What send() left here goes out by itself, and stays until the "
                            "client's kernel has said that it is there.",
                       Voice::Quiet);
}

void add_buffer(Builder& builder, const Rect& rect, Group group, std::string_view title,
                const BufferFacts& buffer, std::string_view remark) {
  const BufferStrip strip(builder.tell, buffer);
  PictureMaker& maker = builder.maker;
  maker.box(rect, group, title);
  Told told = filled_text(buffer);
  if (told.text && buffer.consumed > 0) {
    // Where it has room; the strip shows it in any case.
    const std::string more = fmt::format("{}, {} used up", *told.text,
                                         count(static_cast<std::int64_t>(buffer.consumed)));
    if (builder.ruler.width(more, Voice::Mono) + builder.ruler.space(6) <= rect.w) told.text = more;
  }
  maker.strip("", told, buffer.capacity, strip.counted());
  if (buffer.capacity > 0) maker.lens(strip.quoted());
  maker.words_if_whole(remark, Voice::Quiet);
}

void add_request(Builder& builder, const Rect& rect) {
  PictureMaker& maker = builder.maker;
  const trace::RequestState& request = builder.facts.state.request;
  maker.box(rect, Group::Read, "Request");
  maker.happened(builder.facts.token);
  const bool current = request.request == builder.tell.focus().request && request.request != 0;
  const EventNumber token = builder.facts.token;
  const auto told = [&](bool known, std::string text, EventNumber event) {
    return known ? Told{std::move(text), {}, event} : none_yet();
  };
  const bool line = current && request.line.has_value();
  maker.row_if_room("line", told(line, "read", token));
  maker.row_if_room("headers",
                    told(line, count(static_cast<std::int64_t>(request.headers.size())), token));
  if (!current || !request.ready) {
    maker.row_if_room("body", none_yet());
  } else {
    const std::uint64_t length = request.content_length.value_or(0);
    const EventNumber ready = builder.tell.newest(Phase::ReadRequestReady);
    const bool chunked = builder.tell.number(ready, "framing").has_value();
    const auto got = static_cast<std::int64_t>(request.body_got);
    const std::string read =
        chunked ? byte_count(request.body_got).text()
                : percent(static_cast<double>(got), static_cast<double>(length)).text();
    maker.row_if_room("body", {length == 0 && !chunked ? std::string("none") : read, {}, token});
  }
  maker.words_if_whole("The parser uses up the buffer, piece by piece.", Voice::Quiet);
}

void add_answer(Builder& builder, const Rect& rect) {
  PictureMaker& maker = builder.maker;
  const trace::RequestState& request = builder.facts.state.request;
  const bool current = request.request == builder.tell.focus().request && request.request != 0;
  const EventNumber header = builder.tell.newest(Phase::HandleWriteHeader);
  maker.box(rect, Group::Transmit, "Answer");
  maker.happened(builder.facts.written);
  const bool fixed = current && header != no_event;
  maker.row_if_room("status", fixed && request.status
                                  ? Told{fmt::format("{}", *request.status), {}, header}
                                  : none_yet());
  const EventNumber written = builder.facts.written;
  // To the byte as long as that has room.
  const bool large = request.written >= 1 << 20;
  const Quantity length = large ? byte_size(request.written) : byte_count(request.written);
  maker.row_if_room("written", fixed && written != no_event && written > header
                                   ? Told{length.text(), {}, written}
                                   : none_yet());
  maker.words_if_whole("The handler writes it; the head comes before it later.",
                       Voice::Quiet);
}

// The sentence of a way, in two lines where one is too narrow for it.
void add_sentence(Builder& builder, Rect& lane, std::string_view text, Group group,
                  EventNumber event) {
  const float side = builder.ruler.space(1);
  Rect rest = lane.inset(side, 0);
  rest.h = std::min(rest.h, 2 * builder.line());
  const float before = rest.h;
  for (const TextBox& line : wrap_text(builder.ruler, rest, text, Voice::Body)) {
    builder.maker.note(line.rect, line.text, group, Voice::Body, Side::Left, event);
  }
  lane.take_top(before - rest.h, side);
}

void add_way_in(Builder& builder, Rect lane, bool shortly) {
  const TransportFacts& facts = builder.facts;
  const Columns& columns = builder.columns;
  add_sentence(builder, lane, read_sentence(facts, builder.tell, shortly), Group::Read,
               facts.reading.newest);
  const auto part = [&](const Rect& column) { return Rect{column.x, lane.y, column.w, lane.h}; };
  add_queue(builder, part(columns.kernel), Group::Read, true);
  add_buffer(builder, part(columns.middle), Group::Read, "Read buffer", facts.read,
             "One recv() fills it as far as bytes are there. Hatched is used up: the parser has "
             "told it; the rest waits. The numbers are positions in the buffer.");
  const float y = lane.y + builder.line() * 1.5f;
  add_flow(builder, columns.wire.x, columns.kernel.x, y, Group::Read, facts.arrived);
  add_flow(builder, columns.kernel.right(), columns.middle.x, y, Group::Read,
           facts.reading.newest);
  if (columns.message.empty()) return;
  add_request(builder, part(columns.message));
  add_flow(builder, columns.middle.right(), columns.message.x, y, Group::Read, facts.token);
}

// The body gathers in the one, until it goes to the other behind the head.
void add_way_out(Builder& builder, Rect lane, bool shortly) {
  const TransportFacts& facts = builder.facts;
  const Columns& columns = builder.columns;
  const bool flush_first = facts.flushing && facts.flush > facts.sending.newest;
  add_sentence(builder, lane, send_sentence(facts, builder.tell, shortly), Group::Transmit,
               facts.sending.begin == no_event || flush_first ? facts.flush
                                                              : facts.sending.newest);
  const auto part = [&](const Rect& column) { return Rect{column.x, lane.y, column.w, lane.h}; };
  Rect write = columns.middle;
  Rect kernel = columns.kernel;
  Rect body;
  if (!columns.message.empty()) {
    body = write.take_right(std::floor((write.w - columns.gap) / 2), columns.gap);
  } else if (facts.body.event != no_event && facts.body.event >= facts.write.event) {
    // Not yet on its way to the kernel: one step of the way at a time.
    body = write;
    write = kernel;
    kernel = {};
  }
  const float y = lane.y + builder.line() * 1.5f;
  if (!kernel.empty()) {
    add_queue(builder, part(kernel), Group::Transmit, false);
    add_flow(builder, kernel.x, columns.wire.x, y, Group::Transmit, facts.left);
    add_flow(builder, write.x, kernel.right(), y, Group::Transmit, facts.sending.newest);
  }
  add_buffer(builder, part(write), Group::Transmit, "Write buffer", facts.write,
             "The head and what comes behind it, until send().");
  if (!body.empty()) {
    add_buffer(builder, part(body), Group::Transmit, "Body buffer", facts.body,
               "The body gathers here: a short one is counted before the head is written.");
    add_flow(builder, body.x, write.right(), y, Group::Transmit, facts.moved);
  }
  if (columns.message.empty()) return;
  add_answer(builder, part(columns.message));
  add_flow(builder, columns.message.x, columns.middle.right(), y, Group::Transmit, facts.written);
}

// The word stands between the two arrows, or below the one.
void add_wire(Builder& builder, float y) {
  const Rect& wire = builder.columns.wire;
  builder.maker.note({wire.x, y, wire.w, builder.line()}, "wire", Voice::Quiet);
}

}  // namespace

Picture layout_buffers(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area) {
  const Teller tell(view, cursor, state);
  const Focus focus = tell.focus();
  const TransportFacts facts =
      focus.conn == 0 ? TransportFacts{} : transport_facts(tell, cursor);
  const bool both = has_room_for_both(ruler, area);
  PictureMaker maker(view, cursor, state, ruler, area, "buffers", "The way of the bytes",
                     focus.conn == 0 ? nothing_yet("The buffers", Topic::Connection, view,
                                                   cursor, state)
                                     : std::string(sentence_for(both, facts.outwards)));
  Rect rest = maker.rest();
  Builder builder{tell, facts, maker, ruler, columns_of(ruler, rest)};
  const float gap = ruler.space(2);
  const bool shortly = builder.columns.message.empty();
  if (both) {
    const Rect in = rest.take_top(std::floor((rest.h - gap) / 2), gap);
    maker.set_strip_px(strip_px(ruler, in.h));
    add_way_in(builder, in, shortly);
    add_way_out(builder, rest, shortly);
    add_wire(builder, in.y + builder.line() * 3);
    add_wire(builder, rest.y + builder.line() * 3);
  } else {
    maker.set_strip_px(strip_px(ruler, rest.h));
    if (facts.outwards) add_way_out(builder, rest, shortly);
    else add_way_in(builder, rest, shortly);
    add_wire(builder, rest.y + builder.line() * 3);
  }
  return maker.take();
}

}  // namespace roundtrip::viz
