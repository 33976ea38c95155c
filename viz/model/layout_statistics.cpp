#include "viz/model/layout_statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/layout_statistics_parts.h"

namespace roundtrip::viz {

using trace::no_event;

namespace {

constexpr std::string_view heading = "Statistics";
constexpr std::string_view sentence =
    "[Computed] from what was observed; with a ~ also from what nobody saw.";
constexpr std::string_view nothing_yet =
    "Nothing has been recorded yet: send a request, or open a trace.";

// So many letters side by side, and so many lines, and all parts have room.
constexpr float letters_for_all = 122;
constexpr float lines_for_all = 27;
constexpr float lines_for_heading = 8;

constexpr auto count_buttons = std::to_array<StatisticsButton>({
    {.name = "statistics/upto", .text = "To the cursor",
     .tip = "Counts what had happened at the cursor", .rect = {}, .whole = false, .part = {}},
    {.name = "statistics/whole", .text = "Whole trace",
     .tip = "Counts all that the trace still has", .rect = {}, .whole = true, .part = {}},
});
constexpr auto part_buttons = std::to_array<StatisticsButton>({
    {.name = "statistics/phases", .text = "Phases", .tip = "How long each phase took", .rect = {},
     .whole = {}, .part = StatisticsPart::Phases},
    {.name = "statistics/request", .text = "Request",
     .tip = "The steps of the request at the cursor, on one axis", .rect = {}, .whole = {},
     .part = StatisticsPart::Request},
    {.name = "statistics/durations", .text = "Durations",
     .tip = "How long requests take: how many took how long", .rect = {}, .whole = {},
     .part = StatisticsPart::Durations},
    {.name = "statistics/figures", .text = "Figures", .tip = "What else was counted", .rect = {},
     .whole = {}, .part = StatisticsPart::Figures},
});

void place_buttons(std::span<const StatisticsButton> buttons, const StatisticsView& state,
                   const Ruler& ruler, Rect& row, StatisticsLayout& layout) {
  for (const StatisticsButton& button : buttons) {
    StatisticsButton placed = button;
    const float width = std::ceil(ruler.width(button.text, Voice::Body)) + ruler.space(5);
    placed.rect = row.take_left(width, ruler.space(1));
    placed.chosen = button.whole ? *button.whole == state.whole : *button.part == state.part;
    layout.buttons.push_back(std::move(placed));
  }
}

void place_part(const StatisticsContext& context, StatisticsPart part, PictureMaker& picture,
                const Rect& rect, StatisticsLayout& layout) {
  switch (part) {
    case StatisticsPart::Phases:
      layout.phases = phase_table(context, rect);
      if (layout.phases->row_count > 0) break;
      picture.note(Rect(layout.phases->list).take_top(context.ruler.row_px).inset(
                       context.ruler.space(2), 0),
                   "Nothing has ended yet. Step on, or count the whole trace.");
      break;
    case StatisticsPart::Request: place_waterfall(context, picture, rect); break;
    case StatisticsPart::Durations: place_durations(context, picture, rect); break;
    case StatisticsPart::Figures: layout.figures = rect; break;
  }
}

std::uint64_t last_counted(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  return state.statistics.whole ? view.end() - 1 : cursor.event;
}

}  // namespace

StatisticsLayout layout_statistics(const TraceView& view, const Cursor& cursor,
                                   const ViewState& state, const Ruler& ruler, const Rect& area) {
  StatisticsLayout layout;
  const auto place = Stepper(view).clamped(cursor);
  const Cursor at = place.value_or(Cursor{});
  // Where it is low the figures come first: its tab has the name already.
  const bool low = place && area.h < lines_for_heading * ruler.line(Voice::Body);
  PictureMaker picture(view, at, state, ruler, area, "statistics",
                       low ? std::string_view{} : heading,
                       low ? std::string_view{} : place ? sentence : nothing_yet);
  if (!place) {
    layout.picture = picture.take();
    return layout;
  }
  const std::uint64_t upto = last_counted(view, at, state);
  const Totals totals = view.statistics.totals().at(upto);
  const StatisticsContext context{view, at, state, ruler, totals, upto};
  const bool all = area.w >= letters_for_all * ruler.width("n", Voice::Body) &&
                   area.h >= lines_for_all * ruler.line(Voice::Body);
  Rect rest = low ? area : picture.rest();
  Rect row = rest.take_top(ruler.control_px, ruler.space(2));
  const auto width_of = [&ruler](std::span<const StatisticsButton> buttons) {
    float wanted = 0;
    for (const StatisticsButton& button : buttons) {
      wanted += std::ceil(ruler.width(button.text, Voice::Body)) + ruler.space(6);
    }
    return wanted;
  };
  const bool one_row =
      width_of(count_buttons) + ruler.space(4) + width_of(part_buttons) <= row.w;
  // Where a second row of buttons would leave the figures none, what is counted stays as it is.
  const bool room = all || one_row || rest.h >= ruler.control_px + 3 * ruler.row_px;
  if (room) place_buttons(count_buttons, state.statistics, ruler, row, layout);
  if (!all) {
    if (room && !one_row) row = rest.take_top(ruler.control_px, ruler.space(2));
    else if (room) row.take_left(ruler.space(4));
    place_buttons(part_buttons, state.statistics, ruler, row, layout);
    place_part(context, state.statistics.part, picture, rest, layout);
  } else {
    const float gap = ruler.space(6);
    Rect left = rest.take_left(std::floor((rest.w - gap) / 2), gap);
    const Rect waterfall = rest.take_top(std::floor((rest.h - gap) * 0.55f), gap);
    const float figures_px =
        std::min(std::floor(left.h * 0.5f), ruler.line(Voice::Body) * 15 + ruler.space(8));
    const Rect figures = left.take_bottom(figures_px, gap);
    place_part(context, StatisticsPart::Phases, picture, left, layout);
    place_figures(context, picture, figures);
    place_part(context, StatisticsPart::Request, picture, waterfall, layout);
    place_part(context, StatisticsPart::Durations, picture, rest, layout);
  }
  layout.picture = picture.take();
  return layout;
}

Picture layout_figures(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area) {
  PictureMaker picture(view, cursor, state, ruler, area, "statistics/boxes", {}, {});
  const std::uint64_t upto = last_counted(view, cursor, state);
  const Totals totals = view.statistics.totals().at(upto);
  place_figures({view, cursor, state, ruler, totals, upto}, picture, area);
  return picture.take();
}

std::string dump(const StatisticsLayout& layout) {
  std::string text = dump(layout.picture);
  for (const StatisticsButton& button : layout.buttons) {
    text += fmt::format("{} {}{}\n", button.name, dump(button.rect),
                        button.chosen ? " chosen" : "");
  }
  return layout.phases ? text + dump(*layout.phases) : text;
}

// ---- The table of phases.

Told told_length(const Lengths& lengths, Duration length, trace::EventNumber event) {
  const auto source =
      lengths.inferred > 0 ? trace::Provenance::Inferred : trace::Provenance::Derived;
  return {duration(length).text(), source, event};
}

namespace {

const std::array<TableColumn, phase_columns>& columns() {
  static const std::array<TableColumn, phase_columns> all = {{
      {.name = "phase", .title = "phase", .tip = "The phases that begin and end.",
       .sample = "finish request", .voice = Voice::Body, .side = Side::Left, .share = 1},
      {.name = "count", .title = "times", .tip = "How many of its spans were over.",
       .sample = "1,000,000"},
      {.name = "total", .title = "in all",
       .tip = "The sum of their lengths. Spans of several tasks may go on at once, and what a "
              "person held is in it.",
       .sample = "[1,000 ms]", .dispensable = 2},
      {.name = "mean", .title = "mean", .tip = "The sum divided by how many there were.",
       .sample = "[1,000 ms]", .dispensable = 1},
      {.name = "p99", .title = "p99",
       .tip = "Of 100 spans 99 took no longer. Added up in steps of 6 %: where there are many, it "
              "is as exact as that.",
       .sample = "[1,000 ms]", .dispensable = 3},
      {.name = "max", .title = "longest",
       .tip = "The longest of them. A click on the row goes there.", .sample = "[1,000 ms]"},
  }};
  return all;
}

bool stands_before(const Totals& totals, const TableSort& sort, trace::Phase a, trace::Phase b) {
  const Lengths& one = totals.spans_of(a);
  const Lengths& other = totals.spans_of(b);
  const auto compare = [&](auto x, auto y) {
    if (x == y) return a < b;
    return (x < y) != sort.descending;
  };
  switch (static_cast<PhaseColumn>(sort.column)) {
    case PhaseColumn::Name: return sort.descending ? b < a : a < b;
    case PhaseColumn::Count: return compare(one.count, other.count);
    case PhaseColumn::Total: return compare(one.total.ns, other.total.ns);
    case PhaseColumn::Mean: return compare(one.mean().ns, other.mean().ns);
    case PhaseColumn::P99: return compare(one.percentile(0.99).ns, other.percentile(0.99).ns);
    case PhaseColumn::Longest: return compare(one.longest.ns, other.longest.ns);
  }
  return a < b;
}

}  // namespace

Table phase_table(const StatisticsContext& context, const Rect& rect) {
  const TableSort& sort = context.state.statistics.sort;
  std::vector<trace::Phase> phases;
  std::optional<std::size_t> here;
  for (const trace::PhaseRow& row : trace::phase_table) {
    if (context.totals.spans_of(row.phase).count > 0) phases.push_back(row.phase);
  }
  std::sort(phases.begin(), phases.end(), [&](trace::Phase a, trace::Phase b) {
    return stands_before(context.totals, sort, a, b);
  });
  const trace::Phase at_cursor = context.view.trace[context.cursor.event].phase;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    if (phases[i] == at_cursor) here = i;
  }
  TableMaker maker(context.ruler, rect, "statistics/table", columns(), sort);
  maker.set_rows(phases.size(), context.state.scrolls.statistics.value_or(0), 0);
  for (std::uint64_t i = maker.first(); i < maker.end(); ++i) {
    const trace::PhaseRow& phase = trace::row_of(phases[i]);
    const Lengths& spans = context.totals.spans_of(phases[i]);
    TableRow& row = maker.row();
    row.group = phase.group();
    row.inked = static_cast<std::size_t>(PhaseColumn::Name);
    row.event = spans.longest_told;
    const auto begin = context.view.index.partner(spans.longest_told);
    if (begin != no_event) row.event = begin;
    row.provenance = spans.inferred > 0 ? trace::Provenance::Inferred
                                        : trace::Provenance::Observed;
    row.at_cursor = here == i;
    row.hovered = context.state.hovered_event == row.event;
    const auto put = [&](PhaseColumn column, std::string_view text) {
      maker.cell(static_cast<std::size_t>(column), text);
    };
    const auto length = [&](Duration of) {
      if (row.event != no_event) {
        const trace::Event& began = context.view.trace[row.event];
        if (const auto coarse = coarse_length(began, of, Bounds::LeftOut)) {
          return marked(*coarse, trace::Provenance::Inferred);
        }
      }
      const Told told = told_length(spans, of);
      return marked(*told.text, told.source);
    };
    put(PhaseColumn::Name, phase.name);
    put(PhaseColumn::Count, count(static_cast<std::int64_t>(spans.count)));
    put(PhaseColumn::Total, length(spans.total));
    put(PhaseColumn::Mean, length(spans.mean()));
    put(PhaseColumn::P99, length(spans.percentile(0.99)));
    put(PhaseColumn::Longest, length(spans.longest));
  }
  return maker.take();
}

Rect place_title(const StatisticsContext& context, PictureMaker& picture, Rect rect,
                 std::string_view title, std::string_view words) {
  const Ruler& ruler = context.ruler;
  Rect line = rect.take_top(ruler.row_px, ruler.space(1)).inset(ruler.space(1), 0);
  picture.note(line.take_left(std::ceil(ruler.width(title, Voice::Strong)) + 1, ruler.space(3)),
               title, Voice::Strong);
  if (ruler.width(words, Voice::Quiet) <= line.w) picture.note(line, words, Voice::Quiet);
  return rect.inset(ruler.space(1), 0);
}

}  // namespace roundtrip::viz
