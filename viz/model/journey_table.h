// The words of the journey: which facts make a row of it (component, action, state), and which
// hang below a row as twigs. One table, in the order of the phases; whatever is not in it is not
// part of the journey (scheduling, the trace's own facts). Only journey.cpp includes this.
// Words are told as they are also of facts whose time was inferred: an argument was read.
//   {arg}     an argument of the fact, or of its other half      {took}  from begin to end
//   {arg#}    its number without a unit
//   {"part"}  bytes of the fact (part_of)                        {size}  how many bytes it covers
// A twig whose values are not known is left out; an action falls back to the phase's name.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/trace/phase.h"
#include "viz/model/captured.h"
#include "viz/model/placeholders.h"

namespace roundtrip::viz {

// Which half of a span tells it. Instants are told as they happen.
enum class Told : std::uint8_t { AtBegin, AtEnd };

struct TwigWords {
  std::string_view name;
  std::string_view text;
};

struct RowWords {
  trace::Phase phase{};
  Told told = Told::AtBegin;
  // An argument that is there and not 0; "name=11": that is 11; seen_on_wire;
  // or in_capture (captured.h), an argument's condition behind it.
  std::string_view condition;
  std::string_view component;  // empty: only twigs, below the row before
  std::string_view action;
  std::string_view state;
  std::array<TwigWords, 4> twigs{};
  bool joins = false;  // facts of this phase one after the other share a row
};

inline constexpr auto row_words = [] {
  using enum trace::Phase;
  constexpr auto begin = Told::AtBegin;
  constexpr auto end = Told::AtEnd;
  constexpr bool joins = true;
  constexpr TwigWords took = {"took", "{took}"};
  constexpr TwigWords bytes = {"bytes", "{size}"};
  return std::to_array<RowWords>({
      // startup
      {StartupProgramLoad, begin, "", "Kernel", "loads the program", "LOADING",
       {{{"until our code", "{took}"}}}},
      {StartupStaticInit, begin, "", "C++ runtime", "makes static objects", "INIT", {{took}}},
      {StartupMain, begin, "", "main()", "starts", "RUNNING"},
      {StartupRuntimeInit, begin, "stack", "Runtime", "starts without workers ({model})", "INIT",
       {{{"stack of a thread", "{stack} reserved"}, took}}},
      {StartupRuntimeInit, begin, "", "Runtime", "starts workers and poller", "INIT",
       {{{"workers", "{workers}, each with a run queue"},
         {"blocking pool", "{pool_threads:thread} at most"}, took}}},
      {StartupRegisterHandler, begin, "", "Application", "registers handlers", "REGISTER",
       {{{"{pattern}", "answered by {handler}"}}}, joins},
      {StartupSocket, begin, "errno", "Network", "socket()", "FAILED", {{{"errno", "{errno}"}}}},
      {StartupSocket, begin, "", "Network", "socket()", "SOCKET",
       {{{"TCP socket", "fd {fd}"}, took}}},
      {StartupBind, begin, "errno", "Network", "bind() to {address}", "FAILED",
       {{{"errno", "{errno}"}}}},
      {StartupBind, begin, "", "Network", "bind() to {address}", "BOUND", {{took}}},
      {StartupListen, begin, "errno", "Network", "listen()", "FAILED", {{{"errno", "{errno}"}}}},
      {StartupListen, begin, "", "Network", "listen()", "LISTENING",
       {{{"backlog", "asked for {backlog}, {in_force} in force"}, took}}},
      {StartupAcceptLoop, begin, "", "Accept loop", "starts on fd {fd}", "READY",
       {{{"a task", "parks until somebody connects"}}}},
      {StartupReady, begin, "", "Server", "ready", "SERVING",
       {{{"resident memory", "{resident}"}, {"routes, tasks", "{routes}, {tasks}"},
         {"CPU so far", "{cpu}"}}}},
      // connection
      {ConnectionConnect, begin, "errno", "Client", "connect() to {address}", "FAILED",
       {{{"errno", "{errno}"}}}},
      {ConnectionConnect, begin, "", "Client", "connect() to {address}", "CONNECTING", {{took}}},
      {ConnectionSyn, begin, in_capture, "Client", "SYN", "SYN_SENT",
       {{{"sequence number", "{sequence}"}, {"window", "{window}"}, {"largest segment", "{mss}"},
         {"its headers", "{header}"}}}},
      {ConnectionSyn, begin, seen_on_wire, "Client kernel", "SYN leaves", "SYN_SENT",
       {{{"sequence number", "{sequence}"}, {"window", "{window}"}, {"largest segment", "{mss}"},
         {"its headers", "{header}"}}}},
      {ConnectionSyn, begin, "", "Server kernel", "SYN arrives", "SYN_RECV",
       {{{"sequence number", "{sequence}"}, {"window", "{window}"}, {"largest segment", "{mss}"},
         {"its headers", "{header}"}}}},
      {ConnectionSynAck, begin, in_capture, "Server", "SYN-ACK", "SYN_RECV"},
      {ConnectionSynAck, begin, "", "Server kernel", "answers SYN-ACK", "SYN_RECV"},
      {ConnectionAck, begin, in_capture, "Client", "ACK", "ESTABLISHED"},
      {ConnectionAck, begin, seen_on_wire, "Client kernel", "ACK leaves", "ESTABLISHED"},
      {ConnectionAck, begin, "", "Server kernel", "ACK arrives", "ESTABLISHED"},
      {ConnectionAcceptQueue, begin, "limit", "Server kernel", "waits in the accept queue",
       "QUEUED", {{{"queue", "{waiting} of {limit}"}, took}}},
      // On the wire it is told when the ACK arrives.
      {ConnectionAcceptQueue, begin, "", "Server kernel", "has the ACK, waits for accept4()",
       "ESTABLISHED", {{took}}},
      {ConnectionAccept, end, "errno", "", "", ""},
      {ConnectionAccept, end, "", "Accept loop", "accept4() returns", "CONNECTED",
       {{{"new socket", "fd {fd}"}, took}}},
      {ConnectionObject, begin, "", "Connection", "object made", "NEW",
       {{{"local", "{local}"}, {"remote", "{remote}"}}}},
      {ConnectionSocketOptions, begin, "", "", "", "",
       {{{"TCP_NODELAY", "{no_delay}"}, {"SO_KEEPALIVE", "{keep_alive}"}}}},
      {ConnectionTimeouts, begin, "", "", "", "",
       {{{"time-outs", "header {header}, read {read}, write {write}, idle {idle}"}}}},
      {ConnectionMemory, begin, "", "", "", "",
       {{{"buffers", "read {read_buffer}, write {write_buffer}"},
         {"object and task", "{object} + {task_frame}"}}}},
      {ConnectionTaskSpawned, begin, "", "Accept loop", "spawns a task", "SPAWNED",
       {{{"task {spawned}", "frame of {frame}"}}}},
      {ConnectionFirstRun, begin, "", "Connection task", "runs on worker {worker}", "RUNNING"},
      // read
      {ReadClientSend, begin, "", "Client", "sends", "SENDING", {{bytes}}},
      {ReadSegment, begin, in_capture, "Client", "segment", "ON WIRE", {{bytes}}},
      {ReadSegment, begin, "", "Server kernel", "segment arrives", "RECEIVED",
       {{{"time-stamp of", "the last {size} that was read"}}}},
      {ReadReadable, begin, "", "Poller", "socket is readable", "READABLE"},
      {ReadRead, begin, "errno=11", "Connection task", "recv() has nothing yet", "WAITING",
       {{{"errno", "{errno}"}, {"the task", "parks; no thread waits"}}}},
      {ReadRead, begin, "errno", "Connection task", "recv() fails", "FAILED",
       {{{"errno", "{errno}"}}}},
      {ReadRead, begin, "got", "Connection task", "recv() from fd {fd}", "READING",
       {{{"asked, got", "{asked}, {got}"}, took}}},
      {ReadRead, begin, "got=0", "Connection task", "recv(): the peer is done", "END", {{took}}},
      {ReadRead, begin, "", "Connection task", "recv() from fd {fd}", "READING"},
      {ReadBufferFill, begin, "", "", "", "",
       {{{"read buffer", "{filled} of {capacity} filled"}}}},
      {ReadLineFound, begin, "", "Parser", "request line", "PARSING",
       {{{"line found", "{\"text\"}"}}}},
      {ReadLineSplit, begin, "", "", "", "",
       {{{"split", "{\"method\"} | {\"target\"} | {\"version\"}"}}}},
      {ReadLineValid, begin, "", "", "", "",
       {{{"valid", "method {method}, version {major}.{minor}"}}}},
      {ReadUrl, begin, "", "", "", "", {{{"path", "{\"path\"}"}, {"query", "{\"query\"}"}}}},
      {ReadHeader, begin, "", "Parser", "headers", "PARSING",
       {{{"{\"name\"}", "{\"value\"}"}}}, joins},
      {ReadHeadersComplete, begin, "", "", "", "",
       {{{"blank line", "head of {head}, {headers:header}"}}}},
      {ReadRequestReady, begin, "", "Parser", "request complete", "READY",
       {{{"body", "{body}"}, {"connection", "{keep_alive}"}}}},
      {ReadBody, begin, "", "Handler", "reads the body: phase 3 again", "READING",
       {{{"expected, got", "{expected}, {got}"}, took}}},
      {ReadBodyPiece, begin, "", "", "", "", {{{"piece of {size}", "{\"text\"}"}}}},
      {ReadRejected, begin, "", "Parser", "refuses the request", "REJECTED",
       {{{"why", "{error}"}, {"at offset", "{at#}"}, {"by", "{rfc}"}, {"answer", "{status}"}}}},
      // handle
      {HandleResponseWriter, begin, "", "Server", "makes a response writer", "PREPARING",
       {{{"body buffer", "{body_buffer}"}, {"write buffer", "{write_buffer}"}}}},
      {HandleMiddleware, begin, "", "Middleware", "{middleware}", "ENTERED"},
      {HandleMiddleware, end, "", "Middleware", "{middleware}", "LEFT", {{took}}},
      {HandleRoute, begin, "", "Router", "looks for a handler", "ROUTING",
       {{{"routes", "{routes}"}}}},
      {HandleRoutePath, begin, "", "", "", "", {{{"path", "{\"text\"}"}}}},
      {HandleRouteCandidate, begin, "", "", "", "",
       {{{"{pattern}", "{verdict}"}, {"{merged:other pattern}", "{verdict}"}}}},
      {HandleRouteMatch, begin, "", "", "", "",
       {{{"winner", "{pattern}"}, {"handler", "{handler}"}, {"instead", "status {status}"}}}},
      {HandleHandler, begin, "", "Handler", "{handler}", "RUNNING"},
      {HandleHandler, end, "", "Handler", "returns", "COMPLETE", {{took}}},
      {HandleStep, begin, "", "Handler", "{step}", "RUNNING", {{{"in all", "{spent}"}, took}}},
      {HandleJsonDecode, begin, "", "Handler", "decodes JSON", "DECODING",
       {{{"body", "{body}"}, {"error at", "{error_at}"}, took}}},
      {HandleDatabaseWait, begin, "", "Handler", "waits for a database", "WAITING",
       {{{"rows", "{rows}"}, {"CPU", "{cpu}"}, took}}},
      {HandleDiskWrite, begin, "", "Handler", "writes to disk", "WRITING",
       {{{"written", "{written}"}, took}}},
      {HandleSleep, begin, "", "Handler", "sleeps", "SLEEPING", {{{"for", "{length}"}, took}}},
      {HandleWriteHeader, begin, "", "Response writer", "status {status}", "HEADER",
       {{{"implicit", "{implicit}"}, {"own fields", "{fields}"}}}},
      {HandleWriteBody, begin, "", "Response writer", "body", "WRITING",
       {{{"written", "{length}"}, {"body buffer", "{buffered} of {capacity}"}, took}}},
      {HandleLateWrite, begin, "", "Handler", "writes too late", "REFUSED",
       {{{"refused", "{length}"}}}},
      // transmit
      {TransmitContinue, begin, "", "Server", "says 100 Continue", "CONTINUE"},
      {TransmitFinish, begin, "", "Server", "finishes the response", "FINISHING"},
      {TransmitFraming, begin, "", "", "", "",
       {{{"framing", "{framing}"}, {"announces", "{body}"}}}},
      {TransmitHead, begin, "", "", "", "", {{{"head", "{head}"}}}},
      {TransmitChunk, begin, "", "Server", "chunk", "CHUNKING", {{{"data", "{data}"}}}, joins},
      {TransmitFlush, begin, "", "Server", "flushes the write buffer", "FLUSHING",
       {{{"buffered", "{buffered}"}, took}}},
      {TransmitWrite, begin, "errno=11", "Connection task", "send(): no room yet", "WAITING",
       {{{"errno", "{errno}"}}}},
      {TransmitWrite, begin, "errno", "Connection task", "send() fails", "FAILED",
       {{{"errno", "{errno}"}}}},
      {TransmitWrite, begin, "", "Connection task", "send() to fd {fd}", "SENDING",
       {{{"asked, taken", "{asked}, {written}"}, took}}},
      {TransmitSendQueue, begin, "", "", "", "", {{{"kernel send queue", "{queued}"}}}},
      {TransmitSegmentQueued, begin, "", "Server kernel", "segment queued", "QUEUED", {{bytes}}},
      {TransmitSegmentOut, begin, in_capture, "Server", "segment", "ON WIRE", {{bytes}}},
      {TransmitSegmentOut, begin, "", "Server kernel", "segment out", "ON WIRE", {{bytes}}},
      {TransmitAckIn, begin, in_capture, "Client", "ACK", "ACKED", {{bytes}}},
      {TransmitAckIn, begin, "", "Server kernel", "ACK in", "ACKED", {{bytes}}},
      {TransmitClientRead, begin, "", "Client", "reads the answer", "DELIVERED",
       {{{"status", "{status}"}, bytes}}},
      {TransmitLogLine, begin, "status", "Server", "writes its log line", "LOGGED",
       {{{"line", "status {status}, body {body}"},
         {"and the time", "{elapsed} since the server took the request up"}}}},
      {TransmitLogLine, begin, "", "Server", "writes its log line", "LOGGED",
       {{{"line", "not answered"},
         {"and the time", "{elapsed} since the server took the request up"}}}},
      {TransmitCleanup, begin, "", "", "", "", {{{"left unread", "{unread}"}}}},
      // lifecycle
      {LifecycleKeepAlive, begin, "", "Connection task", "keep-alive check", "CHECKING",
       {{{"decision", "{decision}"}, {"reason", "{reason}"}, {"served so far", "{served}"}}}},
      {LifecycleIdle, begin, "", "Connection task", "waits for a request", "IDLE",
       {{{"limit", "{limit}"}, {"waited", "{took}"}}}},
      {LifecycleNextRequest, begin, "", "Connection task", "next request begins", "SERVING"},
      {LifecycleTimeout, begin, "", "Timer", "{kind} time-out", "TIMEOUT",
       {{{"limit", "{limit}"}}}},
      {LifecycleHalfClose, begin, "", "Connection task", "shutdown(): no more to send",
       "HALF-CLOSED"},
      {LifecycleFinOut, begin, in_capture, "Server", "FIN", "FIN"},
      {LifecycleFinAckIn, begin, in_capture, "Client", "ACK of the server's FIN", "FIN"},
      {LifecycleFinIn, begin, in_capture, "Client", "FIN", "FIN"},
      {LifecycleFinAckOut, begin, in_capture, "Server", "ACK of the client's FIN", "FIN"},
      {LifecycleReset, begin, "@capture from_peer", "Client", "RST", "RESET"},
      {LifecycleReset, begin, in_capture, "Server", "RST", "RESET"},
      {LifecycleTimeWait, begin, "@capture on_client", "Client", "keeps the port", "TIME_WAIT"},
      {LifecycleTimeWait, begin, in_capture, "Server", "keeps the port", "TIME_WAIT"},
      {LifecycleFinOut, begin, "", "Server kernel", "FIN out", "FIN"},
      {LifecycleFinAckIn, begin, "", "Server kernel", "ACK of our FIN", "FIN"},
      {LifecycleFinIn, begin, "", "Server kernel", "FIN in", "FIN"},
      {LifecycleFinAckOut, begin, "", "Server kernel", "ACK of the peer's FIN", "FIN"},
      {LifecycleReset, begin, "from_peer", "Server kernel", "RST from the peer", "RESET"},
      {LifecycleReset, begin, "", "Server kernel", "RST out", "RESET"},
      {LifecycleTimeWait, begin, "on_client", "Client kernel", "keeps the port", "TIME_WAIT"},
      {LifecycleTimeWait, begin, "", "Server kernel", "keeps the port", "TIME_WAIT"},
      {LifecycleDrain, begin, "", "Connection task", "reads what is left", "DRAINING",
       {{{"thrown away", "{discarded}"}, took}}},
      {LifecycleClose, begin, "", "Connection task", "ends the connection", "CLOSING",
       {{{"reason", "{reason}"}}}},
      {LifecycleClose, end, "", "Connection task", "close() of fd {fd}", "CLOSED",
       {{{"with all before it", "{took}"}}}},
      {LifecycleClientClose, begin, "", "Client", "closes", "DONE"},
      {LifecycleTaskExit, begin, "", "Connection task", "exits", "EXITING",
       {{{"frame freed", "{frame}"}, {"requests served", "{requests}"}}}},
      // trace
      {TraceTcpInfo, begin, "", "", "", "", {{{"round trip", "{rtt}, varies by {rtt_variation}"}}}},
      {TraceObservationOff, begin, "", "", "", "",
       {{{"kernel not asked", "budget of {budget} observed requests a second is used up"}}}},
  });
}();

}  // namespace roundtrip::viz
