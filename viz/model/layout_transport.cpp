#include "viz/model/layout_transport.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/commands.h"
#include "viz/model/format.h"
#include "viz/model/lesson_steps.h"
#include "viz/model/wire_words.h"

namespace roundtrip::viz {

namespace {

std::string status_text(const ViewState& state) {
  // Tasks are what the server does by itself.
  const auto model = state.session.model.value_or(trace::Model::Tasks);
  if (state.session.live) {
    return fmt::format("live {}{}", state.session.address,
                       model == trace::Model::Threads  ? ", threads"
                       : model == trace::Model::Single ? ", one thread"
                                                       : "");
  }
  if (state.session.stopped) return "server stopped";
  return state.session.file.empty() ? "no trace" : state.session.file;
}

std::string brief_status(const ViewState& state) {
  if (state.session.live) return "live";
  return state.session.stopped ? "stopped" : "file";
}

std::string hold_label(const HoldFilter& filter) {
  constexpr std::size_t most_letters = 28;
  if (filter == HoldFilter{}) return "Hold next request";
  std::string label = "Hold next";
  for (const std::string& part : {filter.method, filter.path}) {
    if (!part.empty()) label += " " + part;
  }
  if (filter.conn != 0) label += fmt::format(" on connection {}", filter.conn);
  return label.size() > most_letters ? "Hold next as chosen" : label;
}

std::string pace_text(double pace) { return fmt::format("{:g} a second", pace); }

// A button that would like to stand in the bar, in its order.
struct Wish {
  Control control{};
  std::string label;   // empty: an icon
  bool enabled = true;
  bool primary = false;
  bool on = false;
  bool menu = false;
  int importance = 0;  // the lowest leaves first
  // What stands instead where the bar is narrow, with the importance of what stays.
  std::string brief = {};
};
constexpr int stays = 20;

// "20" of "20-handshake".
std::string lesson_number(const std::string& scenario) {
  const std::size_t digits = std::min(scenario.find_first_not_of("0123456789"), scenario.size());
  return digits > 0 ? scenario.substr(0, digits) : "lesson";
}

// What the main menu has instead of a control that left. Open, Save and the search stand there
// always, running the lesson in the menus of the lesson and of Send.
std::vector<Command> commands_of(Control control) {
  switch (control) {
    case Control::First: return {Command::FirstPhase};
    case Control::Play: return {Command::PlayOrPause};
    case Control::Last: return {Command::NewestEvent};
    case Control::Unit:
      return {Command::ByByte, Command::ByEvent, Command::ByPhase, Command::ByRequest};
    case Control::Pace: return {Command::Slower, Command::Faster};
    case Control::Follow: return {Command::Follow};
    case Control::Hold: return {Command::Hold, Command::HoldWhich};
    default: return {};
  }
}

std::vector<Wish> wishes(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  const Stepper stepper(view, state.chosen.conn);
  const bool any = !view.empty();
  const bool can_next = any && stepper.forward(cursor, state.unit).has_value();
  const bool can_back = any && stepper.back(cursor, state.unit).has_value();
  const bool live = state.session.live;
  const std::string scenario = state.lesson ? state.lesson->scenario : "no scenario";
  // Past the last step, sending is what comes next.
  const bool send_is_next = live && !can_next && !state.session.sending && !state.session.held;
  // Next itself runs the lesson where no client came yet, and leads what is held a step on.
  const bool next_runs = send_is_next && view.index.connections().empty();
  std::vector<Wish> list;
  list.push_back({Control::Status, status_text(state), true, false, live, true, 6,
                  brief_status(state)});
  list.push_back({Control::Scenario, scenario, true, false, false, true, 6,
                  lesson_number(scenario)});
  const WireRung rung = wire_rung(view, state);
  const std::uint32_t held = state.session.packets_held;
  list.push_back({Control::Wire, held > 0 ? fmt::format("{}: {} held", rung.word, held) : rung.word,
                  true, false, state.drawer == Drawer::Wire, false, stays});
  if (state.session.can_send()) {
    list.push_back({Control::Send, "Send", !state.session.sending, send_is_next, false, true, 9});
    list.push_back({Control::Again, has_run(state) ? "Run again" : "Run", !state.session.sending,
                    false, false, false, 5});
  }
  list.push_back({Control::First, "", can_back, false, false, false, 8});
  list.push_back({Control::Back, "", can_back, false, false, false, 9});
  list.push_back({Control::Play, "", any, false, moves_by_itself(state), false, 7});
  const bool leads = leads_request(view, cursor, state);
  list.push_back({Control::Next, leads ? "Next stop" : "Next",
                  can_next || next_runs || state.session.held, !send_is_next, false, false, stays});
  list.push_back({Control::Last, "", any && cursor.event + 1 < view.end(), false, false, false, 8});
  list.push_back({Control::Unit, fmt::format("by {}", step_unit_word(state.unit)), any, false,
                  false, true, 6});
  list.push_back({Control::Pace, pace_text(state.pace), any, false, false, true, 3});
  if (live) list.push_back({Control::Follow, "Follow", any, false, state.follow, false, 4});
  list.push_back({Control::Open, "Open", true, false, false, false, 2});
  list.push_back({Control::Save, "Save", any, false, false, false, 2});
  if (state.session.held) {
    list.push_back({Control::Hold, "Let it go", true, false, true, false, 9});
  } else if (live) {
    const bool armed = state.session.hold_next;
    list.push_back({Control::Hold, hold_label(state.hold_filter), true, false, armed, true,
                    armed ? 9 : 7});
  }
  list.push_back({Control::Find, "", any, false, false, false, 1});
  return list;
}

// Before the words of the status stands a dot.
constexpr float dot_steps = 1.5f;

float width_of(const Ruler& ruler, const Wish& wish) {
  if (wish.label.empty()) return ruler.control_px;
  const float arrow = wish.menu ? ruler.space(4) : 0;
  const float dot = wish.control == Control::Status ? ruler.space(dot_steps) : 0;
  return dot + std::ceil(ruler.width(wish.label, Voice::Body)) + ruler.space(6) + arrow;
}

}  // namespace

std::string_view control_word(Control control) {
  constexpr std::string_view words[] = {
      "status", "scenario", "send", "again",  "first", "back", "play", "next",
      "last",   "unit",     "pace", "follow", "open",  "save", "hold", "find", "wire"};
  return words[static_cast<std::size_t>(control)];
}

float transport_height(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, float width_px) {
  const float banner_px = width_px - 2 * ruler.space(2);
  return ruler.control_px + ruler.space(3) +
         banner_height(view, cursor, state, ruler, banner_px);
}

Action jump_to(const Newer& newer) {
  return newer.requests > 0 ? Action{StepForward{StepUnit::Request}} : Action{GoLast{}};
}

std::vector<LossNote> loss_notes(const TraceView& view, const Cursor& cursor) {
  std::vector<LossNote> notes;
  const auto note = [&notes](std::uint64_t number, std::string_view one, std::string_view many,
                             std::string_view rest, std::string_view means) {
    if (number == 0) return;
    const std::string counted_text = counted(static_cast<std::int64_t>(number), one, many);
    notes.push_back({fmt::format("{} {}", counted_text, rest), means});
  };
  const trace::LossCounts& losses = view.trace.losses();
  note(losses.untraced_requests, "request", "requests", "served untraced",
       "They were answered, but the memory for records was short: nothing of them is here.");
  note(losses.untraced_connections, "connection", "connections", "untraced",
       "They were served, but the memory for records was short: nothing of them is here.");
  note(losses.lost_records, "record", "records", "lost",
       "A thread's memory for records was full: these facts are missing in the trace.");
  note(view.trace.evicted_events(), "older event", "older events", "left the trace",
       "A live trace keeps so much and no more: the oldest leave first. What is here is whole.");
  note(view.index.violation_count(), "breach", "breaches", "of order",
       "Events that can't have come in this order: an error of the program that recorded them. "
       "Each is told in red where it stands.");
  note(view.trace.end() - view.end(), "event", "events", "not yet indexed",
       "They have come and will be shown in a moment.");
  if (view.has(cursor.event) && view.trace[cursor.event].is_late()) {
    notes.push_back({"this came late, and stands in its place",
                     "It became known more than 20 ms after it happened, as a kernel's stamp may. "
                     "Nothing is lost by that."});
  }
  return notes;
}

TransportLayout layout_transport(const TraceView& view, const Cursor& cursor,
                                 const ViewState& state, const Ruler& ruler, const Rect& area) {
  TransportLayout layout;
  layout.area = area;
  Rect rest = area.inset(ruler.space(2), 0);
  Rect bar = rest.take_top(ruler.control_px + ruler.space(2)).inset(0, ruler.space(1));

  std::vector<Wish> list = wishes(view, cursor, state);
  const float gap = ruler.space(2);
  const auto total = [&] {
    float sum = -gap;
    for (const Wish& wish : list) sum += width_of(ruler, wish) + gap;
    return sum;
  };
  const CommandContext context{view, cursor, state};
  while (total() > bar.w) {
    const auto least = std::min_element(
        list.begin(), list.end(),
        [](const Wish& a, const Wish& b) { return a.importance < b.importance; });
    if (least->importance == stays) break;
    if (!least->brief.empty()) {
      least->label = least->brief;
      least->importance = stays;
      continue;
    }
    for (const Command command : commands_of(least->control)) {
      const CommandRow& row = row_of(command);
      if (const auto action = row.action(context)) {
        layout.in_menu.push_back({row.words, keys_text(command), *action});
      }
    }
    list.erase(least);
  }
  for (const Wish& wish : list) {
    const float width = width_of(ruler, wish);
    if (width > bar.w) break;
    TransportButton button;
    button.control = wish.control;
    button.rect = bar.take_left(width, gap);
    button.enabled = wish.enabled;
    button.primary = wish.primary;
    button.on = wish.on;
    button.menu = wish.menu;
    if (!wish.label.empty()) {
      Rect inside = button.rect.inset(ruler.space(3), 0);
      if (wish.menu) inside.take_right(ruler.space(4));
      if (wish.control == Control::Status) inside.take_left(ruler.space(dot_steps));
      button.label = fit_text(ruler, inside, wish.label, Voice::Body, Side::Center);
    }
    layout.buttons.push_back(std::move(button));
  }

  layout.newer = newer_than(view, cursor);
  layout.focus_conn = view.empty() ? 0 : focus_at(view, cursor.event, state.chosen).conn;
  layout.next_leads = leads_request(view, cursor, state);
  Rect line = rest;
  layout.banner = layout_banner(view, cursor, state, ruler, line);
  for (const LossNote& note : loss_notes(view, cursor)) {
    const float width = std::ceil(ruler.width(note.text, Voice::Quiet)) + 2;
    if (width > line.w) break;
    layout.notes.push_back(
        {fit_text(ruler, line.take_left(width, ruler.space(4)), note.text, Voice::Quiet),
         note.means});
  }
  return layout;
}

std::optional<Action> action_of(const TransportButton& button, const ViewState& state) {
  if (!button.enabled) return std::nullopt;
  switch (button.control) {
    case Control::Send: return Send{};
    case Control::Again: return RunAgain{};
    case Control::Open: return Open{};
    case Control::Save: return Save{};
    case Control::First: return GoFirst{};
    case Control::Back: return StepBack{};
    case Control::Play: return moves_by_itself(state) ? Action{Pause{}} : Action{Play{}};
    case Control::Next: return StepForward{};
    case Control::Last: return GoLast{};
    case Control::Hold:
      if (state.session.held) return ReleaseHeld{};
      return HoldNext{!state.session.hold_next};
    case Control::Follow: return Follow{!state.follow};
    case Control::Find: return OpenPalette{PaletteMode::Search, state.palette.text};
    case Control::Wire: return ToggleDrawer{Drawer::Wire};
    case Control::Status:
    case Control::Scenario:
    case Control::Unit:
    case Control::Pace: break;
  }
  return std::nullopt;
}

std::string dump(const TransportLayout& layout) {
  std::string text = fmt::format("transport {} newer {} {}\n", dump(layout.area),
                                 layout.newer.requests, layout.newer.events);
  for (const TransportButton& button : layout.buttons) {
    text += fmt::format("button {} {}{}{}{} \"{}\"\n", control_word(button.control),
                        dump(button.rect), button.enabled ? "" : " disabled",
                        button.primary ? " primary" : "", button.on ? " on" : "",
                        button.label.text);
  }
  for (const BannerItem& item : layout.banner) {
    for (const TextBox& line : item.lines) text += "banner " + dump(line);
  }
  for (const TransportNote& note : layout.notes) text += "note " + dump(note.text);
  return text;
}

}  // namespace roundtrip::viz
