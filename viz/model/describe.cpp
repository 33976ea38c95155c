#include "viz/model/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "viz/model/arg_words.h"
#include "viz/model/captured.h"
#include "viz/model/describe_table.h"
#include "viz/model/format.h"
#include "viz/model/placeholders.h"

namespace roundtrip::viz {

using trace::ArgSpec;
using trace::Event;
using trace::Phase;

namespace {

// The templates of one phase stand together: where they begin, and how many they are.
struct Place {
  std::uint16_t first = 0;
  std::uint16_t count = 0;
};
constexpr std::array<Place, trace::phase_count> places = [] {
  std::array<Place, trace::phase_count> table{};
  for (std::size_t i = 0; i < templates.size(); ++i) {
    Place& place = table[static_cast<std::size_t>(templates[i].phase)];
    if (place.count == 0) place.first = static_cast<std::uint16_t>(i);
    ++place.count;
  }
  return table;
}();
static_assert(std::all_of(places.begin(), places.end(),
                          [](Place place) { return place.count > 0; }),
              "a phase has no sentence");
static_assert(std::all_of(templates.begin(), templates.end(),
                          [](const Template& made) {
                            std::string_view name = without_captured(made.condition);
                            if (name.starts_with('!')) name.remove_prefix(1);
                            return placeholders_known(made.phase, made.text) &&
                                   (name.empty() || name == seen_on_wire ||
                                    names_argument(made.phase, name));
                          }),
              "a sentence names an argument that its phase does not have");

const ArgSpec* spec_named(const trace::PhaseRow& row, std::string_view name) {
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    if (row.args[i].name == name) return &row.args[i];
  }
  return nullptr;
}

// A placeholder's text; empty where it is not known.
std::optional<std::string> value_of(const TraceView& view, std::uint64_t event,
                                    std::string_view placeholder) {
  if (placeholder.front() == '"') {
    const auto range = part_of(view.trace[event], placeholder.substr(1, placeholder.size() - 2));
    if (!range) return std::nullopt;
    const auto bytes = view.trace.bytes(view.trace[event].conn, view.trace[event].log, *range);
    if (!bytes.whole) return std::nullopt;
    return quoted(bytes.data);
  }
  if (placeholder == size_name) {
    if (!view.trace[event].has_bytes()) return std::nullopt;
    return byte_count(view.trace[event].bytes().length).text();
  }
  if (placeholder == took_name) {
    std::string text = view.trace[event].ends() ? took_text(view, event) : "";
    return text.empty() ? std::nullopt : std::optional(std::move(text));
  }
  const bool number_alone = placeholder.back() == '#';
  if (number_alone) placeholder.remove_suffix(1);
  std::string_view noun;
  if (const std::size_t colon = placeholder.find(':'); colon != placeholder.npos) {
    noun = placeholder.substr(colon + 1);
    placeholder = placeholder.substr(0, colon);
  }
  const ArgSpec* spec = spec_named(view.trace[event].row(), placeholder);
  const auto value = arg_of(view, event, placeholder);
  if (spec == nullptr || !value) return std::nullopt;
  const auto number = static_cast<std::int64_t>(*value);
  if (!noun.empty()) return counted(number, noun);
  return number_alone ? count(number) : value_text(view, *spec, *value);
}

}  // namespace

Moment moment_of(const Event& event) {
  return event.begins() ? Moment::Begin : event.ends() ? Moment::End : Moment::Now;
}

bool condition_holds(const TraceView& view, std::uint64_t event, std::string_view condition) {
  const auto rest = rest_of_condition(view, condition);
  if (!rest) return false;
  condition = *rest;
  if (condition.empty()) return true;
  if (condition == seen_on_wire) return view.statistics.packets().packet_of(event).has_value();
  const bool negated = condition.front() == '!';
  if (negated) condition.remove_prefix(1);
  const bool there = arg_of(view, event, condition).value_or(0) != 0;
  // A closed set's first word is a value like the others.
  const ArgSpec* spec = spec_named(view.trace[event].row(), condition);
  const bool word = spec != nullptr && !trace::unit_words(spec->unit).empty();
  return (word ? arg_of(view, event, condition).has_value() : there) != negated;
}

std::optional<std::string> filled_in(const TraceView& view, std::uint64_t event,
                                     std::string_view text) {
  std::string sentence;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size());
    sentence += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty()) break;
    const std::size_t close = text.find('}');
    const auto value = value_of(view, event, text.substr(1, close - 1));
    if (!value) return std::nullopt;
    sentence += *value;
    text.remove_prefix(close + 1);
  }
  return sentence;
}

std::string describe(const TraceView& view, std::uint64_t number) {
  const Event& event = view.trace[number];
  const Place place = places[static_cast<std::size_t>(event.phase)];
  for (std::size_t i = place.first; i < std::size_t{place.first} + place.count; ++i) {
    const Template& made = templates[i];
    if (made.moment != moment_of(event) || !condition_holds(view, number, made.condition)) continue;
    if (auto sentence = filled_in(view, number, made.text)) return *sentence;
  }
  const std::string_view suffix = event.begins() ? " begins" : event.ends() ? " ends" : "";
  const std::string args = args_line(view, number);
  return fmt::format("{}{}{}{}", event.row().name, suffix, args.empty() ? "" : ": ", args);
}

std::vector<ArgText> args_of(const TraceView& view, std::uint64_t number) {
  const Event& event = view.trace[number];
  const trace::PhaseRow& row = event.row();
  std::vector<ArgText> args;
  const trace::EventNumber partner =
      event.ends() ? view.index.partner(number) : trace::no_event;
  const Event* begin = partner != trace::no_event && view.has(partner) ? &view.trace[partner]
                                                                       : nullptr;
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    const Event* source = event.arg(i) ? &event : begin;
    if (source == nullptr || !source->arg(i)) continue;
    // What a captured header says was read, whenever it passed.
    const bool captured = source->has_bytes() && source->log == trace::Log::Wire;
    args.push_back({arg_label(row.args[i]), value_text(view, row.args[i], *source->arg(i)),
                    captured ? trace::Provenance::Observed : source->provenance});
  }
  return args;
}

std::string args_line(const TraceView& view, std::uint64_t event) {
  std::string line;
  for (const ArgText& arg : args_of(view, event)) {
    line += fmt::format("{}{} {}", line.empty() ? "" : ", ", arg.name, arg.value);
  }
  return line;
}

std::string marked(std::string value, trace::Provenance source) {
  switch (source) {
    case trace::Provenance::Observed:
    case trace::Provenance::Injected: return value;
    case trace::Provenance::Derived: return fmt::format("[{}]", value);
    case trace::Provenance::Inferred: return fmt::format("~{}", value);
    case trace::Provenance::Unknown: return not_known().text();
  }
  return value;
}

trace::Provenance source_between(const TraceView& view, std::uint64_t one, std::uint64_t other) {
  using trace::Provenance;
  Provenance source = Provenance::Derived;
  for (const std::uint64_t event : {one, other}) {
    const Provenance known = view.trace[event].provenance;
    if (known == Provenance::Unknown) return known;
    if (known == Provenance::Inferred) source = known;
  }
  return source;
}

namespace {

// Both halves of a span, in their order.
std::optional<std::pair<std::uint64_t, std::uint64_t>> halves_of(const TraceView& view,
                                                                 std::uint64_t event) {
  const trace::EventNumber other = view.index.partner(event);
  if (other == trace::no_event || !view.has(other)) return std::nullopt;
  return std::minmax<std::uint64_t>({event, other});
}

}  // namespace

std::string took_text(const TraceView& view, std::uint64_t event) {
  const auto span = halves_of(view, event);
  if (!span) return {};
  return apart_text(view, span->first, span->second);
}

std::string held_text(const TraceView& view, std::uint64_t event) {
  const auto span = halves_of(view, event);
  if (!span) return {};
  const Duration held = time_between(view, span->first, span->second).held;
  return held > Duration{} ? marked(duration(held).text(), trace::Provenance::Derived)
                           : std::string();
}

// The kernel tells a process's start in hundredths of a second.
std::optional<std::string> coarse_length(const Event& since, Duration length, Bounds bounds) {
  if (since.phase != Phase::StartupProgramLoad || !since.begins()) return std::nullopt;
  const auto resolution = since.arg("resolution");
  if (!resolution || *resolution == 0) return std::nullopt;
  const std::string text = fmt::format("{:.0f}\u202fms", length.in_microseconds() / 1000);
  return bounds == Bounds::LeftOut ? text : fmt::format("{} \u00b1{}", text, *resolution);
}

std::string apart_text(const TraceView& view, std::uint64_t one, std::uint64_t other) {
  const std::uint64_t begin = std::min(one, other);
  const std::uint64_t end = std::max(one, other);
  const Event& first = view.trace[begin];
  const Duration apart = time_between(view, begin, end).running;
  if (const auto coarse = coarse_length(first, apart)) {
    return marked(*coarse, trace::Provenance::Inferred);
  }
  return marked(duration(apart).text(), source_between(view, begin, end));
}

std::string_view breach_of(const TraceView& view, std::uint64_t event) {
  for (const trace::Violation& violation : view.index.violations()) {
    if (violation.event == event) return violation.sentence;
  }
  return {};
}

std::string log_line_text(std::string_view asked, const Event& line) {
  const auto status = line.arg("status");
  const auto body = line.arg("body");
  const auto elapsed = line.arg("elapsed");
  return fmt::format("{} {}, body {}, {} (request {}, connection {})", asked,
                     status ? fmt::format("{}", *status) : "not answered",
                     body ? counted(static_cast<std::int64_t>(*body), "byte") : "unknown",
                     elapsed ? whole_us(*elapsed).text() : "time unknown", line.request, line.conn);
}

std::string subject_text(const TraceView& view, std::uint64_t number) {
  const Event& event = view.trace[number];
  if (event.conn != 0 && event.request != 0) {
    return fmt::format("connection {} · request {}", event.conn, event.request);
  }
  if (event.conn != 0) return fmt::format("connection {}", event.conn);
  return event.task != 0 ? fmt::format("task {}", event.task) : "process";
}

std::string quoted(std::string_view bytes, std::size_t most) {
  std::string text;
  std::size_t letters = 0;
  for (const char byte : bytes) {
    if (letters >= most) {
      text += "\u2026";
      break;
    }
    if (byte == '\r' || byte == '\n') {
      text += byte == '\r' ? "\\r" : "\\n";
      letters += 2;
    } else {
      text += printable(static_cast<std::uint8_t>(byte));
      ++letters;
    }
  }
  return text;
}

std::optional<ByteRange> part_of(const Event& event, std::string_view part) {
  if (!event.has_bytes() || event.bytes().empty()) return std::nullopt;
  const ByteRange whole = event.bytes();
  if (part == "text") return whole;
  const auto length = [&event](std::string_view arg) { return event.arg(arg).value_or(0); };
  std::uint64_t at = 0;
  std::uint64_t size = 0;
  if (event.phase == Phase::ReadLineSplit) {
    const std::uint64_t method = length("method");
    const std::uint64_t target = length("target");
    if (part == "method") size = method;
    if (part == "target") at = method + 1, size = target;
    if (part == "version") at = method + target + 2, size = length("version");
  } else if (event.phase == Phase::ReadUrl) {
    if (part == "path") size = length("path");
    if (part == "query") at = length("path") + 1, size = length("query");
  } else if (event.phase == Phase::ReadHeader && event.arg("merged").value_or(0) == 0) {
    if (part == "name") size = length("name");
    if (part == "value") at = length("value_at"), size = length("value");
  }
  const ByteRange range{whole.offset + at, size};
  if (size == 0 || !whole.contains(range)) return std::nullopt;
  return range;
}

}  // namespace roundtrip::viz
