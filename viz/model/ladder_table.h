// How facts become a ladder of three columns: which column each leaves, which it reaches, and what
// stands beside it. One row a phase and moment; whatever has no row is not drawn. The first row
// whose placeholders (describe.h) are all known, and whose condition holds, is taken. Only
// ladder_facts.cpp includes this.
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "viz/model/ladder_facts.h"
#include "viz/model/placeholders.h"

namespace roundtrip::viz {

// How the end of an arrow that its own fact does not tell is found.
enum class OtherEnd : std::uint8_t {
  AtOnce,   // a call into the kernel, or back out of it
  Told,     // the last fact of phase `other` (about the same bytes, where both have some) tells it
  Halfway,  // `other` is what it answers, or its answer: half of that round trip
  Nobody    // not known at all
};

struct LadderRow {
  trace::Phase phase{};
  Moment moment{};
  std::string_view condition;
  LadderColumn from{};
  LadderColumn to{};   // the same: no arrow, a mark
  bool leaves = true;  // the fact's time is that of leaving; else of arriving
  OtherEnd other_end{};
  trace::Phase other{};  // for Told and Halfway
  std::string_view label;
  std::string_view sentence;  // the label where there is room; empty: the same
};

inline constexpr auto ladder_rows = [] {
  using enum trace::Phase;
  using enum LadderColumn;
  using enum OtherEnd;
  using Row = LadderRow;
  constexpr auto B = Moment::Begin;
  constexpr auto E = Moment::End;
  constexpr auto I = Moment::Now;
  constexpr auto mark = [](trace::Phase phase, Moment moment, LadderColumn at,
                           std::string_view condition, std::string_view label,
                           std::string_view sentence) {
    return Row{phase, moment, condition, at, at, true, AtOnce, {}, label, sentence};
  };
  constexpr auto call = [](trace::Phase phase, Moment moment, std::string_view condition,
                           std::string_view label, std::string_view sentence) {
    return Row{phase, moment, condition, Program, Kernel, true, AtOnce, {}, label, sentence};
  };
  constexpr auto back = [](trace::Phase phase, Moment moment, std::string_view condition,
                           std::string_view label, std::string_view sentence) {
    return Row{phase, moment, condition, Kernel, Program, true, AtOnce, {}, label, sentence};
  };
  constexpr auto sent = [](trace::Phase phase, OtherEnd how, trace::Phase other,
                           std::string_view label, std::string_view sentence) {
    return Row{phase, I, "", Kernel, Client, true, how, other, label, sentence};
  };
  constexpr auto got = [](trace::Phase phase, OtherEnd how, trace::Phase other,
                          std::string_view label, std::string_view sentence) {
    return Row{phase, I, "", Client, Kernel, false, how, other, label, sentence};
  };
  return std::to_array<Row>({
      // The handshake.
      mark(ConnectionConnect, B, Client, "", "connect", "connect: asks its kernel"),
      mark(ConnectionConnect, E, Client, "errno", "connect fails", ""),
      mark(ConnectionConnect, E, Client, "", "connected", "connect returns: it may send"),
      got(ConnectionSyn, Told, ConnectionConnect, "SYN", "SYN: may we talk?"),
      sent(ConnectionSynAck, Halfway, ConnectionAck, "SYN-ACK", "SYN-ACK: yes, and may I?"),
      got(ConnectionAck, Halfway, ConnectionSynAck, "ACK", "ACK: yes, both are agreed"),
      mark(ConnectionAcceptQueue, B, Kernel, "", "queued", "kernel's queue: {waiting} of {limit}"),
      mark(ConnectionAcceptQueue, B, Kernel, "", "queued", "kernel's queue: it waits"),
      mark(ConnectionAcceptQueue, E, Kernel, "", "taken", "taken out of the queue"),
      back(ConnectionAccept, E, "", "accept: fd {fd}", "accept4 returns it as fd {fd}"),
      back(ConnectionAccept, E, "", "accept", "accept4 returns it"),
      // The request.
      mark(ReadClientSend, I, Client, "", "sends {size}", ""),
      mark(ReadClientSend, I, Client, "", "sends", ""),
      got(ReadSegment, Told, ReadClientSend, "arrives", "a segment arrives"),
      back(ReadReadable, I, "", "readable", "readable: the poller knows"),
      back(ReadRead, E, "errno", "recv: nothing", "recv returns: nothing there"),
      back(ReadRead, E, "got", "recv {size}", "recv returns {size}"),
      back(ReadRead, E, "got", "recv {got#} B", "recv returns {got#} B"),
      back(ReadRead, E, "!got", "recv: the end", "recv returns 0: the end"),
      // The answer.
      call(TransmitWrite, B, "", "send {asked#} B", "send, {asked#} B"),
      call(TransmitWrite, B, "", "send", ""),
      back(TransmitWrite, E, "errno", "not taken", "send returns: nothing taken"),
      back(TransmitWrite, E, "", "took {written#} B", "send returns: {written#} B"),
      back(TransmitWrite, E, "", "took {size}", "send returns: {size}"),
      mark(TransmitSegmentQueued, I, Kernel, "", "to device", "{size} to the device"),
      mark(TransmitSegmentQueued, I, Kernel, "", "to device", ""),
      sent(TransmitSegmentOut, Halfway, TransmitAckIn, "sent {size}", "segment out, {size}"),
      sent(TransmitSegmentOut, Halfway, TransmitAckIn, "segment", "segment out"),
      got(TransmitAckIn, Halfway, TransmitSegmentOut, "ACK in", "ACK in: {size} arrived"),
      got(TransmitAckIn, Halfway, TransmitSegmentOut, "ACK in", ""),
      mark(TransmitClientRead, I, Client, "", "reads {size}", "client reads {size}"),
      mark(TransmitClientRead, I, Client, "", "reads", "client reads"),
      mark(TraceObservationOff, I, Kernel, "", "not observed", "kernel stamps are off here"),
      // The end.
      mark(LifecycleTimeout, I, Program, "", "time-out", "{kind} time-out of {limit}"),
      mark(LifecycleClose, B, Program, "", "ends it", "ends it: {reason}"),
      mark(LifecycleClose, B, Program, "", "ends it", ""),
      call(LifecycleHalfClose, I, "errno", "shut down", "half-close fails"),
      call(LifecycleHalfClose, I, "", "half-close", "half-close: no more to send"),
      sent(LifecycleFinOut, Halfway, LifecycleFinAckIn, "FIN", "FIN: no more to send"),
      got(LifecycleFinAckIn, Halfway, LifecycleFinOut, "ACK: our FIN", "ACK of our FIN"),
      got(LifecycleFinIn, Told, LifecycleClientClose, "FIN", "FIN: no more to send"),
      sent(LifecycleFinAckOut, Nobody, {}, "ACK: their FIN", "ACK of their FIN"),
      Row{LifecycleReset, I, "from_peer", Client, Kernel, false, Told, LifecycleClientClose, "RST",
          "RST: torn down"},
      Row{LifecycleReset,
          I,
          "!from_peer",
          Kernel,
          Client,
          true,
          Nobody,
          {},
          "RST",
          "RST: torn down"},
      mark(LifecycleTimeWait, I, Client, "on_client", "TIME_WAIT", "TIME_WAIT: rests a while"),
      mark(LifecycleTimeWait, I, Kernel, "", "TIME_WAIT", "TIME_WAIT: rests a while"),
      mark(LifecycleClientClose, I, Client, "reset", "resets", "client resets"),
      mark(LifecycleClientClose, I, Client, "", "close", "close: the client is done"),
      back(LifecycleClose, E, "errno", "close fails", ""),
      back(LifecycleClose, E, "", "closed", "close returns: the fd is free"),
      mark(LifecycleTaskExit, I, Program, "", "task ends", "the task ends"),
  });
}();

// The same where each packet was seen, with a column for the client's kernel. The packets
// themselves need no rows; what stands here are the calls of both programs, and what a kernel's
// doing is called in the story of a request.
inline constexpr auto wire_ladder_rows = [] {
  using enum trace::Phase;
  using enum LadderColumn;
  using Row = LadderRow;
  constexpr auto B = Moment::Begin;
  constexpr auto E = Moment::End;
  constexpr auto I = Moment::Now;
  constexpr auto arrow = [](LadderColumn from, LadderColumn to) {
    return [from, to](trace::Phase phase, Moment moment, std::string_view condition,
                      std::string_view label, std::string_view sentence) {
      return Row{phase, moment, condition, from, to, true, OtherEnd::AtOnce, {}, label, sentence};
    };
  };
  constexpr auto asks = arrow(Client, ClientKernel);
  constexpr auto learns = arrow(ClientKernel, Client);
  constexpr auto here = arrow(ClientKernel, ClientKernel);
  constexpr auto call = arrow(Program, Kernel);
  constexpr auto back = arrow(Kernel, Program);
  constexpr auto there = arrow(Kernel, Kernel);
  constexpr auto own = arrow(Program, Program);
  return std::to_array<Row>({
      // The handshake.
      asks(ConnectionConnect, B, "", "connect", "connect: asks its kernel"),
      learns(ConnectionConnect, E, "errno", "connect fails", ""),
      learns(ConnectionConnect, E, "", "connected", "connect returns: it may send"),
      there(ConnectionAcceptQueue, B, "", "queued", "queue: {waiting} of {limit}"),
      there(ConnectionAcceptQueue, B, "", "queued", "kernel's queue: it waits"),
      there(ConnectionAcceptQueue, E, "", "taken", "taken out of the queue"),
      back(ConnectionAccept, E, "", "accept: fd {fd}", "accept4 returns it as fd {fd}"),
      back(ConnectionAccept, E, "", "accept", "accept4 returns it"),
      // The request.
      asks(ReadClientSend, I, "", "sends {size}", "client sends {size}"),
      asks(ReadClientSend, I, "", "sends", "client sends"),
      there(ReadSegment, I, "", "in {size}", "segment in: {size}"),
      there(ReadSegment, I, "", "in", "segment in"),
      back(ReadReadable, I, "", "readable", "readable: the poller knows"),
      back(ReadRead, E, "errno", "recv: nothing", "recv returns: nothing there"),
      back(ReadRead, E, "got", "recv {size}", "recv returns {size}"),
      back(ReadRead, E, "got", "recv {got#} B", "recv returns {got#} B"),
      back(ReadRead, E, "!got", "recv: the end", "recv returns 0: the end"),
      // The answer.
      call(TransmitWrite, B, "", "send {asked#} B", "send, {asked#} B"),
      back(TransmitWrite, E, "errno", "not taken", "send returns: nothing taken"),
      back(TransmitWrite, E, "", "took {written#} B", "send returns: {written#} B"),
      back(TransmitWrite, E, "", "took {size}", "send returns: {size}"),
      there(TransmitSegmentOut, I, "", "out {size}", "segment out: {size}"),
      there(TransmitSegmentOut, I, "", "segment", "segment out"),
      there(TransmitAckIn, I, "", "ACK in", "ACK in: {size} arrived"),
      there(TransmitAckIn, I, "", "ACK in", ""),
      learns(TransmitClientRead, I, "", "reads {size}", "client reads {size}"),
      learns(TransmitClientRead, I, "", "reads", "client reads"),
      // The end.
      own(LifecycleTimeout, I, "", "time-out", "{kind} time-out of {limit}"),
      own(LifecycleClose, B, "", "ends it", "ends it: {reason}"),
      own(LifecycleClose, B, "", "ends it", ""),
      call(LifecycleHalfClose, I, "errno", "shut down", "half-close fails"),
      call(LifecycleHalfClose, I, "", "half-close", "half-close: no more to send"),
      there(LifecycleFinOut, I, "", "FIN out", "FIN out: no more to send"),
      there(LifecycleFinAckIn, I, "", "ACK: our FIN", "ACK of our FIN in"),
      there(LifecycleFinIn, I, "", "FIN in", "FIN in: no more will come"),
      there(LifecycleFinAckOut, I, "", "ACK: their FIN", "ACK of their FIN out"),
      there(LifecycleReset, I, "from_peer", "RST in", "RST in: torn down"),
      there(LifecycleReset, I, "!from_peer", "RST out", "RST out: torn down"),
      here(LifecycleTimeWait, I, "on_client", "TIME_WAIT", "TIME_WAIT: rests a while"),
      there(LifecycleTimeWait, I, "", "TIME_WAIT", "TIME_WAIT: rests a while"),
      asks(LifecycleClientClose, I, "reset", "resets", "client resets"),
      asks(LifecycleClientClose, I, "", "close", "close: the client is done"),
      back(LifecycleClose, E, "errno", "close fails", ""),
      back(LifecycleClose, E, "", "closed", "close returns: the fd is free"),
      own(LifecycleTaskExit, I, "", "task ends", "the task ends"),
  });
}();

constexpr bool labels_are_known(const LadderRow& row) {
  std::string_view name = row.condition;
  if (name.starts_with('!')) name.remove_prefix(1);
  return placeholders_known(row.phase, row.label) &&
         placeholders_known(row.phase, row.sentence) &&
         (name.empty() || names_argument(row.phase, name));
}
static_assert(std::all_of(ladder_rows.begin(), ladder_rows.end(), labels_are_known) &&
                  std::all_of(wire_ladder_rows.begin(), wire_ladder_rows.end(), labels_are_known),
              "a label names an argument that its phase does not have");

// Spans that are drawn as a bar on a column while they last.
struct LadderSpan {
  trace::Phase phase{};
  LadderColumn at{};
};
inline constexpr auto ladder_spans = std::to_array<LadderSpan>({
    {trace::Phase::ConnectionConnect, LadderColumn::Client},
    {trace::Phase::ConnectionAcceptQueue, LadderColumn::Kernel},
    {trace::Phase::ConnectionAccept, LadderColumn::Program},
    {trace::Phase::ReadRead, LadderColumn::Program},
    {trace::Phase::TransmitWrite, LadderColumn::Program},
    {trace::Phase::LifecycleClose, LadderColumn::Program},
});

}  // namespace roundtrip::viz
