// What lies between the wire and the message at a cursor, both ways: the kernel's two queues, the
// connection's read buffer and write buffer, the buffer in which an answer's body gathers, and the
// last recv() and send(). Called by the layouts that draw buffers, once a frame.
// A kernel's queue is known where the kernel was asked, and follows from what recv(), send() and
// the time-stamps told where nothing came after them that nobody counted; else it is not known.
// Every look is bounded by most_facts_looked_at (teller.h). Units: bytes; positions count from a
// buffer's start.
#pragma once

#include "viz/model/teller.h"

namespace roundtrip::viz {

struct QueueFacts {
  Told waits{.text = {}, .absent = "not measured"};
  std::uint64_t bytes = 0;
  Told room;   // SO_RCVBUF, SO_SNDBUF, where they were read
  std::uint64_t room_bytes = 0;
};

// [0, consumed) is used up, [consumed, filled) waits.
struct BufferFacts {
  std::uint64_t capacity = 0;  // 0: no fact has told of it
  std::uint64_t filled = 0;
  std::uint64_t consumed = 0;
  trace::EventNumber event = trace::no_event;
  std::uint32_t conn = 0;
  trace::Log log = trace::Log::None;  // None: its bytes have no place in a stream yet
  std::uint64_t offset = 0;           // in the stream, of position 0

  std::uint64_t waiting() const { return filled - consumed; }
  std::optional<ByteSpan> bytes(std::uint64_t from, std::uint64_t to) const {
    if (log == trace::Log::None || from >= to) return std::nullopt;
    return ByteSpan{conn, log, {offset + from, to - from}};
  }
};

struct CallFacts {
  trace::EventNumber begin = trace::no_event;
  trace::EventNumber newest = trace::no_event;  // its end, once that is there
  std::uint64_t asked = 0;
  std::optional<std::uint64_t> got;  // what send() took, too
  std::optional<int> error;
  bool over() const { return newest != begin; }
};

struct TransportFacts {
  QueueFacts receive;
  QueueFacts send;
  BufferFacts read;
  BufferFacts body;
  BufferFacts write;
  CallFacts reading;
  CallFacts sending;
  trace::EventNumber readable = trace::no_event;  // the poller's word
  trace::EventNumber flush = trace::no_event;
  bool flushing = false;
  trace::EventNumber moved = trace::no_event;     // something came into the write buffer
  trace::EventNumber arrived = trace::no_event;   // a segment in
  trace::EventNumber left = trace::no_event;      // a segment out, or its acknowledgement
  trace::EventNumber token = trace::no_event;     // what the parser told last
  trace::EventNumber written = trace::no_event;   // what the handler wrote last
  bool outwards = false;  // the newest of all these lies on the way out
  trace::ConnectionStateAt state;
};
TransportFacts transport_facts(const Teller& tell, const Cursor& cursor);

// The stretches of a buffer: used up, waiting, and marked what the event at the cursor is about.
// Keeps the words that they point to.
class BufferStrip {
 public:
  BufferStrip(const Teller& tell, const BufferFacts& buffer);
  BufferStrip(const BufferStrip&) = delete;
  BufferStrip& operator=(const BufferStrip&) = delete;

  // With how many bytes each is; with what stands in it.
  std::vector<Stretch> counted() const { return labelled(counts_, false); }
  std::vector<Stretch> quoted() const { return labelled(quotes_, true); }

 private:
  void add(const Teller& tell, const BufferFacts& buffer, std::uint64_t from, std::uint64_t to,
           Filling filling);
  std::vector<Stretch> labelled(const std::vector<std::string>& labels, bool excerpt) const;

  std::vector<Stretch> stretches_;
  std::vector<std::string> counts_;
  std::vector<std::string> quotes_;
};
// "83 of 4,096", absent where the buffer was not told of.
Told filled_text(const BufferFacts& buffer);

// One sentence for the last recv(), and for the last send(); `shortly` for where there is little
// room.
std::string read_sentence(const TransportFacts& facts, const Teller& tell, bool shortly);
std::string send_sentence(const TransportFacts& facts, const Teller& tell, bool shortly);

}  // namespace roundtrip::viz
