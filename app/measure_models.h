// A page's loads under each model, each run in a process of its own, so that none inherits
// another's memory, and untraced. The models take turns, so that a machine that changes its pace
// treats all alike; of each the middle run counts. `run --model all` and the window (desk_errand.h)
// measure so; the process is this program's own, by the command `measure`, which is meant for
// nobody else.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "app/command_line.h"
#include "core/base/result.h"
#include "core/scenario/call_off.h"
#include "core/scenario/load_generator.h"
#include "core/scenario/scenario.h"
#include "viz/model/model_figures.h"

namespace roundtrip::app {

inline constexpr int measured_rounds = 3;

// One report for each load of a page.
using LoadReports = std::vector<scenario::LoadReport>;
// Runs the loads of a page, by the name that `run` takes, under one model.
using MeasureLoads = std::function<Result<LoadReports>(
    const std::string& name, const scenario::Scenario& page, trace::Model model,
    const scenario::CallOff* call_off)>;
// In a process of its own, which is ended when it is called off.
Result<LoadReports> measure_apart(const std::string& name, const scenario::Scenario& page,
                                  trace::Model model, const scenario::CallOff* call_off);

// For each load the middle report of each model, in the order of viz::all_models.
using ComparedLoads = std::vector<std::array<scenario::LoadReport, std::size(viz::all_models)>>;
// Told before each run: so many of all are done, and what comes.
using MeasureProgress = std::function<void(int done, int of, const std::string& what)>;
Result<ComparedLoads> measure_models(const std::string& name, const scenario::Scenario& page,
                                     const MeasureLoads& measure, const scenario::CallOff* call_off,
                                     const MeasureProgress& progress);
// The same, as plain data for the screen.
viz::MeasuredModels figures_of(const scenario::Scenario& page, const ComparedLoads& compared);

// The other end of measure_apart.
int do_measure(const MeasureCommand& command);

}  // namespace roundtrip::app
