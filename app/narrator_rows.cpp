#include "app/narrator_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/narrator_table.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/placeholders.h"

namespace roundtrip::app {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Provenance;

namespace {

constexpr std::array<std::string_view, 2> own_placeholders = {"took", "size"};

constexpr bool names_what_is_there(const RowWords& words) {
  const std::string_view condition = words.condition.substr(0, words.condition.find('='));
  if (!condition.empty() && !viz::names_argument(words.phase, condition)) return false;
  const auto known = [&words](std::string_view text) {
    return viz::placeholders_known(words.phase, text, own_placeholders);
  };
  return known(words.action) && std::all_of(words.twigs.begin(), words.twigs.end(),
                                            [&known](const TwigWords& twig) {
                                              return known(twig.name) && known(twig.text);
                                            });
}
static_assert(std::all_of(row_words.begin(), row_words.end(), names_what_is_there),
              "a row or twig names an argument that its phase does not have");

constexpr std::size_t time_width = 10;
constexpr std::size_t component_width = 23;
constexpr std::size_t action_width = 32;
constexpr std::size_t text_at = time_width + component_width;

// What a request is told by whose like was told before; of the second set the twigs as well.
constexpr trace::PhaseSet told_in_short = {
    trace::Phase::ReadClientSend,      trace::Phase::ReadRead,
    trace::Phase::ReadRequestReady,    trace::Phase::ReadBody,
    trace::Phase::ReadRejected,        trace::Phase::HandleHandler,
    trace::Phase::HandleWriteHeader,   trace::Phase::TransmitWrite,
    trace::Phase::TransmitClientRead,  trace::Phase::LifecycleKeepAlive,
    trace::Phase::LifecycleIdle,       trace::Phase::LifecycleTimeout,
    trace::Phase::LifecycleHalfClose,  trace::Phase::LifecycleReset,
    trace::Phase::LifecycleFinIn,      trace::Phase::LifecycleFinOut,
    trace::Phase::LifecycleClose,      trace::Phase::LifecycleClientClose};
constexpr trace::PhaseSet told_with_twigs = {
    trace::Phase::ReadRejected, trace::Phase::LifecycleTimeout, trace::Phase::LifecycleClose};

// The other half of a span, where it is in the trace.
EventNumber other_half(const viz::TraceView& view, EventNumber event) {
  const Event& fact = view.trace[event];
  if (!fact.begins() && !fact.ends()) return no_event;
  const EventNumber partner = view.index.partner(event);
  return partner != no_event && view.has(partner) ? partner : no_event;
}

// Which of the two halves bears an argument: the end, where both do.
EventNumber bearer_of(const viz::TraceView& view, EventNumber event, std::string_view name) {
  EventNumber halves[2] = {event, other_half(view, event)};
  if (halves[1] != no_event && view.trace[halves[1]].ends()) std::swap(halves[0], halves[1]);
  for (const EventNumber half : halves) {
    if (half != no_event && view.trace[half].arg(name)) return half;
  }
  return no_event;
}

std::optional<std::string> placeholder_text(const viz::TraceView& view, EventNumber number,
                                            std::string_view name) {
  const Event& event = view.trace[number];
  if (name == "took") {
    const std::string text = plain_spaces(viz::took_text(view, number));
    return text.empty() ? std::nullopt : std::optional(text);
  }
  if (name == "size") {
    if (!event.has_bytes()) return std::nullopt;
    return bytes_text(event.bytes().length);
  }
  if (name.back() == '#') {
    const auto value = arg_value(view, number, name.substr(0, name.size() - 1));
    return value ? std::optional(number_text(*value)) : std::nullopt;
  }
  if (name.front() != '"') return arg_text(view, number, name);
  const auto range = viz::part_of(event, name.substr(1, name.size() - 2));
  if (!range) return std::nullopt;
  const auto bytes = view.trace.bytes(event.conn, event.log, *range);
  return bytes.whole ? std::optional(shortened(safe(bytes.data), 120)) : std::nullopt;
}

std::optional<std::string> filled_in(const viz::TraceView& view, EventNumber event,
                                     std::string_view words) {
  std::string text;
  while (!words.empty()) {
    const std::size_t open = std::min(words.find('{'), words.size());
    text += words.substr(0, open);
    words.remove_prefix(open);
    if (words.empty()) break;
    const std::size_t close = words.find('}');
    const auto value = placeholder_text(view, event, words.substr(1, close - 1));
    if (!value) return std::nullopt;
    text += *value;
    words.remove_prefix(close + 1);
  }
  return text;
}

std::string with_replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

bool holds(const viz::TraceView& view, EventNumber event, std::string_view condition) {
  if (condition.empty()) return true;
  const std::size_t equals = condition.find('=');
  if (equals != std::string_view::npos) {
    const auto value = arg_value(view, event, condition.substr(0, equals));
    return value && fmt::format("{}", *value) == condition.substr(equals + 1);
  }
  return arg_value(view, event, condition).value_or(0) != 0;
}

const RowWords* words_for(const viz::TraceView& view, EventNumber number) {
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
Row* row_above(const viz::TraceView& view, const Event& event, std::vector<Row>& rows) {
  for (auto row = rows.rbegin(); event.task != 0 && row != rows.rend(); ++row) {
    if (view.trace[row->event].task == event.task) return &*row;
  }
  return rows.empty() ? nullptr : &rows.back();
}

void add_twigs(const viz::TraceView& view, EventNumber event, const RowWords& words, Row& row) {
  for (const TwigWords& twig : words.twigs) {
    if (twig.name.empty()) break;
    const auto name = filled_in(view, event, twig.name);
    const auto text = filled_in(view, event, twig.text);
    if (!name || !text) continue;
    row.twigs.push_back({*name, *text});
  }
}

Lines twig_lines(const Twig& twig, bool last) {
  constexpr std::size_t room = journey_width - text_at;
  const std::string stem = last ? "└─ " : "├─ ";
  const std::size_t name_room = component_width - 3;
  Lines lines;
  std::string first = std::string(time_width, ' ') + stem;
  const bool name_fits = display_width(twig.name) < name_room;
  Lines texts = wrapped(twig.text, room);
  if (texts.empty()) texts.emplace_back();
  if (name_fits) {
    lines.push_back(first + padded(twig.name, name_room) + texts.front());
    texts.erase(texts.begin());
  } else {
    lines.push_back(first + shortened(twig.name, journey_width - time_width - 3));
  }
  const std::string below = std::string(time_width, ' ') + padded(last ? "" : "│", component_width);
  for (const std::string& text : texts) lines.push_back(below + text);
  return lines;
}

Lines one_row(const Row& row, Ink ink, bool with_twigs) {
  std::string time = time_text(row.since);
  if (row.source == Provenance::Derived) time = fmt::format("[{}]", time);
  if (row.source == Provenance::Inferred) time = fmt::format("~{}", time);
  if (row.source == Provenance::Unknown) time = "unknown";
  Lines lines = {padded(inked(Ink::Quiet, time), time_width) +
                 padded(inked(Ink::Strong, row.component), component_width) +
                 padded(row.action, action_width) + " " +
                 inked(ink, fmt::format("[{}]", row.state))};
  for (std::size_t i = 0; with_twigs && i < row.twigs.size(); ++i) {
    append(lines, twig_lines(row.twigs[i], i + 1 == row.twigs.size()));
  }
  return lines;
}

}  // namespace

std::string plain_spaces(std::string_view text) {
  return with_replaced(with_replaced(std::string(text), "\u2009", ","), "\u202f", " ");
}

std::string plain_words(std::string_view text) {
  return with_replaced(with_replaced(std::string(text), "§", "section "), "…", "...");
}

std::string time_text(Duration length) { return plain_spaces(viz::duration(length).text()); }
std::string bytes_text(std::uint64_t bytes) {
  return plain_spaces(viz::counted(static_cast<std::int64_t>(bytes), "byte"));
}
std::string number_text(std::uint64_t number) {
  return plain_spaces(viz::count(static_cast<std::int64_t>(number)));
}

std::string with_source(std::string text, Provenance source) {
  switch (source) {
    case Provenance::Observed: return text;
    case Provenance::Derived: return fmt::format("[{}]", text);
    case Provenance::Inferred: return fmt::format("~{} (inferred)", text);
    case Provenance::Injected: return fmt::format("{} (injected)", text);
    case Provenance::Unknown: return "unknown";
  }
  return text;
}

std::string symbol_text(const viz::TraceView& view, std::uint64_t symbol) {
  return std::string(view.trace.symbols().text({static_cast<std::uint32_t>(symbol)}));
}

std::optional<std::uint64_t> arg_value(const viz::TraceView& view, EventNumber event,
                                       std::string_view name) {
  const EventNumber bearer = bearer_of(view, event, name);
  return bearer == no_event ? std::nullopt : view.trace[bearer].arg(name);
}

std::optional<std::string> arg_text(const viz::TraceView& view, EventNumber event,
                                    std::string_view name) {
  const EventNumber bearer = bearer_of(view, event, name);
  if (bearer == no_event) return std::nullopt;
  const trace::PhaseRow& row = view.trace[bearer].row();
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    if (row.args[i].name != name) continue;
    return plain_spaces(viz::value_text(view, row.args[i], *view.trace[bearer].arg(i)));
  }
  return std::nullopt;
}

std::vector<Row> rows_of(const viz::TraceView& view, std::span<const EventNumber> events,
                         Instant zero) {
  std::vector<Row> rows;
  for (const EventNumber number : events) {
    const Event& event = view.trace[number];
    const RowWords* words = words_for(view, number);
    if (words == nullptr) continue;
    Row* above = row_above(view, event, rows);
    const bool joins = words->joins && above != nullptr && above->phase == event.phase;
    if (!words->component.empty() && !joins) {
      Row row;
      row.event = number;
      row.phase = event.phase;
      row.since = event.time - zero;
      row.source = event.provenance;
      row.component = words->component;
      row.action = filled_in(view, number, words->action).value_or(std::string(event.row().name));
      row.state = words->state;
      if (event.provenance == Provenance::Inferred) {
        row.twigs.push_back({"when", "inferred: nobody saw it"});
      } else if (event.provenance != Provenance::Observed) {
        row.twigs.push_back({"when", std::string(trace::provenance_word(event.provenance))});
      }
      const bool open = event.begins() && other_half(view, number) == no_event;
      if (open) row.twigs.push_back({"unfinished", "its end is not in the trace"});
      rows.push_back(std::move(row));
      above = &rows.back();
    }
    if (above != nullptr) add_twigs(view, number, *words, *above);
  }
  return rows;
}

Lines row_headings() {
  return {padded("Time", time_width) + padded("Component", component_width) +
              padded("Action", action_width) + "State",
          rule("─", journey_width)};
}

Lines row_lines(std::span<const Row> rows, Ink ink) {
  Lines lines;
  for (const Row& row : rows) {
    append(lines, one_row(row, ink, true));
    if (&row != &rows.back()) lines.push_back(std::string(time_width, ' ') + "│");
  }
  return lines;
}

Lines short_row_lines(std::span<const Row> rows) {
  Lines lines;
  for (const Row& row : rows) {
    if (!told_in_short.has(row.phase)) continue;
    append(lines, one_row(row, Ink::Quiet, told_with_twigs.has(row.phase)));
  }
  return lines;
}

}  // namespace roundtrip::app
