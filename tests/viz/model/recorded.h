// Recorded: a scenario's shipped recording with everything that layouts read beside it, for tests
// of viz/model that need what a real server told. `Recorded told("04-bad-request"); told.view`.
// Loaded: the same of a trace that comes from elsewhere.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "core/trace/file_reader.h"
#include "tests/source_dir.h"
#include "viz/model/trace_view.h"

namespace roundtrip::viz {

struct Loaded {
  // Once the trace is there.
  void follow() {
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

struct Recorded : Loaded {
  explicit Recorded(const std::string& scenario) {
    const auto read = trace::read_trace_file(recording_file(scenario), trace);
    REQUIRE(read.ok());
    follow();
  }
};

}  // namespace roundtrip::viz
