#include "viz/model/layout_spawn.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "viz/model/accept_facts.h"
#include "viz/model/arg_words.h"
#include "viz/model/cards.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Phase;
using trace::Provenance;

namespace {

constexpr std::uint64_t one_gibibyte = std::uint64_t{1} << 30;
// Fewer lines than these of the accept loop tell no story.
constexpr int least_accept_lines = 4;
constexpr int all_accept_lines = 7;

std::string number_text(std::uint64_t value) { return count(static_cast<std::int64_t>(value)); }

struct Builder {
  const Teller& tell;
  const AcceptFacts& accept;
  PictureMaker& maker;
  EventNumber spawned = no_event;
  std::uint32_t task = 0;  // the new one
};

// ---- The accept loop.

// What an accept4 brought, at its end; that it asks, until then.
Told brought(const Builder& builder, EventNumber call) {
  if (call == no_event) return {};
  const trace::Event& event = builder.tell.view().trace[call];
  if (!event.ends()) return {"asks the kernel", {}, call};
  if (const auto fd = event.arg("fd")) {
    // Another connection's story is told with that.
    if (event.conn != builder.tell.focus().conn) return {fmt::format("the next: fd {}", *fd)};
    return {fmt::format("fd {}", *fd), {}, call};
  }
  const auto error = event.arg("errno");
  return {error == EAGAIN ? "EAGAIN: nobody" : "failed", {}, call};
}

struct Line {
  std::string_view name;
  Told told;
  int needed = 0;  // 0: left out first
};

std::vector<Line> accept_lines(const Builder& builder) {
  const Teller& tell = builder.tell;
  const AcceptFacts& accept = builder.accept;
  const auto said = [](EventNumber event, std::string_view text) {
    return event == no_event ? Told{} : Told{std::string(text), {}, event};
  };
  const EventNumber queue = tell.opening(Phase::ConnectionAcceptQueue);
  const EventNumber asks = accept.accepted != no_event ? accept.accepted : accept.asks;
  const EventNumber object = tell.opening(Phase::ConnectionObject);
  Told made = said(object, "object");
  if (builder.spawned != no_event) {
    made = {fmt::format("object, task {}", builder.task), {}, builder.spawned};
  }
  std::vector<Line> lines;
  if (accept.before != no_event) {
    lines.push_back({"before", accept.parked == no_event
                                   ? brought(builder, accept.before)
                                   : Told{"EAGAIN: parks", {}, accept.parked}, 1});
  }
  if (accept.woken != no_event) {
    const auto source =
        static_cast<trace::WakeSource>(tell.number(accept.woken, "source").value_or(0));
    lines.push_back({"woken by",
                     said(accept.woken, plain_word_of(trace::Unit::WakeSourceUnit, source)), 0});
  }
  lines.push_back({"accept4", brought(builder, asks), 3});
  Told waited = tell.since(queue, tell.end_of(queue));
  if (accept.accepted != no_event && queue == no_event) waited.absent = "not seen";
  lines.push_back({"in the queue", waited, 0});
  lines.push_back({"makes", made, 3});
  lines.push_back({"again", accept.parked_again != no_event
                                ? Told{"EAGAIN: parks", {}, accept.parked_again}
                                : brought(builder, accept.again), 2});
  TaskNow now = task_now(tell, accept.task);
  if (now.until.text) now.state.text = fmt::format("waits for {}", *now.until.text);
  // An accept4 at the cursor that is none of those around this connection.
  const auto here = static_cast<EventNumber>(tell.upto());
  const trace::Event& fact = tell.view().trace[here];
  const bool shown = std::any_of(lines.begin(), lines.end(),
                                 [here](const Line& line) { return line.told.event == here; });
  if (fact.phase == Phase::ConnectionAccept && fact.conn == 0 && !shown) {
    now.state = brought(builder, here);
  }
  lines.push_back({"now", now.state, 2});
  return lines;
}

// Where not all have room, those that are needed least are left out, but never the newest.
void add_accept(const Builder& builder, int most) {
  std::vector<Line> lines = accept_lines(builder);
  const auto event_of = [](const Line& line) {
    return line.told.text && line.told.event != no_event ? line.told.event + 1 : 0;
  };
  const auto newest = std::max_element(
      lines.begin(), lines.end(),
      [&](const Line& one, const Line& other) { return event_of(one) < event_of(other); });
  newest->needed = 3;
  for (int needed = 0; static_cast<int>(lines.size()) > most && needed < 3; ++needed) {
    for (auto line = lines.begin();
         line != lines.end() && static_cast<int>(lines.size()) > most;) {
      line = line->needed == needed ? lines.erase(line) : line + 1;
    }
  }
  for (const Line& line : lines) builder.maker.row(line.name, line.told);
}

// ---- The new task.

void add_created(const Builder& builder) {
  PictureMaker& maker = builder.maker;
  maker.happened(first_of_task(builder.tell, builder.task, Phase::TaskCreated));
  maker.happened(builder.spawned);
  maker.row("task", builder.tell.argument(builder.spawned, "spawned"));
  Told frame = builder.tell.argument(builder.spawned, "frame");
  if (frame.text) {
    frame.text = byte_count(builder.tell.number(builder.spawned, "frame").value_or(0)).text();
  }
  maker.row("frame", frame);
}

void add_runnable(const Builder& builder) {
  const Teller& tell = builder.tell;
  const EventNumber runnable = first_of_task(tell, builder.task, Phase::TaskRunnable);
  const EventNumber runs = first_of_task(tell, builder.task, Phase::TaskRun);
  PictureMaker& maker = builder.maker;
  maker.happened(runnable);
  maker.row("in queue of", runnable == no_event
                               ? Told{}
                               : Told{fmt::format("worker {}",
                                                  tell.number(runnable, "worker").value_or(0)),
                                      {}, runnable});
  maker.row("waits", tell.since(runnable, runs));
}

void add_running(const Builder& builder) {
  const Teller& tell = builder.tell;
  const EventNumber runs = first_of_task(tell, builder.task, Phase::TaskRun);
  const EventNumber first_run = tell.opening(Phase::ConnectionFirstRun);
  const std::array<EventNumber, 1> ended =
      tell.newest_of_connection(std::array{Phase::LifecycleTaskExit});
  PictureMaker& maker = builder.maker;
  maker.happened(runs);
  maker.happened(first_run);
  const EventNumber told = first_run != no_event ? first_run : runs;
  Told first;
  if (told != no_event) {
    first = {fmt::format("worker {}", tell.number(told, "worker").value_or(0)), {}, told};
  }
  maker.row("first on", first);
  // Before it runs, the other boxes say what it is.
  TaskNow now = told == no_event ? TaskNow{} : task_now(tell, builder.task);
  // After a wait it may go on at another worker than the first.
  if (now.worker) now.state.text = fmt::format("on worker {}", *now.worker);
  maker.row("now", now.state);
  // What it waits for has names of any length.
  if (now.until.text) maker.words_if_whole(fmt::format("It waits for {}.", *now.until.text));
  if (ended.front() != no_event) {
    maker.row("served", Told{counted(static_cast<std::int64_t>(
                                               tell.number(ended.front(), "requests").value_or(0)),
                                           "request"),
                                   {}, ended.front()});
  }
}

// ---- The memory.

struct Part {
  std::string_view name;
  std::uint64_t bytes = 0;
};

std::vector<Part> memory_parts(const Teller& tell, EventNumber memory) {
  std::vector<Part> parts;
  for (const auto& [argument, name] :
       {std::pair<std::string_view, std::string_view>{"task_frame", "task frame"},
        {"read_buffer", "read buffer"}, {"write_buffer", "write buffer"},
        {"body_buffer", "body buffer"}, {"object", "object"}}) {
    const std::uint64_t bytes = tell.number(memory, argument).value_or(0);
    if (bytes > 0) parts.push_back({name, bytes});
  }
  return parts;
}

void add_memory(const Builder& builder, Telling telling) {
  PictureMaker& maker = builder.maker;
  const EventNumber memory = builder.tell.opening(Phase::ConnectionMemory);
  maker.happened(memory);
  const auto parts = memory_parts(builder.tell, memory);
  std::uint64_t sum = 0;
  std::string equation;
  std::vector<std::string> labels;
  labels.reserve(parts.size());
  std::vector<Stretch> stretches;
  for (const Part& part : parts) {
    sum += part.bytes;
    equation += fmt::format("{}{} {}", equation.empty() ? "" : " + ", number_text(part.bytes),
                            part.name);
    labels.push_back(fmt::format("{} {}", part.name, number_text(part.bytes)));
    stretches.push_back({part.bytes, Filling::Filled, labels.back(), false, memory, {}});
  }
  if (sum == 0) {
    maker.row("in all", {});
    return;
  }
  maker.strip("in all", {fmt::format("{} bytes", number_text(sum)), Provenance::Derived, memory},
              sum, stretches);
  if (telling != Telling::Short) maker.words(equation, Voice::Quiet);
  const Told holds{number_text(one_gibibyte / sum), Provenance::Derived, memory};
  if (telling == Telling::Short) {
    maker.row("1 GiB holds", holds);
    return;
  }
  maker.row(fmt::format("by memory alone: 1 GiB / {} =", number_text(sum)),
            {*holds.text + " connections", holds.source, memory});
  if (telling == Telling::Full) {
    maker.words("That is arithmetic, and no measurement: the kernel's own memory for a connection "
                "comes on top, and a body buffer is lent while a request is served.", Voice::Quiet);
  }
}

// ---- Side by side, the memory below; or as cards.

// Four boxes in a row; each as wide as its words need.
void add_row_of_boxes(const Builder& builder, const Ruler& ruler, Rect row, float state_w,
                      int lines) {
  PictureMaker& maker = builder.maker;
  const float gap = ruler.space(5);
  const std::size_t first = maker.box_count();
  maker.box(row.take_left(row.w - 3 * (state_w + gap), gap), Group::Connection, "Accept loop");
  add_accept(builder, lines);
  maker.words_if_whole("accept4 never blocks: where nobody is there it says EAGAIN, the task "
                       "parks, and the poller wakes it when somebody comes.", Voice::Quiet);
  maker.box(row.take_left(state_w, gap), Group::Connection, "1 created");
  add_created(builder);
  if (!maker.words_if_whole("A task is a function that can stop to wait, and go on later. Its "
                            "frame keeps its variables.", Voice::Quiet)) {
    maker.words_if_whole("A function that can stop to wait.", Voice::Quiet);
  }
  maker.box(row.take_left(state_w, gap), Group::Connection, "2 runnable");
  add_runnable(builder);
  maker.words_if_whole("It could run, and waits for a worker to be free.", Voice::Quiet);
  maker.box(row.take_left(state_w, gap), Group::Connection, "3 running");
  add_running(builder);
  maker.words_if_whole("A worker runs it until it has to wait.", Voice::Quiet);
  for (std::size_t box = first; box < first + 3; ++box) {
    maker.arrow(box, box + 1, maker.is_done(box + 1));
  }
}

// The memory lies below the row, and is placed first: the row has what it leaves.
bool place_side_by_side(const Builder& builder, const Ruler& ruler, const Rect& rest) {
  PictureMaker& maker = builder.maker;
  const float line = ruler.line(Voice::Body);
  const float frame = line + ruler.space(4);
  const float words = std::max(ruler.width("2 runnable", Voice::Strong),
                               ruler.width("in queue of", Voice::Quiet));
  const float accept_w = std::ceil(ruler.width("now", Voice::Quiet) +
                                   ruler.width("waits for a client", Voice::Mono)) +
                         ruler.space(9);
  // What the accept loop does not need is shared by the others.
  const float shared = std::floor((rest.w - accept_w) / 3) - ruler.space(5);
  const float state_w = std::max(std::ceil(words) + ruler.space(6) + 1, shared);
  if (rest.w - 3 * (state_w + ruler.space(5)) < accept_w) return false;

  const PictureMaker::Mark before = maker.mark();
  const bool much_room = rest.h >= lines_for_all * line;
  if (much_room) maker.set_strip_px(2 * line);
  maker.box(rest, Group::Connection, "Memory of it");
  add_memory(builder, much_room ? Telling::Full : Telling::Usual);
  const float upper = rest.h - maker.used_px() - ruler.space(2);
  const bool whole = maker.is_whole();
  const PictureMaker::Mark memory = maker.mark();
  const int lines = static_cast<int>((upper - frame) / line);
  if (!whole || lines < least_accept_lines) {
    maker.take_back(before);
    return false;
  }
  add_row_of_boxes(builder, ruler, {rest.x, rest.y, rest.w, upper}, state_w, lines);
  const float used = std::min(maker.tallest(memory, maker.mark()), upper);
  maker.move(before, memory, 0, used + ruler.space(2));
  return true;
}

void place_as_cards(const Builder& builder, const Ruler& ruler, const Rect& rest) {
  Cards cards(builder.maker, ruler, rest);
  cards.add(Group::Connection, "Accept loop", [&](Telling telling) {
    const int usual = telling == Telling::Usual ? 5 : all_accept_lines;
    add_accept(builder, telling == Telling::Short ? 3 : usual);
  });
  cards.add(Group::Connection, "The new task", [&](Telling telling) {
    add_created(builder);
    if (telling != Telling::Short) add_runnable(builder);
    add_running(builder);
  });
  cards.add(Group::Connection, "Memory of it",
            [&](Telling telling) { add_memory(builder, telling); });
  cards.place();
}

}  // namespace

Picture layout_spawn(const TraceView& view, const Cursor& cursor, const ViewState& state,
                     const Ruler& ruler, const Rect& area) {
  const Teller tell(view, cursor, state);
  PictureMaker maker(view, cursor, state, ruler, area, "spawn", "A task for the connection",
                     tell.focus().conn == 0
                         ? nothing_yet("The accept loop and the task that it makes",
                                       Topic::Connection, view, cursor, state)
                         : "The accept loop takes a client from the kernel, makes a task, and "
                           "asks again.");
  const AcceptFacts accept = accept_facts(tell);
  const EventNumber spawned = tell.opening(Phase::ConnectionTaskSpawned);
  const auto task = tell.number(spawned, "spawned");
  const Builder builder{tell, accept, maker, spawned, static_cast<std::uint32_t>(task.value_or(0))};
  if (!place_side_by_side(builder, ruler, maker.rest())) {
    place_as_cards(builder, ruler, maker.rest());
  }
  return maker.take();
}

}  // namespace roundtrip::viz
