#include "viz/model/explanations.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>

namespace roundtrip::viz {
namespace {

using trace::Group;
using trace::Phase;

struct Part {
  std::size_t line = 0;  // from 1
  std::string label;     // "Look at"
  std::string text;
};

struct Section {
  std::size_t line = 0;
  std::string heading;  // without "## "
  std::vector<Part> parts;
};

// One file, taken apart but not yet compared with the phase table.
struct Page {
  std::string file;
  std::string opening;  // what stands before the first section
  std::vector<Section> sections;
  std::size_t line_count = 0;

  Error error(std::size_t line, std::string_view what) const {
    return Error{fmt::format("{}:{}: {}", file, line, what)};
  }
};

constexpr std::array<std::string_view, 6> explanation_labels = {"What", "Why",  "Look at",
                                                                "Cost", "Spec", "In Go"};
constexpr std::array<std::string_view, 3> correction_labels = {"Says", "True", "Why"};

std::string_view without_spaces_around(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

void append_line(std::string& text, std::string_view line) {
  if (!text.empty()) text += ' ';
  text += line;
}

// "**Look at**: text" as a part; nothing when the line has another form.
std::optional<Part> part_from_line(std::string_view line, std::size_t number) {
  constexpr std::string_view opens = "**";
  constexpr std::string_view closes = "**:";
  if (!line.starts_with(opens)) return std::nullopt;
  const auto end = line.find(closes, opens.size());
  if (end == std::string_view::npos) return std::nullopt;
  return Part{number, std::string(line.substr(opens.size(), end - opens.size())),
              std::string(without_spaces_around(line.substr(end + closes.size())))};
}

Status add_line(Page& page, std::string_view line, std::size_t number, bool& in_paragraph) {
  constexpr std::string_view heading_mark = "## ";
  if (line.empty()) {
    in_paragraph = false;
    return Nothing{};
  }
  if (line.starts_with(heading_mark)) {
    const auto heading = without_spaces_around(line.substr(heading_mark.size()));
    page.sections.push_back({number, std::string(heading), {}});
    in_paragraph = false;
    return Nothing{};
  }
  if (page.sections.empty()) {
    append_line(page.opening, line);
    return Nothing{};
  }
  std::vector<Part>& parts = page.sections.back().parts;
  if (std::optional<Part> part = part_from_line(line, number)) {
    parts.push_back(std::move(*part));
    in_paragraph = true;
    return Nothing{};
  }
  if (!in_paragraph) {
    return page.error(number,
                      "this paragraph belongs to no part; begin it with a label such as "
                      "**What**:");
  }
  append_line(parts.back().text, line);
  return Nothing{};
}

Result<Page> read_page(const std::filesystem::path& path) {
  Page page;
  page.file = path.string();
  std::ifstream file(path);
  if (!file) {
    return Error{fmt::format("{} can't be read; is the assets folder complete?", page.file)};
  }
  std::string line;
  bool in_paragraph = false;
  while (std::getline(file, line)) {
    ++page.line_count;
    const Status added =
        add_line(page, without_spaces_around(line), page.line_count, in_paragraph);
    if (!added) return Error{added.error()};
  }
  if (page.opening.empty()) {
    return page.error(1, "the file has to begin with a sentence before its first section");
  }
  return page;
}

// The labels are there, in this order, none of them twice, none empty.
Status check_parts(const Page& page, const Section& section,
                   std::span<const std::string_view> labels) {
  for (std::size_t i = 0; i < std::max(labels.size(), section.parts.size()); ++i) {
    if (i >= labels.size()) {
      return page.error(section.parts[i].line,
                        fmt::format("{} has one part too many: {}", section.heading,
                                    section.parts[i].label));
    }
    if (i >= section.parts.size()) {
      return page.error(section.line, fmt::format("{} has no part **{}**:; add it at its end",
                                                  section.heading, labels[i]));
    }
    const Part& part = section.parts[i];
    if (part.label != labels[i]) {
      return page.error(part.line, fmt::format("here **{}**: of {} is expected, not **{}**:",
                                               labels[i], section.heading, part.label));
    }
    if (part.text.empty()) {
      return page.error(part.line,
                        fmt::format("**{}**: of {} is empty", part.label, section.heading));
    }
  }
  return Nothing{};
}

// Which rows of the phase table a group has: [first, end).
struct GroupRows {
  std::size_t first = 0;
  std::size_t end = 0;
};

GroupRows rows_of(Group group) {
  GroupRows rows;
  while (trace::phase_table[rows.first].group() != group) ++rows.first;
  rows.end = rows.first;
  while (rows.end < trace::phase_count && trace::phase_table[rows.end].group() == group) {
    ++rows.end;
  }
  return rows;
}

// Why the section at this place is not the one of `expected`.
Error misplaced(const Page& page, const Section& section, Group group, std::string_view expected,
                std::span<const Section> before) {
  const std::string& id = section.heading;
  const std::optional<Phase> phase = trace::phase_from_id(id);
  if (!phase) {
    return page.error(section.line, fmt::format("the phase table has no phase {}", id));
  }
  if (std::ranges::any_of(before, [&](const Section& other) { return other.heading == id; })) {
    return page.error(section.line, fmt::format("{} is explained twice", id));
  }
  if (trace::row_of(*phase).group() != group) {
    return page.error(section.line, fmt::format("{} belongs to the file of its own group", id));
  }
  return page.error(section.line,
                    fmt::format("here the phase table has {}, not {}; sections stand in its "
                                "order and none may be missing",
                                expected, id));
}

Status load_group(const std::filesystem::path& folder, Group group, Explanations& all) {
  const auto number = static_cast<std::size_t>(group);
  const auto name = fmt::format("{}-{}.md", number + 1, trace::group_name(group));
  const Result<Page> read = read_page(folder / name);
  if (!read) return Error{read.error()};
  const Page& page = *read;
  all.analogies[number] = page.opening;

  const GroupRows rows = rows_of(group);
  const std::size_t wanted = rows.end - rows.first;
  for (std::size_t i = 0; i < page.sections.size(); ++i) {
    const Section& section = page.sections[i];
    const std::string_view expected =
        i < wanted ? trace::phase_table[rows.first + i].id : std::string_view{"no phase"};
    if (section.heading != expected) {
      return misplaced(page, section, group, expected, std::span(page.sections).first(i));
    }
    const Status complete = check_parts(page, section, explanation_labels);
    if (!complete) return Error{complete.error()};
    const std::vector<Part>& parts = section.parts;
    all.by_phase[rows.first + i] = {parts[0].text, parts[1].text, parts[2].text,
                                    parts[3].text, parts[4].text, parts[5].text};
  }
  if (page.sections.size() < wanted) {
    return page.error(page.line_count,
                      fmt::format("the phase {} has no explanation; add its section here",
                                  trace::phase_table[rows.first + page.sections.size()].id));
  }
  return Nothing{};
}

Result<Correction> correction_from_section(const Page& page, const Section& section) {
  constexpr std::string_view separator = ": ";
  const std::string_view heading = section.heading;
  const auto colon = heading.find(separator);
  if (colon == std::string_view::npos) {
    return page.error(section.line, "a correction is headed ## phase.id: title");
  }
  const std::string_view id = heading.substr(0, colon);
  const std::optional<Phase> phase = trace::phase_from_id(id);
  if (!phase) return page.error(section.line, fmt::format("the phase table has no phase {}", id));
  const Status complete = check_parts(page, section, correction_labels);
  if (!complete) return Error{complete.error()};
  return Correction{*phase, std::string(heading.substr(colon + separator.size())),
                    section.parts[0].text, section.parts[1].text, section.parts[2].text};
}

Status load_corrections(const std::filesystem::path& path, Explanations& all) {
  const Result<Page> read = read_page(path);
  if (!read) return Error{read.error()};
  for (const Section& section : read->sections) {
    const Result<Correction> correction = correction_from_section(*read, section);
    if (!correction) return Error{correction.error()};
    if (!all.corrections.empty() && correction->phase < all.corrections.back().phase) {
      return read->error(section.line, fmt::format("{} stands too late; corrections follow the "
                                                   "order of the phase table",
                                                   section.heading));
    }
    all.corrections.push_back(*correction);
  }
  return Nothing{};
}

}  // namespace

std::span<const Correction> Explanations::corrections_of(Phase phase) const {
  const auto found = std::ranges::equal_range(corrections, phase, {}, &Correction::phase);
  return {found.begin(), found.end()};
}

Result<Explanations> load_explanations(const std::filesystem::path& assets_dir) {
  Explanations all;
  for (std::size_t group = 0; group < trace::group_count; ++group) {
    const Status loaded =
        load_group(assets_dir / "explanations", static_cast<Group>(group), all);
    if (!loaded) return Error{loaded.error()};
  }
  const Status loaded = load_corrections(assets_dir / "corrections.md", all);
  if (!loaded) return Error{loaded.error()};
  return all;
}

}  // namespace roundtrip::viz
