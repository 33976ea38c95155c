// ModelFigures: what a load cost under one model, measured somewhere else than in the trace that is
// shown: by a run of this session, or beside the recording. Plain data: the session hands it over
// in the view state (view_state.h), layout_load sets the models side by side. A figure that was not
// measured is absent. Units: bytes; durations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/trace/vocabulary.h"

namespace roundtrip::viz {

// In the order in which they stand side by side.
inline constexpr trace::Model all_models[] = {trace::Model::Tasks, trace::Model::Threads,
                                              trace::Model::Single};

struct ModelFigures {
  // What ran.
  std::string target;
  std::uint32_t clients = 0;
  trace::Model model{};
  std::uint32_t workers = 0;  // of tasks
  bool traced = false;        // this costs time and memory: the two kinds are not compared
  bool operator==(const ModelFigures&) const = default;

  // What its clients measured.
  std::uint64_t answered = 0;
  Duration elapsed;
  Duration shortest, half, nearly_all, longest;  // latencies; nearly all: 99 of 100

  // What the process used, clients included.
  std::uint64_t memory_bytes = 0;  // more than before
  std::uint32_t threads = 0;
  std::optional<std::uint64_t> stack_reserved_bytes;  // of each connection's thread
  std::optional<std::uint64_t> stack_used_bytes;      // the mean of them
  Duration server_cpu, clients_cpu;
  std::uint64_t switches = 0;     // a thread waited, and another ran
  std::uint64_t preemptions = 0;  // the kernel took the processor away
};

struct MeasuredModels {
  std::vector<ModelFigures> all;  // the newest of each load, model and kind
  std::string where;              // the machine, where it may be another than this one
};

// The newer takes the place of what was measured in the same way before.
void put(MeasuredModels& into, ModelFigures figures);
// Of one load, in the order of all_models, null where a model was not measured. Where any was
// measured untraced, only what was.
std::vector<const ModelFigures*> side_by_side(const MeasuredModels& measured,
                                              const std::string& target, std::uint32_t clients);

// "tasks on workers", as it is chosen; and as it runs: "tasks on 2 workers". The others are called
// alike: "a thread for each connection", "one thread for all".
std::string_view model_choice(trace::Model model);
std::string model_words(trace::Model model, std::uint32_t workers);

}  // namespace roundtrip::viz
