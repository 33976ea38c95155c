#include "viz/model/palette_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/layout_palette.h"
#include "viz/model/name_match.h"
#include "viz/model/views.h"

namespace roundtrip::viz {

using trace::EventNumber;

namespace {

constexpr std::size_t letters_of_an_excerpt = 90;

void add_lines(PaletteGroups& groups, std::string heading, std::vector<PaletteLine> lines) {
  if (lines.empty()) return;
  const std::size_t count = lines.size();
  groups.push_back({std::move(heading), count,
                    [kept = std::move(lines)](std::size_t index) { return kept[index]; }});
}

// ---- Commands.

PaletteLine line_of(const CommandRow& row, const CommandContext& context) {
  PaletteLine line{std::string(row.words), keys_text(row.command), {}, {}, std::string(row.needs)};
  if (const auto action = row.action(context)) line.actions = {*action};
  return line;
}

std::vector<PaletteLine> other_commands(const ViewState& state) {
  std::vector<PaletteLine> lines;
  for (const std::string& scenario : state.session.scenarios) {
    lines.push_back(
        {fmt::format("Make scenario {} ready", scenario), "", {ChooseScenario{scenario}}, {}, ""});
  }
  for (const ViewRow& view : view_rows()) {
    lines.push_back({fmt::format("Show the view {}", view.title), "", {ShowView{view.id}}, {}, ""});
  }
  for (std::size_t group = 0; group < trace::group_count; ++group) {
    const bool closed = state.closed_groups.test(group);
    lines.push_back({fmt::format("{} {} in the list of steps", closed ? "Unfold" : "Fold",
                                 trace::group_name(static_cast<trace::Group>(group))),
                     "",
                     {ToggleGroup{static_cast<trace::Group>(group)}},
                     {},
                     ""});
  }
  return lines;
}

}  // namespace

PaletteGroups command_groups(const CommandContext& context) {
  const std::string& typed = context.state.palette.text;
  PaletteGroups groups;
  std::vector<PaletteLine> others = other_commands(context.state);
  if (typed.empty()) {
    std::vector<PaletteLine> lines;
    const auto all = commands();
    for (std::size_t i = 0; i < all.size(); ++i) {
      lines.push_back(line_of(all[i], context));
      if (i + 1 < all.size() && all[i + 1].section == all[i].section) continue;
      add_lines(groups, std::string(section_words(all[i].section)), std::move(lines));
      lines.clear();
    }
    add_lines(groups, "More", std::move(others));
    return groups;
  }
  std::vector<std::pair<int, PaletteLine>> scored;
  const auto score = [&](PaletteLine line, std::string_view also) {
    const auto by_words = match_score(line.text, typed);
    const auto by_both = match_score(fmt::format("{} {}", also, line.text), typed);
    if (!by_words && !by_both) return;
    // Its own words count for more than those of its section.
    const int points = by_words ? *by_words : *by_both - INT_MAX / 2;
    scored.emplace_back(points, std::move(line));
  };
  for (const CommandRow& row : commands()) {
    score(line_of(row, context), section_words(row.section));
  }
  for (PaletteLine& line : others) score(std::move(line), "");
  std::stable_sort(scored.begin(), scored.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<PaletteLine> lines;
  for (auto& [points, line] : scored) lines.push_back(std::move(line));
  add_lines(groups, "", std::move(lines));
  // Where no command is meant, the trace may have it.
  add_lines(groups, groups.empty() ? "No command has these words" : "",
            {{fmt::format("Search the trace for \"{}\"", typed),
              keys_text(Command::Search),
              {OpenPalette{PaletteMode::Search, typed}},
              {},
              ""}});
  return groups;
}

namespace {

// ---- What was found.

std::string when_and_whose(const TraceView& view, EventNumber event) {
  return fmt::format("{}, {}", subject_text(view, event),
                     marked(moment(view.trace[event].time).text(), view.trace[event].provenance));
}

PaletteLine line_of(const TraceView& view, EventNumber event, std::string text) {
  if (!view.has(event)) return {std::move(text), "", {}, {}, "an event that has left the trace"};
  return {std::move(text),
          when_and_whose(view, event),
          {GoTo{event}},
          view.trace[event].row().group(),
          ""};
}

// Places that are meant by a number, or by whose they are.
std::vector<PaletteLine> places(const TraceView& view, const Search& search) {
  std::vector<PaletteLine> lines;
  const auto go_to = [&](EventNumber event, std::string text) {
    if (view.has(event)) lines.push_back(line_of(view, event, std::move(text)));
  };
  if (search.words.size() == 1 && !search.narrowed()) {
    const auto number = search.words[0].number;
    if (number && *number > 0 && view.has(*number - 1)) {
      const auto event = static_cast<EventNumber>(*number - 1);
      go_to(event, fmt::format("Event {}: {}", count(static_cast<std::int64_t>(*number)),
                               describe(view, event)));
    }
    if (search.words[0].text == "end" && !view.empty()) {
      go_to(static_cast<EventNumber>(view.end() - 1), "The newest event");
    }
  }
  if (const auto* conn = view.index.connection(search.conn)) {
    go_to(conn->first, fmt::format("Where connection {} begins", search.conn));
  }
  if (const auto* request = view.index.request(search.request)) {
    go_to(request->first, fmt::format("Where request {} begins", search.request));
  }
  if (const auto* task = view.index.task(search.task)) {
    go_to(task->first, fmt::format("Where task {} begins", search.task));
  }
  return lines;
}

std::vector<PaletteLine> steps(const TraceView& view, const Search& search,
                               const Explanations* told) {
  std::vector<PaletteLine> lines;
  const trace::PhaseSet& set = told != nullptr ? search.explained : search.named;
  for (const trace::PhaseRow& row : trace::phase_table) {
    if (!set.has(row.phase)) continue;
    std::string text = fmt::format("{}  ({})", row.name, row.id);
    if (told != nullptr) {
      const std::string all = explanation_text(*told, row.phase);
      text = fmt::format("{}: {}", row.name, excerpt_around(all, search, letters_of_an_excerpt));
    }
    const EventNumber first = search.first_of[static_cast<std::size_t>(row.phase)];
    if (view.has(first)) {
      lines.push_back(line_of(view, first, std::move(text)));
    } else {
      lines.push_back({std::move(text), "", {GoToText{std::string(row.id)}}, row.group(), ""});
    }
  }
  return lines;
}

PaletteGroup found_group(const TraceView& view, const Search& search, std::string_view heading,
                         const FoundEvents& found, bool bytes) {
  const std::size_t shown = std::min(found.size(), most_rows_of_group);
  std::string words =
      fmt::format("{}, {} found", heading, count(static_cast<std::int64_t>(found.size())));
  if (shown < found.size()) words += fmt::format(", the first {} here", shown);
  return {std::move(words), shown, [&view, &search, &found, bytes](std::size_t index) {
            const EventNumber event = found[index];
            if (!view.has(event)) return line_of(view, event, "");
            if (!bytes) return line_of(view, event, describe(view, event));
            const std::string text = searched_text(view, event);
            return line_of(view, event,
                           fmt::format("{}: {}", view.trace[event].row().name,
                                       quoted(excerpt_around(text, search, letters_of_an_excerpt),
                                              letters_of_an_excerpt)));
          }};
}

}  // namespace

PaletteGroups search_groups(const TraceView& view, const ViewState& state) {
  const Search& search = state.palette.search;
  PaletteGroups groups;
  add_lines(groups, "Places", places(view, search));
  add_lines(groups, "Steps, the first of each", steps(view, search, nullptr));
  if (!search.in_bytes.empty()) {
    groups.push_back(found_group(view, search, "Requests and answers", search.in_bytes, true));
  }
  if (!search.in_values.empty()) {
    groups.push_back(found_group(view, search, "Values", search.in_values, false));
  }
  if (state.explanations) {
    add_lines(groups, "Explanations", steps(view, search, state.explanations.get()));
  }
  return groups;
}

}  // namespace roundtrip::viz
