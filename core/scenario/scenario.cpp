#include "core/scenario/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <system_error>

#include "core/scenario/limits.h"

namespace roundtrip::scenario {

namespace fs = std::filesystem;

std::string_view word(Then then) {
  switch (then) {
    case Then::Read: return "read";
    case Then::On: return "on";
    case Then::Interim: return "interim";
    case Then::Closed: return "closed";
    case Then::Close: return "close";
    case Then::Reset: return "reset";
    case Then::Stop: return "stop";
  }
  return "";
}

std::optional<Rung> rung_from_word(std::string_view word) {
  if (word == "lab") return Rung::Lab;
  if (word == "capture") return Rung::Capture;
  if (word == "stamps") return Rung::Stamps;
  if (word == "inferred") return Rung::Inferred;
  return std::nullopt;
}

std::vector<std::uint32_t> Scenario::clients() const {
  std::vector<std::uint32_t> numbers;
  for (const Step& step : steps) {
    if (std::find(numbers.begin(), numbers.end(), step.client) == numbers.end()) {
      numbers.push_back(step.client);
    }
  }
  return numbers;
}

std::uint32_t minutes_of(const Scenario& scenario) {
  if (scenario.settings.minutes) return *scenario.settings.minutes;
  std::size_t words = 0;
  for (const PageItem& item : scenario.page) {
    bool inside = false;
    for (const char c : item.prose) {
      const bool space = c == ' ' || c == '\n' || c == '\t';
      words += !space && !inside ? 1 : 0;
      inside = !space;
    }
  }
  const std::size_t reading = (words + words_a_minute - 1) / words_a_minute;
  return static_cast<std::uint32_t>(scenario.stops.size() + reading);
}

Result<Scenario> load_scenario(const fs::path& file) {
  std::error_code problem;
  if (!fs::is_regular_file(file, problem)) {
    return Error{fmt::format("{} is not a scenario: there is no such file", file.string())};
  }
  std::ifstream input(file, std::ios::binary);
  // One byte more than a page may have, so that the parser sees that it is too long.
  std::string text(limits::page_bytes + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (input.bad() || (input.fail() && !input.eof())) {
    return Error{fmt::format("{} can't be read", file.string())};
  }
  text.resize(static_cast<std::size_t>(input.gcount()));
  return parse_scenario(text, file.stem().string());
}

Result<std::vector<ScenarioEntry>> list_scenarios(const fs::path& folder) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::error_code problem;
  fs::directory_iterator files(folder, problem);
  if (problem) {
    return Error{fmt::format("the scenarios can't be listed: {}: {}", folder.string(),
                             problem.message())};
  }
  std::vector<ScenarioEntry> entries;
  for (; files != fs::directory_iterator(); files.increment(problem)) {
    if (problem) break;
    const fs::path& file = files->path();
    const std::string name = file.filename().string();
    if (name.size() < 7 || !digit(name[0]) || !digit(name[1]) || name[2] != '-') continue;
    if (file.extension() != ".md") continue;
    ScenarioEntry entry{file.stem().string(), file, {}, 0, {}};
    const Result<Scenario> scenario = load_scenario(file);
    if (scenario) {
      entry.title = scenario->title;
      entry.minutes = minutes_of(*scenario);
    } else {
      entry.problem = scenario.error();
    }
    entries.push_back(std::move(entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const ScenarioEntry& a, const ScenarioEntry& b) { return a.id < b.id; });
  return entries;
}

}  // namespace roundtrip::scenario
