#include "viz/model/layout_spawn.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Phase;

namespace {

// How long the kernel kept the connection, once it was taken out.
Told in_queue(const Teller& tell) {
  const EventNumber begin = tell.opening(Phase::ConnectionAcceptQueue);
  return tell.since(begin, tell.end_of(begin));
}

// What a task does at the cursor, from the scheduler's own facts.
void add_doing(PictureMaker& maker, const Teller& tell, std::uint32_t task) {
  if (task == 0) return maker.row("now", {});
  const trace::SchedulerAt scheduler = tell.view().states.scheduler_at(tell.upto());
  const auto found = scheduler.tasks.find(task);
  if (found == scheduler.tasks.end()) return maker.row("now", known_from_many("done"));
  const trace::TaskAt& at = found->second;
  maker.row("now", known_from_many(trace::word(trace::Unit::TaskStateUnit, at.state)));
  if (!at.waits_for) return;
  maker.row("until", known_from_many(trace::word(trace::Unit::ParkReasonUnit, *at.waits_for)));
}

void add_memory(PictureMaker& maker, const Teller& tell) {
  const EventNumber memory = tell.opening(Phase::ConnectionMemory);
  std::uint64_t sum = 0;
  for (const auto& [name, label] : {std::pair{"task_frame", "task frame"},
                                    {"read_buffer", "read buffer"},
                                    {"write_buffer", "write buffer"},
                                    {"object", "object"}}) {
    maker.row(label, tell.argument(memory, name));
    if (memory != no_event) sum += tell.number(memory, name).value_or(0);
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
  const Teller tell(view, cursor, state);
  PictureMaker maker(view, cursor, state, ruler, area, "spawn", "A task for the connection",
                     tell.focus().conn == 0
                         ? "The accept loop and the task that it makes will stand here: send a "
                           "request, or go on with Next."
                         : "The accept loop takes a client from the kernel's queue and makes a "
                           "task for it; then it asks for the next.");
  if (tell.focus().conn == 0) return maker.take();
  const EventNumber object = tell.opening(Phase::ConnectionObject);
  const EventNumber spawned = tell.opening(Phase::ConnectionTaskSpawned);
  const EventNumber first_run = tell.opening(Phase::ConnectionFirstRun);
  maker.box(maker.column(0, 3), Group::Connection, "Accept loop");
  maker.happened(object);
  maker.row("in the queue", in_queue(tell));
  maker.row("descriptor", tell.argument(object, "fd"));
  maker.row("its task", tell.argument(spawned, "spawned"));
  const std::uint32_t accept_task = object == no_event ? 0 : view.trace[object].task;
  add_doing(maker, tell, accept_task);

  maker.box(maker.column(1, 3), Group::Connection, "The new task");
  maker.happened(first_run);
  maker.happened(spawned);
  const auto number = spawned == no_event ? std::nullopt : view.trace[spawned].arg("spawned");
  maker.row("frame", tell.argument(spawned, "frame"));
  maker.row("on worker", tell.argument(first_run, "worker"));
  maker.row("ran after", tell.since(spawned, first_run));
  add_doing(maker, tell, static_cast<std::uint32_t>(number.value_or(0)));

  maker.box(maker.column(2, 3), Group::Connection, "Memory of it");
  maker.happened(tell.opening(Phase::ConnectionMemory));
  add_memory(maker, tell);
  maker.arrow(0, 1, spawned != no_event);
  return maker.take();
}

}  // namespace roundtrip::viz
