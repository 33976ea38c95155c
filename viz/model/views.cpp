#include "viz/model/views.h"

#include <algorithm>
#include <array>

#include "viz/model/layout_buffers.h"
#include "viz/model/layout_code.h"
#include "viz/model/layout_connection.h"
#include "viz/model/layout_finish.h"
#include "viz/model/layout_handler.h"
#include "viz/model/layout_load.h"
#include "viz/model/layout_message.h"
#include "viz/model/layout_overview.h"
#include "viz/model/layout_packets.h"
#include "viz/model/layout_parser.h"
#include "viz/model/layout_ladder.h"
#include "viz/model/layout_router.h"
#include "viz/model/layout_scheduler.h"
#include "viz/model/layout_server.h"
#include "viz/model/layout_sockets.h"
#include "viz/model/layout_spawn.h"
#include "viz/model/layout_states.h"
#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

using trace::Event;
using trace::Group;
using trace::View;

namespace {

constexpr auto rows = std::to_array<ViewRow>({
    {ViewId::Story, "story", "Story", "The picture that shows the step at the cursor best."},
    {ViewId::Server, "server", "Server", "The server as it comes up, part by part.", layout_server},
    {ViewId::Spawn, "spawn", "Accept and spawn",
     "The accept loop, and the task that it makes for a connection.", layout_spawn},
    {ViewId::Connection, "connection", "Connection",
     "What server and kernel keep for one client.", layout_connection},
    {ViewId::Buffers, "buffers", "Buffers",
     "The buffers and queues between the wire and the message.", layout_buffers},
    {ViewId::Parser, "parser", "Parser", "The parser, byte by byte: each decides what may follow.",
     layout_parser},
    {ViewId::Message, "message", "Message", "Request and answer, field by field.", layout_message},
    {ViewId::Router, "router", "Router", "Which pattern wins, and why the others lose.",
     layout_router},
    {ViewId::Handler, "handler", "Handler", "Middleware, handler and response writer.",
     layout_handler},
    {ViewId::Finish, "finish", "Finish",
     "The end told, the head written, the packet, the log line, and whether the connection stays.",
     layout_finish},
    {ViewId::Ladder, "ladder", "Ladder", "Packets and calls between client, kernel and server.",
     layout_ladder, 40, 9},
    {ViewId::Packets, "packets", "Packets",
     "The packets on the wire, and every field of one: its bytes, its header, what it adds up to.",
     layout_packets, 64, 12},
    {ViewId::Sockets, "sockets", "Sockets",
     "Both ends as their kernels have them: buffers, windows, round trip, and the accept queue.",
     layout_sockets, 64},
    {ViewId::States, "states", "States",
     "What state connection, TCP and task are in, and the way there.", layout_states, 64, 9},
    {ViewId::Scheduler, "scheduler", "Scheduler",
     "Workers, their run queues, and what tasks wait for.", layout_scheduler, 64},
    {ViewId::Load, "load", "Load", "Many clients at once: queues, answers and latency over time.",
     layout_load, 64},
    {ViewId::Code, "code", "Code", "The lines of code behind each step, in Go's manner and ours.",
     layout_code, 40, 0},
    {ViewId::Overview, "overview", "Overview",
     "The whole way of one request, in six phases.", layout_overview, 80, 9},
    {ViewId::Statistics, "statistics", "Statistics",
     "How long the phases and the requests took, and what else was counted."},
    {ViewId::Connections, "connections", "Connections",
     "Every connection and its requests, in a table."},
    {ViewId::Bytes, "bytes", "Bytes", "The request and its answer, byte for byte."},
    {ViewId::Log, "log", "Log", "Every event, one a line."},
    {ViewId::Lesson, "lesson", "Lesson", "The page of the lesson, its stops and their questions."},
});

// How many facts of others are passed over to find the one that the story was about.
constexpr std::uint64_t most_passed_over = 256;

bool is_of_the_story(const Event& event, const Focus& focus) {
  const Group group = event.row().group();
  if (group == Group::Task || group == Group::Trace) return false;
  return group == Group::Startup || event.conn == focus.conn;
}

ViewId best_view(View view) {
  switch (view) {
    case View::Server: return ViewId::Server;
    case View::Spawn: return ViewId::Spawn;
    case View::Connection: return ViewId::Connection;
    case View::Buffers: return ViewId::Buffers;
    case View::Parser: return ViewId::Parser;
    case View::Message: return ViewId::Message;
    case View::Router: return ViewId::Router;
    case View::Handler: return ViewId::Handler;
    case View::Finish: return ViewId::Finish;
    case View::Ladder: return ViewId::Ladder;
    case View::States: return ViewId::States;
    case View::Sockets: return ViewId::Sockets;
    case View::Scheduler: return ViewId::Scheduler;
    case View::Load: return ViewId::Load;
  }
  return ViewId::Bytes;
}

}  // namespace

std::span<const ViewRow> view_rows() { return rows; }

const ViewRow* view_row(ViewId id) {
  const auto* found = std::find_if(rows.begin(), rows.end(),
                                   [id](const ViewRow& row) { return row.id == id; });
  return found == rows.end() ? nullptr : found;
}

const ViewRow* view_row(std::string_view name) {
  const auto* found = std::find_if(rows.begin(), rows.end(),
                                   [name](const ViewRow& row) { return row.name == name; });
  return found == rows.end() ? nullptr : found;
}

Picture layout_view(const ViewRow& row, const TraceView& view, const Cursor& cursor,
                    const ViewState& state, const Ruler& ruler, const Rect& area) {
  if (const auto place = Stepper(view).clamped(cursor)) {
    return row.layout(view, *place, state, ruler, area);
  }
  return PictureMaker(view, cursor, state, ruler, area, row.name, row.title,
                      "Nothing has been recorded yet: send a request, or open a trace.")
      .take();
}

ViewId story_at(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  // A load is a story of its own, whoever was in focus.
  if (view.has(cursor.event) && view.trace[cursor.event].row().view == View::Load) {
    return ViewId::Load;
  }
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  if (focus.conn == 0) return ViewId::Server;
  // The accept loop learns only at an accept4's end whose it was; what the loop does is seen beside
  // any connection.
  if (view.has(cursor.event) && view.trace[cursor.event].phase == trace::Phase::ConnectionAccept) {
    return ViewId::Spawn;
  }
  std::uint64_t at = cursor.event;
  std::uint64_t passed = 0;
  while (view.has(at) && !is_of_the_story(view.trace[at], focus)) {
    if (at == view.first() || ++passed > most_passed_over) return ViewId::Bytes;
    --at;
  }
  if (!view.has(at)) return ViewId::Bytes;
  const ViewId best = best_view(view.trace[at].row().view);
  return view_row(best) == nullptr ? ViewId::Bytes : best;
}

}  // namespace roundtrip::viz
