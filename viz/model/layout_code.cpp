#include "viz/model/layout_code.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

// The longest line of a listing has so many letters.
constexpr std::size_t letters_in_line = 31;
// So few lines are all needed for code.
constexpr std::size_t most_without_name = 3;
// In a lower pane heading and sentence give way to it.
constexpr float lines_for_heading = 9;
constexpr std::string_view sentence =
    "The line at the cursor is lit; what has not run for this connection is pale.";

// The newest fact of each phase at the cursor: of the request in focus, of its connection, of the
// process. And the step that the cursor is at.
struct Steps {
  std::array<EventNumber, trace::phase_count> newest;
  EventNumber at_cursor;
  Phase here;

  Steps(EventNumber number, const Event& event) : at_cursor(number), here(event.phase) {
    newest.fill(no_event);
    take(event, number);
  }
  EventNumber of(Phase phase) const { return newest[static_cast<std::size_t>(phase)]; }
  void take(const Event& event, EventNumber number) {
    if (!is_in_listings(event.phase)) return;
    // It begins with the half-close; its line, close(fd), has run at its end.
    const bool only_begun = event.phase == Phase::LifecycleClose && event.begins();
    if (only_begun && number != at_cursor) return;
    EventNumber& known = newest[static_cast<std::size_t>(event.phase)];
    if (known == no_event) known = number;
  }
};

Steps steps_at(const TraceView& view, const Cursor& cursor, const Focus& focus) {
  Steps steps(static_cast<EventNumber>(cursor.event), view.trace[cursor.event]);
  const auto each_back = [&](const trace::EventList& events, auto&& take) {
    const EventNumber* at = std::upper_bound(events.begin(), events.end(), cursor.event);
    for (std::size_t looked = 0; at != events.begin() && looked < most_facts_looked_at; ++looked) {
      --at;
      if (!view.has(*at)) return;
      take(view.trace[*at], *at);
    }
  };
  if (const auto* conn = view.index.connection(focus.conn)) {
    each_back(conn->events, [&](const Event& event, EventNumber number) {
      const bool of_another = event.request != 0 && event.request != focus.request;
      if (!of_another) steps.take(event, number);
    });
  }
  each_back(view.index.startup_events(),
            [&](const Event& event, EventNumber number) { steps.take(event, number); });
  return steps;
}

class Code {
 public:
  Code(const Ruler& ruler, PictureMaker& maker, const Steps& steps)
      : ruler_(ruler), maker_(maker), steps_(steps), line_px_(ruler.line(Voice::Body)) {}

  // Side by side where the lines have room, else one above the other.
  void make(const CodeListings& listings, Rect rest) {
    const float gap = ruler_.space(4);
    const float line_w = ruler_.width(std::string(letters_in_line, 'm'), Voice::Mono);
    const bool beside = rest.w >= 2 * line_w + gap;
    const Rect first = beside ? rest.take_left(std::floor((rest.w - gap) / 2), gap)
                              : rest.take_top(std::floor((rest.h - gap) / 2), gap);
    draw(listings.go, first, "Go, simplified");
    draw(listings.ours, rest, "Ours, simplified");
  }

 private:
  void draw(const CodeListing& listing, Rect area, std::string_view title) {
    Rect name = area.take_top(line_px_, ruler_.space(1));
    const bool without = !line_of(listing, steps_.here);
    if (without) say_why(listing, area.take_bottom(line_px_, ruler_.space(1)));
    const auto most = static_cast<std::size_t>(std::max(0.f, std::floor(area.h / line_px_)));
    const std::size_t count = std::min(most, listing.lines.size());
    const std::size_t first = first_line(listing, count);
    // Where a part begins above, its name stands in place of the first line.
    const bool names = count > most_without_name && !listing.lines[first].heading &&
                       !listing.lines[first + 1].heading;
    const std::size_t above = first + (names ? 1 : 0);
    say_rest(name, title, above, listing.lines.size() - first - count);
    maker_.note(name, title, Voice::Strong);
    for (std::size_t i = first; i < first + count; ++i) {
      const std::size_t shown = names && i == first ? heading_of(listing, i) : i;
      draw_line(listing, shown, area.take_top(line_px_));
    }
  }

  static std::size_t heading_of(const CodeListing& listing, std::size_t line) {
    while (line > 0 && !listing.lines[line].heading) --line;
    return line;
  }

  static std::optional<std::size_t> line_of(const CodeListing& listing, Phase phase) {
    return listing.line_of[static_cast<std::size_t>(phase)];
  }

  // The scheduler's steps and the trace's own are no function of a request.
  static std::string_view why_no_line(const CodeListing& listing, Phase phase) {
    if (is_in_listings(phase)) return listing.reasons[static_cast<std::size_t>(phase)];
    return trace::row_of(phase).group() == trace::Group::Task ? "the scheduler's; no line here."
                                                              : "the trace's own; no line here.";
  }

  // The line that is lit; else the one that ran last.
  std::optional<std::size_t> line_in_sight(const CodeListing& listing) const {
    if (const auto line = line_of(listing, steps_.here)) return line;
    std::optional<std::size_t> found;
    EventNumber newest = 0;
    for (std::size_t i = 0; i < trace::phase_count; ++i) {
      const EventNumber event = steps_.newest[i];
      if (event == no_event || !listing.line_of[i] || (found && event <= newest)) continue;
      newest = event;
      found = listing.line_of[i];
    }
    return found;
  }

  // It stands a little above the middle, with its heading where that is near.
  std::size_t first_line(const CodeListing& listing, std::size_t count) const {
    const std::size_t line = line_in_sight(listing).value_or(0);
    const std::size_t before = count * 2 / 5;
    const std::size_t first = line - std::min(line, before);
    return std::min(first, listing.lines.size() - count);
  }

  void say_rest(Rect& name, std::string_view title, std::size_t above, std::size_t below) {
    if (above + below == 0) return;
    const std::string text = fmt::format("{} above, {} below", above, below);
    const float wanted = std::ceil(ruler_.width(text, Voice::Quiet)) + 1;
    if (wanted + ruler_.space(2) + ruler_.width(title, Voice::Strong) > name.w) return;
    maker_.note(name.take_right(wanted, ruler_.space(2)), text, Voice::Quiet, Side::Right);
  }

  void say_why(const CodeListing& listing, const Rect& line) {
    const trace::PhaseRow& row = trace::row_of(steps_.here);
    const std::string_view why = why_no_line(listing, steps_.here);
    std::string text = fmt::format("{}: {}", row.name, why);
    for (const std::string& shorter : {std::string(why), fmt::format("{}: no line", row.name),
                                       std::string("no line of its own")}) {
      if (ruler_.width(text, Voice::Body) > line.w) text = shorter;
    }
    maker_.note(line, text, row.group(), Voice::Body, Side::Left, steps_.at_cursor);
    maker_.last_note().link.at_cursor = true;
  }

  // The newest fact of the phases of a line.
  EventNumber newest_of(const CodeLine& line) const {
    EventNumber newest = no_event;
    for (std::size_t i = 0; i < trace::phase_count; ++i) {
      const EventNumber event = steps_.newest[i];
      if (event == no_event || !line.phases.has(static_cast<Phase>(i))) continue;
      if (newest == no_event || event > newest) newest = event;
    }
    return newest;
  }

  // Whether a line has run. One without phases has run when the one before it in its part has, or
  // where there is none, the one after it.
  bool has_run(const CodeListing& listing, std::size_t number) const {
    const auto& lines = listing.lines;
    for (std::size_t i = number; !lines[i].heading; --i) {
      if (!lines[i].phases.empty()) return newest_of(lines[i]) != no_event;
    }
    for (std::size_t i = number; i < lines.size() && !lines[i].heading; ++i) {
      if (!lines[i].phases.empty()) return newest_of(lines[i]) != no_event;
    }
    return false;
  }

  void draw_line(const CodeListing& listing, std::size_t number, Rect rect) {
    const CodeLine& line = listing.lines[number];
    if (line.heading) return maker_.note(rect, line.text, Voice::Quiet);
    rect = rect.inset(ruler_.space(1), 0);
    if (!line.phases.has(steps_.here)) {
      const Voice voice = has_run(listing, number) ? Voice::Mono : Voice::MonoQuiet;
      return maker_.note(rect, line.text, voice, Side::Left, newest_of(line));
    }
    maker_.note(rect, line.text, trace::row_of(steps_.here).group(), Voice::Mono, Side::Left,
                steps_.at_cursor);
    maker_.last_note().link.at_cursor = true;
  }

  const Ruler& ruler_;
  PictureMaker& maker_;
  const Steps& steps_;
  float line_px_;
};

}  // namespace

Picture layout_code(const TraceView& view, const Cursor& cursor, const ViewState& state,
                    const Ruler& ruler, const Rect& area) {
  constexpr std::string_view heading = "The code behind the step";
  if (state.listings == nullptr) {
    return PictureMaker(view, cursor, state, ruler, area, "code", heading,
                        "The listings can't be read: is the folder assets/code complete?")
        .take();
  }
  const bool low = area.h < lines_for_heading * ruler.line(Voice::Body);
  PictureMaker maker(view, cursor, state, ruler, area, "code", low ? "" : heading,
                     low ? "" : sentence);
  const Steps steps = steps_at(view, cursor, focus_at(view, cursor.event, state.chosen));
  Code(ruler, maker, steps).make(*state.listings, low ? area : maker.rest());
  return maker.take();
}

}  // namespace roundtrip::viz
