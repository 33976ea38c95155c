// `list`: the scenarios; with --phases the vocabulary of a trace, one phase a line.
#include <fmt/format.h>

#include "app/commands.h"
#include "app/narrator_rows.h"
#include "app/places.h"
#include "core/scenario/scenario.h"
#include "core/trace/phase.h"
#include "viz/model/explanations.h"

namespace roundtrip::app {
namespace {

using Rows = std::vector<std::vector<std::string>>;

int print_rows(const Rows& rows) {
  const TextStyle style = style_for(facts_of_stdout(), false, ColorChoice::Never);
  if (print(finished(columns(rows), style))) return exit_done;
  return fail("the list could not be written to standard output");
}

std::string first_sentence(std::string text) {
  const std::size_t stop = text.find(". ");
  if (stop != std::string::npos) text.resize(stop + 1);
  return text;
}

// Groups are parted by an empty line.
int list_phases() {
  const auto words = viz::load_explanations(assets_dir());
  if (!words) return fail(words.error());
  Rows rows;
  std::optional<trace::Group> group;
  for (const trace::PhaseRow& row : trace::phase_table) {
    if (row.group() != group) {
      if (group) rows.push_back({""});
      group = row.group();
    }
    rows.push_back({std::string(row.id), std::string(row.name),
                    first_sentence(plain_words(words->of(row.phase).what))});
  }
  return print_rows(rows);
}

}  // namespace

int do_list(const ListCommand& command) {
  if (command.phases) return list_phases();
  const auto entries = scenario::list_scenarios(scenarios_dir());
  if (!entries) return fail(entries.error());
  Rows rows;
  for (const scenario::ScenarioEntry& entry : *entries) {
    rows.push_back({entry.id, entry.problem.empty() ? fmt::format("{} min", entry.minutes) : "-",
                    entry.problem.empty() ? entry.title : entry.problem});
  }
  return print_rows(rows);
}

}  // namespace roundtrip::app
