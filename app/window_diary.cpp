#include "app/window_diary.h"

#include <fmt/format.h>
#include <imgui.h>

#include <chrono>
#include <cstdlib>
#include <string_view>

#include "app/commands.h"
#include "core/trace/phase.h"

namespace roundtrip::app {
namespace {

void tell_buttons(const viz::Registry& registry, std::string_view where) {
  for (const std::string& label : registry.labels(where)) {
    const viz::Rect rect = registry.find(label).value_or(viz::Rect{});
    print(fmt::format("button {} at {:.0f} {:.0f}\n", label, rect.x + rect.w / 2,
                      rect.y + rect.h / 2));
  }
}

}  // namespace

bool diary_is_asked_for() {
  const char* value = std::getenv("ROUNDTRIP_WINDOW_DIARY");
  return value != nullptr && std::string_view(value) == "1";
}

unsigned frames_asked_for() {
  const char* value = std::getenv("ROUNDTRIP_WINDOW_FRAMES");
  return value != nullptr ? static_cast<unsigned>(std::strtoul(value, nullptr, 10)) : 0;
}

void WindowDiary::line_when_new(std::string& last, std::string line) {
  if (line == last) return;
  if (!line.empty()) print(line + "\n");
  last = std::move(line);
}

void WindowDiary::frame(const Desk& desk, const viz::Registry& registry) {
  if (!kept_) return;
  if (first_) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    print(fmt::format("frame 1 at {}\n",
                      std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()));
    tell_buttons(registry, "transport/");
    first_ = false;
  }
  const viz::TraceView view = desk.view();
  const viz::ViewState& state = desk.state();
  if (!view.empty()) {
    const std::uint64_t event = desk.cursor().event;
    line_when_new(place_, fmt::format("at event {} of {}, {}, {} requests", event + 1, view.end(),
                                      view.has(event) ? view.trace[event].row().id : "nowhere",
                                      view.index.requests().size()));
  }
  // A question that was asked by this frame's keys is drawn by the next, and listens after it.
  std::string asks;
  const bool drawn = registry.has("question");
  const bool listens = !question_.empty() || ImGui::GetIO().WantTextInput;
  if (const auto& question = state.session.question; question && drawn && listens) {
    asks = fmt::format("asks to {} {}{}{}", question->save ? "save to" : "open", question->path,
                       question->problem.empty() ? "" : ": ", question->problem);
  }
  const bool asks_anew = question_.empty() && !asks.empty();
  if (asks_anew) tell_buttons(registry, "question/");
  line_when_new(question_, std::move(asks));
  line_when_new(notice_, state.session.notice.empty()
                             ? ""
                             : fmt::format("says {}", state.session.notice));
}

}  // namespace roundtrip::app
