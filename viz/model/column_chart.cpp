#include "viz/model/column_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/format.h"

namespace roundtrip::viz {

TimeSlices TimeSlices::over(Instant from, Instant until, std::size_t count) {
  const auto parts = static_cast<std::int64_t>(count);
  return {from, Duration{std::max<std::int64_t>(1, (until - from).ns / parts + 1)}, count};
}

std::size_t TimeSlices::of(Instant at) const {
  if (each.ns <= 0 || at <= from) return 0;
  return std::min(static_cast<std::size_t>((at - from).ns / each.ns), count - 1);
}

void ChartColumn::raise(double to, trace::EventNumber by) {
  if (known && value >= to) return;
  *this = {to, true, by};
}

std::string number_words(double value) {
  return count(static_cast<std::int64_t>(value));
}
std::string segment_words(double value) {
  return counted(static_cast<std::int64_t>(value), "segment");
}
std::string time_words(double ns) {
  return duration(Duration::nanoseconds(static_cast<std::int64_t>(ns))).text();
}
std::string memory_words(double bytes) {
  return byte_size(static_cast<std::uint64_t>(bytes)).text();
}

namespace {

void place_chart(const ColumnChart& chart, const TimeSlices& slices, Instant here,
                 PictureMaker& maker, Rect rect) {
  const Ruler& ruler = maker.ruler();
  double largest = 0;
  bool any = false;
  for (const ChartColumn& column : chart.columns) {
    largest = std::max(largest, column.value);
    any = any || column.known;
  }
  const float line = ruler.line(Voice::Quiet);
  const Rect title = rect.take_top(line, ruler.space(1));
  const std::string most = any ? chart.words(largest) : chart.absent;
  const float most_w = ruler.width(most, Voice::Quiet) + 1;
  Rect name = title;
  const Rect value = name.take_right(std::min(most_w, title.w / 2), ruler.space(1));
  maker.note(name, chart.title, Voice::Quiet);
  maker.note(value, most, Voice::Quiet, Side::Right);
  const float each = rect.w / static_cast<float>(slices.count);
  for (std::size_t i = 0; i < slices.count; ++i) {
    const ChartColumn& column = chart.columns[i];
    if (!column.known) continue;
    const float share = largest > 0 ? static_cast<float>(column.value / largest) : 0.f;
    // One that is there and small is seen all the same.
    const float h = std::max(column.value > 0 ? 2.f : 1.f, std::floor(rect.h * share));
    const float x = std::floor(rect.x + each * static_cast<float>(i));
    const float next = std::floor(rect.x + each * static_cast<float>(i + 1));
    maker.bar({x, rect.bottom() - h, std::max(1.f, next - x - 1), h}, chart.group, Filling::Filled,
              Told{{}, {}, column.event});
  }
  maker.line({.from = {rect.x, rect.bottom()},
              .to = {rect.right(), rect.bottom()},
              .group = chart.group,
              .head = false,
              .quiet = true});
  const double past = static_cast<double>((here - slices.from).ns) /
                      static_cast<double>(slices.each.ns * static_cast<std::int64_t>(slices.count));
  if (past <= 0 || past >= 1) return;
  const float x = std::floor(rect.x + rect.w * static_cast<float>(past));
  maker.line({.from = {x, rect.y}, .to = {x, rect.bottom()}, .head = false, .quiet = true});
}

}  // namespace

float place_charts(const std::vector<ColumnChart>& charts, const TimeSlices& slices, Instant here,
                   PictureMaker& maker, const Rect& rest, float share) {
  const Ruler& ruler = maker.ruler();
  // Wide enough that the largest of one is not read with the name of the next.
  const float gap = ruler.space(8);
  const int across =
      rest.w >= ruler.width("a chart needs so much room", Voice::Quiet) * 3 + 2 * gap ? 3 : 2;
  const int down = (static_cast<int>(charts.size()) + across - 1) / across;
  const float least = ruler.line(Voice::Quiet) * 3;
  const float room_px = rest.h * share / static_cast<float>(down);
  const float h = std::max(least, std::floor(room_px) - ruler.space(2));
  const float w =
      std::floor((rest.w - gap * static_cast<float>(across - 1)) / static_cast<float>(across));
  for (std::size_t i = 0; i < charts.size(); ++i) {
    const auto column = static_cast<float>(static_cast<int>(i) % across);
    const auto row = static_cast<float>(static_cast<int>(i) / across);
    place_chart(charts[i], slices, here, maker,
                {rest.x + column * (w + gap), rest.y + row * (h + ruler.space(2)), w, h});
  }
  const float bottom = rest.y + static_cast<float>(down) * (h + ruler.space(2));
  // What a column's width means.
  const std::string scale =
      fmt::format("{} a column; at the right the largest", duration(slices.each).text());
  maker.note({rest.x, bottom, rest.w, ruler.line(Voice::Quiet)}, scale, Voice::Quiet);
  return bottom + ruler.line(Voice::Quiet);
}

}  // namespace roundtrip::viz
