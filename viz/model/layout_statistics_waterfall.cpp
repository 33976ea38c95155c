// Where the time of the request in focus went: its spans as bars on one axis, each below the one
// that it lies in, and above them when its task ran. Work for the request's own facts, at most
// most_facts_walked.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/layout_statistics_parts.h"
#include "viz/model/row_filter.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::no_event;

namespace {

constexpr std::size_t most_facts_walked = 2'048;
// Bars closer to each other than this would be seen as one.
constexpr float apart_px = 1;

struct Span {
  EventNumber begin = no_event;
  EventNumber end = no_event;
  std::size_t depth = 0;
};

// The name of the row of its task's runs; so many are in the picture.
std::string of_its_task(const std::vector<Span>& runs) {
  if (runs.size() < 2) return "on a worker";
  return fmt::format("on a worker ×{}", runs.size());
}

struct Waterfall {
  TimeWindow window;
  std::vector<Span> spans;
  std::vector<Span> runs;  // of its task, on workers
  bool cut = false;        // there are more facts than were walked
};

// Of a request that begins with `row.begun`, or with its first own fact where that is not known.
Waterfall waterfall_of(const TraceView& view, const RequestRow& row) {
  Waterfall made;
  const auto* conn = view.index.connection(row.conn);
  const EventNumber from = row.begun != no_event ? row.begun : row.first;
  const EventNumber to = row.finished != no_event ? row.finished : row.last;
  made.window = {view.trace[from].time, view.trace[to].time};
  const std::uint32_t task = view.trace[from].task;
  // What the task did when the request began: it runs while it takes a step.
  EventNumber run = row.ran ? from : no_event;
  const auto& events = conn->events;
  std::size_t walked = 0;
  for (const EventNumber* at = std::lower_bound(events.begin(), events.end(), from);
       at != events.end() && *at <= to; ++at) {
    if (++walked > most_facts_walked) {
      made.cut = true;
      break;
    }
    const Event& event = view.trace[*at];
    if (event.phase == trace::Phase::TaskRun && event.task == task && row.ran) {
      if (event.begins()) run = *at;
      else if (run != no_event) made.runs.push_back({std::exchange(run, no_event), *at, 0});
      continue;
    }
    const trace::Group group = event.row().group();
    if (!event.begins() || group == trace::Group::Task || group == trace::Group::Trace) continue;
    if (event.request != 0 && event.request != row.request) continue;
    Span span{*at, view.index.partner(*at), 0};
    for (EventNumber up = view.index.parent(*at); up != no_event && up >= from;
         up = view.index.parent(up)) {
      ++span.depth;
    }
    made.spans.push_back(span);
  }
  if (run != no_event && !made.cut) made.runs.push_back({run, to, 0});
  return made;
}

// The innermost leave first where there are too many, of the outermost the shortest.
void keep_at_most(const TraceView& view, Instant last, std::vector<Span>& spans,
                  std::size_t rows) {
  std::size_t deepest = 0;
  for (const Span& span : spans) deepest = std::max(deepest, span.depth);
  for (; deepest > 0 && spans.size() > rows; --deepest) {
    std::erase_if(spans, [deepest](const Span& span) { return span.depth >= deepest; });
  }
  const auto length = [&](const Span& span) {
    return (span.end == no_event ? last : view.trace[span.end].time) - view.trace[span.begin].time;
  };
  while (spans.size() > rows) {
    spans.erase(std::min_element(spans.begin(), spans.end(), [&](const Span& a, const Span& b) {
      return length(a) < length(b);
    }));
  }
}

// Where the bar of a span lies: solid to the middle, pale beyond.
struct Drawn {
  float left = 0;
  float middle = 0;
  float right = 0;
};

struct Placer {
  const StatisticsContext& context;
  PictureMaker& picture;
  const TimeWindow& window;
  Rect plot;  // of one row's bars, as wide as all
  Rect times;

  float x_at(Instant time) const {
    const double share = static_cast<double>((time - window.from).ns) /
                         static_cast<double>(std::max<std::int64_t>(1, window.length().ns));
    return plot.x + static_cast<float>(std::clamp(share, 0.0, 1.0)) * plot.w;
  }
  // From where to where, and as far as it has come at the cursor: however short, it is seen.
  Drawn drawn(const Span& span) const {
    const TraceView& view = context.view;
    const Instant to = span.end == no_event ? window.to : view.trace[span.end].time;
    const bool begun = span.begin <= context.cursor.event;
    const bool over = span.end != no_event && span.end <= context.cursor.event;
    const float least = context.ruler.space(0.5f);
    const float left = std::min(x_at(view.trace[span.begin].time), plot.right() - least);
    const float right = std::min(plot.right(), std::max(x_at(to), left + least));
    const float now = x_at(view.trace[context.cursor.event].time);
    return {left, over ? right : begun ? std::clamp(now, left, right) : left, right};
  }
  // Spans in order of time, solid as far as they have come, pale beyond. Those that would lie on
  // each other are one block that says how many it stands for.
  void bars(const Rect& row, std::span<const Span> spans, trace::Group group) const {
    const float inset = std::round(row.h * 0.2f);
    for (std::size_t first = 0, next = 0; first < spans.size(); first = next) {
      Drawn block = drawn(spans[first]);
      for (next = first + 1; next < spans.size(); ++next) {
        const Drawn more = drawn(spans[next]);
        if (more.left >= block.right + apart_px) break;
        if (more.middle > more.left) block.middle = more.middle;
        block.right = std::max(block.right, more.right);
      }
      Told told{{}, context.view.trace[spans[first].begin].provenance, spans[first].begin};
      const std::string many =
          next - first > 1 ? count(static_cast<std::int64_t>(next - first)) : std::string();
      const bool solid = block.middle - block.left >= block.right - block.middle;
      const auto place = [&](float from, float to, Filling filling) {
        if (to - from < 0.5f) return;
        // Said once, in the wider of the two.
        told.text = solid == (filling == Filling::Filled) ? many : "";
        picture.bar({from, row.y + inset, to - from, row.h - 2 * inset}, group, filling, told);
        picture.last_bar().count = next - first;
      };
      place(block.left, block.middle, Filling::Filled);
      place(block.middle, block.right, Filling::Free);
    }
  }
  void row(Rect rect, std::string_view name, std::size_t depth, const std::string& took,
           trace::Group group, std::span<const Span> spans) const {
    const Ruler& ruler = context.ruler;
    const float indent = ruler.space(2) * static_cast<float>(std::min<std::size_t>(depth, 4));
    const Rect names{rect.x + indent, rect.y, plot.x - ruler.space(2) - rect.x - indent, rect.h};
    const EventNumber event = spans.empty() ? no_event : spans.front().begin;
    picture.note(names, name, group, Voice::Body, Side::Left, event);
    picture.note({times.x, rect.y, times.w, rect.h}, took, Voice::Mono, Side::Right, event);
    bars(rect, spans, group);
  }
};

std::string title_of(const TraceView& view, const RequestFigures& row) {
  const RequestWords words = words_of(view, row);
  if (words.method.empty()) return fmt::format("Request {}", row.request);
  std::string target = words.target;
  if (target.size() > 24) target = target.substr(0, 23) + "\u2026";
  return fmt::format("Request {}: {} {}", row.request, words.method, target);
}

void place_rows(const StatisticsContext& context, PictureMaker& picture, const RequestRow& row,
                Waterfall& made, Rect rest) {
  const TraceView& view = context.view;
  const Ruler& ruler = context.ruler;
  float line = ruler.line(Voice::Body);
  const Rect foot = rest.take_bottom(line, ruler.space(1));
  const auto rows = static_cast<std::size_t>(std::max(0.f, std::floor(rest.h / line)));
  const std::size_t all = made.spans.size();
  const std::size_t others = made.runs.empty() ? 0 : 1;
  keep_at_most(view, made.window.to, made.spans, rows - std::min(rows, others));
  // Taller where there is room.
  const auto shown = static_cast<float>(std::max<std::size_t>(1, made.spans.size() + others));
  line = std::clamp(std::floor(rest.h / shown), line, 1.75f * line);
  float names_px = std::max(ruler.width(of_its_task(made.runs), Voice::Body),
                            ruler.width("and 100 more", Voice::Quiet));
  for (const Span& span : made.spans) {
    names_px = std::max(names_px, ruler.width(view.trace[span.begin].row().name, Voice::Body) +
                                      ruler.space(2) * static_cast<float>(
                                          std::min<std::size_t>(span.depth, 4)));
  }
  names_px = std::min(std::ceil(names_px) + 2, rest.w / 2);
  const float times_px = std::ceil(ruler.width("[1,000 ms]", Voice::Mono)) + 2;
  const Rect plot{rest.x + names_px + ruler.space(2), rest.y,
                  rest.w - names_px - times_px - ruler.space(5), line};
  const Placer placer{context, picture, made.window, plot,
                      {rest.right() - times_px, rest.y, times_px, line}};
  if (others > 0) {
    placer.row(rest.take_top(line), of_its_task(made.runs), 0,
               row.ran ? marked(duration(*row.ran).text(), trace::Provenance::Derived) : "",
               trace::Group::Task, made.runs);
  }
  for (const Span& span : made.spans) {
    const Event& event = view.trace[span.begin];
    const bool over = span.end != no_event && span.end <= context.cursor.event;
    placer.row(rest.take_top(line), event.row().name, span.depth,
               over ? took_text(view, span.begin) : not_known().text(), event.row().group(),
               {&span, 1});
  }
  // The axis follows the last row.
  const Rect axis{plot.x, std::min(foot.y, rest.y + ruler.space(1)), plot.w, foot.h};
  const std::string whole = marked(duration(made.window.length()).text(),
                                   trace::Provenance::Derived);
  picture.note(axis, "0", Voice::Quiet, Side::Left);
  picture.note(axis, whole, Voice::Quiet, Side::Right);
  PictureLine under;
  under.from = {plot.x, axis.y};
  under.to = {plot.right(), axis.y};
  under.head = false;
  under.quiet = true;
  picture.line(under);
  const std::size_t left_out = all - made.spans.size();
  if (left_out == 0 && !made.cut) return;
  const Rect beside{foot.x, axis.y, plot.x - ruler.space(2) - foot.x, foot.h};
  picture.note(beside, made.cut ? "its beginning" : fmt::format("and {} more", left_out),
               Voice::Quiet);
}

}  // namespace

void place_waterfall(const StatisticsContext& context, PictureMaker& picture, const Rect& rect) {
  const TraceView& view = context.view;
  const Focus focus = focus_at(view, context.cursor.event, context.state.chosen);
  const RequestRow row = focus.request == 0
                             ? RequestRow{}
                             : request_row(view.index, focus.request, view.end() - 1);
  if (row.first == no_event || view.index.connection(row.conn) == nullptr) {
    Rect rest = place_title(context, picture, rect, "The request at the cursor", "");
    picture.note(rest.take_top(context.ruler.row_px),
                 "No request yet. Step on: its steps will stand here as bars.", Voice::Body);
    return;
  }
  Waterfall made = waterfall_of(view, row);
  const bool held = row.begun != no_event &&
                    time_between(view, row.begun, row.last).held > Duration{};
  const Rect rest = place_title(context, picture, rect, title_of(view, row),
                                held ? "pale is still to come; the numbers leave held time out"
                                     : "its steps on one axis of time; pale is still to come");
  place_rows(context, picture, row, made, rest);
}

}  // namespace roundtrip::viz
