#include "viz/model/layout_lesson.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/format.h"
#include "viz/model/lesson_steps.h"

namespace roundtrip::viz {
namespace {

using Kind = LessonPart::Kind;

constexpr float least_page_letters = 24;  // beside the list
constexpr float lines_for_foot = 8;       // in less the button stands beside the title

struct Builder {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const Ruler& ruler;
  LessonLayout& layout;
  const Lesson& lesson;
  LessonPlace place;
  std::optional<std::size_t> here;
  Rect text;  // where the page goes on, in its own content
  std::optional<float> question_y;

  // The stop whose way is told.
  std::size_t section() const {
    if (here) return *here;
    return was_left(state) ? place.reached - 1 : place.reached;
  }

  void add_title(Rect top);
  void add_stops(Rect list);
  void add_button(Rect row, Side side);
  void words(LessonVoice voice, std::string_view words, Voice as = Voice::Body) {
    for (TextBox& line : wrap_text(ruler, text, words, as)) {
      layout.lines.push_back({voice, std::move(line), {}});
    }
  }
  void add_sent(std::string_view sent, const std::optional<ByteRange>& marked);
  void add_question(const LessonStop& stop);
  void add_part(const LessonPart& part);
  void add_page();
};

std::string about_text(const Lesson& lesson, const LessonPlace& place) {
  std::string text;
  if (lesson.minutes > 0) {
    text = fmt::format("about {}, ", counted(static_cast<std::int64_t>(lesson.minutes), "minute"));
  }
  const auto stops = static_cast<std::int64_t>(lesson.stops.size());
  if (place.reached == 0) return text + counted(stops, "stop");
  return text + fmt::format("stop {} of {}", place.reached, stops);
}

void Builder::add_title(Rect top) {
  const std::string about = about_text(lesson, place);
  const float about_px = std::ceil(ruler.width(about, Voice::Quiet)) + 1;
  if (about_px + ruler.space(3) + ruler.width(lesson.title, Voice::Large) <= top.w) {
    layout.about = fit_text(ruler, top.take_right(about_px, ruler.space(3)), about, Voice::Quiet,
                            Side::Right);
  }
  layout.title = fit_text(ruler, top, lesson.title, Voice::Large);
}

// Those around the current one, where not all have room.
void Builder::add_stops(Rect list) {
  const std::size_t count = lesson.stops.size();
  const auto room = static_cast<std::size_t>(std::max(0.f, std::floor(list.h / ruler.row_px)));
  const std::size_t shown = count <= room ? count : room - std::min<std::size_t>(room, 1);
  const std::size_t middle = section() - std::min(section(), shown / 2);
  const std::size_t from = std::min(middle, count - shown);
  bool passed = true;
  for (std::size_t i = from; i < from + shown; ++i) {
    LessonStopRow row;
    row.stop = static_cast<std::uint32_t>(i);
    row.rect = list.take_top(ruler.row_px);
    Rect inside = row.rect.inset(ruler.space(1), 0);
    row.mark = inside.take_left(ruler.body_px, ruler.space(2));
    row.mark = {row.mark.x, row.mark.center().y - ruler.body_px / 2, row.mark.w, ruler.body_px};
    const auto phase = trace::phase_from_id(lesson.stops[i].phase);
    if (phase) row.group = trace::row_of(*phase).group();
    row.at_cursor = here == i;
    // Also where the cursor went by without the lesson.
    // They come in order: behind one that was not reached none is looked for.
    if (i >= place.reached && passed) {
      const auto reached = event_of_stop(view, lesson, i);
      passed = reached && *reached <= cursor.event;
    }
    const bool open =
        (i < place.reached ? i + 1 == place.reached : passed) && !is_answered(state, i);
    row.progress = open && row.at_cursor ? Progress::Running
                   : open                ? Progress::Unfinished
                   : i < place.reached   ? Progress::Done
                                         : Progress::Ahead;
    row.name =
        fit_text(ruler, inside, fmt::format("{} {}", i + 1, name_of(lesson.stops[i])), Voice::Body);
    layout.stops.push_back(std::move(row));
  }
  if (shown < count) {
    layout.unseen = fit_text(ruler, list.take_top(ruler.row_px),
                             fmt::format("and {} more", count - shown), Voice::Quiet);
  }
}

void Builder::add_button(Rect row, Side side) {
  layout.next = enter_in_lesson(view, cursor, state);
  std::string words;
  if (layout.next) {
    const auto* stop = std::get_if<GoToStop>(&*layout.next);
    words = stop == nullptr   ? std::string("Show the answer")
            : was_left(state) ? fmt::format("Back to stop {}", stop->stop + 1)
            : stop->stop == 0 ? std::string("Go to the first stop")
                              : fmt::format("Go on to stop {}", stop->stop + 1);
  }
  const float width = std::ceil(ruler.width(words, Voice::Strong)) + ruler.space(8);
  layout.button = side == Side::Right ? row.take_right(width) : row.take_left(width);
  layout.button_words =
      fit_text(ruler, layout.button.inset(ruler.space(2), 0), words, Voice::Body, Side::Center);
}

// Line by line; one that is too long is cut. The byte that is wrong is marked.
void Builder::add_sent(std::string_view sent, const std::optional<ByteRange>& marked) {
  text.take_top(ruler.space(1));
  for (std::size_t from = 0; from <= sent.size();) {
    const std::size_t end = std::min(sent.find('\n', from), sent.size());
    Rect line = text.take_top(ruler.line(Voice::Mono));
    line.take_left(ruler.space(3));
    layout.lines.push_back(
        {LessonVoice::Sent, fit_text(ruler, line, sent.substr(from, end - from), Voice::Mono), {}});
    if (marked && marked->offset >= from && marked->end() <= end) {
      const float before_px =
          ruler.width(sent.substr(from, marked->offset - from), Voice::Mono);
      Rect mark{line.x + before_px, line.y,
                ruler.width(sent.substr(marked->offset, marked->length), Voice::Mono), line.h};
      if (line.contains(mark)) layout.lines.back().mark = mark;
    }
    from = end + 1;
  }
  text.take_top(ruler.space(1));
}

void Builder::add_question(const LessonStop& stop) {
  text.take_top(ruler.space(2));
  question_y = text.y;
  words(LessonVoice::Heading, "A question", Voice::Strong);
  words(LessonVoice::Question, stop.question);
  if (!here || !is_answered(state, *here)) return;
  text.take_top(ruler.space(2));
  words(LessonVoice::Heading, "Its answer", Voice::Strong);
  words(LessonVoice::Answer, stop.answer);
}

void Builder::add_part(const LessonPart& part) {
  switch (part.kind) {
    case Kind::Heading:
      text.take_top(ruler.space(1));
      words(LessonVoice::Heading, part.text, Voice::Strong);
      break;
    case Kind::Words:
      words(LessonVoice::Words, part.text);
      text.take_top(ruler.space(2));
      break;
    case Kind::Item:
      words(LessonVoice::Words, fmt::format("\u2022 {}", part.text));
      text.take_top(ruler.space(1));
      break;
    case Kind::Sent:
      add_sent(part.text, part.marked);
      break;
    case Kind::Stop:
      // Nothing is asked before the cursor is there.
      if (here) add_question(lesson.stops[part.stop]);
      break;
  }
}

void Builder::add_page() {
  const std::size_t of = section();
  const float before = text.y;
  if (was_left(state) && !here) {
    words(LessonVoice::Note, fmt::format("You left this lesson at stop {}.", place.reached),
          Voice::Quiet);
    text.take_top(ruler.space(2));
  }
  for (const LessonPart* part : parts_before_stop(lesson, of)) add_part(*part);
  const bool ends = of + 1 == lesson.stops.size() && here && is_answered(state, *here);
  if (ends) {
    text.take_top(ruler.space(3));
    for (const LessonPart* part : parts_before_stop(lesson, of + 1)) add_part(*part);
  }
  if (ends || of == lesson.stops.size()) {
    words(LessonVoice::Note, "Here the lesson ends. Home begins it again, N brings the next one.",
          Voice::Quiet);
  }
  layout.content_px = text.y - before;
  const float most = std::max(0.f, layout.content_px - layout.page.h);
  // At a stop the question is in sight, to its end if it has the room.
  const float wanted = question_y ? std::min(most, *question_y - before) : 0;
  layout.scroll_px = std::clamp(state.scrolls.lesson.value_or(wanted), 0.f, most);
  for (LessonLine& line : layout.lines) {
    line.text.rect.y -= layout.scroll_px;
    line.mark.y -= layout.scroll_px;
  }
  std::erase_if(layout.lines, [&](const LessonLine& line) {
    return line.text.rect.y < layout.page.y || line.text.rect.bottom() > layout.page.bottom();
  });
}

}  // namespace

LessonLayout layout_lesson(const TraceView& view, const Cursor& asked, const ViewState& state,
                           const Ruler& ruler, const Rect& area) {
  LessonLayout layout;
  layout.area = layout.page = area;
  Rect rest = area.inset(ruler.space(1), 0);
  if (!state.lesson || state.lesson->page.empty()) {
    Rect words = rest;
    for (TextBox& line : wrap_text(ruler, words,
                                   "No lesson is ready. Its page, with its stops and their "
                                   "questions, will stand here: N makes the next one ready.",
                                   Voice::Quiet)) {
      layout.lines.push_back({LessonVoice::Note, std::move(line), {}});
    }
    return layout;
  }
  const Cursor cursor = Stepper(view).clamped(asked).value_or(asked);
  Builder builder{view,
                  cursor,
                  state,
                  ruler,
                  layout,
                  *state.lesson,
                  place_in_lesson(state),
                  stop_here(view, cursor, state),
                  {},
                  {}};
  const bool low = rest.h < lines_for_foot * ruler.line(Voice::Body);
  Rect top = rest.take_top(low ? ruler.control_px : ruler.line(Voice::Large), ruler.space(2));
  if (low) {
    builder.add_button(top, Side::Right);
    top = Rect::from_corners(top.x, top.y, layout.button.x - ruler.space(3), top.bottom());
  }
  builder.add_title(top);
  float list_px = 0;
  for (const LessonStop& stop : state.lesson->stops) {
    list_px = std::max(list_px, ruler.width("00 " + name_of(stop), Voice::Body));
  }
  list_px = std::min(std::ceil(list_px) + ruler.body_px + ruler.space(5), rest.w * 0.36f);
  if (rest.w - list_px >= least_page_letters * ruler.body_px && !state.lesson->stops.empty()) {
    builder.add_stops(rest.take_left(list_px, ruler.space(4)));
  }
  if (!low) builder.add_button(rest.take_bottom(ruler.control_px, ruler.space(2)), Side::Left);
  layout.page = rest;
  constexpr float endless_px = 1e6f;
  builder.text = {rest.x, rest.y, rest.w - ruler.space(2), endless_px};
  builder.add_page();
  return layout;
}

std::string dump(const LessonLayout& layout) {
  std::string text =
      fmt::format("lesson {} {}{}content {:g} scroll {:g}\n", dump(layout.area), dump(layout.title),
                  dump(layout.about), layout.content_px, layout.scroll_px);
  for (const LessonStopRow& row : layout.stops) {
    text += fmt::format("stop {}{} {}", static_cast<int>(row.progress), row.at_cursor ? "*" : "",
                        dump(row.name));
  }
  if (!layout.unseen.empty()) text += dump(layout.unseen);
  for (const LessonLine& line : layout.lines) {
    text += fmt::format("{} {}", static_cast<int>(line.voice), dump(line.text));
    if (!line.mark.empty()) text += "marked " + dump(line.mark) + "\n";
  }
  return text + "button " + dump(layout.button_words);
}

}  // namespace roundtrip::viz
