#include "viz/model/layout_handler.h"

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

void add_writer(PictureMaker& maker, const Teller& tell, const trace::RequestState& request) {
  const EventNumber made = tell.newest(Phase::HandleResponseWriter);
  const EventNumber header = tell.newest(Phase::HandleWriteHeader);
  const EventNumber written = tell.newest(Phase::HandleWriteBody);
  const bool writing = written != no_event && tell.end_of(written) == no_event;
  maker.happened(made);
  maker.happened(header);
  maker.happened(written);
  if (request.status && header != no_event) {
    const bool implicit = tell.number(header, "implicit").value_or(0) != 0;
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
  const auto capacity = tell.number(made, "body_buffer");
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
  const Teller tell(view, cursor, state);
  const Focus focus = tell.focus();
  PictureMaker maker(view, cursor, state, ruler, area, "handler", "The handler makes the answer",
                     focus.request == 0
                         ? "Middleware, handler and response writer will stand here: send a "
                           "request, or go on with Next."
                         : "What it writes gathers first, so that a short body's length is known "
                           "when the head is written.");
  if (focus.request == 0) return maker.take();
  const trace::RequestState request = view.states.connection_at(focus.conn, cursor.event).request;
  maker.box(maker.column(0, 3), Group::Handle, "Middleware");
  const auto layers = tell.all(Phase::HandleMiddleware, most_middleware_shown);
  for (const EventNumber layer : layers) {
    maker.happened(layer);
    maker.row(tell.symbol(layer, "middleware"), tell.length(layer));
  }
  if (layers.empty()) maker.words("None has been entered.", Voice::Quiet);

  const EventNumber handler = tell.newest(Phase::HandleHandler);
  maker.box(maker.column(1, 3), Group::Handle, "Handler");
  maker.happened(handler);
  maker.row("name", handler == no_event ? Told{}
                                        : Told{tell.symbol(handler, "handler"), {}, handler});
  maker.row("time", tell.length(handler));
  maker.row("body read",
            request.content_length.value_or(0) == 0
                ? Told{"none", {}, tell.newest(Phase::ReadRequestReady)}
                : Told{fmt::format("{} of {}", count(static_cast<std::int64_t>(request.body_got)),
                                   count(static_cast<std::int64_t>(*request.content_length))),
                       {}, tell.newest(Phase::ReadBody)});

  maker.box(maker.column(2, 3), Group::Handle, "Response writer");
  add_writer(maker, tell, request);
  maker.arrow(0, 1, handler != no_event);
  maker.arrow(1, 2, tell.newest(Phase::HandleWriteHeader) != no_event);
  return maker.take();
}

}  // namespace roundtrip::viz
