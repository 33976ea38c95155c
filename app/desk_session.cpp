// The desk's longer deeds: sending, running, choosing a lesson, saving and opening.
#include <fmt/format.h>

#include <cstdlib>
#include <system_error>

#include "app/desk.h"
#include "app/places.h"

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
std::string suggested_file(const std::string& scenario) {
  const std::string stem = scenario.empty() ? "roundtrip" : scenario;
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

std::string prose_of(const scenario::Scenario& page) {
  std::string prose;
  for (const scenario::PageItem& item : page.page) {
    if (item.kind != scenario::PageItem::Kind::Prose) continue;
    if (!prose.empty()) prose += "\n\n";
    prose += item.prose;
  }
  return prose;
}

}  // namespace

void Desk::load_lesson(const std::string& scenario) {
  const auto file = find_scenario(scenario);
  if (!file) return tell(file.error());
  auto page = scenario::load_scenario(*file);
  if (!page) return tell(page.error());
  auto lesson = std::make_shared<viz::Lesson>();
  lesson->scenario = page->id;
  lesson->title = page->title;
  lesson->prose = prose_of(*page);
  for (const scenario::Stop& stop : page->stops) {
    lesson->stops.push_back({std::string(trace::phase_id(stop.at)), stop.question, stop.answer});
  }
  state_.lesson = std::move(lesson);
  lesson_ = std::move(*page);
}

void Desk::send() {
  Session* session = live();
  if (session == nullptr) return tell("Nothing can be sent: no server runs beside this file");
  show_live();
  tell("");
  const std::uint64_t from = view().end();
  if (errand_.send_hello(*session)) jump_from_ = from;
}

void Desk::run_lesson() {
  Session* session = live();
  if (session == nullptr) return tell("Nothing can be run: no server runs beside this file");
  if (!lesson_) return tell("No lesson is ready: choose one beside the server's address");
  show_live();
  tell("");
  const std::uint64_t from = view().end();
  if (errand_.run(*session, *lesson_)) jump_from_ = from;
}

// Another lesson may want other time-outs: the server starts anew on its port, with a trace of its
// own.
void Desk::choose(const std::string& scenario) {
  load_lesson(scenario);
  Session* session = live();
  if (session == nullptr || !lesson_ || lesson_->id != scenario) return;
  errand_.end();
  static_cast<void>(errand_.take_result());
  SessionOptions options;
  options.scenario = lesson_->id;
  options.server.listen.port = session->server()->port();
  options.server.listen.next_free_port = true;
  options.server.workers = session->server()->options().workers;
  options.server = scenario::apply_settings(*lesson_, options.server);
  static_cast<void>(session->stop());
  auto fresh = Session::start(std::move(options));
  if (!fresh) return tell(fresh.error());
  behind_.reset();
  show(recording_of(std::move(*fresh)));
  behind_.reset();
  tell("");
}

// Another recording takes the place of the one that is shown; a live one waits behind it.
void Desk::show(Recording recording) {
  if (shown_.session->live() && !recording.session->live()) behind_ = std::move(shown_);
  shown_ = std::move(recording);
  jump_from_.reset();
  step_on_news_ = false;
  shown_.lanes->follow();
  viz::start_lesson(state_, shown_.cursor, view());
  shown_.begun = !view().empty();
}

void Desk::show_live() {
  if (!behind_) return;
  Recording live_again = std::move(*behind_);
  behind_.reset();
  const viz::Cursor cursor = live_again.cursor;
  show(std::move(live_again));
  if (view().has(cursor.event)) shown_.cursor = cursor;
  state_.session.question.reset();
  tell("");
}

void Desk::save(const std::string& path) {
  if (path.empty()) {
    const std::string& scenario = shown_.session->trace().info().scenario;
    const std::string name =
        !scenario.empty() ? scenario : state_.lesson ? state_.lesson->scenario : "";
    state_.session.question = viz::FileQuestion{true, suggested_file(name), ""};
    return;
  }
  const fs::path file = expanded(path);
  const Status saved = shown_.session->save(file);
  if (!saved) {
    state_.session.question = viz::FileQuestion{true, path, saved.error()};
    return;
  }
  state_.session.question.reset();
  tell(fmt::format("Saved {} events to {}", shown_.session->trace().count(), file.string()), true);
}

void Desk::open(const std::string& path) {
  if (path.empty()) {
    state_.session.question = viz::FileQuestion{false, newest_file(), ""};
    return;
  }
  if (!errand_.open(expanded(path))) {
    state_.session.question =
        viz::FileQuestion{false, path, "A request is under way: open the file when it is over"};
    return;
  }
  tell(fmt::format("Reading {}", path), true);
}

}  // namespace roundtrip::app
