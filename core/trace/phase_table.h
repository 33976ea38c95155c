// The rows of the phase table (phase.h), in the order of the enumeration, checked at compile time.
// Included by phase.h only.
#pragma once

#include "core/trace/phase.h"

namespace roundtrip::trace {
namespace phase_rows {

using enum Phase;
using enum Shape;
using enum Unit;

using Args = std::array<ArgSpec, max_args>;
inline constexpr bool holds = true;
inline constexpr bool no_hold = false;
// Of a moment that the kernel or an inference gave: how far it may be off.
inline constexpr Args uncertain = {{{"uncertainty", ShortNanoseconds}}};

// A step that the program itself takes.
constexpr PhaseRow program(Phase phase, std::string_view id, std::string_view name, Shape shape,
                           Scope scope, View view, bool holdable, Args args, PhaseSet after,
                           std::string_view spec, std::string_view go) {
  return {phase, id, name, shape, Lane::Program, scope, view, holdable, args, after, spec, go};
}
// A fact of the client, the wire or the kernel, which the gate cannot hold.
constexpr PhaseRow outside(Lane lane, Phase phase, std::string_view id, std::string_view name,
                           Shape shape, Scope scope, View view, Args args, PhaseSet after,
                           std::string_view spec, std::string_view go) {
  return {phase, id, name, shape, lane, scope, view, false, args, after, spec, go};
}

}  // namespace phase_rows

inline constexpr std::array<PhaseRow, phase_count> phase_table = [] {
  using namespace phase_rows;
  constexpr auto process = Scope::Process;
  constexpr auto conn = Scope::Connection;
  constexpr auto request = Scope::Request;
  constexpr auto task = Scope::Task;
  constexpr PhaseSet rejected_or_ready = {ReadRequestReady, ReadRejected};
  return std::array<PhaseRow, phase_count>{{
      // 1 startup
      program(StartupProgramLoad, "startup.program_load", "program load", Span, process,
              View::Server, no_hold, {{{"resolution", Milliseconds}}}, {}, "execve(2), proc(5)",
              "runtime.rt0_go"),
      program(StartupStaticInit, "startup.static_init", "static init", Span, process, View::Server,
              no_hold, {{{"resolution", ShortNanoseconds}}}, {StartupProgramLoad},
              "ELF .init_array", "the linker, and runtime.doInit"),
      program(StartupMain, "startup.main", "main", Instant, process, View::Server, no_hold, {},
              {StartupStaticInit}, "C++20 [basic.start.main]", "runtime.main, main.main"),
      // These need no main before them: a server may start anew in a running program.
      program(StartupRuntimeInit, "startup.runtime_init", "runtime init", Span, process,
              View::Server, no_hold,
              {{{"workers", Unit::Count}, {"pool_threads", Unit::Count}, {"model", ModelUnit},
                {"stack", WideBytes}}},
              {}, "epoll_create1(2)", "runtime.schedinit, runtime.netpollinit"),
      program(StartupRegisterHandler, "startup.register_handler", "register handler", Instant,
              process, View::Server, no_hold, {{{"pattern", Symbol}, {"handler", Symbol}}},
              {}, "RFC 9110 §3.6", "http.HandleFunc"),
      program(StartupSocket, "startup.socket", "socket", Span, process, View::Server, no_hold,
              {{{"fd", Fd}, {"errno", Errno}}}, {StartupRuntimeInit}, "socket(2)", "net.sysSocket"),
      program(StartupBind, "startup.bind", "bind", Span, process, View::Server, no_hold,
              {{{"address", Address}, {"errno", Errno}}}, {StartupSocket}, "bind(2)",
              "syscall.Bind in net.(*netFD).listenStream"),
      program(StartupListen, "startup.listen", "listen", Span, process, View::Server, no_hold,
              {{{"backlog", Unit::Count}, {"in_force", Unit::Count}, {"errno", Errno}}},
              {StartupBind}, "listen(2)", "net.ListenConfig.Listen"),
      program(StartupAcceptLoop, "startup.accept_loop", "accept loop", Instant, process,
              View::Server, no_hold, {{{"fd", Fd}}}, {StartupListen}, "accept4(2)",
              "http.(*Server).Serve"),
      program(StartupReady, "startup.ready", "server ready", Instant, process, View::Server,
              no_hold,
              {{{"resident", WideBytes}, {"routes", Unit::Count}, {"tasks", Unit::Count},
                {"cpu", Microseconds}, {"connections", Unit::Count}}},
              {StartupAcceptLoop}, "", "http.ListenAndServe"),
      // 2 connection
      outside(Lane::Client, ConnectionConnect, "connection.connect", "connect", Span, conn,
              View::Ladder, {{{"address", Address}, {"errno", Errno}}}, {}, "connect(2)",
              "net.Dial"),
      outside(Lane::Wire, ConnectionSyn, "connection.syn", "SYN", Instant, Scope::Packet,
              View::Ladder,
              {{{"sequence", Sequence}, {"window", Unit::Count}, {"mss", Bytes},
                {"header", Bytes}, {"uncertainty", ShortNanoseconds}}},
              {}, "RFC 9293 §3.5", "the kernel"),
      outside(Lane::Wire, ConnectionSynAck, "connection.syn_ack", "SYN-ACK", Instant,
              Scope::Packet, View::Ladder, uncertain, {}, "RFC 9293 §3.5",
              "the kernel"),
      outside(Lane::Wire, ConnectionAck, "connection.ack", "ACK", Instant, Scope::Packet,
              View::Ladder, uncertain, {}, "RFC 9293 §3.5", "the kernel"),
      outside(Lane::Kernel, ConnectionAcceptQueue, "connection.accept_queue", "accept queue", Span,
              conn, View::Ladder, {{{"waiting", Unit::Count}, {"limit", Unit::Count}}}, {},
              "listen(2)", "the kernel"),
      program(ConnectionAccept, "connection.accept", "accept", Span, conn, View::Spawn, no_hold,
              {{{"fd", Fd}, {"errno", Errno}}}, {}, "accept4(2)", "net.(*netFD).accept"),
      program(ConnectionObject, "connection.object", "connection object", Instant, conn,
              View::Connection, no_hold,
              {{{"local", Address}, {"remote", Address}, {"fd", Fd}}}, {ConnectionAccept},
              "accept4(2), getsockname(2)", "http.(*Server).newConn"),
      program(ConnectionSocketOptions, "connection.socket_options", "socket options", Instant,
              conn, View::Connection, no_hold,
              {{{"no_delay", Flag}, {"keep_alive", Flag}, {"reuse_address", Flag},
                {"receive_buffer", Bytes}, {"send_buffer", Bytes}}},
              {ConnectionObject}, "getsockopt(2), tcp(7), socket(7)", "net.newTCPConn"),
      program(ConnectionTimeouts, "connection.timeouts", "time-outs", Instant, conn,
              View::Connection, no_hold,
              {{{"header", Milliseconds}, {"read", Milliseconds}, {"write", Milliseconds},
                {"idle", Milliseconds}}},
              {ConnectionObject}, "RFC 9112 §9.5", "http.Server.ReadHeaderTimeout"),
      program(ConnectionMemory, "connection.memory", "memory per connection", Instant, conn,
              View::Spawn, no_hold,
              {{{"task_frame", Bytes}, {"read_buffer", Bytes}, {"write_buffer", Bytes},
                {"body_buffer", Bytes}, {"object", Bytes}}},
              {ConnectionObject}, "", "runtime.newproc, bufio.NewReader"),
      program(ConnectionTaskSpawned, "connection.task_spawned", "task spawned", Instant, conn,
              View::Spawn, no_hold, {{{"spawned", Id}, {"frame", Bytes}}}, {ConnectionObject},
              "C++20 [dcl.fct.def.coroutine]", "go c.serve(connCtx)"),
      program(ConnectionFirstRun, "connection.first_run", "task first scheduled", Instant, conn,
              View::Spawn, no_hold, {{{"worker", Id}}}, {ConnectionTaskSpawned}, "",
              "runtime.execute"),
      // 3 read
      outside(Lane::Client, ReadClientSend, "read.client_send", "client sends", Instant, conn,
              View::Ladder, {}, {ConnectionConnect}, "send(2)", "net.(*conn).Write"),
      outside(Lane::Wire, ReadSegment, "read.segment", "segment arrives", Instant, Scope::Packet,
              View::Ladder, uncertain, {},
              "SO_TIMESTAMPING, RFC 9293 §3.10", "the kernel"),
      program(ReadReadable, "read.readable", "readable", Instant, conn, View::Buffers, no_hold, {},
              {ConnectionAccept}, "epoll(7)", "runtime.netpollready"),
      program(ReadRead, "read.read", "read", Span, conn, View::Buffers, holds,
              {{{"fd", Fd}, {"asked", Bytes}, {"got", Bytes}, {"errno", Errno}}},
              {ConnectionAccept}, "recv(2)", "net.(*conn).Read"),
      program(ReadBufferFill, "read.buffer_fill", "buffer fill", Instant, conn, View::Buffers,
              holds, {{{"filled", Bytes}, {"consumed", Bytes}, {"capacity", Bytes}}}, {ReadRead},
              "", "bufio.(*Reader).fill"),
      program(ReadLineFound, "read.line_found", "request line found", Instant, request,
              View::Parser, holds, {}, {}, "RFC 9112 §3", "textproto.(*Reader).ReadLine"),
      program(ReadLineSplit, "read.line_split", "request line split", Instant, request,
              View::Parser, holds,
              {{{"method", Bytes}, {"target", Bytes}, {"version", Bytes}}}, {ReadLineFound},
              "RFC 9112 §3", "http.parseRequestLine"),
      program(ReadLineValid, "read.line_valid", "request line valid", Instant, request,
              View::Parser, holds, {{{"method", Symbol}, {"major", Unit::Count},
                                     {"minor", Unit::Count}}},
              {ReadLineSplit}, "RFC 9112 §2.3, RFC 9110 §9", "http.ParseHTTPVersion"),
      program(ReadUrl, "read.url", "URL", Instant, request, View::Parser, holds,
              {{{"path", Bytes}, {"query", Bytes}}}, {ReadLineValid}, "RFC 9112 §3.2, RFC 3986",
              "url.ParseRequestURI"),
      program(ReadHeader, "read.header", "header", Instant, request, View::Parser, holds,
              {{{"number", Unit::Count}, {"name", Bytes}, {"value_at", Bytes}, {"value", Bytes},
                {"merged", Unit::Count}}},
              {ReadUrl}, "RFC 9112 §5", "textproto.(*Reader).ReadMIMEHeader"),
      program(ReadHeadersComplete, "read.headers_complete", "headers complete", Instant, request,
              View::Parser, holds, {{{"headers", Unit::Count}, {"head", Bytes}}}, {ReadUrl},
              "RFC 9112 §2.1", "textproto.(*Reader).ReadMIMEHeader"),
      program(ReadRequestReady, "read.request_ready", "request ready", Instant, request,
              View::Message, holds,
              {{{"body", WideBytes}, {"keep_alive", KeepAliveUnit}, {"headers", Unit::Count},
                {"framing", FramingUnit}}},
              {ReadHeadersComplete}, "RFC 9112 §6.3", "http.readRequest, readTransfer"),
      program(ReadBody, "read.body", "read body", Span, request, View::Message, holds,
              {{{"expected", WideBytes}, {"got", WideBytes}, {"pieces", Unit::Count}}},
              {ReadRequestReady}, "RFC 9112 §6", "http.(*body).Read"),
      program(ReadBodyPiece, "read.body_piece", "body piece", Instant, request, View::Message,
              holds, {{{"merged", Unit::Count}}}, {ReadBody, ReadRequestReady}, "RFC 9112 §6",
              "http.(*body).Read"),
      program(ReadRejected, "read.rejected", "request rejected", Instant, request, View::Parser,
              holds, {{{"at", Unit::Offset}, {"status", Status}, {"error", Symbol},
                       {"rfc", Symbol}}},
              {}, "RFC 9112 §2.2, §3, §5", "http.badRequestError"),
      // 4 handle
      program(HandleResponseWriter, "handle.response_writer", "response writer", Instant, request,
              View::Handler, holds, {{{"body_buffer", Bytes}, {"write_buffer", Bytes}}},
              rejected_or_ready, "", "http.(*conn).readRequest, http.response"),
      program(HandleMiddleware, "handle.middleware", "middleware", Span, request, View::Handler,
              holds, {{{"middleware", Symbol}, {"depth", Unit::Count}}}, {HandleResponseWriter},
              "", "func(http.Handler) http.Handler"),
      program(HandleRoute, "handle.route", "route", Span, request, View::Router, holds,
              {{{"routes", Unit::Count}}}, {HandleResponseWriter}, "RFC 9110 §7.1",
              "http.(*ServeMux).Handler"),
      program(HandleRoutePath, "handle.route_path", "path", Instant, request, View::Router, holds,
              {}, {HandleRoute}, "RFC 9112 §3.2", "r.URL.Path"),
      program(HandleRouteCandidate, "handle.route_candidate", "candidate", Instant, request,
              View::Router, holds,
              {{{"pattern", Symbol}, {"verdict", Symbol}, {"merged", Unit::Count}}},
              {HandleRoutePath}, "", "http.(*ServeMux).match"),
      program(HandleRouteMatch, "handle.route_match", "winner", Instant, request, View::Router,
              holds, {{{"pattern", Symbol}, {"handler", Symbol}, {"status", Status}}},
              {HandleRoutePath}, "RFC 9110 §15.5.5, §15.5.6", "http.(*ServeMux).Handler"),
      program(HandleHandler, "handle.handler", "handler", Span, request, View::Handler, holds,
              {{{"handler", Symbol}}}, {HandleRoute, ReadRejected}, "RFC 9110 §3.6",
              "http.HandlerFunc.ServeHTTP"),
      program(HandleStep, "handle.step", "handler step", Span, request, View::Handler, holds,
              {{{"step", Symbol}, {"spent", Nanoseconds}}}, {HandleHandler}, "",
              "your handler"),
      program(HandleJsonDecode, "handle.json_decode", "JSON decode", Span, request, View::Handler,
              holds, {{{"body", Bytes}, {"error_at", Bytes}}}, {HandleHandler}, "RFC 8259",
              "json.(*Decoder).Decode"),
      program(HandleDatabaseWait, "handle.database_wait", "database wait", Span, request,
              View::Handler, holds, {{{"rows", Unit::Count}, {"cpu", Nanoseconds}}},
              {HandleHandler}, "", "sql.(*DB).ExecContext"),
      program(HandleDiskWrite, "handle.disk_write", "disk write", Span, request, View::Handler,
              holds, {{{"written", WideBytes}}}, {HandleHandler}, "write(2), fsync(2)",
              "os.(*File).Write"),
      program(HandleSleep, "handle.sleep", "sleep", Span, request, View::Handler, holds,
              {{{"length", Nanoseconds}}}, {HandleHandler}, "", "time.Sleep"),
      program(HandleWriteHeader, "handle.write_header", "write header", Instant, request,
              View::Handler, holds,
              {{{"status", Status}, {"implicit", Flag}, {"fields", Unit::Count}}},
              {HandleResponseWriter}, "RFC 9110 §15", "http.(*response).WriteHeader"),
      program(HandleWriteBody, "handle.write_body", "write body", Span, request, View::Handler,
              holds, {{{"length", WideBytes}, {"buffered", Bytes}, {"capacity", Bytes}}},
              {HandleWriteHeader}, "RFC 9110 §6.4", "http.(*response).Write"),
      program(HandleLateWrite, "handle.late_write", "late write refused", Instant, request,
              View::Handler, no_hold, {{{"length", WideBytes}}}, {HandleHandler},
              "RFC 9110 §15.6.4", "http.ErrHandlerTimeout"),
      // 5 transmit
      program(TransmitContinue, "transmit.continue", "100 Continue", Instant, request,
              View::Ladder, holds, {}, {ReadRequestReady}, "RFC 9110 §10.1.1",
              "http.(*expectContinueReader).Read"),
      program(TransmitFinish, "transmit.finish", "finish request", Span, request, View::Finish,
              holds, {{{"status", Status}, {"body", WideBytes}}}, {HandleResponseWriter}, "",
              "http.(*response).finishRequest"),
      program(TransmitFraming, "transmit.framing", "framing decided", Instant, request,
              View::Finish, holds, {{{"framing", FramingUnit}, {"body", WideBytes}}},
              {HandleWriteHeader}, "RFC 9112 §6", "http.(*chunkWriter).writeHeader"),
      program(TransmitHead, "transmit.head", "head serialized", Instant, request, View::Finish,
              holds,
              {{{"status_line", Bytes}, {"date", Bytes}, {"length", Bytes}, {"type", Bytes},
                {"other", Bytes}, {"head", Bytes}}},
              {TransmitFraming}, "RFC 9112 §4, §5", "http.(*chunkWriter).writeHeader"),
      program(TransmitChunk, "transmit.chunk", "chunk", Instant, request, View::Finish, holds,
              {{{"data", Bytes}}}, {TransmitHead}, "RFC 9112 §7.1",
              "http.(*chunkWriter).Write"),
      program(TransmitFlush, "transmit.flush", "flush", Span, request, View::Buffers, holds,
              {{{"buffered", Bytes}}}, {TransmitHead, TransmitContinue}, "",
              "bufio.(*Writer).Flush"),
      program(TransmitWrite, "transmit.write", "write", Span, request, View::Buffers, holds,
              {{{"fd", Fd}, {"asked", Bytes}, {"written", Bytes}, {"errno", Errno}}},
              {TransmitFlush}, "send(2)", "net.(*conn).Write"),
      outside(Lane::Kernel, TransmitSendQueue, "transmit.send_queue", "kernel send queue", Instant,
              conn, View::Buffers, {{{"queued", Bytes}}}, {TransmitWrite}, "SIOCOUTQ, tcp(7)",
              "the kernel"),
      outside(Lane::Wire, TransmitSegmentQueued, "transmit.segment_queued", "segment queued",
              Instant, Scope::Packet, View::Ladder, uncertain, {},
              "SOF_TIMESTAMPING_TX_SCHED", "the kernel"),
      outside(Lane::Wire, TransmitSegmentOut, "transmit.segment_out", "segment out", Instant,
              Scope::Packet, View::Ladder, uncertain, {},
              "SOF_TIMESTAMPING_TX_SOFTWARE", "the kernel"),
      outside(Lane::Wire, TransmitAckIn, "transmit.ack_in", "ACK in", Instant, Scope::Packet,
              View::Ladder, uncertain, {}, "SOF_TIMESTAMPING_TX_ACK",
              "the kernel"),
      outside(Lane::Client, TransmitClientRead, "transmit.client_read", "client reads", Instant,
              conn, View::Ladder, {{{"status", Status}}}, {ConnectionConnect}, "recv(2)",
              "net.(*conn).Read"),
      program(TransmitLogLine, "transmit.log_line", "log line", Instant, request, View::Finish,
              holds, {{{"body", WideBytes}, {"status", Status}, {"elapsed", Microseconds}}},
              {HandleResponseWriter}, "", "log.Printf"),
      program(TransmitCleanup, "transmit.cleanup", "cleanup", Instant, request, View::Finish,
              holds, {{{"unread", WideBytes}}}, {TransmitFinish}, "RFC 9112 §9.3",
              "r.Body.Close in finishRequest"),
      // 6 lifecycle
      program(LifecycleKeepAlive, "lifecycle.keep_alive", "keep-alive check", Instant, conn,
              View::States, holds, {{{"decision", KeepAliveUnit}, {"reason", CloseReasonUnit},
                                     {"served", Unit::Count}}},
              {ConnectionFirstRun}, "RFC 9112 §9.3", "http.(*conn).serve, shouldReuseConnection"),
      program(LifecycleIdle, "lifecycle.idle", "idle", Span, conn, View::States, no_hold,
              {{{"limit", Milliseconds}}}, {ConnectionFirstRun}, "RFC 9112 §9.5",
              "http.(*conn).setState(StateIdle)"),
      program(LifecycleNextRequest, "lifecycle.next_request", "next request", Instant, conn,
              View::States, holds, {{{"number", Unit::Count}}}, {ConnectionFirstRun},
              "RFC 9112 §9.3", "http.(*conn).readRequest"),
      program(LifecycleTimeout, "lifecycle.timeout", "time-out", Instant, conn, View::States,
              holds, {{{"kind", TimeoutKindUnit}, {"limit", Milliseconds}}}, {ConnectionFirstRun},
              "RFC 9110 §15.5.9", "os.ErrDeadlineExceeded"),
      program(LifecycleHalfClose, "lifecycle.half_close", "half-close", Instant, conn,
              View::States, holds, {{{"errno", Errno}}}, {ConnectionFirstRun},
              "shutdown(2), RFC 9112 §9.6", "http.(*conn).closeWriteAndWait"),
      outside(Lane::Wire, LifecycleFinOut, "lifecycle.fin_out", "FIN out", Instant, Scope::Packet,
              View::Ladder, uncertain, {}, "RFC 9293 §3.6", "the kernel"),
      outside(Lane::Wire, LifecycleFinAckIn, "lifecycle.fin_ack_in", "ACK of our FIN", Instant,
              Scope::Packet, View::Ladder, uncertain, {LifecycleFinOut}, "RFC 9293 §3.6",
              "the kernel"),
      outside(Lane::Wire, LifecycleFinIn, "lifecycle.fin_in", "FIN in", Instant, Scope::Packet,
              View::Ladder, uncertain, {}, "RFC 9293 §3.6", "the kernel"),
      outside(Lane::Wire, LifecycleFinAckOut, "lifecycle.fin_ack_out", "ACK of the peer's FIN",
              Instant, Scope::Packet, View::Ladder, uncertain, {LifecycleFinIn},
              "RFC 9293 §3.6", "the kernel"),
      outside(Lane::Wire, LifecycleReset, "lifecycle.reset", "RST", Instant, Scope::Packet,
              View::Ladder, {{{"from_peer", Flag}, {"uncertainty", ShortNanoseconds}}}, {},
              "RFC 9293 §3.5.2", "the kernel"),
      outside(Lane::Kernel, LifecycleTimeWait, "lifecycle.time_wait", "TIME_WAIT", Instant, conn,
              View::States, {{{"on_client", Flag}}}, {LifecycleFinIn}, "RFC 9293 §3.6.1",
              "the kernel"),
      program(LifecycleDrain, "lifecycle.drain", "drain", Span, conn, View::States, holds,
              {{{"discarded", WideBytes}, {"limit", Milliseconds}}}, {ConnectionFirstRun},
              "RFC 9112 §9.6", "http.(*conn).closeWriteAndWait"),
      program(LifecycleClose, "lifecycle.close", "close", Span, conn, View::States, holds,
              {{{"reason", CloseReasonUnit}, {"fd", Fd}, {"errno", Errno}}}, {ConnectionAccept},
              "close(2), RFC 9112 §9.6", "net.(*conn).Close"),
      outside(Lane::Client, LifecycleClientClose, "lifecycle.client_close", "client closes",
              Instant, conn, View::Ladder, {{{"reset", Flag}}}, {ConnectionConnect},
              "close(2), RFC 9112 §9.5",
              "net.(*conn).Close"),
      program(LifecycleTaskExit, "lifecycle.task_exit", "task exits", Instant, conn, View::Spawn,
              no_hold, {{{"frame", Bytes}, {"requests", Unit::Count}}}, {ConnectionTaskSpawned},
              "", "runtime.goexit0"),
      // 7 task
      program(TaskCreated, "task.created", "created", Instant, task, View::Scheduler, no_hold,
              {{{"name", Symbol}, {"frame", Bytes}, {"parent", Id}}}, {}, "", "runtime.newproc1"),
      program(TaskRunnable, "task.runnable", "runnable", Instant, task, View::Scheduler, no_hold,
              {{{"source", WakeSourceUnit}, {"by", Id}, {"worker", Id}, {"queue", Unit::Count}}},
              {TaskCreated}, "", "runtime.ready"),
      PhaseRow{TaskRun, "task.run", "running", Span, Lane::Worker, task, View::Scheduler, false,
               {{{"worker", Id}, {"cpu", Nanoseconds}}}, {TaskRunnable},
               "clock_gettime(2)", "runtime.execute"},
      program(TaskPark, "task.park", "parked", Instant, task, View::Scheduler, no_hold,
              {{{"deadline", Nanoseconds}, {"on", ParkReasonUnit}, {"fd", Fd}}}, {TaskRun},
              "epoll_wait(2)", "runtime.gopark"),
      program(TaskStolen, "task.stolen", "stolen", Instant, task, View::Scheduler, no_hold,
              {{{"from", Id}, {"to", Id}}}, {TaskRunnable}, "", "runtime.runqsteal"),
      program(TaskBlocking, "task.blocking", "blocking call", Span, task, View::Scheduler, no_hold,
              {{{"thread", Id}, {"name", Symbol}}}, {TaskRun}, "", "runtime.entersyscall"),
      program(TaskDone, "task.done", "done", Instant, task, View::Scheduler, no_hold,
              {{{"stack", Bytes}}},
              {TaskRun}, "", "runtime.goexit0"),
      // 8 trace
      program(TraceHold, "trace.hold", "held", Span, task, View::States, no_hold,
              {{{"phase", PhaseUnit}}}, {}, "", "none: this is Roundtrip's own"),
      program(TraceRelease, "trace.release", "released", Instant, task, View::States, no_hold,
              {{{"phase", PhaseUnit}}}, {TraceHold}, "",
              "none: this is Roundtrip's own"),
      program(TraceRequestUntraced, "trace.request_untraced", "request untraced", Instant, process,
              View::States, no_hold, {{{"requests", Unit::Count}, {"connections", Unit::Count},
                {"steps", Unit::Count}}},
              {}, "", "none: this is Roundtrip's own"),
      program(TraceRecordsLost, "trace.records_lost", "records lost", Span, process, View::States,
              no_hold, {{{"records", Unit::Count}}}, {}, "", "none: this is Roundtrip's own"),
      program(TraceBlockEvicted, "trace.block_evicted", "block evicted", Instant, process,
              View::States, no_hold, {{{"events", Unit::WideCount}}}, {}, "",
              "none: this is Roundtrip's own"),
      program(TraceViolation, "trace.violation", "violation", Instant, process, View::States,
              no_hold, {{{"phase", PhaseUnit}, {"rule", Symbol}, {"event", Id}}}, {}, "",
              "none: this is Roundtrip's own"),
      program(TraceLate, "trace.late", "late fact", Instant, process, View::States, no_hold,
              {{{"by", Nanoseconds}, {"phase", PhaseUnit}}}, {}, "",
              "none: this is Roundtrip's own"),
      outside(Lane::Kernel, TraceTcpInfo, "trace.tcp_info", "TCP_INFO", Instant, conn,
              View::Connection,
              {{{"state", TcpStateUnit}, {"rtt", Microseconds}, {"rtt_variation", Microseconds},
                {"congestion_window", Unit::Count}, {"unacknowledged", Unit::Count},
                {"retransmits", Unit::Count}}},
              {}, "tcp(7), TCP_INFO", "the kernel"),
      outside(Lane::Kernel, TraceQueues, "trace.queues", "kernel queues", Instant, conn,
              View::Buffers, {{{"receive", Bytes}, {"send", Bytes}}}, {},
              "tcp(7), SIOCINQ, SIOCOUTQ", "the kernel"),
      program(TraceObservationOff, "trace.observation_off", "not observed", Instant, conn,
              View::Ladder, no_hold, {{{"budget", Unit::Count}, {"cause", Symbol}}}, {}, "",
              "none: this is Roundtrip's own"),
      program(TraceNote, "trace.note", "note", Instant, process, View::States, no_hold,
              {{{"text", Symbol}}}, {}, "", "none: this is Roundtrip's own"),
      // The load's own thread tells these, and the samples while it runs.
      program(TraceLoad, "trace.load", "load", Span, process, View::Load, no_hold,
              {{{"clients", Unit::Count}, {"requests", Unit::Count}, {"target", Symbol},
                {"answered", Unit::Count}, {"failed", Unit::Count}}},
              {StartupAcceptLoop}, "", "none: this is Roundtrip's own"),
      program(TraceSample, "trace.sample", "sample", Instant, process, View::Load, no_hold,
              {{{"answered", Unit::Count}, {"connected", Unit::Count},
                {"accept_queue", Unit::Count}, {"threads", Unit::Count},
                {"resident", WideBytes}}},
              {TraceLoad}, "tcp(7), TCP_INFO of the listener; proc(5), statm",
              "runtime/metrics.Read"),
      program(TraceUsage, "trace.usage", "usage", Instant, process, View::Load, no_hold,
              {{{"server_cpu", Microseconds}, {"clients_cpu", Microseconds},
                {"switches", Unit::Count}, {"preemptions", Unit::Count}}},
              {TraceLoad}, "getrusage(2)", "syscall.Getrusage"),
      // The wire's own thread tells these. Packets overlap, so each is a span by its own id.
      program(TraceWire, "trace.wire", "how the wire is seen", Instant, process, View::Ladder,
              no_hold, {{{"rung", RungUnit}, {"reason", Symbol}, {"lift", Symbol}}}, {}, "",
              "none: this is Roundtrip's own"),
      program(TraceLink, "trace.link", "link", Instant, process, View::Ladder, no_hold,
              {{{"rate", WideCount}, {"from", HostUnit}, {"delay", Microseconds},
                {"settings", Symbol}}},
              {}, "", "none: this is Roundtrip's own"),
      outside(Lane::Wire, TracePacket, "trace.packet", "packet", Span, Scope::Packet, View::Ladder,
              {{{"payload_at", Offset}, {"from", HostUnit}, {"payload", Bytes},
                {"flags", TcpFlagsUnit}, {"marks", PacketMarksUnit}}},
              {}, "RFC 791, RFC 9293", "the kernel"),
      outside(Lane::Wire, TracePacketCopied, "trace.packet_copied", "packet copied", Instant,
              Scope::Packet, View::Ladder, {{{"copy_of", Id}}}, {}, "",
              "none: this is Roundtrip's own"),
      outside(Lane::Wire, TracePacketHeld, "trace.packet_held", "packet held", Span, Scope::Packet,
              View::Ladder, {{{"filter", Symbol}}}, {}, "", "none: this is Roundtrip's own"),
      outside(Lane::Wire, TracePacketChanged, "trace.packet_changed", "packet corrupted", Instant,
              Scope::Packet, View::Ladder, {{{"byte", Unit::Count}, {"bit", Unit::Count}}}, {},
              "", "none: this is Roundtrip's own"),
      outside(Lane::Wire, TracePacketDropped, "trace.packet_dropped", "packet dropped", Instant,
              Scope::Packet, View::Ladder, {{{"cause", DropUnit}, {"errno", Errno}}}, {}, "",
              "none: this is Roundtrip's own"),
      outside(Lane::Kernel, TraceSockets, "trace.sockets", "the kernel's sockets", Instant, process,
              View::States,
              {{{"half_open", Unit::Count}, {"time_wait", Unit::Count},
                {"accept_queue", Unit::Count}, {"limit", Unit::Count}}},
              {}, "sock_diag(7)", "the kernel"),
  }};
}();

constexpr Group PhaseRow::group() const {
  constexpr std::array<Phase, group_count> first = {
      Phase::StartupProgramLoad, Phase::ConnectionConnect,  Phase::ReadClientSend,
      Phase::HandleResponseWriter, Phase::TransmitContinue, Phase::LifecycleKeepAlive,
      Phase::TaskCreated,        Phase::TraceHold};
  std::size_t group = 0;
  while (group + 1 < group_count && phase >= first[group + 1]) ++group;
  return static_cast<Group>(group);
}

namespace phase_rows {

constexpr std::array<std::string_view, group_count> group_names = {
    "startup", "connection", "read", "handle", "transmit", "lifecycle", "task", "trace"};

// Each row stands at its own place, its id begins with its group's name, its arguments fit the
// record, and what it says to come after is in its own table.
constexpr bool is_complete() {
  for (std::size_t index = 0; index < phase_count; ++index) {
    const PhaseRow& row = phase_table[index];
    if (static_cast<std::size_t>(row.phase) != index) return false;
    const std::string_view group = group_names[static_cast<std::size_t>(row.group())];
    if (row.id.substr(0, group.size()) != group || row.id[group.size()] != '.') return false;
    if (row.name.empty() || row.go.empty()) return false;
    const std::size_t count = row.arg_count();
    for (std::size_t i = 0; i < max_args; ++i) {
      if ((row.args[i].unit == Unit::None) != (i >= count)) return false;
      if (row.args[i].name.empty() != (i >= count)) return false;
    }
    if (count > 0 && row.arg_offset(count - 1) + unit_width(row.args[count - 1].unit) > arg_bytes)
      return false;
    for (std::size_t other = 0; other < index; ++other) {
      if (phase_table[other].id == row.id) return false;
    }
  }
  return true;
}
static_assert(is_complete(), "a row of the phase table is missing, misplaced or too large");

}  // namespace phase_rows
}  // namespace roundtrip::trace
