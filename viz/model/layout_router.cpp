#include "viz/model/layout_router.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/describe.h"
#include "viz/model/format.h"

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

// The bytes of a range of the request, where they were kept.
Told kept_text(const TraceView& view, std::uint32_t conn, const std::optional<ByteRange>& range,
               EventNumber event) {
  if (!range) return {};
  const auto bytes = view.trace.bytes(conn, trace::Log::In, *range);
  return {bytes.whole ? quoted(bytes.data, 40) : std::string("not kept"),
          trace::Provenance::Observed, event};
}

}  // namespace

Picture layout_router(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area) {
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  PictureMaker maker(view, cursor, state, ruler, area, "router", "Which handler answers?",
                     focus.request == 0
                         ? "The path, the registered patterns and the winner will stand here: send "
                           "a request, or go on with Next."
                         : "Every registered pattern is compared with the request; the most "
                           "specific one that fits wins.");
  if (focus.request == 0) return maker.take();
  const trace::RequestState request =
      view.states.connection_at(focus.conn, cursor.event).request;
  const auto fact = [&](Phase phase) { return request_fact(view, cursor.event, focus, phase); };
  const auto symbol = [&view](trace::Symbol text) {
    return std::string(view.trace.symbols().text(text));
  };

  Rect rest = maker.rest();
  const float gap = ruler.space(5);
  const float side = std::floor((rest.w - 2 * gap) * 0.3f);
  const Rect left = rest.take_left(side, gap);
  const Rect right = rest.take_right(side, gap);
  const float line = ruler.line(Voice::Body);
  const float side_h = std::min(rest.h, line * 10 + ruler.space(5));

  maker.box({left.x, left.y, left.w, side_h}, Group::Read, "The request");
  maker.happened(fact(Phase::HandleRoutePath));
  maker.row("method", kept_text(view, focus.conn, request.method, fact(Phase::ReadLineSplit)));
  maker.row("path", kept_text(view, focus.conn, request.path, fact(Phase::ReadUrl)));

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
    const bool wins = request.pattern && symbol(*request.pattern) == pattern.text;
    if (pattern.compared != nullptr) maker.happened(pattern.compared->event);
    if (wins) {
      maker.chosen();
      winner = i + 1;
    }
    maker.words(pattern.compared == nullptr ? "not compared yet"
                                            : symbol(pattern.compared->verdict),
                pattern.compared == nullptr ? Voice::Quiet : Voice::Body);
  }

  const EventNumber route = fact(Phase::HandleRoute);
  const std::string took = route == no_event ? std::string() : took_text(view, route);
  const EventNumber match = fact(Phase::HandleRouteMatch);
  maker.box({right.x, right.y, right.w, side_h}, Group::Handle, "Decided");
  maker.happened(match);
  maker.row("pattern", request.pattern ? Told{symbol(*request.pattern), {}, match}
                       : match != no_event ? Told{"none fits", {}, match} : Told{});
  maker.row("handler", request.handler ? Told{symbol(*request.handler), {}, match} : Told{});
  const auto status = match == no_event ? std::nullopt : view.trace[match].arg("status");
  if (status) maker.row("answers", {fmt::format("{}", *status), {}, match});
  // From the begin to the end of the search: known once that end was told.
  const EventNumber ended = route == no_event ? no_event : view.index.partner(route);
  maker.row("took", ended != no_event && ended <= cursor.event
                        ? Told{took, {}, route} : Told{});
  const std::size_t decided = shown + 1;
  if (winner != 0) {
    maker.arrow(0, winner, true);
    maker.arrow(winner, decided, match != no_event);
  }
  return maker.take();
}

}  // namespace roundtrip::viz
