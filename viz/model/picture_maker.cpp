#include "viz/model/picture_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "viz/model/captured.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::no_event;

namespace {

bool any_cut(const std::vector<TextBox>& lines) {
  return std::any_of(lines.begin(), lines.end(), [](const TextBox& line) { return line.cut; });
}

void move(TextBox& text, float dx, float dy) { text.rect = text.rect.moved(dx, dy); }

}  // namespace

PictureMaker::PictureMaker(const TraceView& view, const Cursor& cursor, const ViewState& state,
                           const Ruler& ruler, const Rect& area, std::string_view name,
                           std::string_view heading, std::string_view sentence)
    : view_(view),
      cursor_(cursor),
      state_(state),
      ruler_(ruler),
      rest_(area),
      strip_px_(ruler.line(Voice::Body)) {
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
      std::max(0.f, std::floor((box.h - ruler_.space(3)) / ruler_.line(Voice::Body)) - 1));
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
  open_ = true;
  whole_ = !made.title.empty() && !any_cut(made.title);
  picture_.boxes.push_back(std::move(made));
  strip_used_ = {};
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

// Of a capture nothing is still to come that nobody has seen.
std::string_view PictureMaker::absent_words(const Told& told) const {
  return told.absent == Told{}.absent && is_captured(view_) ? "not known" : told.absent;
}

// A value that has no room beside its name stands below it.
float PictureMaker::row_px(std::string_view name, const Told& told) const {
  const float line = ruler_.line(Voice::Body);
  if (name.empty()) return line;
  const float name_w = std::ceil(ruler_.width(name, Voice::Quiet)) + 1;
  const float value_w =
      told.text ? std::ceil(ruler_.width(marked(*told.text, told.source), Voice::Mono)) + 1
                : std::ceil(ruler_.width(absent_words(told), Voice::MonoQuiet)) + 1;
  return name_w + value_w + ruler_.space(2) <= inside_.w ? line : 2 * line;
}

void PictureMaker::row(std::string_view name, const Told& told) {
  const float line = ruler_.line(Voice::Body);
  const float height = row_px(name, told);
  if (inside_.h < height) {
    ++unshown_;
    return;
  }
  const Rect rect = inside_.take_top(height);
  Rect rest = rect;
  Rect name_at{rect.x, rect.y, 0, line};
  if (height > line) {
    name_at = rest.take_top(line);
  } else if (!name.empty()) {
    name_at = rest.take_left(std::ceil(ruler_.width(name, Voice::Quiet)) + 1, ruler_.space(2));
  }
  add_row(rect, name_at, rest, name, told);
}

void PictureMaker::cells(std::span<const Cell> all, const Link& link, bool ahead) {
  const float line = ruler_.line(Voice::Body);
  if (inside_.h < line) {
    ++unshown_;
    return;
  }
  PictureRow row;
  row.rect = inside_.take_top(line);
  row.link = link;
  row.ahead = ahead;
  for (const Cell& cell : all) {
    row.cells.push_back(
        fit_text(ruler_, {cell.x, row.rect.y, cell.w, line}, cell.text, cell.voice, cell.side));
  }
  picture_.boxes.back().rows.push_back(std::move(row));
}

void PictureMaker::add_row(const Rect& rect, const Rect& name_at, const Rect& value_at,
                           std::string_view name, const Told& told) {
  PictureBox& made = picture_.boxes.back();
  PictureRow row;
  row.rect = rect;
  row.absent = !told.text.has_value();
  const std::string text =
      row.absent ? std::string(absent_words(told)) : marked(*told.text, told.source);
  Voice voice = row.absent ? Voice::MonoQuiet : Voice::Mono;
  // Where they have no room, words are set as words are: narrower.
  if (!row.absent && ruler_.width(text, voice) > value_at.w) voice = Voice::Body;
  row.name = fit_text(ruler_, name_at, name, Voice::Quiet);
  row.value = fit_text(ruler_, value_at, text, voice, name.empty() ? Side::Left : Side::Right);
  whole_ = whole_ && !row.name.cut && !row.value.cut;
  if (!row.absent) {
    row.link = link(told.event, told.bytes);
    made.progress = Progress::Done;
    if (made.link.event == no_event) made.link.event = told.event;
  }
  made.rows.push_back(std::move(row));
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
  if (!text.empty() && (lines.empty() || any_cut(lines))) whole_ = false;
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
  if (!std::exchange(open_, false)) return;
  const bool keeps = std::exchange(keeps_height_, false);
  used_px_.push_back(keeps ? picture_.boxes.back().rect.h : used_px());
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

void PictureMaker::frame(const Rect& rect, trace::Group group, std::string_view name,
                         std::string_view told, std::string_view foot, EventNumber event,
                         bool over) {
  PictureFrame made;
  made.rect = rect;
  made.group = group;
  made.progress = event == no_event ? Progress::Ahead : over ? Progress::Done : Progress::Running;
  made.link = link(event);
  Rect inside = rect.inset(ruler_.space(3), ruler_.space(1));
  const float line = ruler_.line(Voice::Body);
  Rect top = inside.take_top(line);
  const float told_w = std::min(top.w, std::ceil(ruler_.width(told, Voice::MonoQuiet)) + 1);
  made.told = fit_text(ruler_, top.take_right(told_w, ruler_.space(2)), told, Voice::MonoQuiet,
                       Side::Right);
  made.name = fit_text(ruler_, top, name, Voice::Strong);
  if (!foot.empty()) {
    made.foot = fit_text(ruler_, inside.take_bottom(line), foot, Voice::MonoQuiet, Side::Right);
  }
  picture_.frames.push_back(std::move(made));
}

PictureMaker::Mark PictureMaker::mark() {
  close_box();
  return {picture_.boxes.size(), picture_.bars.size(), picture_.lines.size(),
          picture_.notes.size()};
}

void PictureMaker::move(const Mark& from, const Mark& to, float dx, float dy) {
  const auto shift = [dx, dy](TextBox& text) { viz::move(text, dx, dy); };
  for (std::size_t i = from.boxes; i < to.boxes; ++i) {
    PictureBox& box = picture_.boxes[i];
    box.rect = box.rect.moved(dx, dy);
    box.rect.h = std::min(box.rect.h, used_px_[i]);
    for (TextBox& line : box.title) shift(line);
    for (TextBox& line : box.words) shift(line);
    for (PictureRow& row : box.rows) {
      row.rect = row.rect.moved(dx, dy);
      shift(row.name);
      for (TextBox& cell : row.cells) shift(cell);
      shift(row.value);
    }
  }
  for (std::size_t i = from.bars; i < to.bars; ++i) {
    picture_.bars[i].rect = picture_.bars[i].rect.moved(dx, dy);
    shift(picture_.bars[i].label);
  }
  for (std::size_t i = from.lines; i < to.lines; ++i) {
    PictureLine& line = picture_.lines[i];
    line.from = {line.from.x + dx, line.from.y + dy};
    line.to = {line.to.x + dx, line.to.y + dy};
    line.touch = line.touch.moved(dx, dy);
    shift(line.label);
  }
  for (std::size_t i = from.notes; i < to.notes; ++i) shift(picture_.notes[i].text);
}

void PictureMaker::take_back(const Mark& to) {
  close_box();
  picture_.boxes.resize(to.boxes);
  picture_.bars.resize(to.bars);
  picture_.lines.resize(to.lines);
  picture_.notes.resize(to.notes);
  used_px_.resize(to.boxes);
}

float PictureMaker::tallest(const Mark& from, const Mark& to) const {
  float tallest = 0;
  for (std::size_t i = from.boxes; i < to.boxes; ++i) tallest = std::max(tallest, used_px_[i]);
  return tallest;
}

EventNumber PictureMaker::newest(const Mark& from, const Mark& to) const {
  EventNumber newest = 0;
  bool any = false;
  const auto look = [&](const Link& link) {
    if (link.event == no_event) return;
    newest = any ? std::max(newest, link.event) : link.event;
    any = true;
  };
  for (std::size_t i = from.boxes; i < to.boxes; ++i) {
    look(picture_.boxes[i].link);
    for (const PictureRow& row : picture_.boxes[i].rows) look(row.link);
  }
  for (std::size_t i = from.bars; i < to.bars; ++i) look(picture_.bars[i].link);
  return any ? newest : no_event;
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
