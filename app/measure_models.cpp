#include "app/measure_models.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <type_traits>

#include "app/commands.h"
#include "app/measured_models.h"
#include "app/places.h"
#include "app/session.h"
#include "core/scenario/runner.h"

namespace roundtrip::app {
namespace {

// Reports go through the pipe as they lie in memory: both ends are the same program.
static_assert(std::is_trivially_copyable_v<scenario::LoadReport>);

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

// False when the other end has closed, or it was called off.
bool read_all(int fd, void* data, std::size_t bytes, const scenario::CallOff* call_off) {
  char* at = static_cast<char*>(data);
  while (bytes > 0) {
    pollfd waits[2] = {{fd, POLLIN, 0}, {call_off != nullptr ? call_off->fd() : -1, POLLIN, 0}};
    if (poll(waits, 2, -1) < 0) continue;
    if (waits[1].revents != 0) return false;
    const ssize_t got = read(fd, at, bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

// Starts this program anew, its standard output in the pipe. 0 where that can't be.
pid_t start_apart(const std::string& name, trace::Model model, int to) {
  std::string program = "roundtrip";
  std::string command = "measure";
  std::string scenario = name;
  std::string word(trace::word(trace::Unit::ModelUnit, model));
  char* words[] = {program.data(), command.data(), scenario.data(), word.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
  pid_t child = 0;
  const int failed = posix_spawn(&child, "/proc/self/exe", &actions, nullptr, words, environ);
  posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? child : 0;
}

}  // namespace

Result<LoadReports> measure_apart(const std::string& name, const scenario::Scenario& page,
                                  trace::Model model, const scenario::CallOff* call_off) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return Error{"no pipe can be made: too many files are open"};
  const pid_t child = start_apart(name, model, ends[1]);
  close(ends[1]);
  LoadReports reports(page.loads.size());
  bool whole = child > 0;
  for (scenario::LoadReport& report : reports) {
    whole = whole && read_all(ends[0], &report, sizeof report, call_off);
  }
  close(ends[0]);
  if (child > 0 && !whole) kill(child, SIGKILL);
  int status = 0;
  while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (call_off != nullptr && call_off->called_off()) return Error{"it was called off"};
  if (!whole || !WIFEXITED(status) || WEXITSTATUS(status) != exit_done) {
    return Error{fmt::format("the run under {} came to no end, so nothing can be compared",
                             viz::model_choice(model))};
  }
  return reports;
}

Result<ComparedLoads> measure_models(const std::string& name, const scenario::Scenario& page,
                                     const MeasureLoads& measure, const scenario::CallOff* call_off,
                                     const MeasureProgress& progress) {
  constexpr std::size_t models = std::size(viz::all_models);
  std::array<std::vector<LoadReports>, models> runs;
  for (int round = 0; round < measured_rounds; ++round) {
    for (std::size_t i = 0; i < models; ++i) {
      progress(round * static_cast<int>(models) + static_cast<int>(i),
               measured_rounds * static_cast<int>(models),
               fmt::format("round {} of {}: {}", round + 1, measured_rounds,
                           trace::word(trace::Unit::ModelUnit, viz::all_models[i])));
      auto reports = measure(name, page, viz::all_models[i], call_off);
      if (!reports) return Error{reports.error()};
      runs[i].push_back(std::move(*reports));
    }
  }
  ComparedLoads compared(page.loads.size());
  for (std::size_t load = 0; load < compared.size(); ++load) {
    for (std::size_t i = 0; i < models; ++i) {
      std::sort(runs[i].begin(), runs[i].end(), [load](const auto& one, const auto& other) {
        return one[load].elapsed < other[load].elapsed;
      });
      compared[load][i] = runs[i][measured_rounds / 2][load];
    }
  }
  return compared;
}

viz::MeasuredModels figures_of(const scenario::Scenario& page, const ComparedLoads& compared) {
  const unsigned workers = scenario::apply_settings(page, {}).workers;
  viz::MeasuredModels measured;
  for (std::size_t load = 0; load < compared.size(); ++load) {
    for (std::size_t i = 0; i < std::size(viz::all_models); ++i) {
      put(measured, figures_of(page.loads[load], viz::all_models[i], workers, false,
                               compared[load][i]));
    }
  }
  return measured;
}

int do_measure(const MeasureCommand& command) {
  // Whoever wanted it has gone: so does this.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const auto file = find_scenario(command.scenario);
  if (!file) return fail(file.error());
  const auto read = scenario::load_scenario(*file);
  if (!read) return fail(read.error());
  const scenario::Scenario page = only_loads(*read);
  SessionOptions options;
  options.record = false;
  options.server = scenario::apply_settings(page, options.server);
  options.server.listen.port = 0;
  options.server.model = model_from(command.model);
  auto session = Session::start(std::move(options));
  if (!session) return fail(session.error());
  const auto report = scenario::run_scenario(page, *(*session)->server(), *(*session)->bus());
  const Status stopped = (*session)->stop();
  if (!report) return fail(report.error());
  if (!stopped) return fail(stopped.error());
  const Status answered = scenario::check_answers(page, *report);
  if (!answered) return fail(answered.error());
  for (const scenario::LoadReport& load : report->loads) {
    if (!write_all(STDOUT_FILENO, &load, sizeof load)) return exit_failed;
  }
  return exit_done;
}

}  // namespace roundtrip::app
