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
  void length(std::string_view name, const Lengths& lengths, Duration of,
              trace::EventNumber event = trace::no_event) const {
    if (lengths.count == 0) picture.row(name, {});
    else picture.row(name, told_length(lengths, of, event));
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
  picture.row("answered 2xx", number(totals().of(Counter::Answered2xx)));
  if (totals().of(Counter::Answered3xx) > 0) {
    picture.row("3xx", number(totals().of(Counter::Answered3xx)));
  }
  picture.row("4xx, 5xx", {fmt::format("{}, {}",
                                       count(static_cast<std::int64_t>(
                                           totals().of(Counter::Answered4xx))),
                                       count(static_cast<std::int64_t>(
                                           totals().of(Counter::Answered5xx))))});
}

void Figures::time(const Rect& rect) const {
  picture.box(rect, Group::Task, "Running or waiting");
  picture.done();
  const Lengths& ran = totals().of(Combined::Ran);
  const Lengths& waited = totals().of(Combined::Waited);
  length("on a worker, mean", ran, ran.mean());
  length("waiting, mean", waited, waited.mean());
  if (ran.count > 0) {
    const auto whole = static_cast<double>((ran.total + waited.total).ns);
    picture.row("on a worker",
                {percent(static_cast<double>(ran.total.ns), whole).text(), Provenance::Derived});
  } else {
    picture.row("on a worker", {});
  }
  picture.row("CPU of a request", {std::string(not_measured)});
  const Lengths& held = totals().spans_of(Phase::TraceHold);
  if (held.count > 0) length("held by a person", held, held.total);
}

void Figures::keep_alive(const Rect& rect) const {
  picture.box(rect, Group::Lifecycle, "What keep-alive saves");
  picture.done();
  const Lengths& set_up = totals().of(Combined::SetUp);
  const Lengths& saved = totals().of(Combined::Saved);
  picture.row("connections set up", number(set_up.count));
  length("to set one up", set_up, set_up.mean());
  picture.row("requests on standing ones", number(saved.count));
  if (saved.count > 0) length("saved in all", saved, saved.total);
  else picture.row("saved in all", {std::string("nothing yet")});
  picture.row("bytes in", number(totals().of(Counter::BytesIn)));
  picture.row("bytes out", number(totals().of(Counter::BytesOut)));
}

// What was lost is known of the whole recording only.
void Figures::trace_itself(const Rect& rect) const {
  const trace::Trace& trace = context.view.trace;
  const trace::LossCounts& losses = trace.losses();
  picture.box(rect, Group::Trace, "This trace");
  picture.done();
  picture.row("events counted", number(totals().events));
  picture.row("evicted, oldest first", number(trace.evicted_events()));
  picture.row("requests untraced", number(losses.untraced_requests));
  picture.row("connections untraced", number(losses.untraced_connections));
  picture.row("records lost", number(losses.lost_records));
  picture.row("cost of tracing", {std::string(not_measured)});
}

}  // namespace

void place_figures(const StatisticsContext& context, PictureMaker& picture, const Rect& rect) {
  const Ruler& ruler = context.ruler;
  const float gap = ruler.space(3);
  // A box is made for its longest line.
  const float wide = ruler.width("connections untraced  [1 000 ms]", Voice::Body) + ruler.space(8);
  const int columns = rect.w >= 4 * wide + 3 * gap ? 4 : rect.w >= 2 * wide + gap ? 2 : 1;
  const int rows = 4 / columns;
  const auto cell = [&](int number) {
    const auto across = static_cast<float>(columns);
    const auto down = static_cast<float>(rows);
    const float w = std::floor((rect.w - gap * (across - 1)) / across);
    const float h = std::floor((rect.h - gap * (down - 1)) / down);
    return Rect{rect.x + static_cast<float>(number % columns) * (w + gap),
                rect.y + static_cast<float>(number / columns) * (h + gap), w, h};
  };
  const Figures figures{context, picture};
  figures.requests(cell(0));
  figures.time(cell(1));
  figures.keep_alive(cell(2));
  figures.trace_itself(cell(3));
}

}  // namespace roundtrip::viz
