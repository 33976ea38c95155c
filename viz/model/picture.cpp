#include "viz/model/picture.h"

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

void PictureMaker::box(const Rect& rect, trace::Group group, std::string_view title) {
  close_box();
  PictureBox made;
  made.rect = rect;
  made.group = group;
  inside_ = rect.inset(ruler_.space(3), ruler_.space(1));
  const Rect top = inside_.take_top(ruler_.line(Voice::Body), ruler_.space(1));
  made.title = fit_text(ruler_, top, title, Voice::Strong);
  picture_.boxes.push_back(std::move(made));
}

void PictureMaker::happened(EventNumber event) {
  PictureBox& made = picture_.boxes.back();
  if (event == no_event || !view_.has(event)) return;
  if (made.event == no_event) made.event = event;
  if (!is_ahead(event)) made.progress = Progress::Done;
  made.at_cursor = made.at_cursor || event == cursor_.event;
  made.hovered = made.hovered || state_.hovered_event == event;
}

void PictureMaker::row(std::string_view name, const Told& told) {
  PictureBox& made = picture_.boxes.back();
  PictureRow row;
  row.absent = !told.text.has_value();
  const std::string text = row.absent ? "not yet" : marked(*told.text, told.source);
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
  row.event = row.absent ? no_event : told.event;
  row.at_cursor = row.event != no_event && row.event == cursor_.event;
  row.hovered = row.event != no_event && state_.hovered_event == row.event;
  Rect rest = row.rect;
  const Rect name_at = beside ? rest.take_left(name_w, ruler_.space(2)) : rest.take_top(line);
  row.name = fit_text(ruler_, name_at, name, Voice::Quiet);
  row.value = fit_text(ruler_, rest, text, voice, name.empty() ? Side::Left : Side::Right);
  if (!row.absent) {
    made.progress = Progress::Done;
    if (made.event == no_event) made.event = row.event;
  }
  made.rows.push_back(std::move(row));
}

void PictureMaker::words(std::string_view text, Voice voice) {
  std::vector<TextBox> lines = wrap_text(ruler_, inside_, text, voice);
  std::vector<TextBox>& all = picture_.boxes.back().words;
  all.insert(all.end(), std::make_move_iterator(lines.begin()),
             std::make_move_iterator(lines.end()));
}

// What had no room is counted in the place of the last row.
void PictureMaker::close_box() {
  if (picture_.boxes.empty()) return;
  used_px_.push_back(inside_.y + ruler_.space(2) - picture_.boxes.back().rect.y);
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

EventNumber opening_fact(const TraceView& view, std::uint64_t upto, std::uint32_t conn,
                         trace::Phase phase) {
  constexpr std::size_t facts_of_an_opening = 64;
  const trace::ConnectionSummary* known = view.index.connection(conn);
  if (known == nullptr) return no_event;
  const std::size_t most = std::min(known->events.size(), facts_of_an_opening);
  for (std::size_t i = 0; i < most && known->events[i] <= upto; ++i) {
    const EventNumber number = known->events[i];
    if (!view.has(number)) continue;
    const trace::Event& event = view.trace[number];
    if (event.phase == phase && !event.ends()) return number;
  }
  return no_event;
}

EventNumber request_fact(const TraceView& view, std::uint64_t upto, const Focus& focus,
                         trace::Phase phase) {
  const trace::ConnectionSummary* known = view.index.connection(focus.conn);
  if (known == nullptr || focus.request == 0) return no_event;
  const auto& events = known->events;
  const EventNumber* at = std::upper_bound(events.begin(), events.end(), upto);
  for (std::size_t looked = 0; at != events.begin() && looked < most_facts_looked_at; ++looked) {
    --at;
    if (!view.has(*at)) return no_event;
    const trace::Event& event = view.trace[*at];
    if (event.request != 0 && event.request < focus.request) return no_event;
    if (event.request == focus.request && event.phase == phase && !event.ends()) return *at;
  }
  return no_event;
}

std::string dump(const Picture& picture) {
  std::string text = fmt::format("{} {} {}", picture.name, dump(picture.area),
                                 dump(picture.heading));
  for (const TextBox& line : picture.sentence) text += dump(line);
  for (const PictureBox& box : picture.boxes) {
    text += fmt::format("box {}{}{} {}", static_cast<int>(box.progress),
                        box.chosen ? " chosen" : "", box.at_cursor ? " cursor" : "",
                        dump(box.title));
    for (const PictureRow& row : box.rows) {
      text += fmt::format("  {}{}{}", row.absent ? "absent " : "", dump(row.name),
                          dump(row.value));
    }
    for (const TextBox& line : box.words) text += "  " + dump(line);
  }
  return text;
}

}  // namespace roundtrip::viz
