#include "viz/model/journey.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/journey_table.h"
#include "viz/model/placeholders.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Provenance;

namespace {

constexpr std::array<std::string_view, 2> own_placeholders = {"took", "size"};

constexpr bool names_what_is_there(const RowWords& words) {
  const std::string_view plain = without_captured(words.condition);
  const std::string_view condition = plain.substr(0, plain.find('='));
  const bool known_condition = condition.empty() || condition == seen_on_wire ||
                               names_argument(words.phase, condition);
  if (!known_condition) return false;
  const auto known = [&words](std::string_view text) {
    return placeholders_known(words.phase, text, own_placeholders);
  };
  return known(words.action) && std::all_of(words.twigs.begin(), words.twigs.end(),
                                            [&known](const TwigWords& twig) {
                                              return known(twig.name) && known(twig.text);
                                            });
}
static_assert(std::all_of(row_words.begin(), row_words.end(), names_what_is_there),
              "a row or twig names an argument that its phase does not have");

// The other half of a span, where it is in the trace.
EventNumber other_half(const TraceView& view, EventNumber event) {
  const Event& fact = view.trace[event];
  if (!fact.begins() && !fact.ends()) return no_event;
  const EventNumber partner = view.index.partner(event);
  return partner != no_event && view.has(partner) ? partner : no_event;
}

std::optional<std::uint64_t> told_value(const TraceView& view, EventNumber event,
                                        std::string_view name) {
  const EventNumber bearer = bearer_of(view, event, name);
  return bearer == no_event ? std::nullopt : view.trace[bearer].arg(name);
}

std::optional<std::string> told_text(const TraceView& view, EventNumber event,
                                     std::string_view name) {
  const EventNumber bearer = bearer_of(view, event, name);
  if (bearer == no_event) return std::nullopt;
  const trace::PhaseRow& row = view.trace[bearer].row();
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    if (row.args[i].name == name) return value_text(view, row.args[i], *view.trace[bearer].arg(i));
  }
  return std::nullopt;
}

std::optional<std::string> placeholder_text(const TraceView& view, EventNumber number,
                                            std::string_view name, BytesWriter write) {
  const Event& event = view.trace[number];
  if (name == "took") {
    std::string text = took_text(view, number);
    return text.empty() ? std::nullopt : std::optional(std::move(text));
  }
  if (name == "size") {
    if (!event.has_bytes()) return std::nullopt;
    return counted(static_cast<std::int64_t>(event.bytes().length), "byte");
  }
  if (name.back() == '#') {
    const auto value = told_value(view, number, name.substr(0, name.size() - 1));
    return value ? std::optional(count(static_cast<std::int64_t>(*value))) : std::nullopt;
  }
  if (name.front() != '"') return told_text(view, number, name);
  const auto range = part_of(event, name.substr(1, name.size() - 2));
  if (!range) return std::nullopt;
  const auto bytes = view.trace.bytes(event.conn, event.log, *range);
  return bytes.whole && write != nullptr ? std::optional(write(bytes.data)) : std::nullopt;
}

std::optional<std::string> filled_in(const TraceView& view, EventNumber event,
                                     std::string_view words, BytesWriter write) {
  std::string text;
  while (!words.empty()) {
    const std::size_t open = std::min(words.find('{'), words.size());
    text += words.substr(0, open);
    words.remove_prefix(open);
    if (words.empty()) break;
    const std::size_t close = words.find('}');
    const auto value = placeholder_text(view, event, words.substr(1, close - 1), write);
    if (!value) return std::nullopt;
    text += *value;
    words.remove_prefix(close + 1);
  }
  return text;
}

bool holds(const TraceView& view, EventNumber event, std::string_view condition) {
  const auto rest = rest_of_condition(view, condition);
  if (!rest) return false;
  condition = *rest;
  if (condition.empty()) return true;
  if (condition == seen_on_wire) return condition_holds(view, event, condition);
  const std::size_t equals = condition.find('=');
  if (equals != std::string_view::npos) {
    const auto value = told_value(view, event, condition.substr(0, equals));
    return value && fmt::format("{}", *value) == condition.substr(equals + 1);
  }
  return told_value(view, event, condition).value_or(0) != 0;
}

const RowWords* words_for(const TraceView& view, EventNumber number) {
  const Event& event = view.trace[number];
  for (const RowWords& words : row_words) {
    if (words.phase != event.phase) continue;
    if (event.ends() != (words.told == Told::AtEnd)) continue;
    if (holds(view, number, words.condition)) return &words;
  }
  return nullptr;
}

// What hangs below a row belongs to the one who did it: the newest row of the same task. Facts of
// the kernel and of clients have no task, and go below the newest row.
JourneyRow* row_above(const TraceView& view, const Event& event, std::vector<JourneyRow>& rows) {
  for (auto row = rows.rbegin(); event.task != 0 && row != rows.rend(); ++row) {
    if (view.trace[row->event].task == event.task) return &*row;
  }
  return rows.empty() ? nullptr : &rows.back();
}

void add_twigs(const TraceView& view, EventNumber event, const RowWords& words,
               BytesWriter write, JourneyRow& row) {
  if (row.facts.empty() || row.facts.back() != event) row.facts.push_back(event);
  for (const TwigWords& twig : words.twigs) {
    if (twig.name.empty() || write == nullptr) break;
    const auto name = filled_in(view, event, twig.name, write);
    const auto text = filled_in(view, event, twig.text, write);
    if (!name || !text) continue;
    row.twigs.push_back({*name, *text});
  }
}

JourneyRow new_row(const TraceView& view, EventNumber number, const RowWords& words,
                  BytesWriter write) {
  const Event& event = view.trace[number];
  JourneyRow row;
  row.event = number;
  row.phase = event.phase;
  row.source = event.provenance;
  row.component = words.component;
  row.action =
      filled_in(view, number, words.action, write).value_or(std::string(event.row().name));
  row.state = words.state;
  if (write == nullptr) return row;
  if (event.provenance == Provenance::Inferred) {
    row.twigs.push_back({"when", "inferred: nobody saw it"});
  } else if (event.provenance != Provenance::Observed) {
    row.twigs.push_back({"when", std::string(trace::provenance_word(event.provenance))});
  }
  const bool open = event.begins() && other_half(view, number) == no_event;
  if (open) row.twigs.push_back({"unfinished", "its end is not in the trace"});
  return row;
}

}  // namespace

EventNumber bearer_of(const TraceView& view, EventNumber event, std::string_view name) {
  EventNumber halves[2] = {event, other_half(view, event)};
  if (halves[1] != no_event && view.trace[halves[1]].ends()) std::swap(halves[0], halves[1]);
  for (const EventNumber half : halves) {
    if (half != no_event && view.trace[half].arg(name)) return half;
  }
  return no_event;
}

std::vector<JourneyRow> journey_rows(const TraceView& view, std::span<const EventNumber> events,
                                     BytesWriter write) {
  std::vector<JourneyRow> rows;
  for (const EventNumber number : events) {
    const Event& event = view.trace[number];
    const RowWords* words = words_for(view, number);
    if (words == nullptr) continue;
    JourneyRow* above = row_above(view, event, rows);
    const bool joins = words->joins && above != nullptr && above->phase == event.phase;
    if (!words->component.empty() && !joins) {
      rows.push_back(new_row(view, number, *words, write));
      above = &rows.back();
    }
    if (above != nullptr) add_twigs(view, number, *words, write, *above);
  }
  return rows;
}

}  // namespace roundtrip::viz
