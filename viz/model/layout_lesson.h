// The lesson's page: its stops as a list (done, current, ahead), the prose that leads to the next
// one, at a stop its question and, when asked for, its answer, and the one button that goes on.
// Prose that is longer than its place is scrolled; at a stop the question is in sight by itself.
// Pure geometry; draw_lesson paints it. Only lines that can be seen are made.
#pragma once

#include <optional>
#include <vector>

#include "viz/model/actions.h"
#include "viz/model/layout_lifecycle.h"

namespace roundtrip::viz {

enum class LessonVoice : std::uint8_t { Heading, Words, Sent, Question, Answer, Note };

struct LessonLine {
  LessonVoice voice{};
  TextBox text;
  Rect mark = {};  // of what is sent: the byte that is wrong; empty where it has none
};

struct LessonStopRow {
  Rect rect;
  Rect mark;
  TextBox name;
  std::uint32_t stop = 0;
  trace::Group group{};
  // Running: the cursor stands on it; Unfinished: it went on, and the question is still open.
  Progress progress = Progress::Ahead;
  bool at_cursor = false;
};

struct LessonLayout {
  Rect area;
  TextBox title;
  TextBox about;  // how long it takes, how far one is
  std::vector<LessonStopRow> stops;
  TextBox unseen;  // how many stops the list has no room for
  Rect page;
  std::vector<LessonLine> lines;
  float content_px = 0;
  float scroll_px = 0;
  Rect button;
  TextBox button_words;        // empty: nothing comes next
  std::optional<Action> next;  // what it does, and Enter with it
};

LessonLayout layout_lesson(const TraceView& view, const Cursor& cursor, const ViewState& state,
                           const Ruler& ruler, const Rect& area);
std::string dump(const LessonLayout& layout);

}  // namespace roundtrip::viz
