#include "viz/model/model_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "viz/model/format.h"

namespace roundtrip::viz {

void put(MeasuredModels& into, ModelFigures figures) {
  std::erase_if(into.all, [&](const ModelFigures& one) {
    return one.target == figures.target && one.clients == figures.clients &&
           one.model == figures.model && one.traced == figures.traced;
  });
  into.all.push_back(std::move(figures));
}

std::vector<const ModelFigures*> side_by_side(const MeasuredModels& measured,
                                              const std::string& target, std::uint32_t clients) {
  const auto is_of_load = [&](const ModelFigures& one) {
    return one.target == target && one.clients == clients;
  };
  const bool untraced =
      std::any_of(measured.all.begin(), measured.all.end(),
                  [&](const ModelFigures& one) { return is_of_load(one) && !one.traced; });
  std::vector<const ModelFigures*> row(std::size(all_models));
  for (const ModelFigures& one : measured.all) {
    if (is_of_load(one) && one.traced != untraced) row[static_cast<std::size_t>(one.model)] = &one;
  }
  return row;
}

std::string_view model_choice(trace::Model model) {
  switch (model) {
    case trace::Model::Tasks: return "tasks on workers";
    case trace::Model::Threads: return "a thread for each connection";
    case trace::Model::Single: return "one thread for all";
  }
  return {};
}

std::string model_words(trace::Model model, std::uint32_t workers) {
  if (model != trace::Model::Tasks) return std::string(model_choice(model));
  return fmt::format("tasks on {}", counted(workers, "worker"));
}

}  // namespace roundtrip::viz
