// Recorded: a scenario's shipped recording with everything that layouts read beside it, for tests
// of viz/model that need what a real server told. `Recorded told("04-bad-request"); told.view`.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "core/trace/file_reader.h"
#include "tests/source_dir.h"
#include "viz/model/trace_view.h"

namespace roundtrip::viz {

struct Recorded {
  explicit Recorded(const std::string& scenario) {
    const auto read = trace::read_trace_file(recording_file(scenario), trace);
    REQUIRE(read.ok());
    index.follow();
    lanes.follow();
    statistics.follow();
  }

  trace::Trace trace;
  trace::TraceIndex index{trace};
  trace::StateReader states{index};
  LaneIndex lanes{index};
  Statistics statistics{index};
  TraceView view{trace, index, states, lanes, statistics};
};

}  // namespace roundtrip::viz
