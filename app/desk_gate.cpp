// The desk at the phase gate: arming it, leading a held request on, and saying what is held. What
// the gate knows (who, where, since when) comes from the gate; what the trace knows (which header,
// which client, who else came) from the trace, which follows a moment later.
#include "app/desk.h"
#include "core/base/clock.h"
#include "viz/model/browser.h"
#include "viz/model/layout_banner.h"
#include "viz/model/layout_lifecycle.h"

namespace roundtrip::app {
namespace {

using trace::EventNumber;

// A stop is told among the newest events of its connection.
constexpr std::size_t newest_events = 32;

// "header 2": the newest event of that phase tells which one. Until the trace has it, the phase.
std::string stop_words(const viz::TraceView& view, std::uint32_t conn, trace::Phase at) {
  if (const auto* summary = view.index.connection(conn)) {
    const auto& events = summary->events;
    const std::size_t oldest = events.size() - std::min(events.size(), newest_events);
    for (std::size_t i = events.size(); i > oldest; --i) {
      const trace::Event& event = view.trace[events[i - 1]];
      if (event.phase == at && !event.ends()) return viz::row_name(view, events[i - 1]);
    }
  }
  return std::string(trace::row_of(at).name);
}

// The requests that came after a moment, but for this one.
std::uint64_t others_since(const viz::TraceView& view, Instant since, std::uint32_t but_for) {
  const auto came_after = [&](std::uint32_t request) {
    const auto* summary = view.index.request(request);
    return summary != nullptr && view.trace[summary->first].time > since;
  };
  const auto requests = view.index.requests();
  const auto later = std::partition_point(
      requests.begin(), requests.end(), [&](std::uint32_t one) { return !came_after(one); });
  const auto count = static_cast<std::uint64_t>(requests.end() - later);
  return count > 0 && came_after(but_for) ? count - 1 : count;
}

Duration whole_seconds(Duration length) {
  return Duration::seconds(length.ns / 1'000'000'000);
}

}  // namespace

void Desk::watch_gate() {
  viz::SessionStatus& status = state_.session;
  Session* session = live();
  if (session == nullptr) {
    gate_ = {};
    status.held.reset();
    status.hold_next = false;
    return;
  }
  const std::uint32_t captured_before = gate_.captured_conn;
  const Instant since_before = gate_.since;
  gate_ = session->server()->gate().status();
  status.hold_next = gate_.waiting || gate_.captured_conn != 0;
  if (gate_.captured_conn == 0) {
    status.held.reset();
    go_to_held_ = false;
    return;
  }
  if (captured_before == 0) go_to_held_ = true;
  go_to_held();
  if (captured_before != gate_.captured_conn || since_before != gate_.since) {
    gate_request_ = 0;
    gate_client_.clear();
    client_gone_.reset();
  }
  status.held = held_request(*serving());
}

// Once, to the first stop: it is what was waited for. From there on Next leads it on.
void Desk::go_to_held() {
  if (!go_to_held_ || !gate_.held || !shown_.serves) return;
  const EventNumber stop = viz::newest_hold(view(), gate_.captured_conn);
  if (stop == trace::no_event) return;
  static_cast<void>(apply(state_, shown_.cursor, view(), viz::GoTo{stop}));
  go_to_held_ = false;
}

// Of the request that the gate has; in whole seconds, so that a frame a second is enough.
viz::HeldRequest Desk::held_request(const Recording& recording) {
  const viz::TraceView view = view_of(recording);
  const Duration waiting = Instant{monotonic_ns()} - gate_.since;
  if (gate_.peer_gone && !client_gone_) client_gone_ = waiting;
  if (gate_.who.request != 0) gate_request_ = gate_.who.request;
  if (gate_client_.empty()) {
    gate_client_ = viz::client_name(view, gate_.captured_conn, gate_request_);
  }
  viz::HeldRequest held;
  held.request = gate_request_;
  held.conn = gate_.captured_conn;
  held.method = gate_.method;
  held.path = gate_.path;
  held.running = !gate_.held;
  held.phase = stop_words(view, gate_.captured_conn, gate_.at);
  held.client = gate_client_;
  held.waiting = whole_seconds(waiting);
  const Instant first_stop = recording.session->now() - waiting;
  held.others = others_since(view, first_stop, gate_request_);
  if (client_gone_) held.client_gone = whole_seconds(*client_gone_);
  return held;
}

void Desk::do_at_gate(const viz::Action& action) {
  Session* session = live();
  if (session == nullptr) return;
  server::Server& server = *session->server();
  const auto arm = [&] {
    const viz::HoldFilter& wanted = state_.hold_filter;
    server::HoldFilter filter{{}, wanted.method, wanted.path};
    if (wanted.conn != 0) filter.conn = wanted.conn;
    server.gate().hold_next(std::move(filter));
    state_.session.hold_next = true;
  };
  if (const auto* hold = std::get_if<viz::HoldNext>(&action)) {
    if (hold->on) arm();
    else server.gate().let_go(server.runtime());
  } else if (std::holds_alternative<viz::SetHoldFilter>(action)) {
    arm();
  } else if (const auto* release = std::get_if<viz::ReleaseHeld>(&action)) {
    if (release->one_step) static_cast<void>(server.gate().step(server.runtime()));
    else server.gate().let_go(server.runtime());
  }
}

// Next, where nothing comes after: the held request takes its next step, and the first lesson runs.
void Desk::step_past_the_end() {
  Session* session = live();
  if (session != shown_.session.get() || !shown_.begun) return;
  const std::uint64_t stops = session->server()->gate().status().stops;
  if (session->server()->gate().step(session->server()->runtime())) {
    step_on_news_ = true;
    stops_before_step_ = stops;
    step_until_.reset();
  } else if (session->index().connections().empty() && !errand_.under_way()) {
    run_lesson();
  }
}

// A way to the next stop on which nothing of the story happens takes the cursor nowhere.
void Desk::give_up_step() {
  if (!step_on_news_) return;
  const bool there = gate_.held && gate_.stops > stops_before_step_;
  if (!there && gate_.captured_conn != 0) return;
  if (!step_until_) step_until_ = shown_.session->now();
  step_on_news_ = shown_.session->trace().settled_to() < *step_until_ ||
                  view().end() < shown_.session->trace().end();
}

}  // namespace roundtrip::app
