// What a load cost under each model, from the clients' report to the plain data that the screen is
// handed (viz/model/model_figures.h), and as the file NN-name.models.json beside a recording: one
// JSON object, lengths in ns. `run --model all --figures FILE` writes it, whoever opens the
// recording reads it.
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/result.h"
#include "core/scenario/load_generator.h"
#include "core/scenario/scenario.h"
#include "viz/model/model_figures.h"

namespace roundtrip::app {

viz::ModelFigures figures_of(const scenario::Load& load, trace::Model model, unsigned workers,
                             bool traced, const scenario::LoadReport& report);

Status save_figures(const viz::MeasuredModels& measured, const std::filesystem::path& file);
Result<viz::MeasuredModels> read_figures(const std::filesystem::path& file);
// Those that were measured when a trace was recorded; null where none were.
std::shared_ptr<const viz::MeasuredModels> figures_beside(const std::filesystem::path& trace_file);

}  // namespace roundtrip::app
