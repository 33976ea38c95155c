#include "viz/model/layout_byte_life.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace roundtrip::viz {

namespace {

constexpr float padding_steps = 3;
// Longer words take a second line: a card as wide as the screen would be hard to read.
constexpr float most_words_letters = 28;

struct Columns {
  float edge = 0;
  float what = 0;
  float when = 0;
  float words = 0;
  float gap = 0;

  Columns(const TraceView& view, const ByteLife& life, const Ruler& ruler, float most_px) {
    edge = ruler.space(3);
    gap = ruler.space(3);
    const auto widen = [&](float& column, std::string_view text, Voice voice) {
      column = std::max(column, std::ceil(ruler.width(text, voice)) + 1);
    };
    for (const LifeStep& step : life.steps) {
      widen(what, step.what, Voice::Quiet);
      widen(when, when_text(view, step), Voice::Mono);
      widen(words, step.words, Voice::Body);
    }
    words = std::min(words, most_words_letters * ruler.body_px);
    const float title = std::ceil(ruler.width(life.title, Voice::Strong)) + 1;
    words = std::max(words, title - (edge + what + when + 2 * gap));
    words = std::max(ruler.space(20), std::min(words, most_px - (edge + what + when + 2 * gap)));
  }
  float all() const { return edge + what + when + words + 2 * gap; }
};

// At the head or the foot of the room, or of the window where a card that high would come as near
// to the pointer as `near_px`.
float top_of(float height, const Rect& room, const Rect& window, Point pointer, float near_px) {
  const bool low = pointer.y < room.center().y;
  const float foot = room.bottom() - height;
  const float last = window.bottom() - height;
  for (const float y :
       low ? std::array{foot, last, room.y, window.y} : std::array{room.y, window.y, foot, last}) {
    const bool away = y > pointer.y + near_px || y + height < pointer.y - near_px;
    if (away && y >= window.y && y <= last) return y;
  }
  return std::max(window.y, low ? last : window.y);
}

}  // namespace

LifeCard layout_byte_life(const TraceView& view, const ByteLife& life, const Ruler& ruler,
                          const Rect& room, const Rect& window, Point pointer) {
  LifeCard card;
  const float padding = ruler.space(padding_steps);
  const Columns columns(view, life, ruler, room.w - 2 * padding);
  const float line_px = ruler.line(Voice::Body);
  const float width = std::min(columns.all() + 2 * padding, room.w);
  const float x = room.right() - width;
  // From the top of an endless page first; then the whole is moved to where it fits.
  Rect rest{x + padding, padding, columns.all(), 1e6f};
  card.title = fit_text(ruler, rest.take_top(ruler.row_px), life.title, Voice::Strong);
  for (const LifeStep& step : life.steps) {
    LifeRow row;
    row.ahead = step.ahead;
    row.source = step.source;
    if (view.has(step.event)) row.group = view.trace[step.event].row().group();
    Rect words{rest.x + columns.edge + columns.what + columns.when + 2 * columns.gap, rest.y,
               columns.words, rest.h};
    row.words = wrap_text(ruler, words, step.words, Voice::Body);
    const float height = line_px * static_cast<float>(std::max<std::size_t>(1, row.words.size()));
    row.rect = rest.take_top(height);
    Rect first{row.rect.x, row.rect.y, row.rect.w, line_px};
    first.take_left(columns.edge);
    row.what = fit_text(ruler, first.take_left(columns.what, columns.gap), step.what, Voice::Quiet);
    row.when = fit_text(ruler, first.take_left(columns.when), when_text(view, step), Voice::Mono,
                        Side::Right);
    card.rows.push_back(std::move(row));
  }
  const float height = rest.y + padding;
  const float y = top_of(height, room, window.inset(ruler.space(2)), pointer, 2 * ruler.row_px);
  card.rect = {x, y, width, height};
  const auto move = [y](Rect& rect) { rect.y += y; };
  move(card.title.rect);
  for (LifeRow& row : card.rows) {
    move(row.rect);
    move(row.what.rect);
    move(row.when.rect);
    for (TextBox& line : row.words) move(line.rect);
  }
  return card;
}

}  // namespace roundtrip::viz
