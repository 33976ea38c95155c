// How one goes through a lesson: from stop to stop, a question at each, its answer when asked for.
// Where one is, is kept in the view state: the stop that the cursor stood on last. A lesson that is
// begun anew stands at its start and knows where it was left; the next step leads back there.
// Called by apply, by the keyboard and by the lesson's panel. Pure but for the last two.
#pragma once

#include <optional>

#include "viz/model/actions.h"

namespace roundtrip::viz {

// Of the lesson that is ready; nothing reached where there is none.
LessonPlace place_in_lesson(const ViewState& state);
// It has run since it was made ready.
inline bool has_run(const ViewState& state) {
  return state.lesson && state.lesson->run_from != Instant{};
}
// It was left at a stop, and the cursor has not come back to any.
bool was_left(const ViewState& state);
// The stop that the cursor stands on.
std::optional<std::size_t> stop_here(const TraceView& view, const Cursor& cursor,
                                     const ViewState& state);

// The next stop (1), or the one before (-1); back where the lesson was left. Empty: there is none.
std::optional<GoToStop> step_to_stop(const TraceView& view, const Cursor& cursor,
                                     const ViewState& state, int direction);
// What Enter does in a lesson: the answer to the question that stands; then on to the next stop.
std::optional<Action> enter_in_lesson(const TraceView& view, const Cursor& cursor,
                                      const ViewState& state);
// Whether Enter is the lesson's: its page is in front, or the cursor stands on a stop.
bool enter_is_the_lessons(const TraceView& view, const Cursor& cursor, const ViewState& state);

// Whether the stop's answer is to be seen.
bool is_answered(const ViewState& state, std::size_t stop);

// For apply. The cursor has come to an event; if it is a stop, that is the current one.
void reach_stop(ViewState& state, const TraceView& view, const Cursor& cursor);
void show_answer(ViewState& state, const TraceView& view, const Cursor& cursor);

}  // namespace roundtrip::viz
