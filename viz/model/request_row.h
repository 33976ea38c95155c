// RequestRow and ConnectionRow: what a trace tells of one request, or of one connection, up to an
// event, as a row of figures. Pure looks at the index that walk the subject's own facts: some
// hundred of a request; of a connection those of its opening and the newest. RequestTable keeps the
// figures of every request; layouts ask anew for what they show at a cursor.
// A figure whose facts were evicted, or have not come, is absent: never 0.
#pragma once

#include <optional>

#include "core/trace/index.h"
#include "core/trace/vocabulary.h"
#include "viz/model/answer_bytes.h"

namespace roundtrip::viz {

struct RequestFigures {
  std::uint32_t request = 0;
  std::uint32_t conn = 0;
  // Facts; no_event where none has told it. `begun`: the recv() that brought its first byte; its
  // own first fact where that byte was there already. `known_from`: the oldest fact that tells so.
  trace::EventNumber begun = trace::no_event;
  trace::EventNumber known_from = trace::no_event;
  trace::EventNumber finished = trace::no_event;  // the end of transmit.finish
  trace::EventNumber line = trace::no_event;      // read.line_split
  // Figures.
  std::optional<std::uint32_t> status;
  std::uint64_t bytes_in = 0;    // of its head and body, as the parser took them
  std::uint64_t bytes_out = 0;   // of its answer, as the kernel took them, whoever's write it was
  std::optional<Duration> took;  // from begun to finished, without what a person held
  std::optional<Duration> ran;   // of that, while its task was on a worker
  std::optional<Duration> queued;  // and while it was ready and waited for one, in a run queue
  // What is left: it was parked, waiting for something else.
  std::optional<Duration> parked() const {
    if (!took || !ran || !queued) return std::nullopt;
    return *took - *ran - *queued;
  }
  bool operator==(const RequestFigures&) const = default;
};

struct RequestRow : RequestFigures {
  trace::EventNumber first = trace::no_event;
  trace::EventNumber last = trace::no_event;
  trace::EventNumber status_told = trace::no_event;
  AnswerBytes answer;
  trace::PhaseSet phases;  // of its own steps, and of its connection's meanwhile
  // Processor time of all its task's runs, from the one in which it began to the one in which it
  // was finished; empty where one of them was not measured. The pool's threads are not in it.
  std::optional<Duration> cpu;
};

// Empty (no first fact) where nothing of it had been told at `upto`.
RequestRow request_row(const trace::TraceIndex& index, std::uint32_t request, std::uint64_t upto);

struct ConnectionRow {
  std::uint32_t conn = 0;
  trace::EventNumber first = trace::no_event;
  trace::EventNumber object = trace::no_event;  // told the client's address
  trace::EventNumber moved = trace::no_event;   // told the state
  trace::EventNumber in_told = trace::no_event;
  trace::EventNumber out_told = trace::no_event;
  std::optional<trace::Address> client;
  std::optional<trace::ConnectionState> state;
  std::optional<std::uint64_t> bytes_in;   // of the whole stream, as recv() and send() went
  std::optional<std::uint64_t> bytes_out;
};

ConnectionRow connection_row(const trace::TraceIndex& index, std::uint32_t conn,
                             std::uint64_t upto);

// From a connection's first fact to the first run of its task; absent until then, and where the
// first fact was evicted.
struct SetUp {
  trace::EventNumber from = trace::no_event;
  trace::EventNumber to = trace::no_event;
  Duration took;
  bool inferred = false;  // nobody saw its first fact
};
std::optional<SetUp> set_up_of(const trace::TraceIndex& index, std::uint32_t conn);

}  // namespace roundtrip::viz
