// Small charts over time: columns to a scale of their own, with the largest and its unit at the
// top. A column stands for an equal slice of the time; nothing is drawn for a slice of which
// nothing is known. Called by the layouts that show how something went.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

// A stretch of time in equal slices.
struct TimeSlices {
  Instant from;
  Duration each;
  std::size_t count = 1;

  // From one moment to another.
  static TimeSlices over(Instant from, Instant until, std::size_t count);
  std::size_t of(Instant at) const;
  Instant end_of(std::size_t slice) const {
    return from + Duration::nanoseconds(each.ns * static_cast<std::int64_t>(slice + 1));
  }
};

struct ChartColumn {
  double value = 0;
  bool known = false;
  trace::EventNumber event = trace::no_event;

  // The larger of what it is and this.
  void raise(double to, trace::EventNumber by);
};

struct ColumnChart {
  std::string_view title;
  trace::Group group{};
  std::function<std::string(double)> words;  // of a value
  std::vector<ChartColumn> columns;          // one a slice
  std::string absent = "not yet";            // said where no column is known
};

// The words of a value: a number, segments, nanoseconds, bytes.
std::string number_words(double value);
std::string segment_words(double value);
std::string time_words(double ns);
std::string memory_words(double bytes);

// Side by side at the top of `rest`, over that share of its height; `here` is drawn as a line in
// each. Returns where they end, with the line below that says what a column's width means.
float place_charts(const std::vector<ColumnChart>& charts, const TimeSlices& slices, Instant here,
                   PictureMaker& maker, const Rect& rest, float share);

}  // namespace roundtrip::viz
