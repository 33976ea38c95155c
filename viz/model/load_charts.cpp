#include "viz/model/load_charts.h"

#include <algorithm>

#include "viz/model/column_chart.h"

namespace roundtrip::viz {

using trace::Group;

namespace {

constexpr std::size_t most_columns = 48;

// The load's time in equal slices: to its end where that is known, to the cursor otherwise.
TimeSlices slices_of(const LoadRun& load, Instant here, std::size_t most) {
  Instant until = std::max(here, load.begun);
  if (load.ended) until = *load.ended;
  // Wider than the samples are apart, so that each column has one.
  return TimeSlices::over(load.begun, until,
                          std::clamp<std::size_t>(load.samples.size() / 2, 4, most));
}

std::vector<ColumnChart> charts_of(const LoadRun& load, Instant here, const TimeSlices& slices) {
  std::vector<ColumnChart> charts = {
      {"connected", Group::Connection, number_words, {}},
      {"accept queue", Group::Connection, number_words, {}},
      {"run queue", Group::Task, number_words, {}},
      {"answers", Group::Transmit, number_words, {}},
      {"latency", Group::Handle, time_words, {}},
      {"memory", Group::Startup, memory_words, {}},
  };
  for (ColumnChart& chart : charts) chart.columns.resize(slices.count);
  if (load.model != trace::Model::Tasks) charts[2].absent = "not seen";
  for (const LoadSample& sample : load.samples) {
    if (sample.at > here) break;
    const std::size_t slice = slices.of(sample.at);
    charts[0].columns[slice].raise(sample.connected, sample.event);
    charts[1].columns[slice].raise(sample.accept_queue, sample.event);
    if (load.model == trace::Model::Tasks) {
      charts[2].columns[slice].raise(sample.run_queue, sample.event);
    }
    charts[5].columns[slice].raise(static_cast<double>(sample.resident_bytes), sample.event);
  }
  for (const LoadAnswer& answer : load.answers) {
    if (answer.at > here) continue;
    const std::size_t slice = slices.of(answer.at);
    ChartColumn& answers = charts[3].columns[slice];
    answers = {answers.value + 1, true, trace::no_event};
    charts[4].columns[slice].raise(static_cast<double>(answer.latency.ns), trace::no_event);
  }
  return charts;
}

}  // namespace

float place_load_charts(const LoadRun& load, Instant here, PictureMaker& maker, const Rect& rest) {
  const TimeSlices slices = slices_of(load, here, most_columns);
  return place_charts(charts_of(load, here, slices), slices, here, maker, rest, charts_share);
}

}  // namespace roundtrip::viz
