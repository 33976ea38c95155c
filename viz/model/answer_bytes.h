// AnswerBytes: where one request's answer lies in what its connection sent, and how much of it the
// kernel took. A write may carry the answers of several requests (pipelining), and an answer that
// was kept back goes out with a later one: after its request was finished, and in a write that was
// told with another request, or with none. Layouts and the text ask here what of a write is whose.
#pragma once

#include "core/trace/index.h"

namespace roundtrip::viz {

struct AnswerBytes {
  std::uint64_t from = UINT64_MAX;  // its first byte in the out log; UINT64_MAX: not begun
  std::uint64_t to = UINT64_MAX;    // behind its last one; UINT64_MAX: not finished
  bool kept_back = false;           // a part of it stayed in the write buffer when it was finished
  // The end of the write that took the kept part; no_event until then.
  trace::EventNumber carrier = trace::no_event;

  // Takes one of the request's own facts.
  void take(const trace::Event& own);
  bool begun() const { return from != UINT64_MAX; }
  // The part of a write that is of this answer.
  ByteRange part_of(const trace::Event& write) const;
};

// As it is known at `upto`.
AnswerBytes answer_bytes(const trace::TraceIndex& index, std::uint32_t request,
                         std::uint64_t upto);

// The first write behind `after` that took bytes up to `to`; no_event where none has at `upto`.
trace::EventNumber write_of(const trace::TraceIndex& index, std::uint32_t conn,
                            trace::EventNumber after, std::uint64_t to, std::uint64_t upto);

// Whose answer a byte of the out log belongs to; 0 where that is not told. `near` is a fact of that
// connection not before the answer.
std::uint32_t request_of_answer(const trace::TraceIndex& index, std::uint32_t conn,
                                trace::EventNumber near, std::uint64_t offset);

}  // namespace roundtrip::viz
