#include "viz/model/picture_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::no_event;

PictureMaker::PictureMaker(const TraceView& view, const Cursor& cursor, const ViewState& state,
                           const Ruler& ruler, const Rect& area, std::string_view name,
                           std::string_view heading, std::string_view sentence)
    : view_(view), cursor_(cursor), state_(state), ruler_(ruler), rest_(area) {
  picture_.name = name;
  picture_.area = area;
  picture_.heading = fit_text(ruler, rest_.take_top(ruler.row_px).inset(ruler.space(1), 0), heading,
                              Voice::Strong);
  Rect words = rest_.inset(ruler.space(1), 0);
  words.h = std::min(words.h, ruler.line(Voice::Body) * 2);
  const float before = words.h;
  picture_.sentence = wrap_text(ruler, words, sentence, Voice::Quiet);
  rest_.take_top(before - words.h, ruler.space(2));
}

Rect PictureMaker::cell(int column, int row, int columns, int rows) const {
  const float gap = ruler_.space(2);
  const float w = std::floor((rest_.w - gap * static_cast<float>(columns - 1)) /
                             static_cast<float>(columns));
  const float h =
      std::floor((rest_.h - gap * static_cast<float>(rows - 1)) / static_cast<float>(rows));
  return {rest_.x + static_cast<float>(column) * (w + gap),
          rest_.y + static_cast<float>(row) * (h + gap), w, h};
}

Rect PictureMaker::column(int number, int columns) const {
  const float gap = ruler_.space(5);
  const auto count = static_cast<float>(columns);
  const float w = std::floor((rest_.w - gap * (count - 1)) / count);
  return {rest_.x + static_cast<float>(number) * (w + gap), rest_.y, w, rest_.h};
}

float PictureMaker::box_px(float lines) const {
  return ruler_.space(4) + (lines + 1) * ruler_.line(Voice::Body);
}

std::size_t PictureMaker::lines_in(const Rect& box) const {
  return static_cast<std::size_t>(
      std::max(0.f, std::floor((box.h - box_px(0)) / ruler_.line(Voice::Body))));
}

Link PictureMaker::link(EventNumber event, const std::optional<ByteSpan>& bytes) const {
  Link made;
  made.event = event;
  made.bytes = bytes;
  made.at_cursor = event != no_event && event == cursor_.event;
  made.hovered = (event != no_event && state_.hovered_event == event) ||
                 (bytes && state_.hovered_byte && bytes->contains(*state_.hovered_byte));
  return made;
}

void PictureMaker::box(const Rect& rect, trace::Group group, std::string_view title) {
  close_box();
  PictureBox made;
  made.rect = rect;
  made.group = group;
  inside_ = rect.inset(ruler_.space(3), ruler_.space(1));
  const float line = ruler_.line(Voice::Body);
  const bool narrow = ruler_.width(title, Voice::Strong) > inside_.w && inside_.h >= 2 * line;
  Rect top = inside_.take_top(narrow ? 2 * line : line, ruler_.space(1));
  made.title = wrap_text(ruler_, top, title, Voice::Strong);
  picture_.boxes.push_back(std::move(made));
}

void PictureMaker::happened(EventNumber event) {
  PictureBox& made = picture_.boxes.back();
  if (event == no_event || !view_.has(event)) return;
  if (!is_ahead(event)) made.progress = Progress::Done;
  const Link more = link(event);
  if (made.link.event == no_event) made.link.event = event;
  made.link.at_cursor = made.link.at_cursor || more.at_cursor;
  made.link.hovered = made.link.hovered || more.hovered;
}

void PictureMaker::row(std::string_view name, const Told& told) {
  PictureBox& made = picture_.boxes.back();
  PictureRow row;
  row.absent = !told.text.has_value();
  const std::string text = row.absent ? std::string(told.absent) : marked(*told.text, told.source);
  const Voice voice = row.absent ? Voice::MonoQuiet : Voice::Mono;
  const float name_w = name.empty() ? 0 : std::ceil(ruler_.width(name, Voice::Quiet)) + 1;
  const float value_w = std::ceil(ruler_.width(text, voice)) + 1;
  // A value that has no room beside its name stands below it.
  const bool beside = name_w + value_w + ruler_.space(2) <= inside_.w;
  const float line = ruler_.line(Voice::Body);
  const float height = beside ? line : 2 * line;
  if (inside_.h < height) {
    ++unshown_;
    return;
  }
  row.rect = inside_.take_top(height);
  if (!row.absent) row.link = link(told.event, told.bytes);
  Rect rest = row.rect;
  const float gap = name.empty() ? 0 : ruler_.space(2);
  const Rect name_at = beside ? rest.take_left(name_w, gap) : rest.take_top(line);
  row.name = fit_text(ruler_, name_at, name, Voice::Quiet);
  row.value = fit_text(ruler_, rest, text, voice, name.empty() ? Side::Left : Side::Right);
  if (!row.absent) {
    made.progress = Progress::Done;
    if (made.link.event == no_event) made.link.event = told.event;
  }
  made.rows.push_back(std::move(row));
}

void PictureMaker::strip(std::string_view name, const Told& told, std::uint64_t whole,
                         std::span<const Stretch> stretches) {
  const float bar_px = ruler_.line(Voice::Body);
  const float before = inside_.h;
  const std::size_t unshown = unshown_;
  // The bar belongs to its line: both or none.
  if (whole != 0 && inside_.h < ruler_.line(Voice::Body) * 2 + bar_px) {
    ++unshown_;
    return;
  }
  row(name, told);
  if (whole == 0 || unshown_ != unshown || before == inside_.h || inside_.h < bar_px) return;
  const Rect bar = inside_.take_top(bar_px, ruler_.space(1));
  place_stretches(bar, picture_.boxes.back().group, whole, stretches);
}

// Each stretch in proportion, none that is there thinner than can be seen; the free room ends it.
void PictureMaker::place_stretches(const Rect& bar, trace::Group group, std::uint64_t whole,
                                   std::span<const Stretch> stretches) {
  const float least_px = ruler_.space(0.75f);
  float x = bar.x;
  const auto place = [&](float width, Filling filling, const Stretch& stretch) {
    PictureBar made;
    made.rect = {x, bar.y, std::min(width, bar.right() - x), bar.h};
    if (made.rect.empty()) return;
    made.group = group;
    made.filling = filling;
    made.box = picture_.boxes.size() - 1;
    made.link = link(stretch.event, stretch.bytes);
    const Rect inside = made.rect.inset(ruler_.space(1), 0);
    if (ruler_.width(stretch.label, Voice::Body) <= inside.w) {
      made.label = fit_text(ruler_, inside, stretch.label, Voice::Body);
    }
    x += made.rect.w;
    picture_.bars.push_back(std::move(made));
  };
  for (const Stretch& stretch : stretches) {
    if (stretch.length == 0) continue;
    const double share = static_cast<double>(stretch.length) / static_cast<double>(whole);
    place(std::max(least_px, std::round(static_cast<float>(share) * bar.w)), stretch.filling,
          stretch);
  }
  place(bar.right() - x, Filling::Free, {});
}

void PictureMaker::bar(const Rect& rect, trace::Group group, Filling filling, const Told& told) {
  PictureBar made;
  made.rect = rect;
  made.group = group;
  made.filling = filling;
  made.source = told.source;
  made.link = link(told.event, told.bytes);
  const Rect inside = rect.inset(ruler_.space(1), 0);
  if (told.text && ruler_.width(*told.text, Voice::Body) <= inside.w) {
    made.label = fit_text(ruler_, inside, *told.text, Voice::Body);
  }
  picture_.bars.push_back(std::move(made));
}

void PictureMaker::byte(const Rect& rect, trace::Group group, Filling filling,
                        std::string_view letter, const ByteSpan& place) {
  bar(rect, group, filling, {{}, trace::Provenance::Observed, no_event, place});
  PictureBar& made = picture_.bars.back();
  made.label = fit_text(ruler_, rect, letter, Voice::Mono, Side::Center);
  made.link.by_byte = true;
}

void PictureMaker::note(const Rect& rect, std::string_view text, Voice voice, Side side,
                        EventNumber event) {
  PictureNote made;
  made.text = fit_text(ruler_, rect, text, voice, side);
  made.link = link(event);
  picture_.notes.push_back(std::move(made));
}

void PictureMaker::note(const Rect& rect, std::string_view text, trace::Group group, Voice voice,
                        Side side, EventNumber event) {
  note(rect, text, voice, side, event);
  picture_.notes.back().group = group;
  picture_.notes.back().colored = true;
}

void PictureMaker::words(std::string_view text, Voice voice) {
  std::vector<TextBox> lines = wrap_text(ruler_, inside_, text, voice);
  std::vector<TextBox>& all = picture_.boxes.back().words;
  all.insert(all.end(), std::make_move_iterator(lines.begin()),
             std::make_move_iterator(lines.end()));
}

bool PictureMaker::words_if_whole(std::string_view text, Voice voice) {
  Rect tried = inside_;
  const std::vector<TextBox> lines = wrap_text(ruler_, tried, text, voice);
  const bool whole = !lines.empty() && std::none_of(lines.begin(), lines.end(),
                                                    [](const TextBox& one) { return one.cut; });
  if (whole) words(text, voice);
  return whole;
}

// What had no room is counted in the place of the last row.
void PictureMaker::close_box() {
  if (picture_.boxes.empty()) return;
  const Rect& whole = picture_.boxes.back().rect;
  const bool keeps = std::exchange(keeps_height_, false);
  used_px_.push_back(keeps ? whole.h : inside_.y + ruler_.space(2) - whole.y);
  if (unshown_ == 0) return;
  std::vector<PictureRow>& rows = picture_.boxes.back().rows;
  const std::size_t more = std::exchange(unshown_, 0);
  if (rows.empty()) return;
  PictureRow& last = rows.back();
  const Rect rect = last.rect;
  last = {};
  last.rect = rect;
  last.name = fit_text(ruler_, rect, fmt::format("and {} more", more + 1), Voice::Quiet);
}

Picture PictureMaker::take() {
  close_box();
  std::vector<PictureBox>& boxes = picture_.boxes;
  for (PictureBox& box : boxes) {
    float most = 0;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      if (boxes[i].rect.y == box.rect.y) most = std::max(most, used_px_[i]);
    }
    box.rect.h = std::min(box.rect.h, most);
  }
  return std::move(picture_);
}

}  // namespace roundtrip::viz
