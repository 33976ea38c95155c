#include "viz/model/layout_overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "viz/model/describe.h"
#include "viz/model/focus_facts.h"
#include "viz/model/format.h"
#include "viz/model/journey.h"
#include "viz/model/overview_figures.h"
#include "viz/model/row_filter.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;

namespace {

constexpr std::size_t bands = 6;
constexpr std::array<std::string_view, bands> titles = {
    "1 Server startup",       "2 Client connection",     "3 Reading and parsing",
    "4 Routing and handling", "5 Sending the answer", "6 What comes after"};

// So many letters side by side, and a column of bands has room for all that a step says.
constexpr float letters_of_a_step = 80;
constexpr float least_letters_of_a_step = 34;
constexpr float least_lines_of_steps = 4;
constexpr float lines_for_all = 24;
constexpr std::string_view heading = "Overview";
constexpr std::size_t most_letters_of_a_target = 24;

struct Band {
  Group group{};
  std::vector<JourneyRow> steps;
  std::span<const EventNumber> facts;
  std::optional<std::size_t> here;  // the newest step that the cursor has reached
  std::size_t lines = 0;            // how many steps are shown
  std::size_t first = 0;            // the first of them
};
using Bands = std::array<Band, bands>;

// Which columns have room, in the order in which they are missed.
struct Columns {
  float time_px = 0;
  float component_px = 0;
  float action_px = 0;
  float state_px = 0;
  float gap_px = 0;

  // What a step does is whole before the others get room.
  Columns(const Ruler& ruler, float width, std::span<const JourneyRow> steps)
      : gap_px(ruler.space(3)) {
    const auto wide = [&ruler](std::string_view text, Voice voice) {
      return std::ceil(ruler.width(text, voice)) + 2;
    };
    float left = width - wide("accept4() returns", Voice::Body);
    for (const JourneyRow& step : steps) {
      left = std::min(left, width - wide(step.action, Voice::Body));
    }
    const auto take = [&](float px) {
      if (left < px + gap_px) return 0.f;
      left -= px + gap_px;
      return px;
    };
    component_px = take(wide("Connection object", Voice::Body));
    time_px = take(wide("[1,000 ms]", Voice::Mono));
    state_px = take(wide("ESTABLISHED.", Voice::Quiet));
    action_px = width - (component_px > 0 ? component_px + gap_px : 0) -
                (time_px > 0 ? time_px + gap_px : 0) - (state_px > 0 ? state_px + gap_px : 0);
  }
};

bool lies_in(const JourneyRow& step, std::uint64_t event) {
  return std::binary_search(step.facts.begin(), step.facts.end(), event);
}

struct Overview {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const Ruler& ruler;
  const Teller& tell;
  PictureMaker& picture;
  FocusFacts facts = focus_facts(view, tell.focus(), true);
  Bands all{};

  bool reached(EventNumber event) const { return event <= cursor.event; }
  void gather();
  std::size_t band_at_cursor() const;
  void share_lines(std::size_t from, std::size_t to, float height);
  std::string_view why_empty(std::size_t number) const;
  void place(Band& band, std::size_t number, const Rect& rect);
  void place_strip(const Band& band, std::size_t box, const Rect& strip);
  void place_steps(const Band& band, const Rect& rect);
  Link link_of(const Band& band, std::size_t step) const;
  Duration since(const Band& band, EventNumber event) const;
  float header_px() const { return ruler.line(Voice::Body) + ruler.space(2); }
  float gap_px() const { return ruler.space(0.75f); }
  float band_px(const Band& band) const {
    if (band.lines == 0) return header_px();
    return header_px() + static_cast<float>(band.lines) * ruler.line(Voice::Body) + ruler.space(1);
  }
};

void Overview::gather() {
  for (std::size_t i = 0; i < bands; ++i) {
    Band& band = all[i];
    band.group = static_cast<Group>(i);
    band.facts = facts[i];
    band.steps = journey_rows(view, band.facts, nullptr);
    for (std::size_t step = 0; step < band.steps.size(); ++step) {
      if (reached(band.steps[step].event)) band.here = step;
    }
  }
}

// That of the newest step of all.
std::size_t Overview::band_at_cursor() const {
  std::size_t at = 0;
  EventNumber newest = 0;
  for (std::size_t i = 0; i < bands; ++i) {
    const Band& band = all[i];
    if (!band.here || band.steps[*band.here].event < newest) continue;
    newest = band.steps[*band.here].event;
    at = i;
  }
  return at;
}

// The band at the cursor, or the nearest to it, comes first; another opens where all of it has
// room.
void Overview::share_lines(std::size_t from, std::size_t to, float height) {
  const std::size_t here = std::clamp(band_at_cursor(), from, to - 1);
  float left = height;
  for (std::size_t i = from; i < to; ++i) left -= header_px() + gap_px();
  std::vector<std::size_t> order;
  for (std::size_t i = from; i < to; ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [here](std::size_t a, std::size_t b) {
    const auto away = [here](std::size_t i) {
      return i > here ? 2 * (i - here) - 1 : 2 * (here - i);
    };
    return away(a) < away(b);
  });
  for (const std::size_t i : order) {
    Band& band = all[i];
    const float line = ruler.line(Voice::Body);
    const auto room = static_cast<std::size_t>(
        std::max(0.f, std::floor((left - ruler.space(1)) / line)));
    const std::size_t wanted = band.steps.size();
    if (wanted <= room) {
      band.lines = wanted;
    } else if (i == here) {
      band.lines = room;
      const std::size_t at = band.here.value_or(0);
      band.first = std::min(at - std::min(at, room / 2), wanted - room);
    }
    left -= band_px(band) - header_px();
  }
}

Link Overview::link_of(const Band& band, std::size_t step) const {
  const JourneyRow& row = band.steps[step];
  Link link = picture.link(row.event);
  link.at_cursor = lies_in(row, cursor.event);
  return link;
}

// Each band counts from its own first fact, without what a person held.
Duration Overview::since(const Band& band, EventNumber event) const {
  return time_between(view, band.facts.front(), event).running;
}

// Why the trace tells nothing of a phase.
std::string_view Overview::why_empty(std::size_t number) const {
  if (number == 0) return "evicted, or never told";
  if (tell.focus().request == 0) {
    if (lies_ahead(view, cursor.event, Topic::Request)) return "to come: press Next";
    return state.session.live ? "to come: send a request" : "not in this trace";
  }
  const auto* conn = view.index.connection(tell.focus().conn);
  return conn != nullptr && conn->closed ? "it never came to this" : "to come";
}

void Overview::place(Band& band, std::size_t number, const Rect& rect) {
  const std::size_t box = picture.box_count();
  picture.box(rect, band.group, titles[number]);
  if (band.facts.empty()) {
    const Rect beside = rect.inset(ruler.space(3), ruler.space(1));
    picture.note({beside.x, beside.y, beside.w, ruler.line(Voice::Body)}, why_empty(number),
                 Voice::Quiet, Side::Right);
    return;
  }
  if (!band.steps.empty() && reached(band.steps.front().event)) {
    picture.happened(band.steps.front().event);
  }
  Rect line = rect.inset(ruler.space(3), ruler.space(1));
  line.h = ruler.line(Voice::Body);
  line.take_left(std::ceil(ruler.width("5 Sending the answer mm", Voice::Strong)), ruler.space(2));
  const float time_px = std::ceil(ruler.width("[1,000 ms]", Voice::Mono)) + 2;
  if (line.w > time_px) {
    const Rect time_at = line.take_right(time_px, ruler.space(3));
    const EventNumber last = band.facts.back();
    if (reached(last) && last != band.facts.front()) {
      const std::string took = apart_text(view, band.facts.front(), last);
      picture.note(time_at, took, Voice::Mono, Side::Right);
    }
  }
  place_strip(band, box, line);
  place_steps(band, rect);
}

// A cell for each step, or for a few where they are many: filled once it has happened.
void Overview::place_strip(const Band& band, std::size_t box, const Rect& strip) {
  const float least_px = ruler.space(1.5f);
  const auto fitting = static_cast<std::size_t>(std::max(0.f, strip.w / least_px));
  if (fitting == 0 || band.steps.empty()) return;
  const std::size_t together = (band.steps.size() + fitting - 1) / fitting;
  const std::size_t cells = (band.steps.size() + together - 1) / together;
  const float width = std::min(ruler.space(8), strip.w / static_cast<float>(cells));
  for (std::size_t i = 0; i < cells; ++i) {
    // The step that the cell stands for: where the cursor is among them, else the first.
    std::size_t step = i * together;
    const std::size_t end = std::min(step + together, band.steps.size());
    for (std::size_t other = step; other < end; ++other) {
      if (lies_in(band.steps[other], cursor.event)) step = other;
    }
    const Rect rect{strip.x + static_cast<float>(i) * width, strip.y + ruler.space(1),
                    width - ruler.space(0.5f), strip.h - ruler.space(2)};
    const JourneyRow& row = band.steps[step];
    picture.bar(rect, band.group, reached(row.event) ? Filling::Filled : Filling::Free,
                {{}, row.source, row.event});
    PictureBar& made = picture.last_bar();
    made.box = box;
    made.link = link_of(band, step);
  }
}

void Overview::place_steps(const Band& band, const Rect& rect) {
  const Rect inside = rect.inset(ruler.space(3), 0);
  const Columns columns(ruler, inside.w, band.steps);
  for (std::size_t i = band.first; i < band.first + band.lines; ++i) {
    const JourneyRow& step = band.steps[i];
    std::vector<Cell> cells;
    float x = inside.x;
    const auto cell = [&](float width, std::string text, Voice voice, Side side = Side::Left) {
      if (width > 0) cells.push_back({x, width, std::move(text), voice, side});
      x += width > 0 ? width + columns.gap_px : 0;
    };
    cell(columns.time_px, marked(duration(since(band, step.event)).text(), step.source),
         Voice::MonoQuiet, Side::Right);
    cell(columns.component_px, step.component, Voice::Body);
    cell(columns.action_px, step.action, Voice::Body);
    cell(columns.state_px, step.state, Voice::Quiet);
    picture.cells(cells, link_of(band, i), !reached(step.event));
  }
}

// Why the times of the phases do not add up to the request's.
constexpr std::string_view times_overlap =
    "A phase's time runs from its first step to its last: phases overlap.";

std::string sentence_of(const TraceView& view, const Teller& tell) {
  const auto row = view.statistics.requests().row(tell.focus().request);
  const RequestWords words = row ? words_of(view, *row) : RequestWords{};
  if (words.method.empty()) return "The whole way of a request in six phases; a click goes there.";
  std::string target = words.target;
  if (target.size() > most_letters_of_a_target) {
    target = target.substr(0, most_letters_of_a_target - 1) + "\u2026";
  }
  return fmt::format("The whole way of {} {} in six phases; a click goes there.", words.method,
                     target);
}

}  // namespace

Picture layout_overview(const TraceView& view, const Cursor& cursor, const ViewState& state,
                        const Ruler& ruler, const Rect& area) {
  const Teller tell(view, cursor, state);
  // Where there is little room, heading and sentence share a line.
  const std::string sentence = sentence_of(view, tell);
  const float heading_px = std::ceil(ruler.width(heading, Voice::Strong)) + ruler.space(4);
  const float sentence_px = std::ceil(ruler.width(sentence, Voice::Quiet)) + 1;
  const bool beside = area.h < lines_for_all * ruler.line(Voice::Body) &&
                      heading_px + sentence_px + ruler.space(2) <= area.w;
  PictureMaker picture(view, cursor, state, ruler, area, "overview", heading,
                       beside ? std::string() : fmt::format("{} {}", sentence, times_overlap));
  if (beside) {
    picture.note({area.x + ruler.space(1) + heading_px, area.y, sentence_px, ruler.row_px},
                 sentence, Voice::Quiet);
  }
  Overview overview{view, cursor, state, ruler, tell, picture};
  overview.gather();
  Rect rest = picture.rest();
  const float letter_px = ruler.width("n", Voice::Body);
  const float line_px = ruler.line(Voice::Body);
  // In a low picture six bands one below the other would leave no step any room.
  const float six_px = bands * (overview.header_px() + overview.gap_px()) + 2 * line_px;
  const bool low = rest.h < six_px + least_lines_of_steps * line_px;
  const float foot_px = low ? line_px : 2 * line_px;
  const bool two = rest.w >= 2 * (low ? least_letters_of_a_step : letters_of_a_step) * letter_px;
  rest.take_bottom(foot_px, ruler.space(2));
  const std::size_t columns = two ? 2 : 1;
  const float gap = ruler.space(4);
  const float width = std::floor((rest.w - gap * static_cast<float>(columns - 1)) /
                                 static_cast<float>(columns));
  float bottom = rest.y;
  for (std::size_t column = 0; column < columns; ++column) {
    const std::size_t from = column * bands / columns;
    const std::size_t to = (column + 1) * bands / columns;
    overview.share_lines(from, to, rest.h);
    Rect place{rest.x + static_cast<float>(column) * (width + gap), rest.y, width, rest.h};
    for (std::size_t i = from; i < to; ++i) {
      Band& band = overview.all[i];
      overview.place(band, i, place.take_top(overview.band_px(band), overview.gap_px()));
    }
    bottom = std::max(bottom, place.y);
  }
  const Rect foot{rest.x, std::min(bottom, rest.bottom()) + ruler.space(2), rest.w, foot_px};
  place_overview_figures(tell, overview.facts, picture, foot.inset(ruler.space(1), 0));
  return picture.take();
}

}  // namespace roundtrip::viz
