// What else was counted: requests and their answers, running against waiting, what keep-alive
// saved, bytes, and what the trace does not have.
#include <fmt/format.h>

#include "viz/model/format.h"
#include "viz/model/layout_statistics_parts.h"

namespace roundtrip::viz {

using trace::Group;
using trace::Phase;
using trace::Provenance;

namespace {

constexpr std::string_view not_measured = "not measured";

struct Figures {
  const StatisticsContext& context;
  PictureMaker& picture;

  const Totals& totals() const { return context.totals; }
  Told number(std::uint64_t of) const { return {count(static_cast<std::int64_t>(of))}; }
  Told numbers(std::initializer_list<std::uint64_t> all) const {
    std::string text;
    for (const std::uint64_t one : all) {
      text += fmt::format("{}{}", text.empty() ? "" : ", ", count(static_cast<std::int64_t>(one)));
    }
    return {std::move(text)};
  }
  void length(std::string_view name, const Lengths& lengths, Duration of,
              trace::EventNumber event = trace::no_event) const {
    if (lengths.count == 0) picture.row(name, {});
    else picture.row(name, told_length(lengths, of, event));
  }

  // Measured when the recording began.
  Told cost_of_event() const {
    const std::uint64_t ps = context.view.trace.info().event_cost_ps;
    if (ps == 0) return {std::string(not_measured)};
    return {fmt::format("{:.1f} ns", static_cast<double>(ps) / 1000)};
  }

  void requests(const Rect& rect) const;
  void time(const Rect& rect) const;
  void keep_alive(const Rect& rect) const;
  void trace_itself(const Rect& rect) const;
};

void Figures::requests(const Rect& rect) const {
  picture.box(rect, Group::Handle, "Requests");
  picture.done();
  const Lengths& requests = totals().of(Combined::Request);
  picture.row("finished", number(totals().spans_of(Phase::TransmitFinish).count));
  length("mean", requests, requests.mean());
  length("longest", requests, requests.longest, requests.longest_told);
  picture.row("answered 2xx, 4xx, 5xx",
              numbers({totals().of(Counter::Answered2xx), totals().of(Counter::Answered4xx),
                       totals().of(Counter::Answered5xx)}));
  picture.row("bytes in, out",
              numbers({totals().of(Counter::BytesIn), totals().of(Counter::BytesOut)}));
}

void Figures::time(const Rect& rect) const {
  picture.box(rect, Group::Task, "Running or waiting");
  picture.done();
  const Lengths& ran = totals().of(Combined::Ran);
  const Lengths& waited = totals().of(Combined::Waited);
  length("on a worker, mean", ran, ran.mean());
  const Lengths& queued = totals().of(Combined::Queued);
  length("in run queues, mean", queued, queued.mean());
  length("parked, mean", waited, waited.mean());
  const Lengths& cpu = totals().of(Combined::Cpu);
  if (cpu.count > 0) length("CPU of a run, mean", cpu, cpu.mean());
  else picture.row("CPU of a run", {std::string(not_measured)});
  const Lengths& held = totals().spans_of(Phase::TraceHold);
  if (held.count > 0) length("held by a person", held, held.total);
  if (ran.count == 0) return;
  const auto whole = static_cast<double>((ran.total + queued.total + waited.total).ns);
  picture.row_if_room("share on a worker",
                      {percent(static_cast<double>(ran.total.ns), whole).text(),
                       Provenance::Derived});
}

void Figures::keep_alive(const Rect& rect) const {
  picture.box(rect, Group::Lifecycle, "What keep-alive saves");
  picture.done();
  const Lengths& set_up = totals().of(Combined::SetUp);
  const Lengths& saved = totals().of(Combined::Saved);
  picture.row("connections set up", number(set_up.count));
  length("to set one up, mean", set_up, set_up.mean());
  picture.row("requests that reused one", number(saved.count));
  if (saved.count > 0) length("saved in all", saved, saved.total);
  else picture.row("saved in all", {std::string("nothing yet")});
  // The mean is that of all connections, also of those that nobody used again.
  picture.words_if_whole("Each saved what its own connection had taken, not the mean.",
                         Voice::Quiet);
}

// What was lost is known of the whole recording only.
void Figures::trace_itself(const Rect& rect) const {
  const trace::Trace& trace = context.view.trace;
  const trace::LossCounts& losses = trace.losses();
  picture.box(rect, Group::Trace, "This trace");
  picture.done();
  picture.row("events, dropped for room", numbers({totals().events, trace.evicted_events()}));
  picture.row("requests not traced", number(losses.untraced_requests));
  picture.row("connections not traced", number(losses.untraced_connections));
  picture.row("cost of an event", cost_of_event());
  if (trace.info().event_cost_ps != 0) {
    const auto all_ps = static_cast<std::int64_t>(totals().events * trace.info().event_cost_ps);
    picture.row_if_room("cost of tracing",
                        {duration(Duration::nanoseconds(all_ps / 1000)).text(),
                         Provenance::Derived});
  }
  picture.row_if_room("events lost: a full ring", number(losses.lost_records));
  picture.row_if_room("facts that came late", number(trace.late_events()));
}

}  // namespace

void place_figures(const StatisticsContext& context, PictureMaker& picture, const Rect& rect) {
  const Ruler& ruler = context.ruler;
  const float gap = ruler.space(3);
  // Two below each other, or all side by side where each has room for its longest line.
  const float wide =
      ruler.width("requests that reused one  1,000,000", Voice::Body) + ruler.space(8);
  const bool in_a_row = rect.w >= 4 * wide + 3 * gap;
  const float columns = in_a_row ? 4 : 2;
  const float width = std::floor((rect.w - gap * (columns - 1)) / columns);
  // The upper ones have six lines at most, what is left is for the lower.
  const float upper = in_a_row ? rect.h : std::min(picture.box_px(6), rect.h);
  const float lower = std::max(0.f, rect.h - upper - gap);
  const auto cell = [&](float column, bool below) {
    return Rect{rect.x + column * (width + gap), below ? rect.y + upper + gap : rect.y, width,
                below ? lower : upper};
  };
  const Figures figures{context, picture};
  figures.requests(cell(0, false));
  figures.keep_alive(cell(1, false));
  figures.time(cell(in_a_row ? 2 : 0, !in_a_row));
  figures.trace_itself(cell(in_a_row ? 3 : 1, !in_a_row));
}

}  // namespace roundtrip::viz
