#include "viz/model/layout_spawn.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Phase;

namespace {

struct Teller {
  const TraceView& view;
  std::uint64_t upto;
  std::uint32_t conn;

  EventNumber fact(Phase phase) const { return opening_fact(view, upto, conn, phase); }

  // An argument of the fact, as it is written; absent before it has happened.
  Told argument(Phase phase, std::string_view name) const {
    const EventNumber event = fact(phase);
    if (event == no_event) return {};
    const trace::PhaseRow& row = view.trace[event].row();
    for (std::size_t i = 0; i < row.arg_count(); ++i) {
      const auto value = row.args[i].name == name ? view.trace[event].arg(i) : std::nullopt;
      if (value) return {value_text(view, row.args[i], *value), {}, event};
    }
    return {};
  }
  // How long the kernel kept it, once it was taken out.
  Told in_queue() const {
    const EventNumber begin = fact(Phase::ConnectionAcceptQueue);
    const EventNumber end = begin == no_event ? no_event : view.index.partner(begin);
    if (end == no_event || end > upto) return {};
    return since(begin, end);
  }
  // When it happened, counted from another fact.
  Told since(EventNumber from, EventNumber event) const {
    if (from == no_event || event == no_event) return {};
    return {duration(view.trace[event].time - view.trace[from].time).text(),
            source_between(view, from, event), event};
  }
};

// What a task does at the cursor, from the scheduler's own facts.
Told doing(const TraceView& view, std::uint64_t upto, std::uint32_t task) {
  if (task == 0) return {};
  const trace::SchedulerAt scheduler = view.states.scheduler_at(upto);
  const auto found = scheduler.tasks.find(task);
  if (found == scheduler.tasks.end()) return {"done", trace::Provenance::Derived, no_event};
  const trace::TaskAt& at = found->second;
  std::string text(trace::word(trace::Unit::TaskStateUnit, at.state));
  if (at.waits_for) {
    text += fmt::format(": {}", trace::word(trace::Unit::ParkReasonUnit, *at.waits_for));
  }
  return {text, trace::Provenance::Derived, no_event};
}

void add_memory(PictureMaker& maker, const Teller& tell) {
  const EventNumber memory = tell.fact(Phase::ConnectionMemory);
  std::uint64_t sum = 0;
  for (const auto& [name, label] : {std::pair{"task_frame", "task frame"},
                                    {"read_buffer", "read buffer"},
                                    {"write_buffer", "write buffer"},
                                    {"object", "object"}}) {
    maker.row(label, tell.argument(Phase::ConnectionMemory, name));
    if (memory != no_event) sum += tell.view.trace[memory].arg(name).value_or(0);
  }
  if (sum == 0) return;
  maker.row("in all", {counted(static_cast<std::int64_t>(sum), "byte"),
                       trace::Provenance::Derived, memory});
  maker.row("1 GiB holds", {count(static_cast<std::int64_t>((1ULL << 30) / sum)),
                            trace::Provenance::Derived, memory});
}

}  // namespace

Picture layout_spawn(const TraceView& view, const Cursor& cursor, const ViewState& state,
                     const Ruler& ruler, const Rect& area) {
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  PictureMaker maker(view, cursor, state, ruler, area, "spawn", "A task for the connection",
                     focus.conn == 0
                         ? "The accept loop and the task that it makes will stand here: send a "
                           "request, or go on with Next."
                         : "The accept loop takes a client from the kernel's queue and makes a "
                           "task for it; then it asks for the next.");
  if (focus.conn == 0) return maker.take();
  const Teller tell{view, cursor.event, focus.conn};
  const EventNumber object = tell.fact(Phase::ConnectionObject);
  const EventNumber spawned = tell.fact(Phase::ConnectionTaskSpawned);
  const EventNumber first_run = tell.fact(Phase::ConnectionFirstRun);
  const auto cell = [&](int column) { return maker.cell(column, 0, 3, 1); };
  const float room = ruler.space(3);  // for the arrow
  const auto narrower = [room](const Rect& rect, bool left, bool right) {
    return Rect::from_corners(rect.x + (left ? room : 0), rect.y, rect.right() - (right ? room : 0),
                              rect.bottom());
  };

  maker.box(narrower(cell(0), false, true), Group::Connection, "Accept loop");
  maker.happened(object);
  maker.row("waited in the queue", tell.in_queue());
  maker.row("new descriptor", tell.argument(Phase::ConnectionObject, "fd"));
  maker.row("spawned task", tell.argument(Phase::ConnectionTaskSpawned, "spawned"));
  const std::uint32_t accept_task = object == no_event ? 0 : view.trace[object].task;
  maker.row("now", doing(view, cursor.event, accept_task));

  maker.box(narrower(cell(1), true, true), Group::Connection, "The new task");
  maker.happened(first_run);
  maker.happened(spawned);
  const auto number = spawned == no_event ? std::nullopt : view.trace[spawned].arg("spawned");
  maker.row("frame", tell.argument(Phase::ConnectionTaskSpawned, "frame"));
  maker.row("first run on worker", tell.argument(Phase::ConnectionFirstRun, "worker"));
  maker.row("after it was made", tell.since(spawned, first_run));
  maker.row("now", doing(view, cursor.event, static_cast<std::uint32_t>(number.value_or(0))));

  maker.box(narrower(cell(2), true, false), Group::Connection, "Memory of it");
  maker.happened(tell.fact(Phase::ConnectionMemory));
  add_memory(maker, tell);
  maker.arrow(0, 1, spawned != no_event);
  return maker.take();
}

}  // namespace roundtrip::viz
