// The fields of the states by name, once, for whoever writes or reads them all: visit(name, field)
// is called for each. Numbers of events are left out: what a file carries was evicted. For
// file_base.cpp only.
#pragma once

#include <concepts>

#include "core/trace/state.h"

namespace roundtrip::trace {

template <class State, class Of>
concept MaybeConst = std::same_as<std::remove_const_t<State>, Of>;

template <MaybeConst<RequestState> State, class Visit>
void visit_fields(State& state, Visit&& visit) {
  visit("request", state.request);
  visit("line", state.line);
  visit("method", state.method);
  visit("target", state.target);
  visit("version", state.version);
  visit("path", state.path);
  visit("query", state.query);
  visit("method_name", state.method_name);
  visit("major", state.major);
  visit("minor", state.minor);
  visit("headers", state.headers);
  visit("head", state.head);
  visit("content_length", state.content_length);
  visit("body_got", state.body_got);
  visit("keep_alive", state.keep_alive);
  visit("ready", state.ready);
  visit("candidates", state.candidates);
  visit("pattern", state.pattern);
  visit("handler", state.handler);
  visit("routing", state.routing);
  visit("handling", state.handling);
  visit("writer_made", state.writer_made);
  visit("status", state.status);
  visit("wrote_header", state.wrote_header);
  visit("written", state.written);
  visit("body_buffered", state.body_buffered);
  visit("framing", state.framing);
  visit("response_head", state.response_head);
  visit("response_from", state.response_from);
  visit("sent", state.sent);
  visit("finished", state.finished);
}

template <MaybeConst<ConnectionStateAt> State, class Visit>
void visit_fields(State& state, Visit&& visit) {
  visit("conn", state.conn);
  visit("state", state.state);
  visit("server_tcp", state.server_tcp);
  visit("client_tcp", state.client_tcp);
  visit("server_tcp_src", state.server_tcp_source);
  visit("client_tcp_src", state.client_tcp_source);
  visit("on_wire", state.on_wire);
  visit("at_one_point", state.at_one_point);
  visit("fd", state.fd);
  visit("local", state.local);
  visit("remote", state.remote);
  visit("task", state.task);
  visit("rtt", state.rtt_us);
  visit("congestion_window", state.congestion_window);
  visit("no_delay", state.no_delay);
  visit("keep_alive_option", state.keep_alive_option);
  visit("reuse_address", state.reuse_address);
  visit("receive_buffer", state.receive_buffer);
  visit("send_buffer", state.send_buffer);
  visit("header_timeout", state.header_timeout_ms);
  visit("read_timeout", state.read_timeout_ms);
  visit("write_timeout", state.write_timeout_ms);
  visit("idle_timeout", state.idle_timeout_ms);
  visit("task_frame", state.task_frame_bytes);
  visit("object", state.object_bytes);
  visit("bytes_in", state.bytes_in);
  visit("bytes_out", state.bytes_out);
  visit("read_buffer", state.read_buffer);
  visit("write_buffer", state.write_buffer);
  visit("kernel_send_queue", state.kernel_send_queue);
  visit("kernel_receive_queue", state.kernel_receive_queue);
  visit("requests_served", state.requests_served);
  visit("now", state.request);
  visit("close_reason", state.close_reason);
}

template <MaybeConst<ProcessAt> State, class Visit>
void visit_fields(State& state, Visit&& visit) {
  visit("steps", state.steps);
  visit("routes", state.routes);
  visit("listen_fd", state.listen_fd);
  visit("address", state.address);
  visit("backlog", state.backlog);
  visit("backlog_in_force", state.backlog_in_force);
  visit("second_address", state.second_address);
  visit("workers", state.workers);
  visit("accepting", state.accepting);
  visit("resident", state.resident_bytes);
  visit("accepted", state.accepted);
  visit("finished_requests", state.finished_requests);
}

template <MaybeConst<PackedScheduler> State, class Visit>
void visit_fields(State& state, Visit&& visit) {
  visit("cells", state.cells);
  visit("queues", state.queues);
  visit("running", state.running);
  visit("done", state.done);
  visit("stolen", state.stolen);
}

}  // namespace roundtrip::trace
