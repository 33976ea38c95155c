#include "viz/model/layout_story.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/focus_facts.h"

namespace roundtrip::viz {
namespace {

// Where the picture has little room anyway, it is the picture that is looked at.
constexpr float most_opening_lines = 3;

std::string opening_text(trace::Group group, const ViewState& state) {
  if (!state.explanations) return {};
  const std::string& analogy = state.explanations->analogy_of(group);
  if (analogy.empty()) return {};
  return fmt::format("{} {}, as in a warehouse: {}", static_cast<int>(group) + 1,
                     trace::group_name(group), analogy);
}

}  // namespace

bool opens_group(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  if (!view.has(cursor.event)) return false;
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  const auto group = static_cast<std::size_t>(view.trace[cursor.event].row().group());
  const auto facts = focus_facts(view, focus, false);
  return !facts[group].empty() && facts[group].front() == cursor.event;
}

Picture layout_story(const ViewRow& row, const TraceView& view, const Cursor& cursor,
                     const ViewState& state, const Ruler& ruler, const Rect& area) {
  if (!opens_group(view, cursor, state)) {
    return layout_view(row, view, cursor, state, ruler, area);
  }
  const trace::Group group = view.trace[cursor.event].row().group();
  const float line = ruler.line(Voice::Body);
  Rect words = area;
  words.take_top(ruler.row_px);
  words = words.inset(ruler.space(1), 0);
  words.h = std::min(words.h, most_opening_lines * line);
  const std::vector<TextBox> opening =
      wrap_text(ruler, words, opening_text(group, state), Voice::Body);
  if (opening.empty()) return layout_view(row, view, cursor, state, ruler, area);

  // One line of its own sentence makes room for one of these.
  const float more = static_cast<float>(opening.size() - 1) * line;
  Rect rest = area;
  rest.take_top(more);
  Picture picture = layout_view(row, view, cursor, state, ruler, rest);
  picture.area = area;
  picture.heading.rect = picture.heading.rect.moved(0, -more);
  picture.sentence.clear();
  for (const TextBox& text : opening) {
    PictureNote note;
    note.text = text;
    note.group = group;
    note.colored = true;
    picture.notes.push_back(std::move(note));
  }
  return picture;
}

}  // namespace roundtrip::viz
