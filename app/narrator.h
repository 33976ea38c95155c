// The narrator tells a trace as text: the journey in six phases with the columns Time, Component,
// Action and State, then statistics; in detail also the boxes of the picture book, with real
// values. Pure: a trace and what is derived from it in, text out. `run` and `text` print it.
// Nothing is told that the trace does not hold; where a fact was not observed, the text says so.
// Limits: named below; a longer trace is told in short, and the text says how much was left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "app/boxes.h"
#include "viz/model/explanations.h"
#include "viz/model/trace_view.h"

namespace roundtrip::app {

inline constexpr std::size_t most_told_requests = 100;
inline constexpr std::size_t most_told_connections = 100;
inline constexpr std::size_t most_told_packets = 200;  // in detail: all

struct NarratorOptions {
  bool detail = false;
  bool corrections = false;  // of the drawn walk, in detail
  TextStyle style;
  std::string title;                                 // of the scenario; empty: none
  const viz::Explanations* explanations = nullptr;   // for corrections, in detail
};

std::string narrate(const viz::TraceView& view, const NarratorOptions& options);

// What one event says and what was true just after it.
std::string narrate_moment(const viz::TraceView& view, std::uint64_t event,
                           const NarratorOptions& options);

}  // namespace roundtrip::app
