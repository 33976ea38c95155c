// The commands that open a saved trace: `text`, `check`, `view`, `screenshot`.
#include <fmt/format.h>

#include <charconv>

#include "app/commands.h"
#include "app/narrator.h"
#include "app/places.h"
#include "app/screenshot.h"
#include "app/session.h"
#include "app/window.h"
#include "core/trace/file_reader.h"
#include "viz/model/format.h"

namespace roundtrip::app {
namespace {

// A trace as far as it could be read, and why no farther.
struct LoadedTrace {
  trace::Trace trace;
  trace::TraceIndex index{trace};
  trace::StateReader states{index};
  viz::LaneIndex lanes{index};
  viz::Statistics statistics{index};
  std::string problem;     // an error of the file; what was before it is there
  std::string torn;        // the file ends in the middle of a line
  trace::ReadReport report;

  std::string file;        // where it was read from

  explicit LoadedTrace(const std::string& source) {
    if (const auto found = find_source(source)) {
      file = found->string();
      const auto read = trace::read_trace_file(file, trace);
      if (read) {
        report = *read;
        torn = report.torn_sentence;
      } else {
        problem = read.error();
      }
    } else {
      problem = found.error();
    }
    index.follow();
    lanes.follow();
    statistics.follow();
  }
  viz::TraceView view() const { return {trace, index, states, lanes, statistics}; }
};

// The event that --at names.
Result<std::uint64_t> find_place(const viz::TraceView& view, const std::string& where) {
  if (where == "end") return view.end() - 1;
  if (const auto phase = trace::phase_from_id(where)) {
    for (std::uint64_t number = view.first(); number < view.end(); ++number) {
      if (view.trace[number].phase == *phase) return number;
    }
    return Error{fmt::format("{} does not occur in this trace", where)};
  }
  std::uint64_t number = 0;
  std::from_chars(where.data(), where.data() + where.size(), number);
  if (number == 0 || !view.has(number - 1)) {
    return Error{fmt::format("there is no event {}: this trace has events {} to {}", where,
                             view.first() + 1, view.end())};
  }
  return number - 1;
}

Result<std::unique_ptr<Session>> open_source(const std::string& source, std::string& warning) {
  const auto file = find_source(source);
  if (!file) return Error{file.error()};
  return Session::open(*file, &warning);
}

}  // namespace

int do_text(const TextCommand& command) {
  const LoadedTrace loaded(command.source);
  const viz::TraceView view = loaded.view();
  if (view.empty() && !loaded.problem.empty()) return fail(loaded.problem);
  NarratorOptions options;
  options.detail = command.text.detail;
  options.corrections = command.text.corrections;
  options.style = style_from(command.text);
  Result<viz::Explanations> words = Error{};
  if (command.text.detail || !command.at.empty()) {
    words = viz::load_explanations(assets_dir());
    if (words) options.explanations = &*words;
  }
  std::string text;
  if (command.at.empty() || view.empty()) {
    text = narrate(view, options);
  } else {
    const auto place = find_place(view, command.at);
    if (!place) return fail(place.error());
    text = narrate_moment(view, *place, options);
  }
  if (!print(text)) return fail("the story could not be written to standard output");
  if (!loaded.problem.empty()) return fail(loaded.problem);
  if (!loaded.torn.empty()) say_error(fmt::format("warning: {}", loaded.torn));
  return exit_done;
}

// How many requests there were is told at a recording's end; before, only those here are known.
std::string request_words(const LoadedTrace& loaded) {
  const auto requests = [](std::uint64_t count) {
    return viz::counted(static_cast<std::int64_t>(count), "request");
  };
  if (!loaded.report.ended) return requests(loaded.index.requests().size());
  const trace::LossCounts& losses = loaded.trace.losses();
  return fmt::format("{} traced, {} untraced", requests(losses.traced_requests),
                     viz::count(static_cast<std::int64_t>(losses.untraced_requests)));
}

std::uint64_t packets_of(const trace::Trace& trace) {
  std::uint64_t packets = 0;
  for (std::uint64_t event = trace.first(); event < trace.end(); ++event) {
    packets += trace[event].phase == trace::Phase::TracePacket && trace[event].begins() ? 1 : 0;
  }
  return packets;
}

// Of a trace that does not say that it ended: a crash, or a recording that goes on.
std::string unfinished_words(const LoadedTrace& loaded) {
  if (loaded.report.ended) return {};
  std::int64_t open = 0;
  for (std::uint64_t event = loaded.trace.first(); event < loaded.trace.end(); ++event) {
    const bool begins = loaded.trace[event].begins();
    open += begins && loaded.index.partner(event) == trace::no_event ? 1 : 0;
  }
  return fmt::format("; unfinished, with {} open: still being recorded or cut off between lines",
                     open == 0 ? "no step" : viz::counted(open, "step"));
}

int do_check(const CheckCommand& command) {
  const LoadedTrace loaded(command.source);
  if (!loaded.problem.empty()) return fail(loaded.problem);
  if (!loaded.torn.empty()) return fail(loaded.torn);
  if (loaded.index.violation_count() > 0) {
    const trace::Violation& first = loaded.index.violations().front();
    const auto more = static_cast<std::int64_t>(loaded.index.violation_count()) - 1;
    const std::string others =
        more == 0 ? "" : fmt::format(", and {} do", viz::counted(more, "more event"));
    return fail(fmt::format("{}: event {} breaks the order: {}{}", loaded.file,
                            first.event + 1ULL, first.sentence, others));
  }
  const auto how_many = [](std::uint64_t number, std::string_view one) {
    return viz::counted(static_cast<std::int64_t>(number), one);
  };
  print(fmt::format("{}: in order, {}, {}, {}, {}{}{}\n", loaded.file,
                    how_many(loaded.trace.count(), "event"),
                    how_many(packets_of(loaded.trace), "packet"),
                    how_many(loaded.index.connections().size(), "connection"),
                    request_words(loaded),
                    loaded.report.foreign_lines > 0
                        ? fmt::format(", {} of another version kept",
                                      how_many(loaded.report.foreign_lines, "line"))
                        : "",
                    unfinished_words(loaded)));
  return exit_done;
}

int do_view(const ViewCommand& command) {
  if (!display_is_set()) {
    // What is wrong with the file comes first: text would say the same.
    std::string warning;
    const auto session = open_source(command.source, warning);
    if (!session) return fail(session.error());
    return fail(fmt::format("no display is set for the window: `roundtrip text {}` tells the "
                            "trace as text", command.source));
  }
  const StopSignals signals;
  const auto content = [&command]() -> Result<WindowContent> {
    WindowContent shown;
    auto session = open_source(command.source, shown.notice);
    if (!session) return Error{session.error()};
    shown.session = std::move(*session);
    shown.scenario = shown.session->trace().info().scenario;
    shown.file = shown.session->file().filename().string();
    return shown;
  };
  const Status shown = open_window(content, signals);
  return shown ? exit_done : fail(shown.error());
}

int do_screenshot(const ScreenshotCommand& command) {
  std::string warning;
  const auto session = open_source(command.source, warning);
  if (!session) return fail(session.error());
  ScreenshotOptions options;
  options.at = command.at;
  options.width = command.width;
  options.height = command.height;
  options.panel = command.panel;
  options.theme = command.theme;
  options.scale = static_cast<float>(command.scale_percent) / 100;
  options.projector = command.projector;
  options.output = command.output;
  const Status written = write_screenshot(**session, options);
  if (!written) return fail(written.error());
  if (!warning.empty()) say_error(fmt::format("warning: {}", warning));
  return exit_done;
}

}  // namespace roundtrip::app
