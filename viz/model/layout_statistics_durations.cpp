// How long requests take: how many took how long, on an axis in which each step is so many times
// the one before.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/layout_statistics_parts.h"

namespace roundtrip::viz {
namespace {

constexpr float least_bar_steps = 2.5f;

struct Percentile {
  std::string_view name;
  double share;
};
constexpr auto percentiles =
    std::to_array<Percentile>({{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"longest", 1}});

// Buckets taken together so that each bar is wide enough to be seen.
struct Bars {
  std::size_t first = 0;      // bucket
  std::size_t together = 1;   // buckets a bar
  std::vector<std::uint64_t> counts;
  float bar_px = 0;
  float x = 0;

  float at(Duration length) const {
    const double bucket = static_cast<double>(bucket_of(length) - first) + 0.5;
    return x + static_cast<float>(bucket / static_cast<double>(together)) * bar_px;
  }
};

Bars bars_of(const Lengths& lengths, const Ruler& ruler, const Rect& plot) {
  Bars bars;
  // Some room at both sides, from one step of the axis to another.
  constexpr std::size_t margin = duration_buckets::to_a_doubling;
  const std::size_t from = lengths.buckets.front().bucket;
  const std::size_t to = lengths.buckets.back().bucket + 1U;
  bars.first = from > margin ? from - margin : 0;
  const std::size_t width = to + margin - bars.first;
  const float least_px = ruler.space(least_bar_steps);
  while (static_cast<float>(width) / static_cast<float>(bars.together) * least_px > plot.w) {
    bars.together *= 2;
  }
  bars.counts.resize((width + bars.together - 1) / bars.together);
  for (const LengthBucket& bucket : lengths.buckets) {
    bars.counts[(bucket.bucket - bars.first) / bars.together] += bucket.count;
  }
  bars.x = plot.x;
  bars.bar_px = plot.w / static_cast<float>(bars.counts.size());
  return bars;
}

void place_axis(const StatisticsContext& context, PictureMaker& picture, const Bars& bars,
                const Rect& plot, Rect below) {
  const Ruler& ruler = context.ruler;
  PictureLine axis;
  axis.from = {plot.x, plot.bottom()};
  axis.to = {plot.right(), plot.bottom()};
  axis.head = false;
  axis.quiet = true;
  picture.line(axis);
  // 1, 2, 5, 10 and so on, where they do not crowd.
  constexpr auto steps = std::to_array<std::int64_t>({1, 2, 5});
  float free_from = below.x;
  for (std::size_t i = 0; i < 36; ++i) {
    std::int64_t ns = steps[i % steps.size()];
    for (std::size_t tens = i / steps.size(); tens > 0; --tens) ns *= 10;
    const Duration mark = Duration::nanoseconds(ns);
    if (bucket_of(mark) < bars.first) continue;
    const float x = bars.at(mark);
    if (x > plot.right()) break;
    const Quantity text = axis_time(Instant{} + mark, mark);
    const float width = std::ceil(ruler.width(text.text(), Voice::Quiet)) + 2;
    const Rect place{x - width / 2, below.y, width, below.h};
    if (place.x < free_from || place.right() > below.right()) continue;
    picture.note(place, text.text(), Voice::Quiet, Side::Center);
    free_from = place.right() + ruler.space(3);
    PictureLine tick = axis;
    tick.from = {x, plot.bottom()};
    tick.to = {x, std::min(below.bottom(), plot.bottom() + ruler.space(1))};
    picture.line(tick);
  }
}

// From its name down to what stands there: through no bar and no count. What has no room for a
// name of its own is named with the one before.
void place_percentiles(const StatisticsContext& context, PictureMaker& picture, const Bars& bars,
                       const Lengths& requests, const Rect& names, const Rect& plot) {
  const Ruler& ruler = context.ruler;
  const std::uint64_t most = *std::max_element(bars.counts.begin(), bars.counts.end());
  const auto width_of = [&](const std::string& text) {
    return std::ceil(ruler.width(text, Voice::Quiet)) + 2;
  };
  struct Named {
    float x = 0;
    std::string text;
  };
  std::vector<Named> all;
  for (const Percentile& one : percentiles) {
    const float x = bars.at(requests.percentile(one.share));
    const bool joins = !all.empty() &&
                       x < all.back().x + width_of(all.back().text) + ruler.space(2);
    if (joins) all.back().text += fmt::format(", {}", one.name);
    else all.push_back({x, std::string(one.name)});
    const auto place = std::min(static_cast<std::size_t>((x - bars.x) / bars.bar_px),
                                bars.counts.size() - 1);
    const float share = static_cast<float>(bars.counts[place]) / static_cast<float>(most);
    PictureLine mark;
    mark.from = {x, names.bottom()};
    mark.to = {x, plot.bottom() - std::floor(plot.h * share) - ruler.line(Voice::Quiet)};
    mark.head = false;
    mark.quiet = true;
    if (mark.to.y > mark.from.y) picture.line(mark);
  }
  for (const Named& one : all) {
    const float width = width_of(one.text);
    const float x = std::max(names.x, std::min(one.x, names.right() - width));
    picture.note({x, names.y, width, names.h}, one.text, Voice::Quiet);
  }
}

}  // namespace

void place_durations(const StatisticsContext& context, PictureMaker& picture, const Rect& rect) {
  const Ruler& ruler = context.ruler;
  const Lengths& requests = context.totals.of(Combined::Request);
  const std::string title =
      requests.count == 0
          ? std::string("How long requests take")
          : fmt::format("How long {} took",
                        counted(static_cast<std::int64_t>(requests.count), "request"));
  Rect rest = place_title(context, picture, rect, title,
                          "from the first recv() to the end of the answer");
  if (requests.count == 0) {
    const std::string_view words =
        "No request was finished yet. Step on, or count the whole trace.";
    picture.note(rest.take_top(ruler.row_px), words, Voice::Body);
    return;
  }
  Rect words = rest.take_top(ruler.row_px, ruler.space(1));
  const auto say = [&](std::string_view name, const Told& told) {
    const std::string text = fmt::format("{} {}", name, marked(*told.text, told.source));
    const float width = std::ceil(ruler.width(text, Voice::Body)) + 2;
    if (width > words.w) return;
    picture.note(words.take_left(width, ruler.space(4)), text, Voice::Body, Side::Left,
                 told.event);
  };
  for (const Percentile& one : percentiles) {
    say(one.name, told_length(requests, requests.percentile(one.share),
                              one.share == 1 ? requests.longest_told : trace::no_event));
  }
  const Rect below = rest.take_bottom(ruler.line(Voice::Quiet), ruler.space(1));
  const float line = ruler.line(Voice::Quiet);
  if (rest.h < ruler.space(8)) {
    const bool fits = below.h >= line;
    if (fits) picture.note(below, "Where there is more room: how many took how long", Voice::Quiet);
    return;
  }
  const bool named = rest.h >= ruler.space(8) + 2 * line;
  const Rect names = named ? rest.take_top(line) : Rect{};
  // Above each bar how many it stands for, where that has room.
  const float counts_y = rest.y;
  rest.take_top(line);
  const Bars bars = bars_of(requests, ruler, rest);
  float free_from = rest.x;
  const std::uint64_t most = *std::max_element(bars.counts.begin(), bars.counts.end());
  for (std::size_t i = 0; i < bars.counts.size(); ++i) {
    if (bars.counts[i] == 0) continue;
    const float share = static_cast<float>(bars.counts[i]) / static_cast<float>(most);
    // What is there is seen, however few it is beside the most.
    const float height = std::max(ruler.space(0.5f), std::floor(rest.h * share));
    const Rect bar{bars.x + static_cast<float>(i) * bars.bar_px + 1, rest.bottom() - height,
                   bars.bar_px - 2, height};
    picture.bar(bar, trace::Group::Handle, Filling::Filled, {});
    const std::string many = count(static_cast<std::int64_t>(bars.counts[i]));
    const float width = std::ceil(ruler.width(many, Voice::Quiet)) + 2;
    const Rect above{bar.center().x - width / 2, std::max(counts_y, bar.y - line), width, line};
    if (above.x < free_from || above.right() > rest.right()) continue;
    picture.note(above, many, Voice::Quiet, Side::Center);
    free_from = above.right() + ruler.space(1);
  }
  place_axis(context, picture, bars, rest, below);
  if (named) place_percentiles(context, picture, bars, requests, names, rest);
}

}  // namespace roundtrip::viz
