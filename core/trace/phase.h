// The phase table: the vocabulary of the whole program. A phase is one kind of fact (a step of the
// server, a packet, a change of a task); its row says all that is fixed about it. Enum, trace
// files, narrator, validation, colours, explanations and lessons read this table; nothing else
// switches on a phase to get a string.
// Called by everyone who records or shows events. To add a phase: its enumerator, its row at the
// same place of phase_table.h, its text in assets/explanations, its lines in assets/code. Emit it.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "core/trace/vocabulary.h"

namespace roundtrip::trace {

enum class Phase : std::uint16_t {
  // 1 startup
  StartupProgramLoad, StartupStaticInit, StartupMain, StartupRuntimeInit, StartupRegisterHandler,
  StartupSocket, StartupBind, StartupListen, StartupAcceptLoop, StartupReady,
  // 2 connection
  ConnectionConnect, ConnectionSyn, ConnectionSynAck, ConnectionAck, ConnectionAcceptQueue,
  ConnectionAccept, ConnectionObject, ConnectionSocketOptions, ConnectionTimeouts,
  ConnectionMemory, ConnectionTaskSpawned, ConnectionFirstRun,
  // 3 read
  ReadClientSend, ReadSegment, ReadReadable, ReadRead, ReadBufferFill, ReadLineFound,
  ReadLineSplit, ReadLineValid, ReadUrl, ReadHeader, ReadHeadersComplete, ReadRequestReady,
  ReadBody, ReadBodyPiece, ReadRejected,
  // 4 handle
  HandleResponseWriter, HandleMiddleware, HandleRoute, HandleRoutePath, HandleRouteCandidate,
  HandleRouteMatch, HandleHandler, HandleStep, HandleJsonDecode, HandleDatabaseWait,
  HandleDiskWrite, HandleSleep, HandleWriteHeader, HandleWriteBody, HandleLateWrite,
  // 5 transmit
  TransmitContinue, TransmitFinish, TransmitFraming, TransmitHead, TransmitChunk, TransmitFlush,
  TransmitWrite,
  TransmitSendQueue, TransmitSegmentQueued, TransmitSegmentOut, TransmitAckIn,
  TransmitClientRead, TransmitLogLine, TransmitCleanup,
  // 6 lifecycle
  LifecycleKeepAlive, LifecycleIdle, LifecycleNextRequest, LifecycleTimeout,
  LifecycleHalfClose, LifecycleFinOut, LifecycleFinAckIn, LifecycleFinIn, LifecycleFinAckOut,
  LifecycleReset, LifecycleTimeWait, LifecycleDrain, LifecycleClose, LifecycleClientClose,
  LifecycleTaskExit,
  // 7 task
  TaskCreated, TaskRunnable, TaskRun, TaskPark, TaskStolen, TaskBlocking, TaskDone,
  // 8 trace
  TraceHold, TraceRelease, TraceRequestUntraced, TraceRecordsLost, TraceBlockEvicted,
  TraceViolation, TraceLate, TraceTcpInfo, TraceQueues, TraceObservationOff, TraceNote, TraceLoad,
  TraceSample, TraceUsage, TraceWire, TraceLink, TracePacket, TracePacketCopied, TracePacketHeld,
  TracePacketChanged, TracePacketDropped, TraceSockets, TraceSocketState, TraceReceiveBuffer,
  TraceSendBuffer
};

inline constexpr std::size_t phase_count = static_cast<std::size_t>(Phase::TraceSendBuffer) + 1;

enum class Group : std::uint8_t {
  Startup, Connection, Read, Handle, Transmit, Lifecycle, Task, Trace
};
inline constexpr std::size_t group_count = 8;
std::string_view group_name(Group group);  // "startup", the part of an id before the dot

// Where the timeline draws it.
enum class Lane : std::uint8_t { Program, Client, Wire, Kernel, Worker };

// Whose story it belongs to: what its legal predecessors are looked for in.
enum class Scope : std::uint8_t { Process, Connection, Request, Task, Packet };

// Span: begins and ends. Instant: happens.
enum class Shape : std::uint8_t { Span, Instant };

// The picture that shows a phase best.
enum class View : std::uint8_t {
  Server, Spawn, Connection, Buffers, Parser, Message, Router, Handler, Finish, Ladder, States,
  Sockets, Scheduler, Load
};

// One named argument of a phase. Arguments are packed in order into the record's 24 bytes.
struct ArgSpec {
  std::string_view name;
  Unit unit = Unit::None;
};
inline constexpr std::size_t max_args = 6;
inline constexpr std::size_t arg_bytes = 24;

// A set of phases, as bits.
struct PhaseSet {
  std::array<std::uint64_t, 2> bits{};

  constexpr PhaseSet() = default;
  constexpr PhaseSet(std::initializer_list<Phase> phases) {
    for (Phase phase : phases) add(phase);
  }
  constexpr void add(Phase phase) {
    const auto index = static_cast<std::size_t>(phase);
    bits[index / 64] |= std::uint64_t{1} << (index % 64);
  }
  constexpr bool has(Phase phase) const {
    const auto index = static_cast<std::size_t>(phase);
    return (bits[index / 64] >> (index % 64) & 1U) != 0;
  }
  constexpr bool meets(const PhaseSet& other) const {
    return ((bits[0] & other.bits[0]) | (bits[1] & other.bits[1])) != 0;
  }
  constexpr bool empty() const { return (bits[0] | bits[1]) == 0; }
};
static_assert(phase_count <= 128, "PhaseSet holds 128 phases");

struct PhaseRow {
  Phase phase;
  std::string_view id;    // "read.header": the name in files, on the command line, in scenarios
  std::string_view name;  // "header": what the screen calls it
  Shape shape;
  Lane lane;
  Scope scope;
  View view;
  bool holdable;                        // passes the phase gate; kernel phases can't
  std::array<ArgSpec, max_args> args;   // named arguments, those absent at the end are None
  PhaseSet after;        // legal once one of these was seen in the same scope; empty: may be first
  std::string_view spec;                // RFC section or man page
  std::string_view go;                  // the function in Go's net/http or runtime that does this

  constexpr Group group() const;
  constexpr std::size_t arg_count() const {
    std::size_t count = 0;
    while (count < max_args && args[count].unit != Unit::None) ++count;
    return count;
  }
  // Where argument `index` lies in the record's 24 bytes.
  constexpr std::size_t arg_offset(std::size_t index) const {
    std::size_t offset = 0;
    for (std::size_t i = 0; i <= index; ++i) {
      const std::size_t width = unit_width(args[i].unit);
      if (width == 8) offset = (offset + 7) / 8 * 8;
      if (i == index) return offset;
      offset += width;
    }
    return offset;
  }
};

}  // namespace roundtrip::trace

#include "core/trace/phase_table.h"

namespace roundtrip::trace {

constexpr const PhaseRow& row_of(Phase phase) {
  return phase_table[static_cast<std::size_t>(phase)];
}
constexpr std::string_view phase_id(Phase phase) { return row_of(phase).id; }

// The phase with this id, such as "read.header".
std::optional<Phase> phase_from_id(std::string_view id);

}  // namespace roundtrip::trace
