// The part of PictureMaker that draws to scale: strips of buffers, the lens below them, bars.
#include <algorithm>
#include <cmath>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

namespace {

// Fewer letters than these tell nothing of what stands in the bytes.
constexpr float least_excerpt_letters = 4;
// A bar beside words has at least so many letters' room.
constexpr float least_gauge_letters = 8;

}  // namespace

void PictureMaker::strip(std::string_view name, const Told& told, std::uint64_t whole,
                         std::span<const Stretch> stretches) {
  // The bar belongs to its line: both or none.
  if (whole != 0 && inside_.h < row_px(name, told) + strip_px_) {
    ++unshown_;
    return;
  }
  row(name, told);
  if (whole == 0) return;
  const Rect bar = inside_.take_top(strip_px_, ruler_.space(1));
  strip_used_ = place_stretches(bar, whole, stretches);
}

// Two lines from what is used of the strip to the ends of the lens say that it is the same.
void PictureMaker::lens(std::span<const Stretch> stretches) {
  const float line_px = ruler_.line(Voice::Body);
  const float above = ruler_.space(1);
  if (inside_.h < above + strip_px_ + line_px) return;
  inside_.take_top(above);
  const Rect bar = inside_.take_top(strip_px_);
  std::uint64_t whole = 0;
  for (const Stretch& stretch : stretches) whole += stretch.length;
  const trace::Group group = picture_.boxes.back().group;
  const Rect ticks = inside_.take_top(line_px);
  if (whole == 0 || strip_used_.empty()) {
    const Stretch empty{1, Filling::Free, "empty"};
    place_stretches(bar, 1, {&empty, 1});
    return;
  }
  const float y = strip_used_.bottom();
  for (const auto& [from, to] : {std::pair{strip_used_.x, bar.x},
                                 std::pair{strip_used_.right(), bar.right()}}) {
    line({.from = {from, y}, .to = {to, bar.y}, .group = group, .head = false, .quiet = true});
  }
  const std::size_t first = picture_.bars.size();
  place_stretches(bar, whole, stretches);
  place_ticks(bar, ticks, whole, stretches);
  // What the step is about is said whole, where its stretch has no room for it.
  for (const Stretch& stretch : stretches) {
    if (stretch.filling != Filling::Marked || stretch.label.empty()) continue;
    const bool said = std::any_of(
        picture_.bars.begin() + static_cast<std::ptrdiff_t>(first), picture_.bars.end(),
        [&](const PictureBar& made) { return made.label.text == stretch.label; });
    if (!said) words_if_whole(stretch.label, Voice::Mono);
  }
}

bool PictureMaker::gauges(std::span<const Gauge> lines, std::uint64_t whole) {
  const float line = ruler_.line(Voice::Body);
  const float gap = ruler_.space(2);
  float name_w = 0;
  float value_w = 0;
  for (const Gauge& one : lines) {
    name_w = std::max(name_w, std::ceil(ruler_.width(one.name, Voice::Quiet)) + 1);
    const float told_w =
        one.told.text ? ruler_.width(marked(*one.told.text, one.told.source), Voice::Mono)
                      : ruler_.width(one.told.absent, Voice::MonoQuiet);
    value_w = std::max(value_w, std::ceil(told_w) + 1);
  }
  const bool barred =
      inside_.w - name_w - value_w - 2 * gap >= least_gauge_letters * ruler_.body_px / 2;
  for (const Gauge& one : lines) {
    if (!barred || whole == 0) {
      row(one.name, one.told);
      continue;
    }
    if (inside_.h < line) {
      ++unshown_;
      continue;
    }
    const Rect rect = inside_.take_top(line);
    Rect rest = rect;
    const Rect name_at = rest.take_left(name_w, gap);
    const Rect value_at = rest.take_right(value_w, gap);
    add_row(rect, name_at, value_at, one.name, one.told);
    const std::size_t first = picture_.bars.size();
    place_stretches(rest.inset(0, ruler_.space(0.25f)), whole, one.stretches);
    for (std::size_t i = first; i < picture_.bars.size(); ++i) {
      picture_.bars[i].row = picture_.boxes.back().rows.size() - 1;
    }
  }
  return barred;
}

void PictureMaker::stretches(std::span<const Stretch> all, std::uint64_t whole) {
  if (inside_.h < strip_px_ || whole == 0) return;
  strip_used_ = place_stretches(inside_.take_top(strip_px_, ruler_.space(1)), whole, all);
}

// Where each stretch begins and the last one ends, as positions in the buffer; those that would
// touch are left out, the ends never.
void PictureMaker::place_ticks(const Rect& bar, const Rect& place, std::uint64_t whole,
                               std::span<const Stretch> stretches) {
  const auto text_px = [&](std::uint64_t position) {
    return std::ceil(ruler_.width(count(static_cast<std::int64_t>(position)), Voice::MonoQuiet));
  };
  const auto tick = [&](float x, float w, std::uint64_t position, Side side) {
    note({x, place.y, w, place.h}, count(static_cast<std::int64_t>(position)), Voice::MonoQuiet,
         side);
  };
  const float gap = ruler_.space(2);
  const float last_x = place.right() - text_px(whole) - 1;
  tick(place.x, text_px(0) + 1, 0, Side::Left);
  float taken = place.x + text_px(0) + gap;
  std::uint64_t position = 0;
  for (const Stretch& stretch : stretches) {
    position += stretch.length;
    if (position == 0 || position >= whole || stretch.length == 0) continue;
    const double share = static_cast<double>(position) / static_cast<double>(whole);
    const float w = text_px(position) + 1;
    const float x = std::round(bar.x + static_cast<float>(share) * bar.w - w / 2);
    if (x < taken || x + w + gap > last_x) continue;
    tick(x, w, position, Side::Center);
    taken = x + w + gap;
  }
  if (last_x >= taken) tick(last_x, place.right() - last_x, whole, Side::Right);
}

// Each stretch in proportion, none that is there thinner than can be seen; the free room ends it.
// Returns what is not free.
Rect PictureMaker::place_stretches(const Rect& bar, std::uint64_t whole,
                                   std::span<const Stretch> stretches) {
  const float least_px = ruler_.space(0.75f);
  float x = bar.x;
  float left = 0;
  std::uint64_t sum = 0;
  for (const Stretch& stretch : stretches) {
    left += stretch.length != 0 ? 1.f : 0.f;
    sum += stretch.length;
  }
  const auto place = [&](float width, Filling filling, const Stretch& stretch) {
    PictureBar made;
    made.rect = {x, bar.y, std::min(width, bar.right() - x), bar.h};
    if (made.rect.empty()) return;
    made.group = picture_.boxes.back().group;
    made.filling = filling;
    made.box = picture_.boxes.size() - 1;
    made.link = link(stretch.event, stretch.bytes);
    const Rect inside = made.rect.inset(ruler_.space(1), 0);
    if (ruler_.width(stretch.label, Voice::Body) <= inside.w ||
        (stretch.excerpt && inside.w >= least_excerpt_letters * ruler_.body_px / 2)) {
      made.label = fit_text(ruler_, inside, stretch.label, Voice::Body);
    }
    x += made.rect.w;
    picture_.bars.push_back(std::move(made));
  };
  for (const Stretch& stretch : stretches) {
    if (stretch.length == 0) continue;
    left -= 1;
    const double share = static_cast<double>(stretch.length) / static_cast<double>(whole);
    const float wanted = std::max(least_px, std::round(static_cast<float>(share) * bar.w));
    const float most = std::max(least_px, bar.right() - x - left * least_px);
    // Where nothing is free, the last one reaches the end whatever was rounded.
    const float w = left == 0 && sum >= whole ? bar.right() - x : std::min(wanted, most);
    // A hair of the ground between two.
    place(left > 0 && w > least_px ? w - 1 : w, stretch.filling, stretch);
    if (left > 0 && w > least_px) x += 1;
  }
  const Rect used{bar.x, bar.y, x - bar.x, bar.h};
  place(bar.right() - x, Filling::Free, {});
  return used;
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
  bar(rect, group, filling, {{}, trace::Provenance::Observed, trace::no_event, place});
  PictureBar& made = picture_.bars.back();
  made.label = fit_text(ruler_, rect, letter, Voice::Mono, Side::Center);
  made.link.by_byte = true;
}

}  // namespace roundtrip::viz
