// `run SCENARIO --model all`: the loads of a page under each model, side by side. Each run has a
// process of its own, so that none inherits another's memory, and traces nothing. The models take
// turns, so that a machine that changes its pace treats all alike; of each the middle run is shown.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "app/commands.h"
#include "app/load_table.h"
#include "app/session.h"
#include "core/scenario/runner.h"

namespace roundtrip::app {
namespace {

constexpr int rounds = 3;
constexpr std::array models = {trace::Model::Tasks, trace::Model::Threads, trace::Model::Single};

// The loads alone: what a page sends besides has nothing to do with them.
scenario::Scenario only_loads(const scenario::Scenario& page) {
  scenario::Scenario loads;
  loads.id = page.id;
  loads.settings = page.settings;
  loads.loads = page.loads;
  return loads;
}

bool write_all(int fd, const void* data, std::size_t bytes) {
  const char* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = write(fd, at, bytes);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    bytes -= static_cast<std::size_t>(written);
  }
  return true;
}

bool read_all(int fd, void* data, std::size_t bytes) {
  char* at = static_cast<char*>(data);
  while (bytes > 0) {
    const ssize_t got = read(fd, at, bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

// In the child: runs the loads and writes their reports. Returns the exit code.
int measure(const scenario::Scenario& page, trace::Model model, int to) {
  static_assert(std::is_trivially_copyable_v<scenario::LoadReport>);
  SessionOptions options;
  options.record = false;
  options.server.listen.port = 0;
  options.server = scenario::apply_settings(page, options.server);
  options.server.model = model;
  auto session = Session::start(std::move(options));
  if (!session) return fail(session.error());
  const auto report = scenario::run_scenario(page, *(*session)->server(), *(*session)->bus());
  const Status stopped = (*session)->stop();
  if (!report) return fail(report.error());
  if (!stopped) return fail(stopped.error());
  const Status answered = scenario::check_answers(page, *report);
  if (!answered) return fail(answered.error());
  for (const scenario::LoadReport& load : report->loads) {
    if (!write_all(to, &load, sizeof load)) return exit_failed;
  }
  return exit_done;
}

using Reports = std::vector<scenario::LoadReport>;

// One run in a process of its own; empty when it went wrong, which it has said itself.
std::optional<Reports> measure_apart(const scenario::Scenario& page, trace::Model model) {
  int ends[2];
  if (pipe(ends) != 0) return std::nullopt;
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    const int code = measure(page, model, ends[1]);
    // Nothing of the parent's is undone here.
    _exit(code);
  }
  close(ends[1]);
  Reports reports(page.loads.size());
  bool whole = child > 0;
  for (scenario::LoadReport& report : reports) {
    whole = whole && read_all(ends[0], &report, sizeof report);
  }
  close(ends[0]);
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!whole || !WIFEXITED(status) || WEXITSTATUS(status) != exit_done) return std::nullopt;
  return reports;
}

}  // namespace

int compare_models(const scenario::Scenario& scenario, const TextArguments& text) {
  if (scenario.loads.empty()) {
    return fail(
        fmt::format("{} has no load, so there is nothing to compare; `roundtrip list` "
                    "names the scenarios",
                    scenario.id));
  }
  const scenario::Scenario page = only_loads(scenario);
  std::array<std::vector<Reports>, models.size()> runs;
  for (int round = 1; round <= rounds; ++round) {
    for (std::size_t i = 0; i < models.size(); ++i) {
      say_progress(fmt::format("round {} of {}: {}", round, rounds,
                               trace::word(trace::Unit::ModelUnit, models[i])));
      auto reports = measure_apart(page, models[i]);
      if (!reports) return fail("a run came to no end, so nothing can be compared");
      runs[i].push_back(std::move(*reports));
    }
  }
  say_progress({});
  Lines lines;
  std::vector<LoadColumn> columns;
  for (std::size_t load = 0; load < page.loads.size(); ++load) {
    columns.clear();
    for (std::size_t i = 0; i < models.size(); ++i) {
      std::sort(runs[i].begin(), runs[i].end(), [load](const Reports& a, const Reports& b) {
        return a[load].elapsed < b[load].elapsed;
      });
      const server::ServerOptions options = scenario::apply_settings(page, {});
      columns.push_back({models[i], options.workers, runs[i][rounds / 2][load]});
    }
    append(lines, load_table(page.loads[load], columns));
    lines.emplace_back();
  }
  append(lines, load_remarks(columns));
  append(lines, wrapped(fmt::format("Each ran {} times in a process of its own, untraced; the "
                                    "middle run is shown.",
                                    rounds),
                        78));
  if (!print(finished(lines, style_from(text)))) {
    return fail("the figures could not be written to standard output");
  }
  return exit_done;
}

}  // namespace roundtrip::app
