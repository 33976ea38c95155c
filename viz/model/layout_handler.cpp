#include "viz/model/layout_handler.h"

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

// The facts of one request at the cursor.
struct Teller {
  const TraceView& view;
  std::uint64_t upto;
  Focus focus;
  const trace::RequestState& request;

  EventNumber fact(Phase phase) const { return request_fact(view, upto, focus, phase); }
  std::string symbol(EventNumber event, std::string_view name) const {
    const auto value = view.trace[event].arg(name);
    return value ? std::string(view.trace.symbols().text({static_cast<std::uint32_t>(*value)}))
                 : std::string("without a name");
  }
  // How long a span took, once it is over at the cursor; that it goes on, until then.
  Told length(EventNumber begin) const {
    if (begin == no_event) return {};
    const EventNumber end = view.index.partner(begin);
    if (end == no_event || end > upto) {
      return {"inside", trace::Provenance::Observed, begin};
    }
    return {duration(view.trace[end].time - view.trace[begin].time).text(),
            source_between(view, begin, end), end};
  }
};

// The begins of the middleware that this request has entered, the outermost first.
std::vector<EventNumber> middleware_of(const Teller& tell) {
  std::vector<EventNumber> found;
  const trace::ConnectionSummary* conn = tell.view.index.connection(tell.focus.conn);
  if (conn == nullptr) return found;
  const EventNumber first = tell.fact(Phase::HandleResponseWriter);
  if (first == no_event) return found;
  const auto& events = conn->events;
  const auto* const from = std::lower_bound(events.begin(), events.end(), first);
  const auto most = std::min<std::size_t>(most_facts_looked_at,
                                          static_cast<std::size_t>(events.end() - from));
  for (auto at = from; at != from + most && *at <= tell.upto &&
                       found.size() < most_middleware_shown; ++at) {
    const trace::Event& event = tell.view.trace[*at];
    if (event.request != tell.focus.request) continue;
    if (event.phase == Phase::HandleMiddleware && event.begins()) found.push_back(*at);
    if (event.phase == Phase::HandleHandler) break;
  }
  return found;
}

void add_writer(PictureMaker& maker, const Teller& tell) {
  const trace::RequestState& request = tell.request;
  const EventNumber made = tell.fact(Phase::HandleResponseWriter);
  const EventNumber header = tell.fact(Phase::HandleWriteHeader);
  const EventNumber written = tell.fact(Phase::HandleWriteBody);
  const bool writing = written != no_event && (tell.view.index.partner(written) == no_event ||
                                               tell.view.index.partner(written) > tell.upto);
  maker.happened(made);
  maker.happened(header);
  maker.happened(written);
  if (request.status && header != no_event) {
    const bool implicit = tell.view.trace[header].arg("implicit").value_or(0) != 0;
    maker.row("status", {fmt::format("{}", *request.status), {}, header});
    maker.row("set by", {implicit ? "a write" : "handler", {}, header});
  } else {
    maker.row("status", {});
    maker.row("set by", {});
  }
  const auto bytes = [](std::uint64_t value) {
    return counted(static_cast<std::int64_t>(value), "byte");
  };
  maker.row("body written", written == no_event || (writing && request.written == 0)
                                ? Told{} : Told{bytes(request.written), {}, written});
  const auto capacity = made == no_event ? std::nullopt : tell.view.trace[made].arg("body_buffer");
  Told gathers;
  if (capacity) {
    gathers = {fmt::format("{} of {}", count(request.body_buffered),
                           count(static_cast<std::int64_t>(*capacity))),
               {}, written != no_event ? written : made};
  }
  maker.row("still gathers", gathers);
}

}  // namespace

Picture layout_handler(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area) {
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  PictureMaker maker(view, cursor, state, ruler, area, "handler", "The handler makes the answer",
                     focus.request == 0
                         ? "Middleware, handler and response writer will stand here: send a "
                           "request, or go on with Next."
                         : "What it writes gathers first, so that a short body's length is known "
                           "when the head is written.");
  if (focus.request == 0) return maker.take();
  const trace::RequestState request = view.states.connection_at(focus.conn, cursor.event).request;
  const Teller tell{view, cursor.event, focus, request};
  const auto cell = [&](int column) {
    const float gap = ruler.space(5);
    const Rect& rest = maker.rest();
    const float w = std::floor((rest.w - 2 * gap) / 3);
    return Rect{rest.x + static_cast<float>(column) * (w + gap), rest.y, w, rest.h};
  };

  maker.box(cell(0), Group::Handle, "Middleware");
  const auto layers = middleware_of(tell);
  for (const EventNumber layer : layers) {
    maker.happened(layer);
    maker.row(tell.symbol(layer, "middleware"), tell.length(layer));
  }
  if (layers.empty()) maker.words("None has been entered.", Voice::Quiet);

  const EventNumber handler = tell.fact(Phase::HandleHandler);
  maker.box(cell(1), Group::Handle, "Handler");
  maker.happened(handler);
  maker.row("name", handler == no_event ? Told{}
                                        : Told{tell.symbol(handler, "handler"), {}, handler});
  maker.row("time", tell.length(handler));
  maker.row("body read",
            request.content_length.value_or(0) == 0
                ? Told{"none", {}, tell.fact(Phase::ReadRequestReady)}
                : Told{fmt::format("{} of {}", count(static_cast<std::int64_t>(request.body_got)),
                                   count(static_cast<std::int64_t>(*request.content_length))),
                       {}, tell.fact(Phase::ReadBody)});

  maker.box(cell(2), Group::Handle, "Response writer");
  add_writer(maker, tell);
  maker.arrow(0, 1, handler != no_event);
  maker.arrow(1, 2, tell.fact(Phase::HandleWriteHeader) != no_event);
  return maker.take();
}

}  // namespace roundtrip::viz
