#include "app/command_line_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <filesystem>

#include "app/places.h"
#include "core/trace/phase.h"
#include "viz/model/views.h"

namespace roundtrip::app {
namespace {

// "header" of "read.header".
std::string_view step_of(std::string_view id) {
  return id.substr(id.find('.') + 1);
}

// The phase whose id is near, with its group or without.
std::string nearest_phase(const std::string& word) {
  std::vector<std::string> words;
  for (const trace::PhaseRow& row : trace::phase_table) words.emplace_back(row.id);
  for (const trace::PhaseRow& row : trace::phase_table) words.emplace_back(step_of(row.id));
  const std::string nearest = nearest_word(word, words);
  for (const trace::PhaseRow& row : trace::phase_table) {
    if (step_of(row.id) == nearest) return std::string(row.id);
  }
  return nearest;
}

}  // namespace

std::string check_where(const std::string& where) {
  if (where == "end" || trace::phase_from_id(where)) return {};
  const bool number =
      !where.empty() && where.size() < 16 &&
      std::all_of(where.begin(), where.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  if (number && where.find_first_not_of('0') != std::string::npos) return {};
  const bool like_a_phase = where.find_first_not_of("0123456789-") != std::string::npos;
  const std::string nearest = like_a_phase ? nearest_phase(where) : "";
  return fmt::format(
      "'{}' is no place in a trace (an event number from 1, a phase such as "
      "read.header, or end){}",
      where, nearest.empty() ? "" : fmt::format(", did you mean {}?", nearest));
}

std::vector<std::string> panel_names() {
  std::vector<std::string> names{"transport", "lifecycle", "explain", "timeline"};
  for (const viz::ViewRow& row : viz::view_rows()) names.emplace_back(row.name);
  return names;
}

std::string check_png(const std::string& file) {
  std::string ending = std::filesystem::path(file).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (ending == ".png") return {};
  return fmt::format("'{}' does not end in .png, and pictures are written as PNG only", file);
}

std::string check_size(const std::string& size) {
  int width = 0;
  int height = 0;
  char rest = 0;
  if (std::sscanf(size.c_str(), "%5dx%5d%c", &width, &height, &rest) != 2 || width < 320 ||
      height < 240 || width > 7680 || height > 4320) {
    return fmt::format("'{}' is no size (such as 1280x720, from 320x240 to 7680x4320)", size);
  }
  return {};
}

std::string check_data_folder(const std::string& folder) {
  std::error_code error;
  const auto status = std::filesystem::status(folder, error);
  if (!folder.empty() && (!exists(status) || is_directory(status))) return {};
  return fmt::format("'{}' is no folder", folder);
}

std::optional<std::uint64_t> bytes_from(std::string_view text) {
  std::uint64_t factor = 1;
  for (const auto& [unit, bytes] : {std::pair("KiB", 1ULL << 10), std::pair("MiB", 1ULL << 20)}) {
    if (!text.ends_with(unit)) continue;
    factor = bytes;
    text.remove_suffix(3);
    break;
  }
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  if (number > UINT64_MAX / factor) return std::nullopt;
  return number * factor;
}

std::string check_bytes(const std::string& text, std::uint64_t least, std::uint64_t most) {
  const auto bytes = bytes_from(text);
  if (bytes && *bytes >= least && *bytes <= most) return {};
  return fmt::format("'{}' is no number of bytes from {} to {} (such as 4096, 64KiB, 16MiB)", text,
                     least, most);
}

}  // namespace roundtrip::app
