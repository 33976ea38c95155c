#include "viz/model/transport_facts.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

// What is looked for in one look back over the connection.
enum Wanted : std::size_t {
  Readable, Read, Fill, Segment, Queues, SendQueue, Flush, Write, Queued, Out, Ack, Head, Chunk,
  WriteBody, Writer, wanted_count
};
constexpr std::array<Phase, wanted_count> wanted_phases = {
    Phase::ReadReadable,       Phase::ReadRead,          Phase::ReadBufferFill,
    Phase::ReadSegment,        Phase::TraceQueues,       Phase::TransmitSendQueue,
    Phase::TransmitFlush,      Phase::TransmitWrite,     Phase::TransmitSegmentQueued,
    Phase::TransmitSegmentOut, Phase::TransmitAckIn,     Phase::TransmitHead,
    Phase::TransmitChunk,      Phase::HandleWriteBody,   Phase::HandleResponseWriter};
using Newest = std::array<EventNumber, wanted_count>;

constexpr trace::PhaseSet token_phases = {Phase::ReadLineFound, Phase::ReadHeader,
                                          Phase::ReadHeadersComplete, Phase::ReadBodyPiece,
                                          Phase::ReadRejected};

// Later of two facts, where there is one.
EventNumber later(EventNumber one, EventNumber other) {
  if (one == no_event) return other;
  return other == no_event ? one : std::max(one, other);
}
EventNumber newest_half(const Teller& tell, EventNumber begin) {
  return later(begin, tell.end_of(begin));
}
bool is_after(EventNumber one, EventNumber other) {
  return one != no_event && (other == no_event || one > other);
}

CallFacts call_facts(const Teller& tell, EventNumber begin, std::string_view took) {
  CallFacts call;
  call.begin = begin;
  call.newest = newest_half(tell, begin);
  if (begin == no_event) return call;
  call.asked = tell.number(begin, "asked").value_or(0);
  if (!call.over()) return call;
  call.got = tell.number(begin, took);
  const auto error = tell.number(begin, "errno");
  if (error && *error != 0) call.error = static_cast<int>(*error);
  return call;
}

Told queue_text(std::uint64_t bytes, trace::Provenance source, EventNumber event) {
  return {byte_count(bytes).text(), source, event};
}

void set_queue(QueueFacts& queue, std::uint64_t bytes, trace::Provenance source,
               EventNumber event) {
  queue.bytes = bytes;
  queue.waits = queue_text(bytes, source, event);
}

// What the kernel has received and nobody has read. A recv() that brought less than it asked for
// has emptied it; a segment that came since has put at least its bytes there.
void tell_receive_queue(const Teller& tell, const Newest& newest, TransportFacts& facts) {
  const auto& view = tell.view();
  const EventNumber read = facts.reading.over() ? facts.reading.newest : no_event;
  const EventNumber queues = newest[Queues];
  const EventNumber segment = newest[Segment];
  const EventNumber last = later(later(read, queues), segment);
  if (last == no_event) return;
  if (last == queues) {
    const auto bytes = tell.number(queues, "receive");
    if (bytes) set_queue(facts.receive, *bytes, view.trace[queues].provenance, queues);
  } else if (last == segment) {
    const std::uint64_t end = view.trace[segment].bytes().end();
    const std::uint64_t known = end - std::min(end, facts.state.bytes_in);
    set_queue(facts.receive, known, trace::Provenance::Derived, segment);
  } else if (facts.reading.error == EAGAIN ||
             (!facts.reading.error && facts.reading.got.value_or(0) < facts.reading.asked)) {
    set_queue(facts.receive, 0, trace::Provenance::Derived, read);
  }
}

// What send() has handed over and the client's kernel has not acknowledged. Between two questions
// to the kernel it follows from the time-stamps, as long as these told of the newest bytes.
void tell_send_queue(const Teller& tell, const Newest& newest, TransportFacts& facts) {
  const auto& view = tell.view();
  const EventNumber asked = later(newest[Queues], newest[SendQueue]);
  const EventNumber segment = later(newest[Queued], newest[Out]);
  const EventNumber sent = facts.sending.over() ? facts.sending.newest : no_event;
  if (facts.sending.begin == no_event && facts.state.bytes_out == 0) {
    return set_queue(facts.send, 0, trace::Provenance::Derived, no_event);
  }
  if (is_after(asked, later(later(segment, newest[Ack]), sent))) {
    const std::string_view name = asked == newest[SendQueue] ? "queued" : "send";
    const auto bytes = tell.number(asked, name);
    if (bytes) set_queue(facts.send, *bytes, view.trace[asked].provenance, asked);
    return;
  }
  const auto end_of_bytes = [&](EventNumber event) {
    return event == no_event ? 0 : view.trace[event].bytes().end();
  };
  const std::uint64_t stamped = std::max(end_of_bytes(segment), end_of_bytes(newest[Ack]));
  if (stamped == 0 || stamped < facts.state.bytes_out) return;
  const std::uint64_t acknowledged =
      newest[Ack] != no_event ? end_of_bytes(newest[Ack]) : view.trace[segment].bytes().offset;
  set_queue(facts.send, stamped - std::min(stamped, acknowledged), trace::Provenance::Derived,
            later(segment, newest[Ack]));
}

void tell_rooms(const Teller& tell, TransportFacts& facts) {
  const EventNumber options = tell.opening(Phase::ConnectionSocketOptions);
  const auto set = [&](QueueFacts& queue, std::string_view name) {
    queue.room = tell.argument(options, name);
    queue.room_bytes = tell.number(options, name).value_or(0);
    if (queue.room.text) queue.room.text = byte_count(queue.room_bytes).text();
  };
  set(facts.receive, "receive_buffer");
  set(facts.send, "send_buffer");
}

// Position 0 of the read buffer, in the stream, follows from the last fill.
void tell_read_buffer(const Teller& tell, const Cursor& cursor, const Newest& newest,
                      TransportFacts& facts) {
  const trace::BufferState& state = facts.state.read_buffer;
  BufferFacts& buffer = facts.read;
  buffer.capacity = state.capacity;
  buffer.filled = state.filled;
  buffer.consumed = std::min(state.consumed, state.filled);
  buffer.conn = tell.focus().conn;
  buffer.event = newest[Fill] != no_event ? later(newest[Fill], facts.token)
                                          : tell.opening(Phase::ConnectionMemory);
  if (newest[Fill] == no_event) return;
  const Event& fill = tell.view().trace[newest[Fill]];
  const std::uint64_t end = fill.bytes().end();
  const std::uint64_t filled = fill.arg("filled").value_or(0);
  if (!fill.has_bytes() || filled > end) return;
  buffer.log = trace::Log::In;
  buffer.offset = end - filled;
  // Stepping by byte is finer than the parser's tokens.
  if (cursor.consumed && buffer.filled > 0) {
    const std::uint64_t used = *cursor.consumed - std::min(*cursor.consumed, buffer.offset);
    buffer.consumed = std::min(used, buffer.filled);
  }
}

void tell_write_buffer(const Teller& tell, const Newest& newest, TransportFacts& facts) {
  const trace::BufferState& state = facts.state.write_buffer;
  BufferFacts& buffer = facts.write;
  buffer.capacity = state.capacity;
  buffer.filled = state.filled;
  buffer.consumed = std::min(state.consumed, state.filled);
  buffer.conn = tell.focus().conn;
  buffer.log = trace::Log::Out;
  buffer.offset = facts.state.bytes_out - std::min<std::uint64_t>(facts.state.bytes_out,
                                                                  buffer.consumed);
  buffer.event = later(later(newest[Head], newest[Chunk]),
                       later(newest_half(tell, newest[Flush]), facts.sending.newest));
  if (buffer.event == no_event) buffer.event = tell.opening(Phase::ConnectionMemory);
}

// Lent while a request is under way: where it begins to be lent, it is empty.
void tell_body_buffer(const Teller& tell, const Newest& newest, TransportFacts& facts) {
  const EventNumber writer = tell.newest(Phase::HandleResponseWriter);
  if (writer == no_event || !facts.state.request.writer_made) return;
  BufferFacts& buffer = facts.body;
  buffer.capacity = tell.number(writer, "body_buffer").value_or(0);
  buffer.filled = facts.state.request.body_buffered;
  buffer.conn = tell.focus().conn;
  buffer.event = is_after(newest[WriteBody], writer) ? newest_half(tell, newest[WriteBody])
                                                     : writer;
}

}  // namespace

TransportFacts transport_facts(const Teller& tell, const Cursor& cursor) {
  TransportFacts facts;
  facts.state = tell.view().states.connection_at(tell.focus().conn, tell.upto());
  const Newest newest = tell.newest_of_connection(wanted_phases);
  facts.reading = call_facts(tell, newest[Read], "got");
  facts.sending = call_facts(tell, newest[Write], "written");
  facts.readable = newest[Readable];
  facts.flush = newest[Flush];
  facts.moved = later(later(newest[Head], newest[Chunk]), newest[Flush]);
  facts.flushing = newest[Flush] != no_event && tell.end_of(newest[Flush]) == no_event;
  facts.arrived = newest[Segment];
  facts.left = later(later(newest[Queued], newest[Out]), newest[Ack]);
  const auto tokens = tell.latest(token_phases, 1);
  facts.token = tokens.empty() ? no_event : tokens.front();
  facts.written = newest_half(tell, newest[WriteBody]);
  tell_rooms(tell, facts);
  tell_receive_queue(tell, newest, facts);
  tell_send_queue(tell, newest, facts);
  tell_read_buffer(tell, cursor, newest, facts);
  tell_write_buffer(tell, newest, facts);
  tell_body_buffer(tell, newest, facts);
  const EventNumber in = later(later(facts.readable, facts.reading.newest),
                               later(later(newest[Fill], facts.arrived), facts.token));
  const EventNumber out =
      later(later(facts.written, newest[Writer]),
            later(later(facts.write.event, facts.left), newest[SendQueue]));
  facts.outwards = is_after(out, in);
  return facts;
}

}  // namespace roundtrip::viz
