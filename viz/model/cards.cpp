#include "viz/model/cards.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace roundtrip::viz {

using Mark = PictureMaker::Mark;

Cards::Cards(PictureMaker& maker, const Ruler& ruler, const Rect& area)
    : maker_(maker), ruler_(ruler), area_(area), gap_(ruler.space(2)) {}

void Cards::set_columns(int columns) {
  const auto count = static_cast<float>(columns);
  columns_ = columns;
  column_w_ = std::floor((area_.w - gap_ * (count - 1)) / count);
}

void Cards::add(trace::Group group, std::string title, Fill fill) {
  cards_.push_back({group, std::move(title), std::move(fill)});
}

float Cards::column_x(int column) const {
  return area_.x + static_cast<float>(column) * (column_w_ + gap_);
}

float Cards::place() {
  bottom_ = area_.y;
  if (cards_.empty()) return bottom_;
  const float letter_px = ruler_.width("the middle of a word", Voice::Body) / 20;
  const int most = std::clamp(static_cast<int>(area_.w / (letter_px * card_letters)), 1,
                              most_card_columns);
  const bool much_room = area_.h >= lines_for_all * ruler_.line(Voice::Body);
  const Mark before = maker_.mark();
  std::vector<Telling> tellings(cards_.size(), Telling::Full);
  if (much_room && place_all_in_columns(tellings, most)) return bottom_;
  tellings.assign(cards_.size(), Telling::Usual);
  if (place_all_in_columns(tellings, most)) return bottom_;
  const std::size_t newest = newest_card();
  tellings.assign(cards_.size(), Telling::Short);
  tellings[newest] = Telling::Usual;
  bool placed = place_all_in_columns(tellings, most);
  if (!placed) {
    tellings[newest] = Telling::Short;
    placed = place_all_in_columns(tellings, most);
  }
  if (placed) say_more(std::move(tellings), before, most);
  else place_some(newest);
  return bottom_;
}

// What room is left the other cards use, one after the other.
void Cards::say_more(std::vector<Telling> tellings, const Mark& before, int most) {
  for (Telling& telling : tellings) {
    if (telling != Telling::Short) continue;
    maker_.take_back(before);
    telling = Telling::Usual;
    if (place_all_in_columns(tellings, most)) continue;
    telling = Telling::Short;
    place_all_in_columns(tellings, most);
  }
}

// The wider the columns, the better they read.
bool Cards::place_all_in_columns(const std::vector<Telling>& tellings, int most) {
  for (int columns = std::min(most, 2); columns <= most; ++columns) {
    set_columns(columns);
    if (place_all(tellings)) return true;
  }
  return false;
}

// Whether all that the card says has room.
bool Cards::lay(const Card& card, const Rect& rect, Telling telling, Laid& laid) {
  laid.from = maker_.mark();
  maker_.box(rect, card.group, card.title);
  card.fill(telling);
  const bool whole = maker_.is_whole() && maker_.used_px() <= rect.h;
  laid.h = maker_.used_px();
  laid.to = maker_.mark();
  return whole;
}

// The least height in which the cards, in their order, fill no more columns than there are; more
// than the area has where they do not.
float Cards::lowest_columns(const std::vector<Laid>& laid) const {
  const auto fits = [&](float most) {
    int columns = 1;
    float h = 0;
    for (const Laid& one : laid) {
      const float with = h + (h > 0 ? gap_ : 0) + one.h;
      if (with <= most) {
        h = with;
        continue;
      }
      if (++columns > columns_ || one.h > most) return false;
      h = one.h;
    }
    return true;
  };
  // It is the height of some run of neighbours.
  float lowest = area_.h + 1;
  for (std::size_t first = 0; first < laid.size(); ++first) {
    float h = -gap_;
    for (std::size_t last = first; last < laid.size(); ++last) {
      h += gap_ + laid[last].h;
      if (h < lowest && fits(h)) lowest = h;
    }
  }
  return lowest;
}

bool Cards::place_all(const std::vector<Telling>& tellings) {
  const Mark before = maker_.mark();
  std::vector<Laid> laid(cards_.size());
  bool whole = true;
  float sum = 0;
  for (std::size_t i = 0; i < cards_.size() && whole; ++i) {
    whole = lay(cards_[i], {area_.x, area_.y, column_w_, area_.h}, tellings[i], laid[i]);
    sum += laid[i].h;
    whole = whole && sum <= area_.h * static_cast<float>(columns_);
  }
  const float most = whole ? lowest_columns(laid) : 0;
  if (!whole || most > area_.h) {
    maker_.take_back(before);
    return false;
  }
  int column = 0;
  float y = area_.y;
  bottom_ = area_.y;
  for (const Laid& one : laid) {
    if (y > area_.y && y + one.h > area_.y + most) {
      ++column;
      y = area_.y;
    }
    maker_.move(one.from, one.to, column_x(column) - area_.x, y - area_.y);
    bottom_ = std::max(bottom_, y + one.h);
    y += one.h + gap_;
  }
  return true;
}

// The card that the newest fact belongs to.
std::size_t Cards::newest_card() {
  const Mark before = maker_.mark();
  std::size_t newest = 0;
  trace::EventNumber event = trace::no_event;
  for (std::size_t i = 0; i < cards_.size(); ++i) {
    Laid laid;
    static_cast<void>(lay(cards_[i], {area_.x, area_.y, column_w_, area_.h}, Telling::Short, laid));
    const trace::EventNumber told = maker_.newest(laid.from, laid.to);
    if (told == trace::no_event || (event != trace::no_event && told <= event)) continue;
    event = told;
    newest = i;
  }
  maker_.take_back(before);
  return newest;
}

void Cards::place_some(std::size_t first) {
  const float line = ruler_.line(Voice::Body);
  const float h = std::max(0.f, area_.h - line);
  std::vector<float> used(static_cast<std::size_t>(columns_), 0);
  std::string left_out;
  std::size_t left_out_count = 0;
  for (std::size_t i = 0; i < cards_.size(); ++i) {
    const Card& card = cards_[(first + i) % cards_.size()];
    bool placed = false;
    for (int column = 0; column < columns_ && !placed; ++column) {
      float& top = used[static_cast<std::size_t>(column)];
      const float from = top > 0 ? top + gap_ : 0;
      if (from + line > h) continue;
      const Mark before = maker_.mark();
      Laid laid;
      // The first stands in any case, as much of it as has room.
      placed = lay(card, {column_x(column), area_.y + from, column_w_, h - from}, Telling::Short,
                   laid) || i == 0;
      if (!placed) {
        maker_.take_back(before);
        continue;
      }
      maker_.move(laid.from, laid.to, 0, 0);
      top = from + std::min(laid.h, h - from);
    }
    if (placed) continue;
    left_out += fmt::format("{}{}", left_out.empty() ? "" : ", ", card.title);
    ++left_out_count;
  }
  bottom_ = area_.y + *std::max_element(used.begin(), used.end());
  if (left_out.empty()) return;
  Rect below{area_.x, area_.y + h, area_.w, std::min(line, area_.h)};
  below = below.inset(ruler_.space(1), 0);
  std::string text = "Where there is more room: " + left_out;
  if (ruler_.width(text, Voice::Quiet) > below.w) text = fmt::format("and {} more", left_out_count);
  maker_.note(below, text, Voice::Quiet);
}

}  // namespace roundtrip::viz
