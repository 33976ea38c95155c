// The desk's deeds with the server: lessons, sending, running, and starting anew.
#include <fmt/format.h>

#include <utility>

#include "app/desk.h"
#include "app/lesson_page.h"
#include "app/places.h"

namespace roundtrip::app {

void Desk::load_lesson(const std::string& scenario) {
  if (scenario.empty()) return;
  const auto file = find_scenario(scenario);
  if (!file) return tell(file.error());
  auto page = scenario::load_scenario(*file);
  if (!page) return tell(page.error());
  state_.lesson = std::make_shared<const viz::Lesson>(lesson_of(*page));
  lesson_ = std::move(*page);
}

void Desk::send() {
  if (errand_.under_way()) return tell("Something is under way: send when it is over");
  Session* session = live();
  if (session == nullptr && starts_server_for(Afterwards::Send)) return;
  if (session == nullptr) return tell("Nothing can be sent: no server runs beside this file");
  show_live();
  tell("");
  jump_from_ = view().end();
  jump_until_.reset();
  ++shown_.errands;
  // What is sent is what the first lesson sends.
  if (lesson_ && lesson_->id == "01-hello") begin_lesson_run();
  errand_.send_hello(*session);
}

void Desk::run_lesson() {
  if (errand_.under_way()) return tell("Something is under way: run the lesson when it is over");
  Session* session = live();
  if (session == nullptr && starts_server_for(Afterwards::Run)) return;
  if (session == nullptr) return tell("Nothing can be run: no server runs beside this file");
  if (!lesson_) return tell("No lesson is ready: choose one beside the server's address");
  show_live();
  tell("");
  jump_from_ = view().end();
  jump_until_.reset();
  ++shown_.errands;
  begin_lesson_run();
  if (!lesson_->loads.empty()) tell("The load runs: Esc calls it off", true);
  errand_.run(*session, *lesson_);
}

// A stop that the trace has not come to: the lesson runs, and the view goes there when it is told.
void Desk::go_to_stop(std::uint32_t stop) {
  if (live() == nullptr) return tell("This trace does not come to that stop");
  if (!shown_.begun) return;
  if (errand_.under_way()) return tell("Something is under way: go on when it is over");
  run_lesson();
  if (errand_.under_way()) stop_wanted_ = stop;
}

void Desk::look_for_stop() {
  if (!stop_wanted_) return;
  const viz::GoToStop wanted{*stop_wanted_};
  if (!apply(state_, shown_.cursor, view(), wanted)) {
    stop_wanted_.reset();
  } else if (!jump_from_ && !jump_until_ && !errand_.under_way()) {
    stop_wanted_.reset();
    tell("The lesson ran, and did not come to that stop");
  }
}

// The lesson's questions are about what comes from here on.
void Desk::begin_lesson_run() {
  auto lesson = std::make_shared<viz::Lesson>(*state_.lesson);
  lesson->run_from = live()->now();
  state_.lesson = std::move(lesson);
}

// Where the server has stopped: a new one comes first, and then what was wanted.
bool Desk::starts_server_for(Afterwards what) {
  const Recording* own = shown_.recorded ? &shown_ : behind_ ? &*behind_ : nullptr;
  if (own == nullptr || !own->stopped || !lesson_) return false;
  choose(lesson_->id);
  afterwards_ = what;
  return true;
}

// A lesson may stop the server: what it has recorded stays, and is to be saved like a live one's.
void Desk::see_whether_it_stopped() {
  Recording* recording = serving();
  if (recording == nullptr || recording->session->live()) return;
  recording->serves = false;
  recording->stopped = true;
  recording->file = "not saved yet";
  tell("The server has stopped, as this lesson wants: Send or Run starts a new one", true);
}

void Desk::choose(const std::string& scenario) {
  afterwards_ = Afterwards::Nothing;
  model_wanted_.reset();
  if (server_options_ && unsaved_requests() > 0) {
    return ask_before_leaving(viz::Leaving::ForLesson, scenario);
  }
  make_ready(scenario);
}

// The same lesson under another model, with a server and a trace of its own.
void Desk::choose_model(trace::Model model) {
  if (!server_options_ || !lesson_) return tell("No server of our own runs beside this file");
  if (state_.session.model == model && serving() != nullptr) return;
  model_wanted_ = model;
  afterwards_ = Afterwards::Nothing;
  if (unsaved_requests() > 0) return ask_before_leaving(viz::Leaving::ForLesson, lesson_->id);
  make_ready(lesson_->id);
}

void Desk::compare_models() {
  if (errand_.under_way()) return tell("Something is under way: compare when it is over");
  if (!lesson_ || lesson_->loads.empty()) {
    return tell("This lesson has no load: 13-thousand has, and can be compared");
  }
  errand_.compare(*lesson_, measure_);
  errand_words_ = "The loads run under one model after the other, Esc calls it off";
  tell(errand_words_, true);
}

void Desk::keep_measured(const viz::MeasuredModels& measured) {
  if (measured.all.empty()) return;
  auto all = measured_ ? *measured_ : viz::MeasuredModels{};
  for (const viz::ModelFigures& one : measured.all) put(all, one);
  measured_ = std::make_shared<const viz::MeasuredModels>(std::move(all));
}

void Desk::finish_compare(const ErrandResult& result) {
  if (result.called_off) return tell("The comparison was called off", true);
  if (!result.problem.empty()) return tell(result.problem);
  keep_measured(result.measured);
  tell("The three models stand side by side in the view Load", true);
  if (shown_.recorded) {
    static_cast<void>(apply(state_, shown_.cursor, view(), viz::ShowView{viz::ViewId::Load}));
  }
}

// Another lesson may want other time-outs: the server starts anew on its port, with a trace of its
// own. What is under way is called off first, but a file that is being saved is written to its end.
void Desk::make_ready(const std::string& scenario) {
  load_lesson(scenario);
  if (!server_options_ || !lesson_ || lesson_->id != scenario) return;
  const auto model = std::exchange(model_wanted_, std::nullopt);
  if (model) model_chosen_ = model;
  restart_wanted_ = true;
  if (!errand_is(ErrandKind::Save)) errand_.call_off();
  tell(model ? fmt::format("The server starts anew: {}", viz::model_choice(*model))
             : fmt::format("The server starts anew for {}", scenario), true);
  if (!errand_.under_way()) start_anew();
}

void Desk::start_anew() {
  Recording* old = serving();
  SessionOptions options;
  options.scenario = lesson_->id;
  options.server = scenario::apply_settings(*lesson_, *server_options_);
  options.lab = lesson_->settings.wire.has_value();
  if (model_chosen_) options.server.model = *model_chosen_;
  // Who is not in the lab finds the server where it was.
  if (options.lab && options.server.model != trace::Model::Single) {
    options.server.also_listen = options.server.listen;
  }
  restart_wanted_ = false;
  restarting_ = true;
  jump_from_.reset();
  jump_until_.reset();
  stop_wanted_.reset();
  step_on_news_ = false;
  errand_words_.clear();
  errand_.restart(old != nullptr ? old->session.get() : nullptr, std::move(options), start_);
}

void Desk::finish_restart(ErrandResult result) {
  restarting_ = false;
  const std::string saved = std::exchange(saved_words_, "");
  Recording* old = serving();
  if (!result.session) {
    // What the old server recorded is still there, without a server.
    if (old != nullptr) old->serves = false;
    if (old != nullptr) old->file = "not saved yet";
    return tell(result.problem);
  }
  const std::uint16_t wanted = server_options_->listen.port;
  const std::uint16_t port = port_here(*result.session->server());
  server_options_->listen.port = port;
  show(recording_of(std::move(result.session)));
  behind_.reset();
  set_links_of_lesson();
  if (!shown_.session->lab_problem().empty()) {
    tell(fmt::format("No lab can be made here, so packets {}: {}",
                     shown_.session->captures() ? "are captured and can't be held"
                                                : "can't be held",
                     shown_.session->lab_problem()));
  } else if (port == wanted) {
    tell(saved, true);
  } else {
    tell(fmt::format("Port {} is taken by another program: listening on {}", wanted, port));
  }
  switch (std::exchange(afterwards_, Afterwards::Nothing)) {
    case Afterwards::Nothing: break;
    case Afterwards::Send: send(); break;
    case Afterwards::Run: run_lesson(); break;
  }
}

void Desk::finish_errand(ErrandResult result) {
  errand_words_.clear();
  switch (result.kind) {
    case ErrandKind::Request:
      if (Session* session = live()) jump_until_ = session->now();
      see_whether_it_stopped();
      keep_measured(result.measured);
      if (lesson_ && !lesson_->loads.empty()) {
        tell(result.called_off ? "The load was called off" : "", true);
      }
      if (!result.problem.empty() && !result.called_off) tell(result.problem);
      break;
    case ErrandKind::Compare: finish_compare(result); break;
    case ErrandKind::Open: finish_open(std::move(result)); break;
    case ErrandKind::Save: finish_save(result); break;
    case ErrandKind::Restart: finish_restart(std::move(result)); break;
  }
  if (restart_wanted_) start_anew();
}

// Another recording takes the place of the one that is shown; a live one waits behind it.
void Desk::show(Recording recording) {
  if (shown_.recorded && !recording.recorded) behind_ = std::move(shown_);
  shown_ = std::move(recording);
  jump_from_.reset();
  jump_until_.reset();
  stop_wanted_.reset();
  step_on_news_ = false;
  only_of_conn_ = 0;
  shown_.lanes->follow();
  shown_.statistics->follow(events_a_frame);
  viz::start_lesson(state_, shown_.cursor, view());
  shown_.begun = !view().empty();
}

void Desk::show_live() {
  if (!behind_) return;
  if (errand_is(ErrandKind::Save)) return tell("This trace is being saved: go back after that");
  Recording live_again = std::move(*behind_);
  behind_.reset();
  const viz::Cursor cursor = live_again.cursor;
  show(std::move(live_again));
  if (view().has(cursor.event)) shown_.cursor = cursor;
  state_.session.question.reset();
  tell("");
}

}  // namespace roundtrip::app
