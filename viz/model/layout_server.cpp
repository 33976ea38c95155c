#include "viz/model/layout_server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <numeric>

#include "viz/model/accept_facts.h"
#include "viz/model/cards.h"
#include "viz/model/format.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Phase;

namespace {

constexpr int usual_columns = 3;
constexpr int most_columns = 5;  // where it is low, and wide enough
// How many lines stand in the boxes of each row, at least; none where there is no such row.
constexpr std::array<int, 3> least_lines = {3, 2, 3};
constexpr std::array<int, 3> lines_of_two_rows = {4, 4, 0};
// Where there is room for one more in each row, the boxes say what they are.
constexpr int most_lines_more = 2;

struct Builder {
  const TraceView& view;
  std::uint64_t upto;
  trace::ProcessAt process;
  Teller tell;
  PictureMaker& maker;
  const Ruler& ruler;
  int columns = usual_columns;
  std::array<int, 3> row_lines = least_lines;
  std::size_t placed = 0;
  float row_y = 0;
  float row_h = 0;
  PictureMaker::Mark row_begin = {};

  // The first fact of a phase, and what its newest one says; of what has happened.
  EventNumber first(Phase phase) const;
  Told argument(Phase phase, std::string_view name) const;
  bool begun(Phase phase) const { return first(phase) != no_event; }
  float frame_px() const { return ruler.line(Voice::Body) + ruler.space(4); }
  // What is left of the height once boxes and gaps have theirs, for lines.
  float for_lines() const {
    const auto rows = static_cast<float>(std::count_if(row_lines.begin(), row_lines.end(),
                                                       [](int lines) { return lines > 0; }));
    return maker.rest().h - rows * frame_px() - (rows - 1) * ruler.space(2);
  }
  int all_lines() const { return std::accumulate(row_lines.begin(), row_lines.end(), 0); }
  void choose_columns();
  void share_room();
  bool says_what_it_is() const { return row_lines.front() > least_lines.front(); }
  Rect next_place();
  void box(std::string_view title) {
    maker.box(next_place(), Group::Startup, title);
  }
  // A box of one or more steps, with how long they took.
  void box(std::string_view title, std::initializer_list<Phase> steps);
};

// Three rows, or two where it is too low for three and each box has room for an address.
void Builder::choose_columns() {
  const float line = ruler.line(Voice::Body);
  const float address_px = ruler.width("at", Voice::Quiet) +
                           ruler.width("127.0.0.1:65535", Voice::Mono) + ruler.space(9);
  const bool low = for_lines() < static_cast<float>(all_lines()) * line;
  if (!low || maker.cell(0, 0, most_columns, 1).w < address_px) return;
  columns = most_columns;
  row_lines = lines_of_two_rows;
}

// The last row has one line more, and then each row, as far as they have room.
void Builder::share_room() {
  choose_columns();
  if (columns != usual_columns) return;
  const int left =
      static_cast<int>(std::floor(for_lines() / ruler.line(Voice::Body))) - all_lines();
  if (left < 1) return;
  ++row_lines.back();
  if (maker.rest().h < lines_for_all * ruler.line(Voice::Body)) return;
  const int more = std::clamp((left - 1) / 3, 0, most_lines_more);
  for (int& lines : row_lines) lines += more;
  // What is left is for the routes, which may be many.
  const int routes = static_cast<int>(process.routes.size());
  const int still_left = left - 1 - 3 * more;
  row_lines.front() += std::clamp(routes - row_lines.front(), 0, std::max(0, still_left));
}

// Rows are as tall as their boxes need; where there is too little room, they share it.
Rect Builder::next_place() {
  const auto in_a_row = static_cast<std::size_t>(columns);
  const std::size_t row = placed / in_a_row;
  const int column = static_cast<int>(placed++ % in_a_row);
  const Rect& rest = maker.rest();
  const float gap = ruler.space(2);
  if (column == 0) {
    const PictureMaker::Mark here = maker.mark();
    row_y = row == 0 ? rest.y : row_y + std::min(row_h, maker.tallest(row_begin, here)) + gap;
    row_begin = here;
  }
  const float line = std::min(ruler.line(Voice::Body),
                              std::floor(for_lines() / static_cast<float>(all_lines())));
  row_h = frame_px() + line * static_cast<float>(row_lines[row]);
  Rect place = maker.cell(column, 0, columns, 1);
  place.y = row_y;
  place.h = row_h;
  return place;
}

EventNumber Builder::first(Phase phase) const {
  for (const trace::StartupStep& step : process.steps) {
    if (step.phase == phase) return step.begin;
  }
  return no_event;
}

Told Builder::argument(Phase phase, std::string_view name) const {
  for (const trace::StartupStep& step : process.steps) {
    if (step.phase != phase) continue;
    for (const EventNumber event : {step.end, step.begin}) {
      const Told told = tell.argument(event, name);
      if (told.text) return told;
    }
  }
  return {};
}

void Builder::box(std::string_view title, std::initializer_list<Phase> steps) {
  box(title);
  for (const Phase phase : steps) {
    for (const trace::StartupStep& step : process.steps) {
      if (step.phase != phase) continue;
      maker.happened(step.begin);
      maker.happened(step.end);
    }
  }
}

void add_process(Builder& builder) {
  builder.box("Process",
              {Phase::StartupProgramLoad, Phase::StartupStaticInit, Phase::StartupMain});
  PictureMaker& maker = builder.maker;
  // A server that was started anew, and a trace whose oldest part is gone.
  const auto& startup = builder.view.index.startup_events();
  if (!startup.empty() &&
      builder.view.trace[startup.front()].phase != Phase::StartupProgramLoad) {
    maker.done();
    maker.row("began", Told{"before this trace"});
    maker.words_if_whole("The program, in memory.", Voice::Quiet);
    return;
  }
  const auto took = [&](Phase phase) {
    return builder.tell.length(builder.first(phase), "under way");
  };
  maker.row("loaded in", took(Phase::StartupProgramLoad));
  maker.row("static init", took(Phase::StartupStaticInit));
  const EventNumber main = builder.first(Phase::StartupMain);
  maker.row("main()", main == no_event ? Told{} : Told{"runs", {}, main});
  maker.words_if_whole("The program, in memory.", Voice::Quiet);
}

void add_runtime(Builder& builder) {
  builder.box("Runtime", {Phase::StartupRuntimeInit});
  PictureMaker& maker = builder.maker;
  maker.row("workers", builder.argument(Phase::StartupRuntimeInit, "workers"));
  maker.row("pool threads", builder.argument(Phase::StartupRuntimeInit, "pool_threads"));
  maker.row("made in", builder.tell.length(builder.first(Phase::StartupRuntimeInit), "under way"));
  maker.words_if_whole("Workers run the tasks.", Voice::Quiet);
}

void add_routes(Builder& builder) {
  builder.box("Routes", {Phase::StartupRegisterHandler});
  for (const trace::StartupStep& step : builder.process.steps) {
    if (step.phase != Phase::StartupRegisterHandler) continue;
    builder.maker.row(builder.tell.symbol(step.begin, "pattern"),
                      Told{builder.tell.symbol(step.begin, "handler"), {}, step.begin});
  }
  if (builder.process.routes.empty()) builder.maker.row("handlers", {});
  if (builder.says_what_it_is()) {
    builder.maker.words_if_whole("Which handler answers what.", Voice::Quiet);
  }
}

// Where the server listens besides: the address it was bound to last, before it was ready.
Told second_address(const Builder& builder) {
  if (!builder.process.second_address) return {};
  Told last;
  for (const trace::StartupStep& step : builder.process.steps) {
    if (step.phase != Phase::StartupBind) continue;
    if (Told told = builder.tell.argument(step.end, "address"); told.text) last = std::move(told);
  }
  return last;
}

void add_listener(Builder& builder) {
  PictureMaker& maker = builder.maker;
  builder.box("Socket", {Phase::StartupSocket});
  maker.row("descriptor", builder.argument(Phase::StartupSocket, "fd"));
  maker.row("took", builder.tell.length(builder.first(Phase::StartupSocket)));
  maker.words_if_whole("A door, known by its number.", Voice::Quiet);
  builder.box("Address", {Phase::StartupBind});
  maker.row("at", builder.argument(Phase::StartupBind, "address"));
  const Told took = builder.tell.length(builder.first(Phase::StartupBind));
  if (const Told second = second_address(builder); second.text) {
    maker.row("and at", second);
    maker.row_if_room("took", took);
  } else {
    maker.row("took", took);
  }
  maker.words_if_whole("Where clients find the door.", Voice::Quiet);
  builder.box("Backlog", {Phase::StartupListen});
  maker.row("asked for", builder.argument(Phase::StartupListen, "backlog"));
  maker.row("in force", builder.argument(Phase::StartupListen, "in_force"));
  maker.words_if_whole("So many may wait at the door.", Voice::Quiet);
}

// What the loop's task does at the cursor: until a client comes it is parked.
Told loop_now(const Builder& builder, EventNumber loop) {
  if (loop == no_event) return {};
  const auto here = static_cast<EventNumber>(builder.upto);
  const trace::Event& fact = builder.view.trace[here];
  if (fact.phase == Phase::ConnectionAccept && fact.conn == 0) {
    const bool nobody = fact.arg("errno") == EAGAIN;
    return {fact.begins() ? "asks the kernel" : nobody ? "nobody is there" : "failed", {}, here};
  }
  const TaskNow now = task_now(builder.tell, accept_facts(builder.tell).task);
  if (!now.state.text || now.until.text) return {"waits for clients", {}, loop};
  return {now.state.text, {}, loop};
}

void add_ready(Builder& builder) {
  PictureMaker& maker = builder.maker;
  builder.box("Accept loop", {Phase::StartupAcceptLoop});
  maker.row("listens on", builder.argument(Phase::StartupAcceptLoop, "fd"));
  maker.row("now", loop_now(builder, builder.first(Phase::StartupAcceptLoop)));
  maker.words_if_whole("Lets in one client after another.", Voice::Quiet);
  builder.box("Server ready", {Phase::StartupReady});
  if (builder.begun(Phase::StartupReady)) maker.chosen();
  maker.row("tasks", builder.argument(Phase::StartupReady, "tasks"));
  Told memory = builder.argument(Phase::StartupReady, "resident");
  const auto resident = builder.process.resident_bytes;
  if (resident && memory.text) memory.text = byte_size(*resident).text();
  maker.row("memory", memory);
  maker.row("CPU so far", builder.argument(Phase::StartupReady, "cpu"));
  Told most = builder.argument(Phase::StartupReady, "connections");
  if (most.text) *most.text += " clients";
  maker.row_if_room("descriptors for", most);
}

void add_go(Builder& builder) {
  PictureMaker& maker = builder.maker;
  builder.box("Go has besides");
  maker.dotted();
  const std::string_view whole =
      "A garbage collector, and a thread that watches the others (sysmon).";
  if (!maker.words_if_whole(whole, Voice::Quiet)) maker.words("GC, sysmon", Voice::Quiet);
}

std::string_view first_client(const TraceView& view, const ViewState& state) {
  if (!view.index.connections().empty()) {
    return "Before the first client. Next goes on until one comes.";
  }
  return state.session.live ? "No client yet: Send asks for /hello."
                            : "No client came in this trace.";
}

}  // namespace

Picture layout_server(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area) {
  const bool before = focus_at(view, cursor.event, state.chosen).conn == 0;
  PictureMaker maker(view, cursor, state, ruler, area, "server", "The server comes up",
                     before ? first_client(view, state)
                            : "Made before the first client came; the accept loop as it is now.");
  Builder builder{view,  cursor.event, view.states.process_at(cursor.event),
                  Teller(view, cursor, state), maker, ruler};
  builder.share_room();
  add_process(builder);
  add_runtime(builder);
  add_routes(builder);
  add_listener(builder);
  add_ready(builder);
  const std::size_t ready = maker.box_count() - 1;
  add_go(builder);
  for (std::size_t box = 0; box < ready; ++box) {
    const bool beside = (box + 1) % static_cast<std::size_t>(builder.columns) != 0;
    if (beside) maker.arrow(box, box + 1, maker.is_done(box));
  }
  return maker.take();
}

}  // namespace roundtrip::viz
