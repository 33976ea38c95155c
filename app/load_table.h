// The figures of a load as text: what its clients measured and what the process used meanwhile, one
// column for each way in which the same load was served. `run` prints it. Memory is that of the
// whole process, clients included; what was not measured stands as "-".
#pragma once

#include <string>
#include <vector>

#include "app/boxes.h"
#include "core/scenario/load_generator.h"
#include "core/scenario/scenario.h"

namespace roundtrip::app {

struct LoadColumn {
  trace::Model model{};
  unsigned workers = 0;  // under Model::Tasks
  scenario::LoadReport report;
};

Lines load_table(const scenario::Load& load, const std::vector<LoadColumn>& columns);
// What the figures don't say themselves: who shares what with whom.
Lines load_remarks(const std::vector<LoadColumn>& columns);

}  // namespace roundtrip::app
