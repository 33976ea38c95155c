#include "viz/model/layout_router.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/http/router.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Phase;

namespace {

// What was asked for, and what was decided: a value may stand below its name.
constexpr float most_lines_asked = 3;
constexpr float most_lines_decided = 8;

// The mark that a pattern's path ends there.
constexpr std::string_view end_of_path = "{$}";

// A pattern as the story of this request has it: compared or not yet.
struct Pattern {
  std::string text;
  std::string handler;
  const trace::RouteCandidate* compared = nullptr;
};

bool is_told_singly(const Pattern& pattern) {
  return pattern.compared != nullptr && pattern.compared->pattern != trace::Symbol{};
}

std::vector<Pattern> patterns_of(const TraceView& view, const trace::ProcessAt& process,
                                 const trace::RequestState& request) {
  const auto text = [&view](trace::Symbol symbol) {
    return std::string(view.trace.symbols().text(symbol));
  };
  std::vector<Pattern> patterns;
  for (const auto& [pattern, handler] : process.routes) {
    const auto found =
        std::find_if(request.candidates.begin(), request.candidates.end(),
                     [&](const trace::RouteCandidate& one) { return one.pattern == pattern; });
    const auto merged =
        std::find_if(request.candidates.begin(), request.candidates.end(),
                     [](const auto& one) { return one.pattern == trace::Symbol{}; });
    const auto told = found == request.candidates.end() ? merged : found;
    patterns.push_back({text(pattern), text(handler),
                        told == request.candidates.end() ? nullptr : &*told});
  }
  // Where there are many, those that the router told one by one come first, and of these the ones
  // whose path fits.
  std::stable_partition(patterns.begin(), patterns.end(), is_told_singly);
  std::stable_partition(patterns.begin(), patterns.end(), [&](const Pattern& one) {
    return is_told_singly(one) && view.trace.symbols().text(one.compared->verdict) !=
                                      http::verdict_sentence(http::Verdict::PathDiffers);
  });
  return patterns;
}

struct Builder {
  const Teller& tell;
  const trace::RequestState& request;
  PictureMaker& maker;
  const Ruler& ruler;

  bool wins(const Pattern& pattern) const {
    return request.pattern && tell.symbol(*request.pattern) == pattern.text;
  }
  std::string words(const Pattern& pattern) const;
  Told compared(const Pattern& pattern, std::string_view name, std::string_view ours,
                const Told& asked, float width_px) const;
  Told paths(const Pattern& pattern, float width_px) const;
  Told methods(const Pattern& pattern, float width_px) const;
  float height(const Pattern& pattern, float width_px) const;
  std::string others(const std::vector<Pattern>& patterns, std::size_t from) const;
  std::size_t add_patterns(const std::vector<Pattern>& patterns, Rect rest) const;
  void add_decided(const Rect& place) const;
  void add_rule(const std::vector<Pattern>& patterns, const Rect& below) const;
};

std::string Builder::words(const Pattern& pattern) const {
  if (pattern.compared != nullptr) return tell.symbol(pattern.compared->verdict);
  return request.rejected == no_event ? "not compared yet" : "not compared";
}

// A part of the pattern beside that of the request. Absent where it has no room.
Told Builder::compared(const Pattern& pattern, std::string_view name, std::string_view ours,
                       const Told& asked, float width_px) const {
  if (!asked.text) return {};
  Told told{fmt::format("{} {} {}", ours, ours == *asked.text ? "=" : "≠", *asked.text),
            trace::Provenance::Derived, pattern.compared->event};
  const float needed = ruler.width(name, Voice::Quiet) +
                       ruler.width("[" + *told.text + "]", Voice::Mono) + ruler.space(3);
  return needed <= width_px - ruler.space(6) ? told : Told{};
}

// Of patterns that are one path; one that ends in {$} is the path before that, and no other.
Told Builder::paths(const Pattern& pattern, float width_px) const {
  const std::size_t from = pattern.text.find('/');
  if (pattern.compared == nullptr || from == pattern.text.npos || !request.path) return {};
  std::string path = pattern.text.substr(from);
  const bool whole = path.ends_with(end_of_path);
  if (whole) path.resize(path.size() - end_of_path.size());
  if ((path.ends_with('/') && !whole) || path.find('{') != path.npos) return {};
  return compared(pattern, "path", path, tell.text(trace::Log::In, request.path, no_event),
                  width_px);
}

// Where the path fits, the method decides.
Told Builder::methods(const Pattern& pattern, float width_px) const {
  const std::size_t end = pattern.text.find(' ');
  const Told path = paths(pattern, width_px);
  if (!path.text || path.text->find("≠") != path.text->npos || end == pattern.text.npos) return {};
  return compared(pattern, "method", pattern.text.substr(0, end),
                  tell.text(trace::Log::In, request.method, no_event), width_px);
}

// Of a box with all its words.
float Builder::height(const Pattern& pattern, float width_px) const {
  constexpr float endless_px = 1e6f;
  Rect room{0, 0, width_px - ruler.space(6), endless_px};
  const auto lines = wrap_text(ruler, room, words(pattern), Voice::Body);
  const float more = (paths(pattern, width_px).text ? 1.f : 0.f) +
                     (methods(pattern, width_px).text ? 1.f : 0.f);
  return maker.box_px(static_cast<float>(lines.size()) + more);
}

// The names of the patterns that have no box of their own, and what the router said of all of them.
std::string Builder::others(const std::vector<Pattern>& patterns, std::size_t from) const {
  std::string names;
  bool alike = true;
  for (std::size_t i = from; i < patterns.size(); ++i) {
    names += fmt::format("{}{}", i == from ? "" : ", ", patterns[i].text);
    alike = alike && words(patterns[i]) == words(patterns[from]);
  }
  return alike ? fmt::format("{}: {}", names, words(patterns[from])) : names;
}

// One below the other, each as tall as its words; where they have no room, of one height. Returns
// the box of the one that wins, 0 where none does.
std::size_t Builder::add_patterns(const std::vector<Pattern>& patterns, Rect rest) const {
  const float gap = ruler.space(2);
  float all = -gap;
  for (const Pattern& pattern : patterns) all += height(pattern, rest.w) + gap;
  const bool whole = all <= rest.h;
  const float least = maker.box_px(1);
  const auto fit = static_cast<std::size_t>(
      std::max(1.f, std::floor((rest.h + gap) / (least + gap))));
  // Where not all have room, those that were told one by one have it first, and are whole.
  std::size_t singly = 0;
  float singly_px = 0;
  while (singly < patterns.size() && is_told_singly(patterns[singly])) {
    const float more = height(patterns[singly], rest.w) + gap;
    if (singly_px + more + least > rest.h) break;
    singly_px += more;
    ++singly;
  }
  const bool told_whole = !whole && singly > 0;
  const std::size_t shown = whole        ? patterns.size()
                            : told_whole ? std::min(patterns.size(), singly + 1)
                                         : std::min(patterns.size(), fit);
  const float same = std::floor((rest.h - gap * static_cast<float>(shown - 1)) /
                                static_cast<float>(std::max<std::size_t>(shown, 1)));
  std::size_t winner = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    const Pattern& pattern = patterns[i];
    const bool last_of_many = i + 1 == shown && shown < patterns.size();
    const bool own_height = whole || (told_whole && !last_of_many);
    const float h = own_height ? height(pattern, rest.w) : told_whole ? rest.h : same;
    maker.box(rest.take_top(h, gap), Group::Handle,
              last_of_many ? fmt::format("and {} more patterns", patterns.size() - i)
                           : pattern.text);
    if (pattern.compared != nullptr) maker.happened(pattern.compared->event);
    if (last_of_many) {
      maker.words_if_whole(others(patterns, i), Voice::Quiet);
      break;
    }
    if (wins(pattern)) {
      maker.chosen();
      winner = i + 1;
    }
    const Told path = own_height ? paths(pattern, rest.w) : Told{};
    const Told method = own_height ? methods(pattern, rest.w) : Told{};
    if (path.text) maker.row("path", path);
    if (method.text) maker.row("method", method);
    if (pattern.compared == nullptr) {
      maker.words(words(pattern), Voice::Quiet);
    } else if (!maker.words_if_whole(words(pattern))) {
      // The whole verdict is told in the explain pane.
      maker.words(wins(pattern) ? "It wins." : "Compared.");
    }
  }
  return winner;
}

void Builder::add_decided(const Rect& place) const {
  const EventNumber route = tell.newest(Phase::HandleRoute);
  const EventNumber match = tell.newest(Phase::HandleRouteMatch);
  maker.box(place, Group::Handle, "Decided");
  if (match == no_event && request.rejected != no_event) {
    const EventNumber header = tell.newest(Phase::HandleWriteHeader);
    maker.row("handler", {"none: refused", {}, request.rejected});
    maker.row("answers", tell.argument(header, "status"));
    return;
  }
  maker.happened(match);
  const std::string won = request.pattern ? tell.symbol(*request.pattern) : std::string();
  if (ruler.width(won, Voice::Mono) > place.w - ruler.space(6)) {
    maker.words("pattern " + won);
  } else {
    maker.row("pattern", request.pattern     ? Told{won, {}, match}
                         : match != no_event ? Told{"none fits", {}, match}
                                             : Told{});
  }
  maker.row("handler", request.handler ? Told{tell.symbol(*request.handler), {}, match} : Told{});
  const auto status = tell.number(match, "status");
  if (status) maker.row("answers", {fmt::format("{}", *status), {}, match});
  maker.row("took", tell.since(route, tell.end_of(route)));
}

// How it is decided, where that has room to the last word.
void Builder::add_rule(const std::vector<Pattern>& patterns, const Rect& below) const {
  constexpr std::string_view rule =
      "A pattern fits when its path and its method do. If none fits, the answer is 404; if only "
      "the method is wrong, 405.";
  constexpr std::string_view mark = "{$} is the path's end: /{$} is / alone.";
  const auto lines_of = [&](std::string_view text) {
    Rect endless{0, 0, below.w - ruler.space(6), 1e6f};
    return static_cast<float>(wrap_text(ruler, endless, text, Voice::Quiet).size());
  };
  const float lines = lines_of(rule);
  if (below.h < maker.box_px(lines) || lines == 0) return;
  maker.box({below.x, below.y, below.w, std::min(below.h, maker.box_px(lines + lines_of(mark)))},
            Group::Handle, "The rule");
  maker.done();
  maker.words(rule, Voice::Quiet);
  const bool marked = std::any_of(patterns.begin(), patterns.end(), [](const Pattern& pattern) {
    return pattern.text.ends_with(end_of_path);
  });
  if (marked) maker.words_if_whole(mark, Voice::Quiet);
}

}  // namespace

Picture layout_router(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area) {
  const Teller tell(view, cursor, state);
  const Focus focus = tell.focus();
  const trace::RequestState request = tell.request();
  PictureMaker maker(view, cursor, state, ruler, area, "router", "Which handler answers?",
                     focus.request == 0
                         ? nothing_yet("The path, the registered patterns and the winner",
                                       Topic::Request, view, cursor, state)
                     : request.rejected != no_event && request.candidates.empty()
                         ? "The request was refused before any pattern was compared with it."
                         : "Every registered pattern is compared with the request; the most "
                           "specific one that fits wins.");
  Rect rest = maker.rest();
  const float gap = ruler.space(5);
  const float side = std::floor((rest.w - 2 * gap) * 0.3f);
  const Rect left = rest.take_left(side, gap);
  const Rect right = rest.take_right(side, gap);
  const float left_h = std::min(rest.h, maker.box_px(most_lines_asked));
  const float right_h = std::min(rest.h, maker.box_px(most_lines_decided));

  maker.box({left.x, left.y, left.w, left_h}, Group::Read, "The request");
  maker.happened(tell.newest(Phase::HandleRoute));
  maker.happened(tell.newest(Phase::HandleRoutePath));
  maker.row("method", tell.text(trace::Log::In, request.method, tell.newest(Phase::ReadLineSplit)));
  maker.row("path", tell.text(trace::Log::In, request.path, tell.newest(Phase::ReadUrl)));

  const Builder builder{tell, request, maker, ruler};
  const auto patterns = patterns_of(view, view.states.process_at(cursor.event), request);
  const std::size_t winner = builder.add_patterns(patterns, rest);
  const std::size_t decided = maker.box_count();
  builder.add_decided({right.x, right.y, right.w, right_h});
  Rect below = left;
  below.take_top(left_h, ruler.space(2));
  builder.add_rule(patterns, below);
  if (winner != 0) {
    maker.arrow(0, winner, true);
    maker.arrow(winner, decided, true);
  }
  return maker.take();
}

}  // namespace roundtrip::viz
