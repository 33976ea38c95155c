#include "app/desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/places.h"
#include "core/base/clock.h"
#include "core/trace/symbols.h"

namespace roundtrip::app {

using viz::Action;

Desk::Recording Desk::recording_of(std::unique_ptr<Session> session) {
  Recording recording;
  recording.session = std::move(session);
  recording.lanes = std::make_unique<viz::LaneIndex>(recording.session->index());
  return recording;
}

Desk::Desk(std::unique_ptr<Session> session, DeskOptions options)
    : shown_(recording_of(std::move(session))) {
  state_.by_chapter = true;
  auto words = viz::load_explanations(assets_dir());
  if (words) {
    state_.explanations = std::make_shared<const viz::Explanations>(std::move(*words));
  } else {
    tell(words.error());
  }
  const std::string& recorded = shown_.session->trace().info().scenario;
  load_lesson(shown_.session->live() || recorded.empty() ? options.scenario : recorded);
  if (const auto entries = scenario::list_scenarios(scenarios_dir())) {
    for (const scenario::ScenarioEntry& entry : *entries) {
      if (entry.problem.empty()) state_.session.scenarios.push_back(entry.id);
    }
  }
  if (!options.notice.empty()) tell(options.notice);
  update(Duration{});
}

// The errand uses the session's server: it has to be over first.
Desk::~Desk() { errand_.end(); }

viz::TraceView Desk::view() const {
  const Session& session = *shown_.session;
  return {session.trace(), session.index(), session.states(), *shown_.lanes};
}

Session* Desk::live() {
  if (shown_.session->live()) return shown_.session.get();
  return behind_ ? behind_->session.get() : nullptr;
}

bool Desk::restless() const {
  const bool searching =
      !state_.log_filter.empty() && state_.log_searched_to < shown_.session->index().indexed_to();
  return state_.playing || searching || errand_.under_way() || jump_from_.has_value() ||
         step_on_news_ ||
         shown_.session->index().indexed_to() < shown_.session->trace().end();
}

// ---- What comes by itself.

bool Desk::update(Duration elapsed) {
  const viz::SessionStatus status_before = state_.session;
  bool changed = take_news();
  if (auto result = errand_.take_result()) {
    finish_errand(std::move(*result));
    changed = true;
  }
  watch_gate();
  // Plays, and searches on for what the log's filter asks.
  const viz::Cursor before = shown_.cursor;
  const std::uint64_t searched_before = state_.log_searched_to;
  static_cast<void>(apply(state_, shown_.cursor, view(), viz::Advance{elapsed}));
  changed = changed || before != shown_.cursor || searched_before != state_.log_searched_to;
  tell_status();
  return changed || status_before != state_.session;
}

bool Desk::take_news() {
  // A server behind a file goes on: what it records is taken in, so that no ring fills up.
  if (behind_) {
    behind_->session->update(events_a_frame);
    behind_->lanes->follow();
  }
  const std::uint64_t old_end = view().end();
  const bool news = shown_.session->update(events_a_frame);
  const bool lanes_grew = shown_.lanes->follow() > 0;
  if (!news && !lanes_grew && shown_.begun) return false;
  const std::string trouble = shown_.session->recording_error();
  if (!trouble.empty()) tell(trouble);
  if (!shown_.begun && !view().empty()) {
    viz::start_lesson(state_, shown_.cursor, view());
    shown_.begun = true;
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
    step_on_news_ = false;
    static_cast<void>(apply(state_, shown_.cursor, now, viz::StepForward{}));
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
    return;
  }
}

void Desk::finish_errand(ErrandResult result) {
  if (result.opened) {
    const std::string name = result.file.filename().string();
    show(recording_of(std::move(result.opened)));
    state_.session.file = name;
    state_.session.question.reset();
    const std::string& scenario = shown_.session->trace().info().scenario;
    if (!scenario.empty()) load_lesson(scenario);
    if (result.warning.empty()) {
      tell("");
    } else {
      tell(result.warning);
    }
  } else if (!result.file.empty()) {
    // The question stays, so that the path can be mended.
    tell("");
    state_.session.question = {false, result.file.string(), result.problem};
  } else if (!result.problem.empty()) {
    tell(result.problem);
  }
}

// What is held at the gate, and for how long, in whole seconds.
void Desk::watch_gate() {
  Session* session = live();
  if (session == nullptr) {
    state_.session.held.reset();
    state_.session.hold_next = false;
    return;
  }
  const auto gate = session->server()->gate().status();
  state_.session.hold_next = gate.waiting || gate.held;
  if (!gate.held) {
    state_.session.held.reset();
    return;
  }
  const std::int64_t now_ns = monotonic_ns();
  if (gate.stops != stops_seen_) {
    stops_seen_ = gate.stops;
    held_since_ns_ = now_ns;
  }
  viz::HeldRequest held;
  held.request = gate.who.request;
  held.phase = trace::row_of(gate.at).name;
  const std::int64_t whole_seconds = (now_ns - held_since_ns_) / 1'000'000'000;
  held.waiting = Duration::seconds(whole_seconds);
  state_.session.held = held;
}

void Desk::tell_status() {
  viz::SessionStatus& status = state_.session;
  status.live = shown_.session->live();
  if (status.live) {
    const server::Server& server = *shown_.session->server();
    status.address =
        trace::address_text(server.address(), shown_.session->trace().symbols());
    status.file.clear();
  }
  status.live_behind = behind_.has_value();
  status.sending = errand_.under_way();
}

void Desk::tell(std::string sentence, bool good_news) {
  state_.session.notice = std::move(sentence);
  state_.session.good_news = good_news;
}

// ---- What is asked for.

bool Desk::act(const viz::Actions& actions) {
  bool changed = false;
  for (const Action& action : actions) {
    const auto hover = std::pair(state_.hovered_event, state_.hovered_byte);
    const bool steps = std::holds_alternative<viz::StepForward>(action);
    const viz::Cursor before = shown_.cursor;
    if (std::holds_alternative<viz::ClearSelection>(action)) tell("");
    if (const auto left = apply(state_, shown_.cursor, view(), action)) do_for_session(*left);
    if (steps && before == shown_.cursor) step_past_the_end();
    const bool only_hover = std::holds_alternative<viz::Hover>(action) ||
                            std::holds_alternative<viz::HoverByte>(action);
    changed = changed || !only_hover || hover != std::pair(state_.hovered_event,
                                                           state_.hovered_byte);
  }
  tell_status();
  return changed;
}

// Next, where nothing comes after: the held request takes its next step, and the first lesson runs.
void Desk::step_past_the_end() {
  Session* session = shown_.session->live() ? shown_.session.get() : nullptr;
  if (session == nullptr || !shown_.begun) return;
  if (session->server()->gate().step(session->server()->runtime())) {
    step_on_news_ = true;
  } else if (session->index().connections().empty() && !errand_.under_way()) {
    run_lesson();
  }
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
  } else if (std::holds_alternative<viz::Dismiss>(action)) {
    status.question.reset();
    tell("");
  } else if (std::holds_alternative<viz::ShowLive>(action)) {
    show_live();
  } else if (const auto* chosen = std::get_if<viz::ChooseScenario>(&action)) {
    choose(chosen->scenario);
  } else if (Session* session = live(); session != nullptr) {
    server::Server& server = *session->server();
    if (const auto* hold = std::get_if<viz::HoldNext>(&action)) {
      if (hold->on) server.gate().hold_next({});
      else server.gate().let_go(server.runtime());
    } else if (const auto* release = std::get_if<viz::ReleaseHeld>(&action)) {
      if (release->one_step) static_cast<void>(server.gate().step(server.runtime()));
      else server.gate().let_go(server.runtime());
    }
  }
}

}  // namespace roundtrip::app
