#include "viz/model/lesson_steps.h"

#include <algorithm>

namespace roundtrip::viz {
namespace {

const std::vector<LessonStop>& stops_of(const ViewState& state) {
  static const std::vector<LessonStop> none;
  return state.lesson ? state.lesson->stops : none;
}

}  // namespace

LessonPlace place_in_lesson(const ViewState& state) {
  if (!state.lesson) return {};
  const auto found = std::find_if(
      state.lesson_places.begin(), state.lesson_places.end(),
      [&](const LessonPlace& place) { return place.scenario == state.lesson->scenario; });
  if (found == state.lesson_places.end()) return {state.lesson->scenario, 0, false};
  // The page may have lost stops since.
  LessonPlace place = *found;
  place.reached = std::min(place.reached, static_cast<std::uint32_t>(stops_of(state).size()));
  return place;
}

bool was_left(const ViewState& state) {
  return !state.stop_reached && place_in_lesson(state).reached > 0;
}

std::optional<std::size_t> stop_here(const TraceView& view, const Cursor& cursor,
                                     const ViewState& state) {
  if (!state.lesson) return std::nullopt;
  return stop_at(view, cursor.event, *state.lesson);
}

std::optional<GoToStop> step_to_stop(const TraceView& view, const Cursor& cursor,
                                     const ViewState& state, int direction) {
  const std::uint32_t reached = place_in_lesson(state).reached;
  const auto count = static_cast<std::uint32_t>(stops_of(state).size());
  if (direction > 0) {
    if (was_left(state)) return GoToStop{reached - 1};
    if (reached < count) return GoToStop{reached};
    return std::nullopt;
  }
  if (was_left(state) || reached == 0) return std::nullopt;
  const bool stands = stop_here(view, cursor, state) == std::optional<std::size_t>(reached - 1);
  if (!stands) return GoToStop{reached - 1};
  if (reached == 1) return std::nullopt;
  return GoToStop{reached - 2};
}

std::optional<Action> enter_in_lesson(const TraceView& view, const Cursor& cursor,
                                      const ViewState& state) {
  const auto here = stop_here(view, cursor, state);
  if (here && !is_answered(state, *here)) return ShowAnswer{};
  if (const auto next = step_to_stop(view, cursor, state, 1)) return *next;
  return std::nullopt;
}

bool enter_is_the_lessons(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  const Workspace& workspace = state.workspace();
  const bool in_front =
      std::any_of(workspace.panes.begin(), workspace.panes.end(),
                  [](const Pane& pane) { return pane.shown() == ViewId::Lesson; });
  return (in_front && !stops_of(state).empty()) || stop_here(view, cursor, state).has_value();
}

bool is_answered(const ViewState& state, std::size_t stop) {
  const LessonPlace place = place_in_lesson(state);
  return place.reached == stop + 1 && place.answered;
}

void reach_stop(ViewState& state, const TraceView& view, const Cursor& cursor) {
  const auto here = stop_here(view, cursor, state);
  if (!here) return;
  state.stop_reached = true;
  LessonPlace place = place_in_lesson(state);
  const auto reached = static_cast<std::uint32_t>(*here + 1);
  if (place.reached != reached) place = {place.scenario, reached, false};
  std::erase_if(state.lesson_places,
                [&](const LessonPlace& other) { return other.scenario == place.scenario; });
  state.lesson_places.push_back(std::move(place));
}

void show_answer(ViewState& state, const TraceView& view, const Cursor& cursor) {
  if (!stop_here(view, cursor, state)) return;
  reach_stop(state, view, cursor);
  state.lesson_places.back().answered = true;
}

}  // namespace roundtrip::viz
