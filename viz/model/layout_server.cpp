#include "viz/model/layout_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/trace/symbols.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Phase;
using trace::PhaseSet;

namespace {

enum class Box : std::uint8_t {
  Process, Runtime, Routes, Socket, Address, Queue, AcceptLoop, Ready
};
struct BoxRow {
  Box box;
  std::string_view title;
  PhaseSet phases;
  std::string_view before;  // what it says before it is there
};
const std::array<BoxRow, 8> boxes = {{
    {Box::Process, "Process",
     {Phase::StartupProgramLoad, Phase::StartupStaticInit, Phase::StartupMain}, "not started"},
    {Box::Runtime, "Runtime", {Phase::StartupRuntimeInit}, "no worker yet"},
    {Box::Routes, "Routes", {Phase::StartupRegisterHandler}, "no handler yet"},
    {Box::Socket, "Socket", {Phase::StartupSocket}, "no descriptor yet"},
    {Box::Address, "Address", {Phase::StartupBind}, "no address yet"},
    {Box::Queue, "Backlog", {Phase::StartupListen}, "not listening"},
    {Box::AcceptLoop, "Accept loop", {Phase::StartupAcceptLoop}, "nobody accepts yet"},
    {Box::Ready, "Server ready", {Phase::StartupReady}, "not ready"},
}};
constexpr int columns = 3;
constexpr int rows = 3;

struct Builder {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const Ruler& ruler;
  trace::ProcessAt process;

  bool has_step(Phase phase) const {
    return std::any_of(process.steps.begin(), process.steps.end(),
                       [phase](const trace::StartupStep& step) { return step.phase == phase; });
  }
  std::string symbol(trace::Symbol text) const {
    return std::string(view.trace.symbols().text(text));
  }
  // A named argument of the newest fact of a phase that has happened.
  std::optional<std::string> argument(const BoxRow& row, std::string_view name) const;
  std::vector<std::string> facts(const BoxRow& row) const;
  ServerTile tile(const BoxRow& row, Rect rect) const;
  ServerTile hint(Rect rect) const;
};

std::optional<std::string> Builder::argument(const BoxRow& row, std::string_view name) const {
  std::optional<std::string> found;
  for (const EventNumber number : view.index.startup_events()) {
    if (number > cursor.event) break;
    const trace::Event& event = view.trace[number];
    if (!row.phases.has(event.phase)) continue;
    const trace::PhaseRow& phase = event.row();
    for (std::size_t i = 0; i < phase.arg_count(); ++i) {
      if (phase.args[i].name != name) continue;
      if (const auto value = event.arg(i)) found = value_text(view, phase.args[i], *value);
    }
  }
  return found;
}

std::vector<std::string> Builder::facts(const BoxRow& row) const {
  std::vector<std::string> lines;
  const auto add = [&lines](std::string_view words, const std::optional<std::string>& value) {
    if (value) lines.push_back(fmt::format(fmt::runtime(words), *value));
  };
  switch (row.box) {
    case Box::Process:
      if (view.trace.info().pid != 0) lines.push_back(fmt::format("pid {}", view.trace.info().pid));
      lines.push_back(has_step(Phase::StartupMain)         ? "main runs"
                      : has_step(Phase::StartupStaticInit) ? "makes static objects"
                                                           : "no line has run yet");
      break;
    case Box::Runtime:
      add("workers {}", argument(row, "workers"));
      add("pool threads {}", argument(row, "pool_threads"));
      break;
    case Box::Routes:
      for (const auto& [pattern, handler] : process.routes) lines.push_back(symbol(pattern));
      break;
    case Box::Socket:
      add("descriptor {}", argument(row, "fd"));
      lines.push_back("TCP, no address yet");
      break;
    case Box::Address: add("{}", argument(row, "address")); break;
    case Box::Queue:
      add("asked for {}", argument(row, "backlog"));
      add("in force {}", argument(row, "in_force"));
      break;
    case Box::AcceptLoop:
      lines.push_back("asks for the next client,");
      lines.push_back("and waits");
      break;
    case Box::Ready:
      if (process.resident_bytes) {
        lines.push_back(fmt::format("memory {}", byte_size(*process.resident_bytes).text()));
      }
      add("tasks {}", argument(row, "tasks"));
      break;
  }
  // The socket has one as soon as it is bound.
  if (row.box == Box::Socket && process.address) lines.pop_back();
  return lines;
}

ServerTile Builder::tile(const BoxRow& row, Rect rect) const {
  ServerTile made;
  made.rect = rect;
  bool begun = false;
  bool running = false;
  std::optional<Duration> took;
  for (const trace::StartupStep& step : process.steps) {
    if (!row.phases.has(step.phase)) continue;
    begun = true;
    const bool span = trace::row_of(step.phase).shape == trace::Shape::Span;
    running = running || (span && step.end == trace::no_event);
    if (span && step.end != trace::no_event && step.begin != trace::no_event) {
      const Duration one = view.trace[step.end].time - view.trace[step.begin].time;
      took = took.value_or(Duration{}) + one;
    }
  }
  made.progress = !begun ? Progress::Ahead : running ? Progress::Running : Progress::Done;
  for (const EventNumber number : view.index.startup_events()) {
    if (!row.phases.has(view.trace[number].phase)) continue;
    if (made.event == trace::no_event) made.event = number;
    made.at_cursor = made.at_cursor || number == cursor.event;
    made.hovered = made.hovered || state.hovered_event == number;
  }
  Rect rest = rect.inset(ruler.space(3), ruler.space(2));
  Rect top = rest.take_top(ruler.line(Voice::Body), ruler.space(1));
  if (took) {
    const std::string text = marked(duration(*took).text(), trace::Provenance::Derived);
    const float width = std::ceil(ruler.width(text, Voice::MonoQuiet)) + 1;
    made.took = fit_text(ruler, top.take_right(width, ruler.space(2)), text, Voice::MonoQuiet,
                         Side::Right);
  }
  made.title = fit_text(ruler, top, row.title, begun ? Voice::Strong : Voice::Quiet);
  const std::vector<std::string> lines =
      begun ? facts(row) : std::vector<std::string>{std::string(row.before)};
  const Voice voice = begun ? Voice::Body : Voice::Quiet;
  if (static_cast<float>(lines.size()) * ruler.line(Voice::Body) > rest.h) {
    // No room for a line each: one after the other, so that none is left out unsaid.
    made.lines = wrap_text(ruler, rest, fmt::format("{}", fmt::join(lines, ", ")), voice);
    return made;
  }
  for (const std::string& text : lines) {
    made.lines.push_back(fit_text(ruler, rest.take_top(ruler.line(Voice::Body)), text, voice));
  }
  return made;
}

ServerTile Builder::hint(Rect rect) const {
  ServerTile made;
  made.rect = rect;
  made.hint = true;
  Rect rest = rect.inset(ruler.space(3), ruler.space(2));
  made.title = fit_text(ruler, rest.take_top(ruler.line(Voice::Body), ruler.space(1)),
                        "The first client", Voice::Strong);
  const bool comes = !view.index.connections().empty();
  const std::string_view words = comes                ? "Next goes on until it comes."
                                 : state.session.live ? "Send asks for /hello."
                                                      : "None came in this trace.";
  made.lines = wrap_text(ruler, rest, words, Voice::Body);
  return made;
}

}  // namespace

ServerLayout layout_server(const TraceView& view, const Cursor& asked, const ViewState& state,
                           const Ruler& ruler, const Rect& area) {
  ServerLayout layout;
  layout.area = area;
  Rect rest = area;
  layout.heading = fit_text(ruler, rest.take_top(ruler.row_px).inset(ruler.space(1), 0),
                            "The server comes up", Voice::Strong);
  const auto cursor = Stepper(view).clamped(asked);
  const std::string_view words =
      !cursor              ? "Nothing has been recorded yet: send a request, or open a trace"
      : state.session.live ? "No client yet: its bytes will stand here, each with its meaning"
                           : "Before the first client: its bytes will stand here";
  layout.state = fit_text(
      ruler, rest.take_top(ruler.line(Voice::Body), ruler.space(2)).inset(ruler.space(1), 0), words,
      Voice::Quiet);
  if (!cursor) return layout;
  const Builder builder{view, *cursor, state, ruler, view.states.process_at(cursor->event)};
  const float gap = ruler.space(4);
  const float w = std::floor((rest.w - gap * (columns - 1)) / columns);
  const float most_h = ruler.line(Voice::Body) * 6;
  const float h = std::min(most_h, std::floor((rest.h - gap * (rows - 1)) / rows));
  for (std::size_t i = 0; i <= boxes.size(); ++i) {
    const auto column = static_cast<float>(i % columns);
    const auto row = static_cast<float>(i / columns);
    const Rect rect{rest.x + column * (w + gap), rest.y + row * (h + gap), w, h};
    layout.tiles.push_back(i < boxes.size() ? builder.tile(boxes[i], rect) : builder.hint(rect));
  }
  return layout;
}

std::string dump(const ServerLayout& layout) {
  std::string text = fmt::format("server {} {}", dump(layout.area), dump(layout.heading));
  for (const ServerTile& tile : layout.tiles) {
    text += fmt::format("tile {}{}{}", static_cast<int>(tile.progress),
                        tile.at_cursor ? " cursor " : " ", dump(tile.title));
    for (const TextBox& line : tile.lines) text += "  " + dump(line);
  }
  return text;
}

}  // namespace roundtrip::viz
