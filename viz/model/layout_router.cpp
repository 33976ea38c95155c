#include "viz/model/layout_router.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Phase;

namespace {

// A pattern as the story of this request has it: compared or not yet.
struct Pattern {
  std::string text;
  std::string handler;
  const trace::RouteCandidate* compared = nullptr;
};

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
    patterns.push_back({text(pattern), text(handler),
                        found == request.candidates.end() ? nullptr : &*found});
  }
  return patterns;
}

}  // namespace

Picture layout_router(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area) {
  const Teller tell(view, cursor, state);
  const Focus focus = tell.focus();
  PictureMaker maker(view, cursor, state, ruler, area, "router", "Which handler answers?",
                     focus.request == 0
                         ? "The path, the registered patterns and the winner will stand here: send "
                           "a request, or go on with Next."
                         : "Every registered pattern is compared with the request; the most "
                           "specific one that fits wins.");
  if (focus.request == 0) return maker.take();
  const trace::RequestState request =
      view.states.connection_at(focus.conn, cursor.event).request;
  Rect rest = maker.rest();
  const float gap = ruler.space(5);
  const float side = std::floor((rest.w - 2 * gap) * 0.3f);
  const Rect left = rest.take_left(side, gap);
  const Rect right = rest.take_right(side, gap);
  const float line = ruler.line(Voice::Body);
  const float side_h = std::min(rest.h, line * 10 + ruler.space(5));

  maker.box({left.x, left.y, left.w, side_h}, Group::Read, "The request");
  maker.happened(tell.newest(Phase::HandleRoutePath));
  maker.row("method", tell.text(trace::Log::In, request.method, tell.newest(Phase::ReadLineSplit)));
  maker.row("path", tell.text(trace::Log::In, request.path, tell.newest(Phase::ReadUrl)));

  const auto patterns = patterns_of(view, view.states.process_at(cursor.event), request);
  const float least_h = line * 3 + ruler.space(5);
  const auto fit = static_cast<std::size_t>(
      std::max(1.f, std::floor((rest.h + ruler.space(2)) / (least_h + ruler.space(2)))));
  const std::size_t shown = std::min(patterns.size(), fit);
  const float h = std::min(line * 5 + ruler.space(5),
                           std::floor((rest.h - ruler.space(2) * static_cast<float>(shown - 1)) /
                                      static_cast<float>(std::max<std::size_t>(shown, 1))));
  std::size_t winner = 0;
  for (std::size_t i = 0; i < shown; ++i) {
    const Pattern& pattern = patterns[i];
    const bool last_of_many = i + 1 == shown && shown < patterns.size();
    maker.box(rest.take_top(h, ruler.space(2)), Group::Handle,
              last_of_many ? fmt::format("and {} more patterns", patterns.size() - i)
                           : pattern.text);
    if (last_of_many) break;
    const bool wins = request.pattern && tell.symbol(*request.pattern) == pattern.text;
    if (pattern.compared != nullptr) maker.happened(pattern.compared->event);
    if (wins) {
      maker.chosen();
      winner = i + 1;
    }
    if (pattern.compared == nullptr) {
      maker.words("not compared yet", Voice::Quiet);
    } else if (!maker.words_if_whole(tell.symbol(pattern.compared->verdict))) {
      // The whole verdict is told in the explain pane.
      maker.words(wins ? "It wins." : "Compared.");
    }
  }

  const EventNumber route = tell.newest(Phase::HandleRoute);
  const EventNumber match = tell.newest(Phase::HandleRouteMatch);
  maker.box({right.x, right.y, right.w, side_h}, Group::Handle, "Decided");
  maker.happened(match);
  maker.row("pattern", request.pattern ? Told{tell.symbol(*request.pattern), {}, match}
                       : match != no_event ? Told{"none fits", {}, match} : Told{});
  maker.row("handler", request.handler ? Told{tell.symbol(*request.handler), {}, match} : Told{});
  const auto status = match == no_event ? std::nullopt : view.trace[match].arg("status");
  if (status) maker.row("answers", {fmt::format("{}", *status), {}, match});
  maker.row("took", tell.since(route, tell.end_of(route)));
  const std::size_t decided = shown + 1;
  if (winner != 0) {
    maker.arrow(0, winner, true);
    maker.arrow(winner, decided, match != no_event);
  }
  return maker.take();
}

}  // namespace roundtrip::viz
