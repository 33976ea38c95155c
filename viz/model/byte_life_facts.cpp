#include "viz/model/byte_life_facts.h"

#include <algorithm>
#include <span>

#include "core/http/chunk.h"
#include "viz/model/answer_bytes.h"
#include "viz/model/byte_life.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::Log;
using trace::Phase;

namespace {

std::span<const EventNumber> events_around(const TraceView& view, std::uint32_t conn,
                                           EventNumber middle) {
  const auto& events = view.index.connection(conn)->events;
  const auto at = std::lower_bound(events.begin(), events.end(), middle);
  const auto before = static_cast<std::size_t>(at - events.begin());
  const auto after = static_cast<std::size_t>(events.end() - at);
  return {at - std::min(before, most_events_around), at + std::min(after, most_events_around)};
}

// The stamp with the nearest last byte at or after the one asked for: it had come, or left, by
// then.
void take_stamp(const TraceView& view, const BytePlace& place, EventNumber number,
                EventNumber& best) {
  const std::uint64_t end = view.trace[number].bytes().end();
  if (end <= place.offset) return;
  if (best == trace::no_event || end < view.trace[best].bytes().end()) best = number;
}

void find_in(const TraceView& view, const BytePlace& place, LifeFacts& facts) {
  const auto around = events_around(view, place.conn, facts.moved);
  facts.searched_all = around.size() == view.index.connection(place.conn)->events.size();
  for (const EventNumber number : around) {
    const Event& event = view.trace[number];
    if (event.log != Log::In || !event.has_bytes()) continue;
    const bool has_it = event.bytes().contains(place.offset);
    // What is stamped after the byte was read says nothing of how that came.
    if (event.phase == Phase::ReadSegment && number < facts.moved) {
      take_stamp(view, place, number, facts.segment);
    }
    if (!has_it) continue;
    if (event.phase == Phase::ReadClientSend) facts.client = number;
    if (event.phase == Phase::ReadBufferFill) facts.fill = number;
  }
}

void find_out(const TraceView& view, const BytePlace& place, LifeFacts& facts) {
  const EventNumber write = view.index.partner(facts.moved);
  const EventNumber parent = write != trace::no_event ? view.index.parent(write) : trace::no_event;
  if (view.has(parent) && view.trace[parent].phase == Phase::TransmitFlush) facts.flush = parent;
  const auto around = events_around(view, place.conn, facts.moved);
  facts.searched_all = around.size() == view.index.connection(place.conn)->events.size();
  for (const EventNumber number : around) {
    const Event& event = view.trace[number];
    if (event.log != Log::Out || !event.has_bytes()) continue;
    if (event.phase == Phase::TransmitSegmentOut) take_stamp(view, place, number, facts.segment);
    if (event.phase == Phase::TransmitAckIn) take_stamp(view, place, number, facts.ack);
    if (event.phase == Phase::TransmitClientRead && event.bytes().contains(place.offset)) {
      facts.client = number;
    }
    // A flush empties the buffer: its first write begins with the buffer's first byte.
    const bool first_write = facts.flush != trace::no_event && number > facts.flush &&
                             event.phase == Phase::TransmitWrite && event.ends();
    if (first_write && !facts.flush_offset) facts.flush_offset = event.bytes().offset;
  }
}

// ---- What made a byte of the answer.

// The writes of a request's handler, and what its chunks and its head are, as far as they are told.
struct Writes {
  std::vector<EventNumber> writes;  // begins of handle.write_body
  std::vector<EventNumber> chunks;
  EventNumber head = trace::no_event;
  EventNumber finish = trace::no_event;  // its begin
  std::optional<std::uint64_t> body;     // bytes of the whole body, as the finish told
  bool chunked = false;
};

std::optional<Writes> writes_of(const TraceView& view, std::uint32_t conn, std::uint32_t request) {
  const auto* told = view.index.request(request);
  if (told == nullptr || told->cut) return std::nullopt;
  const auto& events = view.index.connection(conn)->events;
  const auto from = std::lower_bound(events.begin(), events.end(), told->first);
  const auto to = std::upper_bound(from, events.end(), told->last);
  if (static_cast<std::size_t>(to - from) > most_events_around) return std::nullopt;
  Writes found;
  for (const EventNumber number : std::span(from, to)) {
    const Event& event = view.trace[number];
    if (event.request != request) continue;
    // A second status: the answer was begun anew, and what was written before is gone.
    if (event.phase == Phase::HandleWriteHeader) found.writes.clear();
    if (event.phase == Phase::HandleWriteBody && event.begins()) found.writes.push_back(number);
    if (event.phase == Phase::TransmitChunk && event.has_bytes()) found.chunks.push_back(number);
    if (event.phase == Phase::TransmitHead && event.has_bytes()) found.head = number;
    if (event.phase == Phase::TransmitFraming) {
      found.chunked = event.arg("framing") == static_cast<std::uint64_t>(trace::Framing::Chunked);
    }
    if (event.phase == Phase::TransmitFinish && event.begins()) found.finish = number;
    if (event.phase == Phase::TransmitFinish && event.ends()) found.body = event.arg("body");
  }
  return found;
}

// The write that made a byte of the body. Only where the writes add up to the body that was sent.
Maker handler_write(const TraceView& view, const Writes& told, std::uint64_t body_place) {
  std::uint64_t all = 0;
  Maker maker;
  for (std::size_t i = 0; i < told.writes.size(); ++i) {
    const auto length = view.trace[told.writes[i]].arg("length");
    if (!length) return {};
    if (maker.kind == Maker::Kind::Unknown && body_place < all + *length) {
      maker = {Maker::Kind::Handler, told.writes[i], i + 1,
               told.writes.size(),   *length,        body_place - all};
    }
    all += *length;
  }
  return told.body == all ? maker : Maker{};
}

Maker maker_of(const TraceView& view, const Writes& told, std::uint64_t offset) {
  if (told.head == trace::no_event) return {};
  const ByteRange head = view.trace[told.head].bytes();
  if (head.contains(offset)) return {Maker::Kind::Head, told.head};
  if (offset < head.offset) return {};
  if (!told.chunked) return handler_write(view, told, offset - head.end());
  std::uint64_t data_before = 0;
  for (const EventNumber number : told.chunks) {
    const ByteRange chunk = view.trace[number].bytes();
    const auto data = view.trace[number].arg("data");
    if (!data || *data == 0) return {};
    if (!chunk.contains(offset)) {
      data_before += *data;
      continue;
    }
    const std::uint64_t size_line = http::ChunkHead(*data).text().size();
    const std::uint64_t in_chunk = offset - chunk.offset;
    if (in_chunk < size_line) return {Maker::Kind::ChunkSize, number};
    if (in_chunk >= size_line + *data) return {Maker::Kind::ChunkEnd, number};
    return handler_write(view, told, data_before + in_chunk - size_line);
  }
  const std::uint64_t chunks_end =
      told.chunks.empty() ? head.end() : view.trace[told.chunks.back()].bytes().end();
  if (offset < chunks_end || told.finish == trace::no_event) return {};
  return {Maker::Kind::LastChunk, told.finish};
}

}  // namespace

LifeFacts facts_of_byte(const TraceView& view, const BytePlace& place) {
  LifeFacts facts;
  facts.moved = moved_byte(view, place).value_or(trace::no_event);
  const auto token = event_for_byte(view, place);
  for (const EventNumber number : {token.value_or(trace::no_event), facts.moved}) {
    if (facts.request == 0 && number != trace::no_event) {
      facts.request = view.trace[number].request;
    }
  }
  if (facts.moved != trace::no_event) {
    if (place.log == Log::In) find_in(view, place, facts);
    if (place.log == Log::Out) find_out(view, place, facts);
  }
  // A write may carry the answers of several requests.
  if (place.log == Log::Out && facts.moved != trace::no_event) {
    const std::uint32_t owner =
        request_of_answer(view.index, place.conn, facts.moved, place.offset);
    if (owner != 0) facts.request = owner;
  }
  if (place.log == Log::Out && facts.request != 0) {
    if (const auto told = writes_of(view, place.conn, facts.request)) {
      facts.maker = maker_of(view, *told, place.offset);
    }
  }
  return facts;
}

}  // namespace roundtrip::viz
