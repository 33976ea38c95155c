#include "viz/model/layout_server.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "viz/model/format.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Phase;

namespace {

constexpr int columns = 3;
// How many lines stand in the boxes of each row.
constexpr std::array<int, 3> row_lines = {3, 3, 4};
constexpr int all_lines = row_lines[0] + row_lines[1] + row_lines[2];

struct Builder {
  const TraceView& view;
  std::uint64_t upto;
  trace::ProcessAt process;
  Teller tell;
  PictureMaker& maker;
  const Ruler& ruler;
  std::size_t placed = 0;
  float row_y = 0;

  // The first fact of a phase, and what its newest one says; of what has happened.
  EventNumber first(Phase phase) const;
  Told argument(Phase phase, std::string_view name) const;
  bool begun(Phase phase) const { return first(phase) != no_event; }
  Rect next_place();
  void box(std::string_view title) {
    maker.box(next_place(), Group::Startup, title);
  }
  // A box of one or more steps, with how long they took.
  void box(std::string_view title, std::initializer_list<Phase> steps);
};

// Rows are as tall as their boxes need; what is left over is shared by their lines.
Rect Builder::next_place() {
  const std::size_t row = placed / columns;
  const int column = static_cast<int>(placed++ % columns);
  const Rect& rest = maker.rest();
  if (column == 0) row_y = row == 0 ? rest.y : row_y;
  const float frame = ruler.line(Voice::Body) + ruler.space(4);
  const float gap = ruler.space(2);
  const float for_lines = rest.h - 3 * frame - 2 * gap;
  const float line = std::min(ruler.line(Voice::Body), std::floor(for_lines / all_lines));
  const float h = frame + line * static_cast<float>(row_lines[row]);
  Rect place = maker.cell(column, 0, columns, 1);
  place.y = row_y;
  place.h = h;
  if (column + 1 == columns) row_y += h + gap;
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
  maker.row("loaded in", builder.tell.length(builder.first(Phase::StartupProgramLoad)));
  maker.row("static objects", builder.tell.length(builder.first(Phase::StartupStaticInit)));
  const EventNumber main = builder.first(Phase::StartupMain);
  maker.row("main()", main == no_event ? Told{} : Told{"runs", {}, main});
}

void add_runtime(Builder& builder) {
  builder.box("Runtime", {Phase::StartupRuntimeInit});
  PictureMaker& maker = builder.maker;
  maker.row("workers", builder.argument(Phase::StartupRuntimeInit, "workers"));
  maker.row("pool threads", builder.argument(Phase::StartupRuntimeInit, "pool_threads"));
  maker.row("made in", builder.tell.length(builder.first(Phase::StartupRuntimeInit)));
}

void add_routes(Builder& builder) {
  builder.box("Routes", {Phase::StartupRegisterHandler});
  for (const trace::StartupStep& step : builder.process.steps) {
    if (step.phase != Phase::StartupRegisterHandler) continue;
    builder.maker.row(builder.tell.symbol(step.begin, "pattern"),
                      Told{builder.tell.symbol(step.begin, "handler"), {}, step.begin});
  }
  if (builder.process.routes.empty()) builder.maker.row("handlers", {});
}

void add_listener(Builder& builder) {
  PictureMaker& maker = builder.maker;
  builder.box("Socket", {Phase::StartupSocket});
  maker.row("descriptor", builder.argument(Phase::StartupSocket, "fd"));
  maker.row("took", builder.tell.length(builder.first(Phase::StartupSocket)));
  builder.box("Address", {Phase::StartupBind});
  maker.row("bound to", builder.argument(Phase::StartupBind, "address"));
  maker.row("took", builder.tell.length(builder.first(Phase::StartupBind)));
  builder.box("Backlog", {Phase::StartupListen});
  maker.row("asked for", builder.argument(Phase::StartupListen, "backlog"));
  maker.row("in force", builder.argument(Phase::StartupListen, "in_force"));
}

void add_ready(Builder& builder) {
  PictureMaker& maker = builder.maker;
  builder.box("Accept loop", {Phase::StartupAcceptLoop});
  const EventNumber loop = builder.first(Phase::StartupAcceptLoop);
  maker.row("listens on", builder.argument(Phase::StartupAcceptLoop, "fd"));
  maker.row("now", loop == no_event ? Told{} : Told{"waits for clients", {}, loop});
  builder.box("Server ready", {Phase::StartupReady});
  if (builder.begun(Phase::StartupReady)) maker.chosen();
  maker.row("connections", builder.argument(Phase::StartupReady, "connections"));
  maker.row("tasks", builder.argument(Phase::StartupReady, "tasks"));
  Told memory = builder.argument(Phase::StartupReady, "resident");
  const auto resident = builder.process.resident_bytes;
  if (resident && memory.text) memory.text = byte_size(*resident).text();
  maker.row("memory", memory);
  maker.row("CPU so far", builder.argument(Phase::StartupReady, "cpu"));
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
                            : "What was made before the first client came.");
  Builder builder{view,  cursor.event, view.states.process_at(cursor.event),
                  Teller(view, cursor, state), maker, ruler};
  add_process(builder);
  add_runtime(builder);
  builder.box("Go has besides");
  maker.dotted();
  const bool wide = maker.cell(0, 0, columns, 1).w > ruler.body_px * 12 &&
                    maker.rest().h > ruler.line(Voice::Body) * 18;
  maker.words(wide ? "A garbage collector, and a thread that watches the others (sysmon)."
                   : "GC, sysmon", Voice::Quiet);
  add_routes(builder);
  add_listener(builder);
  add_ready(builder);
  for (std::size_t box = 0; box + 1 < maker.box_count(); ++box) {
    const bool beside = (box + 1) % columns != 0;
    const bool dotted = box == 1 || box == 2;
    if (beside && !dotted) maker.arrow(box, box + 1, maker.is_done(box));
  }
  return maker.take();
}

}  // namespace roundtrip::viz
