#include "viz/model/layout_lifecycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "viz/model/browser.h"
#include "viz/model/describe.h"
#include "viz/model/focus_facts.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::Group;
using trace::Phase;

namespace {

Progress progress_of(const TraceView& view, EventNumber number, std::uint64_t cursor) {
  if (number > cursor) return Progress::Ahead;
  if (!view.trace[number].begins()) return Progress::Done;
  const EventNumber end = view.index.partner(number);
  if (end == trace::no_event || end >= view.end()) return Progress::Unfinished;
  return end <= cursor ? Progress::Done : Progress::Running;
}

// Why a phase can't be held at the gate: it happens in a kernel or at the client. Empty for what
// the program does itself.
std::string_view reason_for_lock(const Event& event) {
  switch (event.row().lane) {
    case trace::Lane::Client:
      return "Locked: the client does this in a program of its own, which this one can't hold";
    case trace::Lane::Wire:
      return "Locked: it happens on the way between the two kernels, where no program can hold it";
    case trace::Lane::Kernel:
      return "Locked: the kernel does this by itself, and it is done before the program knows";
    default: return {};
  }
}

struct Builder {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const Ruler& ruler;
  LifecycleLayout& layout;
  const FocusFacts& facts;
  EventNumber visitor = trace::no_event;  // the cursor's event, where it is of nobody in focus
  std::vector<LifecycleRow> rows;  // all; rectangles count from the top of the list

  LifecycleRow& row(Group group, EventNumber event) {
    LifecycleRow& made = rows.emplace_back();
    made.rect = {layout.area.x, static_cast<float>(rows.size() - 1) * ruler.row_px, layout.area.w,
                 ruler.row_px};
    made.group = group;
    made.event = event;
    if (event == trace::no_event) return made;
    made.provenance = view.trace[event].provenance;
    made.hovered = state.hovered_event == event;
    made.selected = state.selected_event == event;
    return made;
  }
  // "handler GET /hello" of "register handler GET /hello": where a value follows the phase's name.
  std::string_view without_first_words(const LifecycleRow& made, std::string_view name) const {
    if (made.event == trace::no_event) return name;
    const std::string_view phase = view.trace[made.event].row().name;
    const std::size_t last_word = phase.rfind(' ');
    const bool has_value = name.size() > phase.size() && name.starts_with(phase);
    return has_value && last_word != phase.npos ? name.substr(last_word + 1) : name;
  }
  // Places its marks, and gives what is left for the words.
  Rect place_marks(LifecycleRow& made) const {
    Rect rest = made.rect.inset(ruler.space(1), 0);
    made.mark = rest.take_left(ruler.row_px - ruler.space(2), ruler.space(1));
    made.mark = made.mark.inset(0, (made.rect.h - made.mark.w) / 2);
    if (!made.heading) rest.take_left(ruler.space(2));
    if (made.padlock) {
      made.lock = rest.take_right(ruler.space(3), ruler.space(1));
      made.lock = made.lock.inset(0, (made.rect.h - made.lock.w) / 2);
    }
    return rest;
  }
  bool fits(std::string_view name, std::string_view took, Voice voice, float room_px) const {
    const float took_px =
        took.empty() ? 0 : std::ceil(ruler.width(took, Voice::MonoQuiet)) + ruler.space(2);
    return ruler.width(name, voice) + took_px <= room_px;
  }
  // A name is whole where it can be: what tells one step from others like it stands at its end,
  // and how long it took is told elsewhere too.
  void place_texts(LifecycleRow& made, std::string_view name, std::string_view took, Voice voice) {
    Rect rest = place_marks(made);
    if (!fits(name, took, voice, rest.w) && fits(name, {}, voice, rest.w)) took = {};
    if (!took.empty()) {
      const float width = std::ceil(ruler.width(took, Voice::MonoQuiet)) + 1;
      made.took = fit_text(ruler, rest.take_right(width, ruler.space(2)), took, Voice::MonoQuiet,
                           Side::Right);
    }
    made.name = made.heading ? fit_text(ruler, rest, name, voice)
                             : fit_path(ruler, rest, name, voice);
  }
  const std::vector<EventNumber>& facts_of(Group group) const {
    return facts[static_cast<std::size_t>(group)];
  }
  // What a row of a step says.
  struct Words {
    std::size_t row = 0;
    std::string name;
    std::string took;
    Voice voice{};
  };
  void place_steps(const std::vector<Words>& steps);
  void group(Group group);
  bool goes_on(Group group) const;
  Duration held_between(Instant from, Instant to) const;
};

// While a request is under way, more may come in the last part of its story that has begun.
bool Builder::goes_on(Group group) const {
  const auto* request = view.index.request(layout.focus.request);
  const auto* conn = view.index.connection(layout.focus.conn);
  if (!state.session.live || conn == nullptr || conn->closed) return false;
  const bool is_first = layout.focus.request == 0;  // and has no number yet
  if (!is_first && (request == nullptr || request->finished != trace::no_event)) return false;
  if (group < Group::Read || group > Group::Lifecycle) return false;
  for (int later = static_cast<int>(group) + 1; later <= static_cast<int>(Group::Lifecycle);
       ++later) {
    if (!facts_of(static_cast<Group>(later)).empty()) return false;
  }
  return true;
}

// A person's time is none of the request's.
Duration Builder::held_between(Instant from, Instant to) const {
  Duration held{};
  for (const EventNumber number : facts_of(Group::Trace)) {
    const Event& event = view.trace[number];
    if (event.phase != Phase::TraceHold || !event.begins()) continue;
    const EventNumber end = view.index.partner(number);
    const Instant until = end == trace::no_event ? to : std::min(to, view.trace[end].time);
    held += std::max(Duration{}, until - std::max(from, event.time));
  }
  return held;
}

// Where one step of a phase needs its name shortened, all of that phase are: alike things are
// called alike.
void Builder::place_steps(const std::vector<Words>& steps) {
  std::set<Phase> shortened;
  for (const Words& words : steps) {
    LifecycleRow& made = rows[words.row];
    if (!fits(words.name, words.took, words.voice, place_marks(made).w)) {
      shortened.insert(view.trace[made.event].phase);
    }
  }
  for (const Words& words : steps) {
    LifecycleRow& made = rows[words.row];
    const bool shorten = shortened.contains(view.trace[made.event].phase);
    place_texts(made, shorten ? without_first_words(made, words.name) : words.name, words.took,
                words.voice);
  }
}

void Builder::group(Group group) {
  std::vector<Words> steps;
  const std::vector<EventNumber>& events = facts_of(group);
  const bool closed = state.closed_groups[static_cast<std::size_t>(group)];
  const std::size_t heading_at = rows.size();
  LifecycleRow& heading = row(group, events.empty() ? trace::no_event : events.front());
  heading.heading = true;
  heading.closed = closed;
  std::size_t running = 0;
  std::size_t happened = 0;
  bool at_cursor = false;
  Instant until{};
  trace::Provenance source = trace::Provenance::Derived;
  const std::size_t count = events.size();
  for (std::size_t i = 0; i < count; ++i) {
    const EventNumber number = events[i];
    const Progress progress = progress_of(view, number, cursor.event);
    const EventNumber end = view.index.partner(number);
    happened += progress == Progress::Ahead ? 0 : 1;
    running += progress == Progress::Running || progress == Progress::Unfinished ? 1 : 0;
    const bool here = number == cursor.event || end == cursor.event;
    at_cursor = at_cursor || here;
    if (progress == Progress::Done) {
      const EventNumber last = view.trace[number].begins() ? end : number;
      if (view.trace[last].time > until) {
        until = view.trace[last].time;
        source = source_between(view, events.front(), last);
      }
    }
    if (closed || i >= most_rows_per_group) continue;
    LifecycleRow& made = row(group, number);
    made.progress = progress;
    made.at_cursor = here;
    made.lock_reason = reason_for_lock(view.trace[number]);
    made.padlock = !made.lock_reason.empty();
    std::string took;
    if (progress == Progress::Done) {
      took = took_text(view, number);
    }
    if (i + 1 == most_rows_per_group && count > most_rows_per_group) {
      place_texts(made, fmt::format("and {} more", count - i), "", Voice::Quiet);
    } else {
      std::string name = row_name(view, number);
      if (number == visitor) name += fmt::format(", of task {}", view.trace[number].task);
      steps.push_back({rows.size() - 1, std::move(name), std::move(took),
                       progress == Progress::Ahead ? Voice::Quiet : Voice::Body});
    }
  }
  place_steps(steps);
  LifecycleRow& top = rows[heading_at];
  top.at_cursor = at_cursor && closed;
  top.progress = happened == 0            ? Progress::Ahead
                 : happened < count || running > 0 || goes_on(group) ? Progress::Running
                                                                     : Progress::Done;
  std::string took;
  // One instant has no length, and what the scheduler and the trace do is no stretch of the story.
  const bool story = group != Group::Task && group != Group::Trace;
  if (story && top.progress == Progress::Done && until > view.trace[events.front()].time) {
    const Instant from = view.trace[events.front()].time;
    took = marked(duration(until - from - held_between(from, until)).text(), source);
  }
  const std::string name = fmt::format("{} {}", static_cast<int>(group) + 1, group_name(group));
  // What is nobody's in focus is not counted among what is.
  const bool guest = std::binary_search(events.begin(), events.end(), visitor);
  const std::size_t own = count - (guest ? 1 : 0);
  std::string counts = own > 0 ? fmt::format(" ({})", own) : std::string();
  if (guest) counts += fmt::format(", of task {}", view.trace[visitor].task);
  place_texts(top, closed ? name + counts : name, took, Voice::Strong);
}

// The cursor may stand on what is nobody's in focus, such as a worker's step: its row is seen all
// the same.
EventNumber add_cursor(const TraceView& view, const Cursor& cursor, FocusFacts& facts) {
  if (!view.has(cursor.event)) return trace::no_event;
  auto number = static_cast<EventNumber>(cursor.event);
  if (view.trace[number].ends()) number = view.index.partner(number);
  if (number == trace::no_event) return number;
  for (const auto& list : facts) {
    if (std::binary_search(list.begin(), list.end(), number)) return trace::no_event;
  }
  auto& list = facts[static_cast<std::size_t>(view.trace[number].row().group())];
  list.insert(std::lower_bound(list.begin(), list.end(), number), number);
  return view.trace[number].task != 0 ? number : trace::no_event;
}

}  // namespace

std::string row_name(const TraceView& view, EventNumber number) {
  const Event& event = view.trace[number];
  const trace::PhaseRow& row = event.row();
  // Requests are numbered through; its place on its connection is another number.
  if (const auto place = event.arg("number"); row.phase == Phase::LifecycleNextRequest && place) {
    return fmt::format("{}: the {}", row.name, ordinal(*place));
  }
  // Candidates that lost alike are told together.
  if (const auto many = event.arg("merged"); row.phase == Phase::HandleRouteCandidate && many) {
    return counted(static_cast<std::int64_t>(*many), "other candidate");
  }
  // An answer in the place of a handler won nothing.
  if (row.phase == Phase::HandleRouteMatch && !event.arg("pattern") && event.arg("handler")) {
    const trace::Symbol answers{static_cast<std::uint32_t>(*event.arg("handler"))};
    return fmt::format("no {}: {}", row.name, view.trace.symbols().text(answers));
  }
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    const bool telling = row.args[i].unit == trace::Unit::Symbol ||
                         (i == 0 && row.args[i].name == "number");
    if (!telling || !event.arg(i)) continue;
    const std::string value = value_text(view, row.args[i], *event.arg(i));
    if (value == row.name || row.phase == Phase::ReadLineValid ||
        row.phase == Phase::ReadRejected) {
      break;
    }
    return fmt::format("{} {}", row.name, value);
  }
  return std::string(row.name);
}

LifecycleLayout layout_lifecycle(const TraceView& view, const Cursor& cursor,
                                 const ViewState& state, const Ruler& ruler, const Rect& area) {
  LifecycleLayout layout;
  layout.area = area;
  layout.focus = focus_at(view, cursor.event, state.chosen);
  Rect list = area;
  std::string title = "this process";
  if (layout.focus.conn != 0) title = fmt::format("connection {}", layout.focus.conn);
  if (layout.focus.request != 0) title += fmt::format(" · request {}", layout.focus.request);
  layout.chosen = state.chosen != Focus{};
  layout.title = fit_text(ruler, list.take_top(ruler.row_px).inset(ruler.space(1), 0), title,
                          Voice::Quiet);
  if (layout.focus.conn != 0 &&
      sent_by_browser_itself(view, layout.focus.conn, layout.focus.request)) {
    layout.note = fit_text(ruler, list.take_top(ruler.row_px).inset(ruler.space(1), 0),
                           by_the_browser, Voice::Quiet);
  }

  FocusFacts facts = focus_facts(view, layout.focus, false);
  const EventNumber visitor = add_cursor(view, cursor, facts);
  Builder builder{view, cursor, state, ruler, layout, facts, visitor, {}};
  for (std::size_t i = 0; i < trace::group_count; ++i) builder.group(static_cast<Group>(i));

  layout.content_px = static_cast<float>(builder.rows.size()) * ruler.row_px;
  const float most_scroll = std::max(0.f, layout.content_px - list.h);
  if (state.scrolls.lifecycle) {
    layout.scroll_px = std::clamp(*state.scrolls.lifecycle, 0.f, most_scroll);
  } else {
    // The cursor's row, or the last that has happened, a third from the top.
    const LifecycleRow* here = nullptr;
    for (const LifecycleRow& row : builder.rows) {
      if (row.at_cursor) here = &row;
    }
    if (here == nullptr) {
      for (const LifecycleRow& row : builder.rows) {
        if (row.event != trace::no_event && row.event <= cursor.event) here = &row;
      }
    }
    const float y = here != nullptr ? here->rect.y : 0;
    const float wanted = std::floor((y - list.h / 3) / ruler.row_px) * ruler.row_px;
    layout.scroll_px = std::clamp(wanted, 0.f, most_scroll);
  }
  const float shift = list.y - layout.scroll_px;
  for (LifecycleRow& row : builder.rows) {
    row.rect = row.rect.moved(0, shift);
    if (!list.contains(row.rect)) continue;
    row.mark = row.mark.moved(0, shift);
    row.lock = row.lock.moved(0, shift);
    row.name.rect = row.name.rect.moved(0, shift);
    row.took.rect = row.took.rect.moved(0, shift);
    layout.rows.push_back(std::move(row));
  }
  return layout;
}

const LifecycleRow* row_at(const LifecycleLayout& layout, Point at) {
  for (const LifecycleRow& row : layout.rows) {
    if (row.rect.contains(at)) return &row;
  }
  return nullptr;
}

std::string dump(const LifecycleLayout& layout) {
  constexpr std::string_view progress[] = {"ahead", "running", "unfinished", "done"};
  std::string text = fmt::format("lifecycle {} scroll {:g} of {:g}\n{}", dump(layout.area),
                                 layout.scroll_px, layout.content_px,
                                 dump(layout.title) + dump(layout.note));
  for (const LifecycleRow& row : layout.rows) {
    text += fmt::format("{}{} event {} {} {}{}{}{}{} {}", row.heading ? "# " : "  ",
                        trace::group_name(row.group),
                        row.event == trace::no_event ? "-" : fmt::format("{}", row.event + 1),
                        progress[static_cast<std::size_t>(row.progress)],
                        trace::provenance_word(row.provenance), row.at_cursor ? " cursor" : "",
                        row.hovered ? " hovered" : "", row.selected ? " selected" : "",
                        row.closed ? " closed" : "", dump(row.name));
    if (!row.took.empty()) text += "    " + dump(row.took);
  }
  return text;
}

}  // namespace roundtrip::viz
