#include "viz/model/code_listing.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <string_view>

namespace roundtrip::viz {

using trace::Phase;

namespace {

constexpr std::string_view heading_mark = "== ";
constexpr std::string_view reason_mark = "-- ";
constexpr std::string_view phases_mark = "  @ ";

std::string_view without_spaces_after(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r");
  return last == text.npos ? std::string_view{} : text.substr(0, last + 1);
}

// Reads one file line by line; every function gives what is wrong with the line, or nothing.
class Reader {
 public:
  std::optional<std::string> take(std::string_view line) {
    line = without_spaces_after(line);
    if (line.empty() || line.starts_with('#')) return std::nullopt;
    if (line.starts_with(heading_mark)) {
      listing.lines.push_back({std::string(line.substr(heading_mark.size())), true, {}});
      return std::nullopt;
    }
    if (line.starts_with(reason_mark)) return take_reason(line.substr(reason_mark.size()));
    if (listing.lines.empty()) return "code stands before the first heading";
    const std::size_t mark = line.find(phases_mark);
    const std::string_view code = without_spaces_after(line.substr(0, mark));
    listing.lines.push_back({std::string(code), false, {}});
    if (mark == line.npos) return std::nullopt;
    return take_phases(std::string(line.substr(mark + phases_mark.size())));
  }

  // The first phase that is named nowhere.
  std::optional<Phase> missing() const {
    for (const trace::PhaseRow& row : trace::phase_table) {
      if (is_in_listings(row.phase) && !is_named(row.phase)) return row.phase;
    }
    return std::nullopt;
  }

  CodeListing listing;

 private:
  bool is_named(Phase phase) const {
    const auto index = static_cast<std::size_t>(phase);
    return listing.line_of[index].has_value() || !listing.reasons[index].empty();
  }

  std::optional<std::string> take_phase(std::string_view id, Phase& phase) const {
    const std::optional<Phase> known = trace::phase_from_id(id);
    if (!known) return fmt::format("the phase table has no phase {}", id);
    if (is_named(*known)) return fmt::format("{} is named twice", id);
    phase = *known;
    return std::nullopt;
  }

  std::optional<std::string> take_phases(const std::string& ids) {
    std::istringstream words(ids);
    for (std::string id; words >> id;) {
      Phase phase{};
      if (auto problem = take_phase(id, phase)) return problem;
      listing.lines.back().phases.add(phase);
      listing.line_of[static_cast<std::size_t>(phase)] = listing.lines.size() - 1;
    }
    return std::nullopt;
  }

  std::optional<std::string> take_reason(std::string_view text) {
    const std::size_t colon = text.find(": ");
    if (colon == text.npos) return "a phase without a line is named as -- phase.id: why";
    Phase phase{};
    if (auto problem = take_phase(text.substr(0, colon), phase)) return problem;
    listing.reasons[static_cast<std::size_t>(phase)] = text.substr(colon + 2);
    return std::nullopt;
  }
};

}  // namespace

bool is_in_listings(Phase phase) {
  const trace::Group group = trace::row_of(phase).group();
  return group != trace::Group::Task && group != trace::Group::Trace;
}

Result<CodeListing> load_code_listing(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) {
    return Error{fmt::format("{} can't be read; is the assets folder complete?", path.string())};
  }
  Reader reader;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (const auto problem = reader.take(line)) {
      return Error{fmt::format("{}:{}: {}", path.string(), number, *problem)};
    }
  }
  if (const auto phase = reader.missing()) {
    return Error{fmt::format("{}:{}: {} has neither a line nor a reason why it has none",
                             path.string(), number, trace::phase_id(*phase))};
  }
  return std::move(reader.listing);
}

Result<CodeListings> load_code_listings(const std::filesystem::path& assets_dir) {
  Result<CodeListing> go = load_code_listing(assets_dir / "code" / "go.txt");
  if (!go) return Error{go.error()};
  Result<CodeListing> ours = load_code_listing(assets_dir / "code" / "roundtrip.txt");
  if (!ours) return Error{ours.error()};
  return CodeListings{std::move(*go), std::move(*ours)};
}

}  // namespace roundtrip::viz
