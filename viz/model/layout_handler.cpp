#include "viz/model/layout_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/http/status.h"
#include "viz/model/cards.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/onion.h"
#include "viz/model/transport_facts.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Phase;
using trace::Provenance;

namespace {

constexpr trace::PhaseSet step_phases = {Phase::HandleStep,         Phase::HandleJsonDecode,
                                         Phase::HandleDatabaseWait, Phase::HandleDiskWrite,
                                         Phase::HandleSleep,        Phase::ReadBody,
                                         Phase::HandleWriteHeader,  Phase::HandleWriteBody};
// What a handler waits for: its task parks meanwhile.
constexpr trace::PhaseSet waiting_phases = {Phase::HandleDatabaseWait, Phase::HandleDiskWrite,
                                            Phase::HandleSleep, Phase::ReadBody};

// More are told without their number.
constexpr std::size_t most_writes_counted = 1'000;
// When it answers in the handler's place: a WriteHeader, and a sentence in two writes.
constexpr std::size_t most_writes_of_the_server = 3;

std::string number_text(std::uint64_t value) { return count(static_cast<std::int64_t>(value)); }
std::string bytes_text(std::uint64_t value) {
  return counted(static_cast<std::int64_t>(value), "byte");
}

struct Builder {
  const Teller& tell;
  const TransportFacts& facts;
  PictureMaker& maker;
  const Ruler& ruler;
  EventNumber writer = no_event;   // the response writer is made
  EventNumber handler = no_event;
  EventNumber header = no_event;
  EventNumber write = no_event;    // the newest

  const trace::RequestState& request() const { return facts.state.request; }
  const trace::Event& event(EventNumber number) const { return tell.view().trace[number]; }
};

// ---- The handler and its steps.

std::string step_name(const Builder& builder, EventNumber step) {
  const trace::Event& event = builder.event(step);
  switch (event.phase) {
    case Phase::HandleStep: return builder.tell.symbol(step, "step");
    case Phase::HandleWriteHeader:
      return fmt::format("WriteHeader({})", event.arg("status").value_or(0));
    case Phase::HandleWriteBody:
      return fmt::format("Write({})", bytes_text(event.arg("length").value_or(0)));
    default: return std::string(event.row().name);
  }
}

// What is refused, or broken off, the server itself answers: before the handler, or after it.
bool in_handler(const Builder& builder, EventNumber fact) {
  if (builder.handler == no_event || fact < builder.handler) return false;
  const EventNumber end = builder.tell.end_of(builder.handler);
  return end == no_event || fact < end;
}

// Whether each has a bar.
bool add_steps(const Builder& builder, std::size_t most) {
  const Teller& tell = builder.tell;
  auto steps = tell.latest(step_phases, most + 1 + most_writes_of_the_server);
  std::erase_if(steps, [&](EventNumber step) { return !in_handler(builder, step); });
  if (steps.size() > most + 1) steps.erase(steps.begin(), steps.end() - (most + 1));
  const bool more = steps.size() > most;
  if (more) steps.erase(steps.begin());
  const Instant from = builder.event(builder.handler).time;
  const EventNumber end = tell.end_of(builder.handler);
  const Instant to = builder.event(end != no_event ? end
                                                   : static_cast<EventNumber>(tell.upto())).time;
  const auto ns = [](Duration length) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, length.ns));
  };
  std::vector<Gauge> lines;
  for (const EventNumber step : steps) {
    const trace::Event& event = builder.event(step);
    const EventNumber over = tell.end_of(step);
    const Instant until = over != no_event ? builder.event(over).time
                          : event.begins() ? to : event.time;
    Told told = event.begins() ? tell.length(step, "under way") : Told{"at once", {}, step};
    // What was done piece by piece is told at the end, with how long the pieces took together.
    const auto spent = over == no_event ? std::nullopt : tell.number(over, "spent");
    if (spent) {
      told = {duration(Duration{static_cast<std::int64_t>(*spent)}).text(), {}, over};
    }
    lines.push_back({step_name(builder, step), told,
                     {{ns(event.time - from), Filling::Free},
                      {std::max<std::uint64_t>(1, ns(until - event.time)),
                       waiting_phases.has(event.phase) ? Filling::Consumed : Filling::Filled}}});
  }
  const bool bars = builder.maker.gauges(lines, std::max<std::uint64_t>(1, ns(to - from)));
  if (more) builder.maker.words("and others before", Voice::Quiet);
  return bars;
}

void add_handler(const Builder& builder, Telling telling) {
  PictureMaker& maker = builder.maker;
  const Teller& tell = builder.tell;
  const EventNumber route = tell.newest(Phase::HandleRoute);
  const EventNumber match = tell.newest(Phase::HandleRouteMatch);
  maker.happened(builder.writer);
  if (builder.handler == no_event) {
    const EventNumber rejected = builder.request().rejected;
    if (rejected != no_event) {
      maker.row("runs", {"no: refused", {}, rejected});
    } else {
      maker.row("chosen", match == no_event ? Told{}
                                            : Told{tell.symbol(match, "pattern"), {}, match});
    }
    return;
  }
  if (telling != Telling::Short) {
    maker.row("chosen", match == no_event ? Told{}
                        : tell.number(match, "pattern")
                            ? Told{tell.symbol(match, "pattern"), {}, match}
                            : Told{"no pattern fits", {}, match});
  }
  if (telling == Telling::Full) maker.row("choosing took", tell.length(route));
  maker.row("the handler", tell.length(builder.handler, "runs"));
  const std::size_t most = telling == Telling::Full ? most_steps_shown
                           : telling == Telling::Usual ? most_steps_shown / 2 : 2;
  const bool bars = add_steps(builder, most);
  const auto waits = tell.latest(waiting_phases, 1);
  if (waits.empty() || telling == Telling::Short) return;
  maker.words(bars ? "Hatched: it waits. Its task is parked, and the worker runs others."
                   : "While it waits its task is parked, and the worker runs others.",
              Voice::Quiet);
}

// ---- WriteHeader and Write, in their parts.

void add_write_header(const Builder& builder, Telling telling) {
  PictureMaker& maker = builder.maker;
  const EventNumber header = builder.header;
  if (header == no_event) {
    maker.row("status", {});
    if (telling != Telling::Short) {
      maker.words("The first write fixes status 200, if the handler fixes no other before.",
                  Voice::Quiet);
    }
    return;
  }
  const bool implicit = builder.tell.number(header, "implicit").value_or(0) != 0;
  const auto status = builder.tell.number(header, "status").value_or(0);
  const auto headers = builder.tell.all(Phase::HandleWriteHeader, 2);
  const bool anew = headers.size() > 1;
  if (telling != Telling::Short) {
    const auto before = builder.tell.number(headers.front(), "status").value_or(0);
    maker.row("1 fixed before?", {anew ? fmt::format("yes: {}", before) : std::string("no"),
                                  Provenance::Derived, header});
  }
  const std::string_view reason = http::reason_phrase(static_cast<int>(status));
  maker.row("2 status", {telling == Telling::Short ? fmt::format("{}", status)
                                                   : fmt::format("{} {}", status, reason),
                         {}, header});
  maker.row("3 set by", {implicit                 ? "the first write"
                         : in_handler(builder, header) ? "the handler"
                                                       : "the server",
                         {}, header});
  if (telling != Telling::Short) {
    maker.row("4 own headers fixed", builder.tell.argument(header, "fields"));
  }
  if (anew && telling != Telling::Short) {
    maker.words("It begins anew: what was written before is thrown away, and was never sent.",
                Voice::Quiet);
  } else if (telling == Telling::Full) {
    maker.words("From here the status stands. The head is not written yet: until then the body's "
                "length may become known.", Voice::Quiet);
  }
}

// The writes of the answer at the cursor: what begins anew leaves those before it behind.
std::vector<EventNumber> writes_of_answer(const Builder& builder) {
  auto writes = builder.tell.all(Phase::HandleWriteBody, most_writes_counted);
  std::erase_if(writes, [&](EventNumber write) { return write < builder.header; });
  return writes;
}

// The box shows one write; of several it says which.
std::string title_of_write(const Builder& builder) {
  const std::size_t writes = builder.header == no_event ? 0 : writes_of_answer(builder).size();
  if (writes <= 1) return "Write";
  return fmt::format("Write, call {}{}", writes, writes == most_writes_counted ? " or later" : "");
}

void add_write(const Builder& builder, Telling telling) {
  PictureMaker& maker = builder.maker;
  const EventNumber write = builder.write;
  if (write == no_event) {
    maker.row("bytes", {});
    if (telling != Telling::Short) maker.words("What is written gathers first.", Voice::Quiet);
    return;
  }
  const trace::Event& event = builder.event(write);
  const EventNumber end = builder.tell.end_of(write);
  const std::uint64_t length = event.arg("length").value_or(0);
  if (telling != Telling::Short) {
    maker.row("1 status fixed?", {"yes", Provenance::Derived, builder.header});
  }
  const auto capacity = event.arg("capacity");
  const std::uint64_t before = event.arg("buffered").value_or(0);
  bool fits = true;
  if (capacity) {
    const std::uint64_t room = *capacity - std::min(*capacity, before);
    fits = length <= room;
    maker.row(before == 0 ? fmt::format("2 fits in {}?", number_text(room))
                          : fmt::format("2 fits in {} − {}?", number_text(*capacity),
                                        number_text(before)),
              {fmt::format("{}: {}", fits ? "yes" : "no", number_text(length)),
               Provenance::Derived, write});
  }
  maker.row(fits ? "3 copied" : "3 passed on",
            end == no_event ? Told{} : Told{bytes_text(length), {}, end});
  const auto writes = writes_of_answer(builder);
  if (writes.size() > 1 && writes.size() < most_writes_counted && end != no_event) {
    std::uint64_t sum = 0;
    for (const EventNumber one : writes) sum += builder.event(one).arg("length").value_or(0);
    maker.row("in all", {bytes_text(sum), Provenance::Derived, end});
  }
  if (fits && telling == Telling::Full) {
    maker.words("A copy in memory: no call into the kernel, and nothing goes to the wire by it.",
                Voice::Quiet);
  }
  if (!fits && telling != Telling::Short) {
    maker.words("The buffer overflows: the head is written, and the body goes on behind it.",
                Voice::Quiet);
  }
}

void add_buffers(const Builder& builder, Telling telling) {
  PictureMaker& maker = builder.maker;
  const auto add = [&](std::string_view name, const BufferFacts& buffer) {
    const BufferStrip strip(builder.tell, buffer);
    maker.strip(name, filled_text(buffer), buffer.capacity, strip.counted());
    if (telling == Telling::Full && buffer.capacity > 0) maker.lens(strip.quoted());
  };
  const float line = builder.ruler.line(Voice::Body);
  maker.set_strip_px(telling == Telling::Full ? std::round(1.5f * line) : line);
  add("body buffer", builder.facts.body);
  add("write buffer", builder.facts.write);
  const TransportFacts& facts = builder.facts;
  const bool sent = builder.write != no_event && facts.sending.over() &&
                    facts.sending.newest > builder.write;
  if (sent && facts.body.filled == 0 && facts.write.waiting() == 0) {
    maker.words_if_whole("Nothing waits any more: the kernel has it.", Voice::Quiet);
  } else if (telling == Telling::Full) {
    maker.words("A body that stays in the first buffer is counted, and told by its length.",
                Voice::Quiet);
  }
}

}  // namespace

Picture layout_handler(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area) {
  const Teller tell(view, cursor, state);
  const EventNumber handler = tell.newest(Phase::HandleHandler);
  const bool refused = handler == no_event && tell.newest(Phase::ReadRejected) != no_event;
  PictureMaker maker(view, cursor, state, ruler, area, "handler",
                     refused ? "The server answers by itself" : "The handler makes the answer",
                     tell.focus().request == 0
                         ? nothing_yet("Middleware, handler and response writer",
                                       Topic::Request, view, cursor, state)
                     : refused ? "The request was refused: no middleware and no handler sees it."
                               : "In and out are moments, counted from when the response writer "
                                 "was made.");
  const TransportFacts facts = transport_facts(tell, cursor);
  const Builder builder{tell, facts, maker, ruler, tell.newest(Phase::HandleResponseWriter),
                  handler, tell.newest(Phase::HandleWriteHeader),
                  tell.newest(Phase::HandleWriteBody)};
  Onion onion(tell, ruler, maker.rest());
  Cards cards(maker, ruler, onion.inside());
  const std::string name = builder.handler == no_event
                               ? std::string("Handler")
                               : "Handler: " + tell.symbol(builder.handler, "handler");
  cards.add(Group::Handle, name, [&](Telling telling) { add_handler(builder, telling); });
  cards.add(Group::Handle, "WriteHeader",
            [&](Telling telling) { add_write_header(builder, telling); });
  cards.add(Group::Handle, title_of_write(builder),
            [&](Telling telling) { add_write(builder, telling); });
  cards.add(Group::Handle, "Where the answer waits",
            [&](Telling telling) { add_buffers(builder, telling); });
  onion.add_frames(maker, cards.place());
  return maker.take();
}

}  // namespace roundtrip::viz
