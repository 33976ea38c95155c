// The desk's deeds with files: what is asked, saving and opening.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <set>
#include <system_error>
#include <utility>

#include "app/desk.h"
#include "viz/model/format.h"
#include "viz/model/lesson_steps.h"

namespace roundtrip::app {
namespace {

namespace fs = std::filesystem;

// "~/x" as a shell would read it.
fs::path expanded(const std::string& path) {
  const char* home = std::getenv("HOME");
  if (path.starts_with("~/") && home != nullptr) return fs::path(home) / path.substr(2);
  return path;
}

// A file in the working folder that does not stand in the way of another.
std::string free_name(const std::string& stem) {
  std::error_code error;
  for (int number = 1; number < 100; ++number) {
    const std::string name = number == 1 ? fmt::format("{}.trace.json", stem)
                                         : fmt::format("{}-{}.trace.json", stem, number);
    if (!fs::exists(name, error)) return name;
  }
  return stem + ".trace.json";
}

// The trace in the working folder that was written last.
std::string newest_file() {
  std::error_code error;
  fs::path newest;
  fs::file_time_type when{};
  for (const auto& entry : fs::directory_iterator(".", error)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".trace.json") && !name.ends_with(".trace.json.gz")) continue;
    const auto written = entry.last_write_time(error);
    if (!error && (newest.empty() || written > when)) {
      newest = entry.path().filename();
      when = written;
    }
  }
  return newest.string();
}

std::string working_folder() {
  std::error_code error;
  return fs::current_path(error).string();
}

// "live-2026-11-27-1218": when a recording began, here.
std::string live_name(std::int64_t epoch_realtime_ns) {
  const std::time_t began = epoch_realtime_ns / 1'000'000'000;
  std::tm local{};
  localtime_r(&began, &local);
  char text[32] = "";
  return {text, std::strftime(text, sizeof text, "live-%Y-%m-%d-%H%M", &local)};
}

std::size_t clients_of(const scenario::Scenario& page) {
  std::set<std::uint32_t> clients;
  for (const scenario::Step& step : page.steps) clients.insert(step.client);
  std::size_t count = clients.size();
  for (const scenario::Load& load : page.loads) count += load.clients;
  return count;
}

}  // namespace

void Desk::ask_for_file(bool save, const std::string& path, const std::string& problem) {
  state_.session.question = viz::FileQuestion{save, path, problem, working_folder(),
                                              save ? leaving_ : viz::Leaving::Nothing,
                                              save ? unsaved_requests() : 0};
}

// A file's own name; a scenario's where the trace is one run of it and nobody else came; else when
// it began.
std::string Desk::name_for_file() const {
  if (!shown_.serves && shown_.file.find(".trace.json") != std::string::npos) {
    return shown_.file.substr(0, shown_.file.find(".trace.json"));
  }
  const bool one_run = lesson_ && state_.lesson && viz::has_run(state_) && shown_.errands == 1 &&
                       view().index.connections().size() == clients_of(*lesson_);
  if (one_run) return lesson_->id;
  return live_name(shown_.session->trace().info().epoch_realtime_ns);
}

// Never writes over a file that it has not warned of.
void Desk::save(const std::string& path) {
  if (path.empty()) {
    ask_for_file(true, free_name(name_for_file()));
    may_overwrite_.clear();
    return;
  }
  const fs::path file = expanded(path);
  std::error_code error;
  if (fs::is_regular_file(file, error) && may_overwrite_ != path) {
    may_overwrite_ = path;
    return ask_for_file(true, path, "There is a file of this name: Save once more writes over it");
  }
  if (!errand_.save(*shown_.session, file)) {
    return ask_for_file(true, path, "Something is under way: save when it is over");
  }
  may_overwrite_.clear();
  state_.session.question.reset();
  errand_words_ = fmt::format("Saving {}", path);
  tell(errand_words_, true);
}

void Desk::finish_save(const ErrandResult& result) {
  const std::string file = result.file.string();
  if (result.called_off) {
    leaving_ = viz::Leaving::Nothing;
    return tell(fmt::format("{} was not saved", file), true);
  }
  if (!result.problem.empty()) {
    tell("");
    return ask_for_file(true, file, result.problem);
  }
  last_file_ = file;
  shown_.saved_to = view().empty() ? Instant{} : view().trace[view().end() - 1].time;
  const std::string saved =
      viz::counted(static_cast<std::int64_t>(shown_.session->trace().count()), "event");
  tell(fmt::format("Saved {} to {}", saved, file), true);
  if (leaving_ == viz::Leaving::ForLesson) saved_words_ = state_.session.notice;
  if (leaving_ != viz::Leaving::Nothing) leave();
}

// Of what was recorded here, shown or behind a file, and is in no file yet.
std::uint64_t Desk::unsaved_requests() const {
  const Recording* own = shown_.recorded ? &shown_ : behind_ ? &*behind_ : nullptr;
  if (own == nullptr || !own->recorded) return 0;
  const trace::TraceIndex& index = own->session->index();
  const auto requests = index.requests();
  const auto unsaved = std::count_if(requests.begin(), requests.end(), [&](std::uint32_t request) {
    const auto* told = index.request(request);
    const bool finished = told->finished != trace::no_event;
    const Instant newest = index.trace()[finished ? told->finished : told->last].time;
    return !own->saved_to || newest > *own->saved_to;
  });
  return static_cast<std::uint64_t>(unsaved);
}

void Desk::ask_before_leaving(viz::Leaving leaving, std::string lesson) {
  if (!shown_.recorded) show_live();
  if (!shown_.recorded) return;
  leaving_ = leaving;
  leaving_for_ = std::move(lesson);
  save("");
}

// It is saved now, or need not be.
void Desk::leave() {
  const viz::Leaving what = std::exchange(leaving_, viz::Leaving::Nothing);
  state_.session.question.reset();
  if (what == viz::Leaving::ForLesson) make_ready(leaving_for_);
  closed_ = what == viz::Leaving::ForGood;
}

bool Desk::may_close() {
  if (errand_is(ErrandKind::Save)) {
    leaving_ = viz::Leaving::ForGood;
    return false;
  }
  if (leaving_ == viz::Leaving::ForGood || unsaved_requests() == 0) return true;
  ask_before_leaving(viz::Leaving::ForGood, "");
  return false;
}

void Desk::open(const std::string& path) {
  if (path.empty()) {
    std::error_code error;
    const bool known = !last_file_.empty() && fs::exists(last_file_, error);
    return ask_for_file(false, known ? last_file_ : newest_file());
  }
  if (!errand_.open(expanded(path))) {
    return ask_for_file(false, path, "Something is under way: open the file when it is over");
  }
  errand_words_ = fmt::format("Reading {}", path);
  tell(errand_words_, true);
}

void Desk::finish_open(ErrandResult result) {
  if (result.called_off) return tell("");
  if (!result.session) {
    // The question stays, so that the path can be mended.
    tell("");
    return ask_for_file(false, result.file.string(), result.problem);
  }
  last_file_ = result.file.string();
  show(recording_of(std::move(result.session), result.file.filename().string()));
  state_.session.question.reset();
  load_lesson(shown_.session->trace().info().scenario);
  tell(result.warning);
}

// The question, the notice, the file that is being read or written, and a load.
void Desk::dismiss() {
  const bool loads = errand_is(ErrandKind::Request) && lesson_ && !lesson_->loads.empty();
  const bool can_be = errand_is(ErrandKind::Open) || errand_is(ErrandKind::Save) ||
                      errand_is(ErrandKind::Compare);
  if (can_be || loads) errand_.call_off();
  state_.session.question.reset();
  leaving_ = viz::Leaving::Nothing;
  model_wanted_.reset();
  tell("");
}

}  // namespace roundtrip::app
