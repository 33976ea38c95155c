#include "viz/model/load_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Group;

namespace {

constexpr std::size_t most_columns = 48;

struct Column {
  double value = 0;
  bool known = false;
  trace::EventNumber event = trace::no_event;
};

struct Chart {
  std::string_view title;
  Group group{};
  std::function<std::string(double)> words;  // of a value
  std::vector<Column> columns;
  std::string absent = "not yet";  // said where no column is known
};

// The load's time in equal slices: to its end where that is known, to the cursor otherwise.
struct Slices {
  Instant from;
  Duration each;
  std::size_t count = 1;

  std::size_t of(Instant at) const {
    if (each.ns <= 0 || at <= from) return 0;
    return std::min(static_cast<std::size_t>((at - from).ns / each.ns), count - 1);
  }
};

Slices slices_of(const LoadRun& load, Instant here, std::size_t most) {
  Instant until = std::max(here, load.begun);
  if (load.ended) until = *load.ended;
  // Wider than the samples are apart, so that each column has one.
  const std::size_t count = std::clamp<std::size_t>(load.samples.size() / 2, 4, most);
  const Duration each{
      std::max<std::int64_t>(1, (until - load.begun).ns / static_cast<std::int64_t>(count) + 1)};
  return {load.begun, each, count};
}

std::string number_words(double value) {
  return count(static_cast<std::int64_t>(value));
}
std::string time_words(double ns) {
  return duration(Duration::nanoseconds(static_cast<std::int64_t>(ns))).text();
}
std::string memory_words(double bytes) {
  return byte_size(static_cast<std::uint64_t>(bytes)).text();
}

void raise(Column& column, double value, trace::EventNumber event) {
  if (column.known && column.value >= value) return;
  column = {value, true, event};
}

std::vector<Chart> charts_of(const LoadRun& load, Instant here, const Slices& slices) {
  std::vector<Chart> charts = {
      {"connected", Group::Connection, number_words, {}},
      {"accept queue", Group::Connection, number_words, {}},
      {"run queue", Group::Task, number_words, {}},
      {"answers", Group::Transmit, number_words, {}},
      {"latency", Group::Handle, time_words, {}},
      {"memory", Group::Startup, memory_words, {}},
  };
  for (Chart& chart : charts) chart.columns.resize(slices.count);
  if (load.model != trace::Model::Tasks) charts[2].absent = "not seen";
  for (const LoadSample& sample : load.samples) {
    if (sample.at > here) break;
    const std::size_t slice = slices.of(sample.at);
    raise(charts[0].columns[slice], sample.connected, sample.event);
    raise(charts[1].columns[slice], sample.accept_queue, sample.event);
    if (load.model == trace::Model::Tasks) {
      raise(charts[2].columns[slice], sample.run_queue, sample.event);
    }
    raise(charts[5].columns[slice], static_cast<double>(sample.resident_bytes), sample.event);
  }
  for (const LoadAnswer& answer : load.answers) {
    if (answer.at > here) continue;
    const std::size_t slice = slices.of(answer.at);
    Column& answers = charts[3].columns[slice];
    answers = {answers.value + 1, true, trace::no_event};
    raise(charts[4].columns[slice], static_cast<double>(answer.latency.ns), trace::no_event);
  }
  return charts;
}

void place_chart(const Chart& chart, const Slices& slices, Instant here, PictureMaker& maker,
                 Rect rect) {
  const Ruler& ruler = maker.ruler();
  double largest = 0;
  bool any = false;
  for (const Column& column : chart.columns) {
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
    const Column& column = chart.columns[i];
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

float place_load_charts(const LoadRun& load, Instant here, PictureMaker& maker, const Rect& rest) {
  const Ruler& ruler = maker.ruler();
  const float gap = ruler.space(4);
  const int across =
      rest.w >= ruler.width("a chart needs so much room", Voice::Quiet) * 3 + 2 * gap ? 3 : 2;
  const Slices slices = slices_of(load, here, most_columns);
  const std::vector<Chart> charts = charts_of(load, here, slices);
  const int down = (static_cast<int>(charts.size()) + across - 1) / across;
  const float least = ruler.line(Voice::Quiet) * 3;
  const float room_px = rest.h * charts_share / static_cast<float>(down);
  const float h = std::max(least, std::floor(room_px) - gap / 2);
  const float w =
      std::floor((rest.w - gap * static_cast<float>(across - 1)) / static_cast<float>(across));
  for (std::size_t i = 0; i < charts.size(); ++i) {
    const auto column = static_cast<float>(static_cast<int>(i) % across);
    const auto row = static_cast<float>(static_cast<int>(i) / across);
    place_chart(charts[i], slices, here, maker,
                {rest.x + column * (w + gap), rest.y + row * (h + gap / 2), w, h});
  }
  const float bottom = rest.y + static_cast<float>(down) * (h + gap / 2);
  // What a column's width means.
  const std::string scale =
      fmt::format("{} a column; at the right the largest", duration(slices.each).text());
  maker.note({rest.x, bottom, rest.w, ruler.line(Voice::Quiet)}, scale, Voice::Quiet);
  return bottom + ruler.line(Voice::Quiet);
}

}  // namespace roundtrip::viz
