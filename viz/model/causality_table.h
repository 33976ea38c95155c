// The rules of causality.h: an event of `effect` came about through the nearest event of `cause`
// before it, among those of its connection, its task or its request. Only causal_finder.h includes
// this. `of_cause` says what the cause is to the effect, `of_effect` the reverse; both stand after
// the other event's name: "segment arrives, what brought these bytes".
#pragma once

#include <array>
#include <string_view>

#include "core/trace/phase.h"

namespace roundtrip::viz {

enum class Half : char { Begin = 'B', End = 'E', Now = 'i' };

// Where the two are looked for.
enum class Within : std::uint8_t { Connection, Task, Request };

// What else has to hold.
enum class Given : std::uint8_t {
  First,     // the effect is the first of its kind after the cause
  Inside,    // the cause lies between the effect and its begin
  Bytes,     // both are about one byte at least
  LastByte,  // the cause is about the last byte of the effect
  ReadableWoke, WritableWoke,  // First, and the poller ended a wait for this
  PoolWoke, SpawnMade,         // First, and this made the task runnable
  SaysClose,    // First, and the cause decided that the connection closes
  NoMoreBytes,  // the read that is cause or effect returned 0: the peer has ended
};

struct CauseRule {
  trace::Phase cause;
  Half cause_half;
  trace::Phase effect;
  Half effect_half;
  Within within;
  Given given;
  std::string_view of_cause;
  std::string_view of_effect;
  bool likely = false;  // not proven
};

inline constexpr auto cause_rules = [] {
  using enum trace::Phase;
  using enum Given;
  constexpr auto B = Half::Begin;
  constexpr auto E = Half::End;
  constexpr auto I = Half::Now;
  constexpr auto conn = Within::Connection;
  constexpr auto task = Within::Task;
  constexpr auto request = Within::Request;
  constexpr bool likely = true;
  return std::to_array<CauseRule>({
      // The handshake and the connection's own things.
      {ConnectionConnect, B, ConnectionSyn, I, conn, First, "the call that sends it",
       "what it sends"},
      {ConnectionSyn, I, ConnectionSynAck, I, conn, First, "what it answers", "the answer to it"},
      {ConnectionSynAck, I, ConnectionAck, I, conn, First, "what it acknowledges",
       "its acknowledgement"},
      {ConnectionSynAck, I, ConnectionConnect, E, conn, First, "what lets the call return",
       "the call that it lets return", likely},
      {ConnectionAck, I, ConnectionAcceptQueue, B, conn, First, "what ends the handshake",
       "from here the connection waits"},
      {ConnectionAcceptQueue, B, ConnectionAccept, E, conn, First, "where the connection waited",
       "what takes the connection out"},
      {ConnectionAccept, E, ConnectionObject, I, conn, First, "the connection it is made for",
       "made for this connection"},
      {ConnectionObject, I, ConnectionSocketOptions, I, conn, First, "whose they are",
       "the options of its socket"},
      {ConnectionObject, I, ConnectionTimeouts, I, conn, First, "whose they are",
       "the limits that it keeps"},
      {ConnectionObject, I, ConnectionMemory, I, conn, First, "what it is for",
       "what it takes"},
      {ConnectionAccept, E, TaskCreated, I, conn, First, "the connection that it serves",
       "the task that will serve it"},
      {ConnectionAccept, E, ConnectionTaskSpawned, I, conn, First, "the connection it is for",
       "its task is made"},
      {ConnectionTaskSpawned, I, ConnectionFirstRun, I, conn, First, "where its task was made",
       "the first run of that task"},
      // Bytes come in.
      {ConnectionConnect, E, ReadClientSend, I, conn, First, "from here the client may send",
       "what the client sends then"},
      {TransmitClientRead, I, ReadClientSend, I, conn, First, "the answer that was awaited first",
       "what the client asks next", likely},
      {ReadClientSend, I, ReadSegment, I, conn, Bytes, "who sent these bytes",
       "what carries these bytes"},
      {ReadClientSend, I, ReadRead, E, conn, Bytes, "who sent these bytes",
       "what takes these bytes in"},
      {ReadSegment, I, TaskRunnable, I, conn, ReadableWoke, "what the poller saw",
       "the task that it wakes"},
      {ReadSegment, I, ReadReadable, I, conn, First, "what made it so", "what the poller says"},
      {LifecycleFinIn, I, ReadReadable, I, conn, First, "what made it so", "what the poller says"},
      {ReadReadable, I, ReadRead, B, task, First, "what said that bytes wait",
       "what fetches the bytes"},
      {ReadSegment, I, ReadRead, E, conn, Bytes, "what brought these bytes",
       "what takes these bytes in"},
      {LifecycleFinIn, I, ReadRead, E, conn, NoMoreBytes, "why no more comes",
       "what learns of it"},
      {ReadRead, E, ReadBufferFill, I, conn, LastByte, "what brought these bytes",
       "where these bytes are put"},
      {ReadRead, E, LifecycleIdle, E, conn, Inside, "what ends the wait", "the wait that it ends"},
      {ReadBufferFill, I, ReadLineFound, I, conn, LastByte, "what brought its last byte",
       "read from it"},
      {ReadBufferFill, I, ReadHeader, I, conn, LastByte, "what brought its last byte",
       "read from it"},
      {ReadBufferFill, I, ReadHeadersComplete, I, conn, LastByte, "what brought its last byte",
       "read from it"},
      {ReadBufferFill, I, ReadBodyPiece, I, conn, LastByte, "what brought its last byte",
       "read from it"},
      {ReadBufferFill, I, ReadRejected, I, conn, LastByte, "what brought the wrong byte",
       "refused in it"},
      // The answer.
      {ReadRequestReady, I, HandleResponseWriter, I, request, First, "the request to be answered",
       "where its answer is made"},
      {ReadRequestReady, I, TransmitFinish, E, request, First, "the request that it answers",
       "its answer is complete"},
      {ReadRejected, I, TransmitFinish, E, request, First, "the request that it answers",
       "its answer is complete"},
      {TransmitWrite, B, TransmitSegmentQueued, I, conn, Bytes, "what handed these bytes over",
       "what carries these bytes"},
      {TransmitWrite, B, TransmitSegmentOut, I, conn, Bytes, "what handed these bytes over",
       "what carries these bytes"},
      {TransmitSegmentQueued, I, TransmitSegmentOut, I, conn, Bytes, "where it waited",
       "from here it is on its way"},
      {TransmitSegmentOut, I, TransmitAckIn, I, conn, Bytes, "what it acknowledges",
       "its acknowledgement"},
      {TransmitSegmentOut, I, TransmitClientRead, I, conn, Bytes, "what carried these bytes",
       "the client has these bytes"},
      {TransmitWrite, B, TransmitClientRead, I, conn, Bytes, "what handed these bytes over",
       "the client has these bytes"},
      {TransmitAckIn, I, TransmitClientRead, I, conn, Bytes, "by then the client's kernel had them",
       "the client takes them", likely},
      {TransmitAckIn, I, TaskRunnable, I, conn, WritableWoke, "what made room to write",
       "the task that it wakes", likely},
      {TransmitWrite, E, TransmitSendQueue, I, conn, First, "what was handed over",
       "what still waits in the kernel"},
      {TransmitFinish, E, LifecycleKeepAlive, I, conn, First, "the answer that is finished",
       "does the connection stay?"},
      // The end.
      {LifecycleKeepAlive, I, LifecycleIdle, B, conn, First, "the decision to stay",
       "so it waits"},
      {LifecycleIdle, E, LifecycleNextRequest, I, conn, First, "the wait before it",
       "what ended the wait"},
      {LifecycleKeepAlive, I, LifecycleClose, B, conn, SaysClose, "the decision to close",
       "so it closes"},
      {LifecycleTimeout, I, LifecycleClose, B, conn, First, "whose time was over", "so it closes"},
      {ReadRead, E, LifecycleClose, B, conn, NoMoreBytes, "what said that the peer has ended",
       "so it closes"},
      {LifecycleClose, B, LifecycleHalfClose, I, conn, First, "what it is part of",
       "first the server's own side"},
      {LifecycleHalfClose, I, LifecycleFinOut, I, conn, First, "the call that sends it",
       "what it sends"},
      {LifecycleClose, B, LifecycleFinOut, I, conn, First, "the call that sends it",
       "what it sends"},
      {LifecycleFinOut, I, LifecycleFinAckIn, I, conn, First, "what it acknowledges",
       "its acknowledgement"},
      {TransmitClientRead, I, LifecycleClientClose, I, conn, First, "the last that it read",
       "then the client closes", likely},
      {LifecycleClientClose, I, LifecycleFinIn, I, conn, First, "the call that sends it",
       "what it sends"},
      {LifecycleClientClose, I, TaskRunnable, I, conn, ReadableWoke, "what the poller saw",
       "the task that it wakes", likely},
      {LifecycleClientClose, I, LifecycleReset, I, conn, First, "the call that sends it",
       "what it sends", likely},
      {LifecycleFinIn, I, LifecycleFinAckOut, I, conn, First, "what it acknowledges",
       "its acknowledgement"},
      {LifecycleFinIn, I, LifecycleTimeWait, I, conn, First, "the FIN from the client",
       "the end of the one who closed first"},
      {LifecycleFinOut, I, LifecycleTimeWait, I, conn, First, "the FIN from the server",
       "the end of the one who closed first"},
      {LifecycleClose, E, LifecycleTaskExit, I, conn, First, "what was left to do",
       "nothing is left to do"},
      {LifecycleTaskExit, I, TaskDone, I, task, First, "the end of what it did",
       "the task is over"},
      // Tasks.
      {TaskCreated, I, TaskRunnable, I, task, SpawnMade, "where the task was made",
       "it may run at once"},
      {TaskBlocking, E, TaskRunnable, I, task, PoolWoke, "the call that it waited for",
       "the task that it wakes"},
      {TaskPark, I, TaskRunnable, I, task, First, "the wait that it ends", "the end of the wait"},
      {TaskRunnable, I, TaskStolen, I, task, First, "where it waited for a worker",
       "another worker takes it"},
      {TaskRunnable, I, TaskRun, B, task, First, "what made it ready to run",
       "a worker takes it up"},
      {TraceHold, B, TraceRelease, I, task, First, "since when it was held", "it is let go"},
      {TraceRelease, I, TraceHold, E, task, First, "what let it go", "it goes on"},
  });
}();

}  // namespace roundtrip::viz
