#include "viz/model/ladder_columns.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace roundtrip::viz {

namespace {

constexpr std::array<std::string_view, 3> column_names = {"Client", "Kernel", "Server"};
// The short ones where lanes are narrow.
constexpr std::array<std::string_view, 4> wire_column_names = {"Client program", "Client kernel",
                                                               "Server kernel", "Server program"};
constexpr std::array<std::string_view, 4> short_wire_column_names = {"Client", "Kernel", "Kernel",
                                                                     "Server"};

std::span<const std::string_view> names_of(bool on_wire, const Ruler& ruler, float lane) {
  if (!on_wire) return column_names;
  const bool whole = ruler.width(wire_column_names[0], Voice::Strong) + ruler.space(2) <= lane;
  return whole ? wire_column_names : short_wire_column_names;
}

}  // namespace

LadderColumns::LadderColumns(bool on_wire, const Ruler& ruler, const Rect& place)
    : on_wire_(on_wire) {
  const float middle = place.center().x;
  if (on_wire) {
    // The packets' own labels stand between the kernels.
    const float half = std::min(place.w * 0.2f, ruler.space(64));
    const float lane = std::clamp(place.w * 0.09f, ruler.space(15), ruler.space(36));
    x_ = {std::round(middle - half - lane), std::round(middle - half), std::round(middle + half),
          std::round(middle + half + lane)};
  } else {
    // The labels need room first; lanes wider than this would say no more.
    const float lane = std::min(place.w * 0.19f, ruler.space(60));
    x_ = {std::round(middle - lane), std::round(middle - lane), std::round(middle),
          std::round(middle + lane)};
  }
  const float leader_px = ruler.space(4);
  const float side = x_.front() - leader_px - place.x;
  left_ = {place.x, place.y, side, place.h};
  right_ = {x_.back() + leader_px, place.y, side, place.h};
}

std::vector<float> LadderColumns::drawn() const {
  if (on_wire_) return {x_.begin(), x_.end()};
  return {x_[0], x_[2], x_[3]};
}

std::pair<float, float> LadderColumns::lane(LadderSide side) const {
  if (side == LadderSide::Middle) return {x_[1], x_[2]};
  if (side == LadderSide::Right) return {x_[2], x_[3]};
  return {x_[0], on_wire_ ? x_[1] : x_[2]};
}

float LadderColumns::fold_x() const { return x(LadderColumn::Kernel); }

void LadderColumns::name(PictureMaker& maker, const Ruler& ruler, const Rect& line) const {
  const std::vector<float> x = drawn();
  const std::span<const std::string_view> names = names_of(on_wire_, ruler, x[1] - x[0]);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const float wanted = std::ceil(ruler.width(names[i], Voice::Strong)) + 1;
    maker.note({x[i] - wanted / 2, line.y, wanted, line.h}, names[i], Voice::Strong, Side::Center);
    maker.last_note().stays = true;
  }
  const auto between = [&](std::size_t number, std::string_view text) {
    const float lane = x[number + 1] - x[number];
    const float wanted = std::ceil(ruler.width(text, Voice::Quiet)) + 1;
    const float beside = (ruler.width(names[number], Voice::Strong) +
                          ruler.width(names[number + 1], Voice::Strong)) /
                         2;
    if (wanted + beside + ruler.space(4) > lane) return;
    const float middle = x[number] + lane / 2;
    maker.note({middle - wanted / 2, line.y, wanted, line.h}, text, Voice::Quiet, Side::Center);
    maker.last_note().stays = true;
  };
  if (on_wire_) {
    between(1, "the wire");
    return;
  }
  between(0, "packets");
  between(1, "calls");
}

}  // namespace roundtrip::viz
