// `run`: one scenario, from the start of the server to the end of its last connection, as text.
// `roundtrip` alone without a display does the same with the first scenario.
#include <fmt/format.h>
#include <poll.h>

#include <thread>

#include "app/commands.h"
#include "app/load_table.h"
#include "app/narrator.h"
#include "app/places.h"
#include "app/session.h"
#include "app/stop_signals.h"
#include "app/window.h"
#include "core/scenario/runner.h"

namespace roundtrip::app {
namespace {

// What was true of the run is judged when everything is recorded. One sentence.
Status judge(const scenario::Scenario& scenario, const scenario::RunReport& report,
             const Session& session) {
  for (const Status& status :
       {scenario::check_answers(scenario, report),
        scenario::check_blamed_bytes(scenario, report, session.trace()),
        scenario::check_expectations(scenario, session.trace(), session.index())}) {
    if (!status) return status;
  }
  if (session.index().violation_count() > 0) {
    const trace::Violation& first = session.index().violations().front();
    return Error{fmt::format("{} broke the order of events, first at event {}: {}", scenario.id,
                             first.event + 1ULL, first.sentence)};
  }
  return Nothing{};
}

// A signal calls the run off: its requests end, and what was recorded is kept.
Result<scenario::RunReport> run_until_signal(const scenario::Scenario& scenario, Session& live,
                                             const StopSignals& signals) {
  scenario::CallOff call_off;
  scenario::CallOff over;  // of the thread that waits for a signal
  std::thread waiter([&] {
    pollfd waits[2] = {{signals.fd(), POLLIN, 0}, {over.fd(), POLLIN, 0}};
    while (poll(waits, 2, -1) < 0) continue;
    if (waits[0].revents != 0) call_off.call_off();
  });
  scenario::RunOptions options;
  options.call_off = &call_off;
  options.lab = live.lab();
  auto report = scenario::run_scenario(scenario, *live.server(), *live.bus(), options);
  over.call_off();
  waiter.join();
  if (!report && call_off.called_off()) {
    return Error{fmt::format("{} was stopped by a signal before its end", scenario.id)};
  }
  return report;
}

std::string story_of(const Session& session, const scenario::Scenario& scenario,
                     const TextArguments& text) {
  viz::LaneIndex lanes(session.index());
  lanes.follow();
  viz::Statistics statistics(session.index());
  statistics.follow();
  NarratorOptions options;
  options.detail = text.detail;
  options.corrections = text.corrections;
  options.style = style_from(text);
  options.title = fmt::format("{}: {}", scenario.id, scenario.title);
  Result<viz::Explanations> words = Error{};
  if (text.detail) {
    words = viz::load_explanations(assets_dir());
    if (words) options.explanations = &*words;
  }
  return narrate({session.trace(), session.index(), session.states(), lanes, statistics}, options);
}

std::string loads_text(const scenario::Scenario& page, const scenario::RunReport& report,
                       const server::ServerOptions& served, TextStyle style) {
  if (page.loads.empty()) return {};
  Lines lines;
  std::vector<LoadColumn> column;
  for (std::size_t i = 0; i < page.loads.size(); ++i) {
    column = {{served.model, served.workers, report.loads[i]}};
    lines.emplace_back();
    append(lines, load_table(page.loads[i], column));
  }
  append(lines, load_remarks(column));
  append(lines, wrapped("The memory is also that of this trace, and the server's processor time "
                        "also that of writing it: `--model all` measures without.",
                        78));
  return finished(lines, style);
}

}  // namespace

int do_run(const RunCommand& command, std::uint64_t main_ticks) {
  const auto file = find_scenario(command.scenario);
  if (!file) return fail(file.error());
  const auto scenario = scenario::load_scenario(*file);
  if (!scenario) return fail(scenario.error());

  if (command.model == "all" && command.capture) {
    return fail("--model all measures, and --capture costs throughput: give one of them");
  }
  if (command.model == "all") return compare_models(command, *scenario);
  if (!command.figures_file.empty()) {
    return fail("--figures saves what --model all has measured: give both");
  }

  const StopSignals signals;
  SessionOptions options;
  options.lossless = true;
  options.limit_bytes = 0;
  options.scenario = scenario->id;
  options.trace_file = command.trace_file;
  options.main_ticks = main_ticks;
  options.server.listen.port = command.port;
  options.server = scenario::apply_settings(*scenario, options.server);
  options.lab = scenario->settings.wire.has_value();
  options.capture = command.capture;
  if (!command.model.empty()) options.server.model = model_from(command.model);
  auto session = Session::start(std::move(options));
  if (!session) return fail(session.error());
  Session& live = **session;
  if (!live.lab_problem().empty()) {
    say_error(fmt::format("no lab can be made here ({}), so packets can't be held: {} runs on the "
                          "loopback{}; `roundtrip doctor` says what helps",
                          live.lab_problem(), scenario->id,
                          live.captures() ? ", where they are captured" : ""));
  } else if (command.capture && scenario->settings.wire) {
    say_error(fmt::format("{} runs on the loopback, as --capture asks: its packets are seen and "
                          "can't be held",
                          scenario->id));
  }
  const auto report = run_until_signal(*scenario, live, signals);
  const server::ServerOptions served = live.server()->options();
  const Status stopped = live.stop();
  if (!report) return fail(report.error());
  std::string story = story_of(live, *scenario, command.text);
  story += loads_text(*scenario, *report, served, style_from(command.text));
  if (!print(story)) {
    return fail("the story could not be written to standard output");
  }
  if (!stopped) return fail(stopped.error());
  const Status right = judge(*scenario, *report, live);
  if (!right) return fail(right.error());
  return exit_done;
}

namespace {

// A live server on the usual port, or the next free one.
Result<WindowContent> live_content(std::uint64_t main_ticks) {
  SessionOptions options;
  options.main_ticks = main_ticks;
  options.server.listen.next_free_port = true;
  const std::uint16_t wanted = options.server.listen.port;
  auto session = Session::start(std::move(options));
  if (!session) return Error{session.error()};
  WindowContent content;
  content.session = std::move(*session);
  const server::Server& server = *content.session->server();
  content.said = fmt::format(
      "listening on http://{}\n",
      trace::address_text(server.address(), content.session->trace().symbols()));
  const std::uint16_t port = server.port();
  if (port != wanted) {
    content.notice = fmt::format("Port {} is taken by another program: listening on {}", wanted,
                                 port);
  }
  return content;
}

}  // namespace

int do_window(std::uint64_t main_ticks) {
  if (!display_is_set()) {
    say_error("no display is set, so 01-hello is told as text; with DISPLAY or WAYLAND_DISPLAY "
              "set there is a window");
    RunCommand command;
    command.scenario = "01-hello";
    return do_run(command, main_ticks);
  }
  const StopSignals signals;
  const Status shown = open_window([&] { return live_content(main_ticks); }, signals);
  return shown ? exit_done : fail(shown.error());
}

}  // namespace roundtrip::app
