#include "viz/model/layout_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/browser.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Event;

namespace {

constexpr std::string_view headings[log_columns] = {"#",     "time",    "since", "lane",
                                                    "phase", "subject", "what happened"};

std::string lane_text(const TraceView& view, std::uint64_t number) {
  const Event& event = view.trace[number];
  switch (event.row().lane) {
    case trace::Lane::Client: return "client";
    case trace::Lane::Wire: return "wire";
    case trace::Lane::Kernel: return "kernel";
    case trace::Lane::Worker: {
      // The end of a run does not name it again.
      const auto worker = arg_of(view, number, "worker");
      return worker ? fmt::format("worker {}", *worker) : "worker";
    }
    case trace::Lane::Program: break;
  }
  return event.task != 0 ? fmt::format("task {}", event.task) : "process";
}

struct Column {
  bool shown = true;
  float x = 0;
  float w = 0;
};

struct Columns {
  Column of[log_columns];

  Columns(const TraceView& view, const Ruler& ruler, const Rect& area) {
    const auto mono = [&](std::string_view text) {
      return std::ceil(ruler.width(text, Voice::Mono)) + 2;
    };
    const auto words = [&](std::string_view text) {
      return std::ceil(ruler.width(text, Voice::Body)) + 2;
    };
    const Instant last = view.empty() ? Instant{} : view.trace[view.end() - 1].time;
    of[0].w = mono(count(static_cast<std::int64_t>(std::max<std::uint64_t>(view.end(), 9999))));
    of[1].w = std::max(mono(moment(last).text() + "[]"), mono("[000.0000 ms]"));
    of[2].w = mono("[1,000 ms]");
    of[3].w = words("worker 10");
    of[4].w = words("memory per connection");
    of[5].w = words("connection 10 · request 10");
    const float gap = ruler.space(3);
    const float least_sentence = words("The kernel took 130 of 130 bytes.....");
    const auto rest = [&] {
      float used = 0;
      for (std::size_t i = 0; i + 1 < log_columns; ++i) used += of[i].shown ? of[i].w + gap : 0;
      return area.w - used - ruler.space(3);
    };
    // What a narrow panel does without, the least missed first.
    for (const std::size_t dispensable : {3, 5, 2, 1, 4}) {
      if (rest() >= least_sentence) break;
      of[dispensable].shown = false;
    }
    of[6].w = std::max(0.f, rest());
    float x = area.x + ruler.space(2);
    for (Column& column : of) {
      column.x = x;
      if (column.shown) x += column.w + gap;
    }
  }
};

struct Builder {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const Ruler& ruler;
  const Columns& columns;

  TextBox cell(LogColumn column, const Rect& row, std::string_view text, Voice voice,
               Side side = Side::Left) const {
    const Column& place = columns.of[static_cast<std::size_t>(column)];
    if (!place.shown) return {};
    return fit_text(ruler, {place.x, row.y, place.w, row.h}, text, voice, side);
  }
  LogRow row(std::uint64_t event, std::optional<std::uint64_t> before, const Rect& rect) const;
};

LogRow Builder::row(std::uint64_t number, std::optional<std::uint64_t> before,
                    const Rect& rect) const {
  const Event& event = view.trace[number];
  LogRow row;
  row.rect = rect;
  row.event = static_cast<trace::EventNumber>(number);
  row.group = event.row().group();
  row.provenance = event.provenance;
  row.ahead = number > cursor.event;
  row.at_cursor = number == cursor.event;
  row.hovered = state.hovered_event == number;
  row.selected = state.selected_event == number;
  const auto put = [&](LogColumn column, std::string_view text, Voice voice, Side side) {
    TextBox& box = row.cells[static_cast<std::size_t>(column)];
    box = cell(column, rect, text, voice, side);
    if (box.cut) row.whole += fmt::format("{}{}", row.whole.empty() ? "" : "\n", text);
  };
  put(LogColumn::Number, count(static_cast<std::int64_t>(number) + 1), Voice::MonoQuiet,
      Side::Right);
  put(LogColumn::Time, marked(moment(event.time).text(), event.provenance), Voice::Mono,
      Side::Right);
  if (before) {
    const std::string since = duration(event.time - view.trace[*before].time).text();
    put(LogColumn::Delta, marked(since, source_between(view, *before, number)), Voice::MonoQuiet,
        Side::Right);
  }
  put(LogColumn::Lane, lane_text(view, number), Voice::Quiet, Side::Left);
  put(LogColumn::Phase, event.row().name, Voice::Body, Side::Left);
  put(LogColumn::Subject, subject_text(view, number), Voice::Quiet, Side::Left);
  std::string sentence = describe(view, number);
  if (const auto note = browser_note(view, number); !note.empty()) {
    sentence = fmt::format("{} {}", note, sentence);
  }
  if (event.is_late()) sentence = fmt::format("Became known late: {}", sentence);
  if (const auto breach = breach_of(view, number); !breach.empty()) {
    row.breach = true;
    sentence = fmt::format("Breach of order: {}", breach);
  }
  put(LogColumn::Sentence, sentence, Voice::Body, Side::Left);
  return row;
}

std::string found_text(const TraceView& view, const ViewState& state) {
  const auto all = static_cast<std::int64_t>(view.end() - view.first());
  if (state.log_filter.empty()) return counted(all, "event");
  const auto found = static_cast<std::int64_t>(state.log_found.size());
  if (state.log_sweep.to < view.end()) {
    return fmt::format("{} found, searching, {:.0f} %", count(found),
                       share_of(view, state.log_sweep) * 100);
  }
  return fmt::format("{} of {}", count(found), counted(all, "event"));
}

}  // namespace

LogLayout layout_log(const TraceView& view, const Cursor& cursor, const ViewState& state,
                     const Ruler& ruler, const Rect& area) {
  LogLayout layout;
  layout.area = area;
  Rect list = area;
  Rect top = list.take_top(ruler.control_px, ruler.space(1));
  const std::string found =
      view.empty() ? "Nothing has been recorded yet" : found_text(view, state);
  const float found_px = std::min(std::ceil(ruler.width(found, Voice::Quiet)) + 2, top.w / 2);
  layout.found = fit_text(ruler, top.take_right(found_px, ruler.space(2)), found, Voice::Quiet,
                          Side::Right);
  layout.search = top;
  const Columns columns(view, ruler, area);
  const Builder builder{view, cursor, state, ruler, columns};
  // A row comes before the names of its columns.
  const bool named = list.h >= 2 * ruler.row_px;
  const Rect heading = list.take_top(named ? ruler.row_px : 0);
  for (std::size_t i = 0; i < log_columns; ++i) {
    layout.headings[i] = builder.cell(static_cast<LogColumn>(i), heading,
                                      named ? headings[i] : std::string_view{},
                                      Voice::Quiet, i < 3 ? Side::Right : Side::Left);
  }
  if (view.empty()) return layout;

  const bool filtered = !state.log_filter.empty();
  const auto& found_events = state.log_found;
  layout.row_count = filtered ? found_events.size() : view.end() - view.first();
  const auto event_at = [&](std::uint64_t row) -> std::uint64_t {
    return filtered ? found_events[row] : view.first() + row;
  };
  // The row of the cursor, or the one before it.
  std::uint64_t here = cursor.event - std::min(cursor.event, view.first());
  if (filtered) {
    const auto after = std::upper_bound(found_events.begin(), found_events.end(), cursor.event);
    here = static_cast<std::uint64_t>(after - found_events.begin());
    if (here > 0) --here;
  }
  const auto fitting = static_cast<std::uint64_t>(std::max(0.f, list.h / ruler.row_px));
  const std::uint64_t most_first = layout.row_count - std::min(layout.row_count, fitting);
  layout.first_row =
      state.scrolls.log
          ? static_cast<std::uint64_t>(static_cast<double>(*state.scrolls.log) / ruler.row_px)
          : here - std::min(here, fitting / 2);
  layout.first_row = std::min(layout.first_row, most_first);
  layout.content_px = static_cast<float>(layout.row_count) * ruler.row_px;
  layout.scroll_px = static_cast<float>(layout.first_row) * ruler.row_px;
  const std::uint64_t last = std::min(layout.row_count, layout.first_row + fitting);
  for (std::uint64_t i = layout.first_row; i < last; ++i) {
    const Rect rect = list.take_top(ruler.row_px);
    const std::uint64_t event = event_at(i);
    if (!view.has(event)) continue;
    std::optional<std::uint64_t> before;
    if (i > 0 && view.has(event_at(i - 1))) before = event_at(i - 1);
    layout.rows.push_back(builder.row(event, before, rect));
  }
  return layout;
}

const LogRow* row_at(const LogLayout& layout, Point at) {
  for (const LogRow& row : layout.rows) {
    if (row.rect.contains(at)) return &row;
  }
  return nullptr;
}

bool matches_filter(const TraceView& view, std::uint64_t event, std::string_view filter) {
  const trace::PhaseRow& row = view.trace[event].row();
  std::string text = in_small_letters(row.id) + ' ' + in_small_letters(row.name) + ' ';
  text += in_small_letters(subject_text(view, event)) + ' ';
  bool sentence_added = false;
  std::string words = in_small_letters(filter);
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    const std::string_view word = std::string_view(words).substr(at, end - at);
    at = end + 1;
    if (word.empty() || text.find(word) != text.npos) continue;
    if (!sentence_added) {
      text += in_small_letters(describe(view, event)) + ' ';
      text += browser_note(view, event);
      if (!breach_of(view, event).empty()) text += " breach of order";
      if (view.trace[event].is_late()) text += " became known late";
    }
    sentence_added = true;
    if (text.find(word) == text.npos) return false;
  }
  return true;
}

std::string dump(const LogLayout& layout) {
  std::string text = fmt::format("log {} rows {} from {} {}", dump(layout.area), layout.row_count,
                                 layout.first_row, dump(layout.found));
  for (const LogRow& row : layout.rows) {
    text += fmt::format("{}{}{}{}", dump(row.rect), row.at_cursor ? " cursor" : "",
                        row.hovered ? " hovered" : "", row.selected ? " selected" : "");
    for (const TextBox& cell : row.cells) text += " | " + cell.text;
    text += '\n';
  }
  return text;
}

}  // namespace roundtrip::viz
