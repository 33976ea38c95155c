// `run SCENARIO --model all`: the loads of a page under each model, side by side.
#include <fmt/format.h>

#include "app/commands.h"
#include "app/load_table.h"
#include "app/measure_models.h"
#include "app/measured_models.h"
#include "app/session.h"
#include "core/scenario/runner.h"

namespace roundtrip::app {

int compare_models(const RunCommand& command, const scenario::Scenario& page) {
  if (page.loads.empty()) {
    return fail(
        fmt::format("{} has no load, so there is nothing to compare; `roundtrip list` "
                    "names the scenarios",
                    page.id));
  }
  const auto compared =
      measure_models(command.scenario, page, measure_apart, nullptr,
                     [](int, int, const std::string& what) { say_progress(what); });
  say_progress({});
  if (!compared) return fail(compared.error());
  if (!command.figures_file.empty()) {
    viz::MeasuredModels measured = figures_of(page, *compared);
    measured.where = machine_description();
    const Status saved = save_figures(measured, command.figures_file);
    if (!saved) return fail(saved.error());
  }
  const unsigned workers = scenario::apply_settings(page, {}).workers;
  Lines lines;
  std::vector<LoadColumn> columns;
  for (std::size_t load = 0; load < page.loads.size(); ++load) {
    columns.clear();
    for (std::size_t i = 0; i < std::size(viz::all_models); ++i) {
      columns.push_back({viz::all_models[i], workers, (*compared)[load][i]});
    }
    append(lines, load_table(page.loads[load], columns));
    lines.emplace_back();
  }
  append(lines, load_remarks(columns));
  append(lines, wrapped(fmt::format("Each ran {} times in a process of its own, untraced; the "
                                    "middle run is shown.",
                                    measured_rounds),
                        78));
  if (!print(finished(lines, style_from(command.text)))) {
    return fail("the figures could not be written to standard output");
  }
  return exit_done;
}

}  // namespace roundtrip::app
