#include "viz/model/ladder_columns.h"

#include <fmt/format.h>

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

constexpr std::array<std::string_view, 3> captured_column_names = {"Client", "Capture", "Server"};

std::span<const std::string_view> wire_names(const Ruler& ruler, float lane) {
  const bool whole = ruler.width(wire_column_names[0], Voice::Strong) + ruler.space(2) <= lane;
  return whole ? wire_column_names : short_wire_column_names;
}

}  // namespace

LadderColumns::LadderColumns(const LadderFacts& found, const Ruler& ruler, const Rect& place)
    : on_wire_(found.on_wire), only_packets_(found.only_packets) {
  const float middle = place.center().x;
  const float leader_px = ruler.space(4);
  if (only_packets_) {
    // Beside them stand times alone.
    const float time_px = std::ceil(ruler.width("+[999.9 ms]", Voice::MonoQuiet));
    const float half = std::min(place.w * 0.38f, place.w / 2 - time_px - leader_px);
    x_ = {std::round(middle - half), std::round(middle - half), std::round(middle + half),
          std::round(middle + half)};
  } else if (on_wire_) {
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
  const float side = x_.front() - leader_px - place.x;
  left_ = {place.x, place.y, side, place.h};
  right_ = {x_.back() + leader_px, place.y, side, place.h};
}

std::vector<float> LadderColumns::drawn() const {
  if (only_packets_) return {x_[0], std::round((x_[0] + x_[3]) / 2), x_[3]};
  if (on_wire_) return {x_.begin(), x_.end()};
  return {x_[0], x_[2], x_[3]};
}

std::pair<float, float> LadderColumns::lane(LadderSide side) const {
  if (side == LadderSide::Middle) return {x_[1], x_[2]};
  if (side == LadderSide::Right) return {x_[2], x_[3]};
  return {x_[0], on_wire_ ? x_[1] : x_[2]};
}

float LadderColumns::fold_x() const { return x(LadderColumn::Kernel); }

void LadderColumns::name(PictureMaker& maker, const Ruler& ruler, const Rect& line,
                         std::size_t unlabelled) const {
  const std::vector<float> x = drawn();
  const std::span<const std::string_view> names = only_packets_ ? captured_column_names
                                                  : on_wire_    ? wire_names(ruler, x[1] - x[0])
                                                                : column_names;
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
    if (wanted + beside + ruler.space(4) > lane) return false;
    const float middle = x[number] + lane / 2;
    maker.note({middle - wanted / 2, line.y, wanted, line.h}, text, Voice::Quiet, Side::Center);
    maker.last_note().stays = true;
    return true;
  };
  if (only_packets_) return;
  if (on_wire_) {
    const std::string without = fmt::format("{} without a label", unlabelled);
    if (unlabelled == 0 || !between(1, "the wire, " + without)) {
      between(1, unlabelled == 0 ? "the wire" : without);
    }
    return;
  }
  between(0, "packets");
  between(1, "calls");
}

}  // namespace roundtrip::viz
