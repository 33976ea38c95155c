#include "app/places.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <numeric>
#include <system_error>

#include "core/capture/capture_reader.h"

namespace roundtrip::app {
namespace {

namespace fs = std::filesystem;

fs::path own_dir(std::string_view name) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    const fs::path beside = program.parent_path().parent_path() / name;
    if (fs::is_directory(beside, error)) return beside;
  }
  return fs::path(ROUNDTRIP_SOURCE_DIR) / name;
}

// How many letters have to be typed otherwise (Levenshtein's distance).
std::size_t mistakes(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (from[i] == to[j] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

// "hello" of "01-hello"; the id itself where it has no number.
std::string_view name_of(std::string_view id) {
  const std::size_t dash = id.find('-');
  return dash == std::string_view::npos ? id : id.substr(dash + 1);
}

std::vector<std::string> scenario_ids() {
  std::vector<std::string> ids;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(scenarios_dir(), error)) {
    if (entry.path().extension() == ".md") ids.push_back(entry.path().stem().string());
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

// The id of the scenario that is called so: by its id, its number or its name; else empty.
std::string shipped_id(std::string_view name, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const std::string_view number = std::string_view(id).substr(0, id.find('-'));
    const std::string_view short_number =
        number.substr(std::min(number.find_first_not_of('0'), number.size()));
    if (name == id || name == name_of(id) || name == number || name == short_number) return id;
  }
  return {};
}

}  // namespace

fs::path scenarios_dir() { return own_dir("scenarios"); }
fs::path assets_dir() { return own_dir("assets"); }

Result<std::filesystem::path> find_source(const std::string& source) {
  std::error_code error;
  const bool named_as_file = source.find_first_of("./") != std::string::npos;
  if (named_as_file || std::filesystem::exists(source, error)) {
    if (std::string capture = capture_sentence(source); !capture.empty()) return Error{capture};
    return std::filesystem::path(source);
  }
  const auto scenario = find_scenario(source);
  if (!scenario) {
    return Error{fmt::format("'{}' is neither a file nor a scenario: {}", source,
                             scenario.error())};
  }
  const std::string id = scenario->stem().string();
  const std::filesystem::path recording = recording_of(id);
  if (recording.empty()) {
    return Error{fmt::format("no recording of {} is in {}: `roundtrip run {} --trace "
                             "{}.trace.json` makes one", id, scenarios_dir().string(), id, id)};
  }
  return recording;
}

std::string capture_sentence(const fs::path& file) {
  std::error_code error;
  // A pipe's bytes can be read only once.
  if (!fs::is_regular_file(file, error)) return {};
  std::array<char, 4> start{};
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(start.data(), start.size())) return {};
  if (!capture::begins_as_capture({start.data(), start.size()})) return {};
  return fmt::format("{} is a capture of packets and no trace: `roundtrip import {}` makes a trace "
                     "of it", file.string(), file.string());
}

std::string nearest_word(std::string_view word, const std::vector<std::string>& words) {
  std::string best;
  std::size_t fewest = std::max<std::size_t>(2, word.size() / 2) + 1;
  for (const std::string& candidate : words) {
    const std::size_t count = mistakes(word, candidate);
    if (count < fewest) {
      fewest = count;
      best = candidate;
    }
  }
  return best;
}

bool names_scenario(std::string_view name) { return !shipped_id(name, scenario_ids()).empty(); }

Result<fs::path> find_scenario(std::string_view name) {
  std::error_code error;
  const std::vector<std::string> ids = scenario_ids();
  const std::string shipped = shipped_id(name, ids);
  if (!shipped.empty()) return scenarios_dir() / (shipped + ".md");
  const fs::path file{std::string(name)};
  if (file.extension() == ".md" && fs::is_regular_file(file, error)) return file;
  if (ids.empty()) {
    return Error{fmt::format("no scenarios were found in {}: put them there, or run the program "
                             "from the tree it was built in", scenarios_dir().string())};
  }
  std::vector<std::string> words = ids;
  for (const std::string& id : ids) words.emplace_back(name_of(id));
  std::string nearest = nearest_word(name, words);
  for (const std::string& id : ids) {
    if (name_of(id) == nearest) nearest = id;
  }
  const std::string hint = nearest.empty() ? "`roundtrip list` shows those there are"
                                           : fmt::format("did you mean {}?", nearest);
  return Error{fmt::format("there is no scenario '{}'; {}", name, hint)};
}

fs::path recording_of(std::string_view scenario_id) {
  std::error_code error;
  for (const std::string_view ending : {".trace.json", ".trace.json.gz"}) {
    const fs::path file = scenarios_dir() / fmt::format("{}{}", scenario_id, ending);
    if (fs::is_regular_file(file, error)) return file;
  }
  return {};
}

}  // namespace roundtrip::app
