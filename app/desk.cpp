#include "app/desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/measured_models.h"
#include "app/places.h"
#include "core/trace/symbols.h"

namespace roundtrip::app {

using viz::Action;

std::uint16_t Desk::port_here(const server::Server& server) {
  return static_cast<std::uint16_t>(server.second_address().value_or(server.address()).packed);
}

Desk::Recording Desk::recording_of(std::unique_ptr<Session> session, std::string file) {
  Recording recording;
  recording.file = std::move(file);
  recording.measured = figures_beside(session->file());
  recording.serves = recording.recorded = session->live();
  if (recording.serves) {
    const server::Server& server = *session->server();
    const trace::Symbols& words = session->trace().symbols();
    recording.address = trace::address_text(server.address(), words);
    if (const auto second = server.second_address()) {
      recording.address += fmt::format(" and {}", trace::address_text(*second, words));
    }
  }
  recording.session = std::move(session);
  recording.lanes = std::make_unique<viz::LaneIndex>(recording.session->index());
  recording.statistics = std::make_unique<viz::Statistics>(recording.session->index());
  return recording;
}

Desk::Desk(std::unique_ptr<Session> session, DeskOptions options)
    : settings_(std::move(options.settings)),
      shown_(recording_of(std::move(session), std::move(options.file))),
      start_(std::move(options.start)),
      measure_(std::move(options.measure)) {
  if (shown_.serves) {
    const server::Server& server = *shown_.session->server();
    server_options_ = server::ServerOptions{};
    server_options_->listen = server.options().also_listen.value_or(server.options().listen);
    // A lab's address is of that lab alone.
    if (server_options_->listen.sockets != nullptr) server_options_->listen = {};
    server_options_->listen.port = port_here(server);
    server_options_->listen.next_free_port = true;
    server_options_->workers = server.options().workers;
    server_options_->model = server.options().model;
    state_.session.model = server.options().model;
  }
  state_.by_chapter = true;
  auto words = viz::load_explanations(assets_dir());
  if (words) {
    state_.explanations = std::make_shared<const viz::Explanations>(std::move(*words));
  } else {
    tell(words.error());
  }
  auto listings = viz::load_code_listings(assets_dir());
  if (listings) {
    state_.listings = std::make_shared<const viz::CodeListings>(std::move(*listings));
  } else {
    tell(listings.error());
  }
  const std::string& recorded = shown_.session->trace().info().scenario;
  load_lesson(shown_.serves || recorded.empty() ? options.scenario : recorded);
  if (const auto entries = scenario::list_scenarios(scenarios_dir())) {
    for (const scenario::ScenarioEntry& entry : *entries) {
      if (entry.problem.empty()) state_.session.scenarios.push_back(entry.id);
    }
  }
  if (const Status read = settings_.read(state_); !read.ok()) tell(read.error());
  if (!options.notice.empty()) tell(options.notice);
  update(Duration{});
}

// The errand uses the session's server: it has to be over first.
Desk::~Desk() {
  errand_.end();
  static_cast<void>(settings_.write(state_));
}

viz::TraceView Desk::view_of(const Recording& recording) {
  const Session& session = *recording.session;
  return {session.trace(), session.index(), session.states(), *recording.lanes,
          *recording.statistics};
}
viz::TraceView Desk::view() const { return view_of(shown_); }

Desk::Recording* Desk::serving() {
  if (shown_.serves) return &shown_;
  return behind_ && behind_->serves ? &*behind_ : nullptr;
}

Session* Desk::live() {
  Recording* recording = restarting_ ? nullptr : serving();
  return recording != nullptr ? recording->session.get() : nullptr;
}

bool Desk::restless() const {
  return state_.playing || viz::searching(state_, view()) || errand_.under_way() ||
         jump_from_.has_value() || jump_until_.has_value() || step_on_news_ ||
         shown_.session->behind() || stops_seen_ != stops_listed_ ||
         shown_.statistics->followed_to() < shown_.session->index().indexed_to();
}

// ---- What comes by itself.

bool Desk::update(Duration elapsed) {
  const viz::SessionStatus status_before = state_.session;
  bool changed = take_news();
  if (auto result = errand_.take_result()) {
    finish_errand(std::move(*result));
    changed = true;
  }
  look_for_stop();
  show_only_the_new();
  give_up_jump();
  watch_gate();
  give_up_step();
  tell_progress();
  // Plays, and searches on for what was asked.
  const viz::Cursor before = shown_.cursor;
  const bool searched = viz::searching(state_, view());
  static_cast<void>(apply(state_, shown_.cursor, view(), viz::Advance{elapsed}));
  changed = changed || before != shown_.cursor || searched;
  keep_what_is_looked_at();
  const Status kept = settings_.update(state_, std::exchange(settings_touched_, false), elapsed);
  if (!kept.ok()) tell(kept.error());
  tell_status();
  return changed || status_before != state_.session;
}

bool Desk::take_news() {
  // A server behind a file goes on: what it records is taken in, so that no ring fills up.
  if (behind_) {
    behind_->session->update(events_a_frame);
    behind_->lanes->follow();
    behind_->statistics->follow(events_a_frame);
  }
  // While a thread writes the trace to a file, what is new waits.
  if (errand_is(ErrandKind::Save)) return false;
  const std::uint64_t old_end = view().end();
  const bool news = shown_.session->update(events_a_frame);
  const bool lanes_grew = shown_.lanes->follow() > 0;
  const bool more_counted = shown_.statistics->follow(events_a_frame) > 0;
  if (!news && !lanes_grew && !more_counted && shown_.begun) return false;
  const std::string trouble = shown_.session->recording_error();
  if (!trouble.empty()) tell(trouble);
  if (!shown_.begun && !view().empty()) {
    viz::start_lesson(state_, shown_.cursor, view());
    shown_.begun = true;
    if (jump_from_) follow_news(old_end);
  } else if (news) {
    static_cast<void>(apply(state_, shown_.cursor, view(), viz::TraceGrew{}));
    follow_news(old_end);
  }
  return true;
}

// A request of ours takes the paused view with it; one from outside only when all before it was
// seen. The view stays paused at its first event.
void Desk::follow_news(std::uint64_t old_end) {
  const viz::TraceView now = view();
  if (step_on_news_ && now.end() > old_end) {
    const viz::Cursor before = shown_.cursor;
    static_cast<void>(apply(state_, shown_.cursor, now, viz::StepForward{}));
    step_on_news_ = before == shown_.cursor;
    return;
  }
  if (state_.follow || state_.playing) {
    jump_from_.reset();
    return;
  }
  const bool all_seen = old_end > 0 && shown_.cursor.event + 1 >= old_end;
  if (!jump_from_ && !all_seen) return;
  const std::uint64_t from = std::max(jump_from_.value_or(old_end), now.first());
  for (std::uint64_t number = from; number < now.end(); ++number) {
    const std::uint32_t conn = now.trace[number].conn;
    if (conn == 0) continue;
    const auto* summary = now.index.connection(conn);
    if (summary == nullptr || summary->first < from) continue;
    jump_from_.reset();
    static_cast<void>(apply(state_, shown_.cursor, now, viz::GoTo{summary->first}));
    if (state_.only_request != 0) only_of_conn_ = conn;
    return;
  }
}

// Where one request alone is shown and the view went to a new one, it is the new one's turn.
void Desk::show_only_the_new() {
  if (only_of_conn_ == 0) return;
  const auto* conn = view().index.connection(only_of_conn_);
  if (state_.only_request == 0 || conn == nullptr) {
    only_of_conn_ = 0;
  } else if (!conn->requests.empty()) {
    only_of_conn_ = 0;
    const viz::OnlyRequest only{conn->requests.front()};
    static_cast<void>(apply(state_, shown_.cursor, view(), only));
  }
}

// Once all is known of a request of ours, it takes the view nowhere any more: it has, or it was not
// traced, or it failed.
void Desk::give_up_jump() {
  if (!jump_until_ || errand_.under_way()) return;
  const bool all_known = shown_.session->trace().settled_to() >= *jump_until_ &&
                         view().end() == shown_.session->trace().end();
  if (!all_known) return;
  jump_from_.reset();
  jump_until_.reset();
}

// Memory is bounded: what the person looks at, chose or holds stays, the rest may leave.
void Desk::keep_what_is_looked_at() {
  if (errand_is(ErrandKind::Save)) return;
  Session& session = *shown_.session;
  std::uint64_t oldest = shown_.cursor.event;
  if (state_.selected_event) oldest = std::min(oldest, *state_.selected_event);
  if (&session == live() && gate_.captured_conn != 0) {
    if (const auto* conn = session.index().connection(gate_.captured_conn)) {
      oldest = std::min(oldest, std::uint64_t{conn->first});
    }
  }
  session.pin(oldest);
}

void Desk::tell_status() {
  viz::SessionStatus& status = state_.session;
  status.live = shown_.serves;
  status.stopped = shown_.stopped;
  if (status.live) status.address = shown_.address;
  status.file = shown_.file;
  status.live_behind = behind_.has_value();
  status.behind_stopped = behind_ && behind_->stopped;
  // While it starts anew it is still what it was.
  if (Session* session = live(); session != nullptr && session->live()) {
    status.model = session->server()->options().model;
  }
  tell_wire();
  status.has_load = lesson_ && !lesson_->loads.empty();
  status.comparing = errand_is(ErrandKind::Compare);
  state_.measured_models = shown_.recorded ? measured_ : shown_.measured;
  status.sending = errand_.under_way();
}

void Desk::tell_progress() {
  if (!errand_.under_way() || errand_words_.empty()) return;
  if (const auto percent = errand_.percent()) {
    tell(fmt::format("{}: {} %", errand_words_, *percent), true);
  }
}

void Desk::tell(std::string sentence, bool good_news) {
  state_.session.notice = std::move(sentence);
  state_.session.good_news = good_news;
}

// ---- What is asked for.

bool Desk::act(const viz::Actions& actions) {
  // The pointer's place is told anew each frame, forgotten first: only what came of it counts.
  const auto hovered = [this] { return std::pair(state_.hovered_event, state_.hovered_byte); };
  const auto hovered_before = hovered();
  bool changed = false;
  for (const Action& action : actions) {
    const bool steps = std::holds_alternative<viz::StepForward>(action);
    const viz::Cursor before = shown_.cursor;
    if (std::holds_alternative<viz::ClearSelection>(action)) tell("");
    if (const auto left = apply(state_, shown_.cursor, view(), action)) do_for_session(*left);
    if (steps && before == shown_.cursor) step_past_the_end();
    changed = changed || !(std::holds_alternative<viz::Hover>(action) ||
                           std::holds_alternative<viz::HoverByte>(action));
  }
  settings_touched_ = settings_touched_ || changed;
  tell_status();
  return changed || hovered() != hovered_before;
}

void Desk::do_for_session(const Action& action) {
  viz::SessionStatus& status = state_.session;
  if (std::holds_alternative<viz::Send>(action)) {
    send();
  } else if (std::holds_alternative<viz::RunAgain>(action)) {
    run_lesson();
  } else if (const auto* save_to = std::get_if<viz::Save>(&action)) {
    save(save_to->path);
  } else if (const auto* open_from = std::get_if<viz::Open>(&action)) {
    open(open_from->path);
  } else if (const auto* typed = std::get_if<viz::TypePath>(&action)) {
    if (status.question) status.question->path = typed->path;
    if (status.question) status.question->problem.clear();
    may_overwrite_.clear();
  } else if (std::holds_alternative<viz::Dismiss>(action)) {
    dismiss();
  } else if (std::holds_alternative<viz::LeaveUnsaved>(action)) {
    leave();
  } else if (std::holds_alternative<viz::ShowLive>(action)) {
    show_live();
  } else if (const auto* chosen = std::get_if<viz::ChooseScenario>(&action)) {
    choose(chosen->scenario);
  } else if (const auto* model = std::get_if<viz::ChooseModel>(&action)) {
    choose_model(model->model);
  } else if (std::holds_alternative<viz::CompareModels>(action)) {
    compare_models();
  } else if (const auto* wire = std::get_if<viz::HandleWire>(&action)) {
    do_at_wire(wire->act);
  } else if (const auto* change = std::get_if<viz::ChangeBacklog>(&action)) {
    change_backlog(change->backlog);
  } else if (const auto* stop = std::get_if<viz::GoToStop>(&action)) {
    go_to_stop(stop->stop);
  } else {
    do_at_gate(action);
  }
}

}  // namespace roundtrip::app
