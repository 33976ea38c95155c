#include "viz/model/row_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "core/trace/symbols.h"
#include "viz/model/describe.h"

namespace roundtrip::viz {
namespace {

// A connection's own facts are looked through as far as this.
constexpr std::size_t most_facts_asked = 4'000;
constexpr std::size_t most_letters = 200;

struct FieldName {
  std::string_view name;
  FilterField field;
};
constexpr auto field_names = std::to_array<FieldName>({
    {"status", FilterField::Status}, {"dur", FilterField::Took},
    {"path", FilterField::Path},     {"method", FilterField::Method},
    {"conn", FilterField::Conn},     {"req", FilterField::Request},
    {"client", FilterField::Client}, {"phase", FilterField::Phase},
    {"in", FilterField::BytesIn},    {"out", FilterField::BytesOut},
});

struct UnitName {
  std::string_view name;
  double ns;
};
constexpr auto time_units = std::to_array<UnitName>(
    {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}});

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return result;
}

bool is_number(FilterField field) {
  switch (field) {
    case FilterField::Status:
    case FilterField::Took:
    case FilterField::Conn:
    case FilterField::Request:
    case FilterField::BytesIn:
    case FilterField::BytesOut: return true;
    default: return false;
  }
}

Comparison take_comparison(std::string_view& text) {
  const auto starts = [&text](std::string_view sign) {
    if (!text.starts_with(sign)) return false;
    text.remove_prefix(sign.size());
    return true;
  };
  if (starts(">=")) return Comparison::AtLeast;
  if (starts("<=")) return Comparison::AtMost;
  if (starts(">")) return Comparison::More;
  if (starts("<")) return Comparison::Less;
  static_cast<void>(starts("="));
  return Comparison::Equal;
}

Result<FilterTerm> number_term(FilterTerm term, std::string_view name, std::string_view value) {
  term.comparison = take_comparison(value);
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(value.data() + value.size() - end));
  const bool is_time = term.field == FilterField::Took;
  if (error != std::errc{} || number < 0 || (!is_time && !unit.empty())) {
    return Error{is_time ? std::string("dur: needs a length of time, such as dur:>1ms")
                         : fmt::format("{0}: needs a number, such as {0}:>={1}", name,
                                       term.field == FilterField::Status ? 400 : 3)};
  }
  double factor = 1;
  if (is_time) {
    const auto* known = std::find_if(time_units.begin(), time_units.end(),
                                     [unit](const UnitName& one) { return one.name == unit; });
    if (known == time_units.end()) {
      return Error{"dur: needs a unit: ns, us, ms or s, such as dur:>1ms"};
    }
    if (term.comparison == Comparison::Equal) {
      return Error{"dur: needs > or < before the time, such as dur:>1ms"};
    }
    factor = known->ns;
  }
  term.number = static_cast<std::int64_t>(std::min(std::round(number * factor), 9e18));
  return term;
}

Result<FilterTerm> term_of(std::string_view word) {
  FilterTerm term;
  const std::size_t colon = word.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    term.word = lower(word);
    return term;
  }
  const std::string_view name = word.substr(0, colon);
  const std::string_view value = word.substr(colon + 1);
  const auto* known = std::find_if(field_names.begin(), field_names.end(),
                                   [name](const FieldName& one) { return one.name == name; });
  if (known == field_names.end()) {
    return Error{fmt::format("'{}:' is none of status, dur, path, method, conn, req, client, "
                             "phase, in and out", name)};
  }
  term.field = known->field;
  if (value.empty()) return Error{fmt::format("{}: what? Type it right after the colon", name)};
  if (is_number(term.field)) return number_term(term, name, value);
  term.word = lower(value);
  if (term.field != FilterField::Phase) return term;
  for (const trace::PhaseRow& row : trace::phase_table) {
    const bool named = lower(row.id).find(term.word) != std::string::npos ||
                       lower(row.name).find(term.word) != std::string::npos;
    if (named) term.phases.add(row.phase);
  }
  if (term.phases.empty()) return Error{fmt::format("No phase is called '{}'", value)};
  return term;
}

bool holds(const FilterTerm& term, std::int64_t number) {
  switch (term.comparison) {
    case Comparison::Equal: return number == term.number;
    case Comparison::Less: return number < term.number;
    case Comparison::AtMost: return number <= term.number;
    case Comparison::More: return number > term.number;
    case Comparison::AtLeast: return number >= term.number;
  }
  return false;
}

bool has(std::string_view text, const FilterTerm& term) {
  return lower(text).find(term.word) != std::string::npos;
}

bool answers(const TraceView& view, const FilterTerm& term, const RequestFigures& row) {
  switch (term.field) {
    case FilterField::Status: return row.status && holds(term, *row.status);
    case FilterField::Took: return row.took && holds(term, row.took->ns);
    case FilterField::Conn: return holds(term, row.conn);
    case FilterField::Request: return holds(term, row.request);
    case FilterField::BytesIn: return holds(term, static_cast<std::int64_t>(row.bytes_in));
    case FilterField::BytesOut: return holds(term, static_cast<std::int64_t>(row.bytes_out));
    case FilterField::Client: return has(client_of(view, row.conn), term);
    case FilterField::Path: return has(words_of(view, row).target, term);
    case FilterField::Method: return lower(words_of(view, row).method) == term.word;
    case FilterField::Phase:
      return request_row(view.index, row.request, view.end() - 1).phases.meets(term.phases);
    case FilterField::Word: {
      const RequestWords words = words_of(view, row);
      return has(words.method, term) || has(words.target, term) ||
             has(client_of(view, row.conn), term);
    }
  }
  return false;
}

bool happened_outside_requests(const TraceView& view, std::uint32_t conn,
                               const trace::PhaseSet& phases) {
  const auto* told = view.index.connection(conn);
  if (told == nullptr) return false;
  const std::size_t most = std::min<std::size_t>(told->events.size(), most_facts_asked);
  return std::any_of(told->events.begin(), told->events.begin() + most,
                     [&](trace::EventNumber number) {
                       const trace::Event& event = view.trace[number];
                       return event.request == 0 && phases.has(event.phase);
                     });
}

}  // namespace

Result<RowFilter> parse_filter(std::string_view text) {
  RowFilter filter;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    if (word.empty()) continue;
    auto term = term_of(word);
    if (!term) return Error{term.error()};
    filter.push_back(std::move(*term));
  }
  // What costs most is asked last.
  std::stable_sort(filter.begin(), filter.end(), [](const FilterTerm& a, const FilterTerm& b) {
    return is_number(a.field) && !is_number(b.field);
  });
  return filter;
}

bool matches(const TraceView& view, const RowFilter& filter, const RequestFigures& row) {
  return std::all_of(filter.begin(), filter.end(),
                     [&](const FilterTerm& term) { return answers(view, term, row); });
}

bool matches(const TraceView& view, const RowFilter& filter,
             const RequestTable::Connection& conn) {
  return std::all_of(filter.begin(), filter.end(), [&](const FilterTerm& term) {
    switch (term.field) {
      case FilterField::Conn: return holds(term, conn.conn);
      case FilterField::Word:
      case FilterField::Client: return has(client_of(view, conn.conn), term);
      case FilterField::Phase: return happened_outside_requests(view, conn.conn, term.phases);
      default: return false;
    }
  });
}

RequestWords words_of(const TraceView& view, const RequestFigures& row) {
  if (row.line == trace::no_event || !view.has(row.line)) return {};
  const trace::Event& line = view.trace[row.line];
  const auto text = [&](std::string_view part) -> std::string {
    auto range = part_of(line, part);
    if (!range) return {};
    range->length = std::min<std::uint64_t>(range->length, most_letters);
    const auto bytes = view.trace.bytes(line.conn, line.log, *range);
    return bytes.whole ? quoted(bytes.data, most_letters) : std::string();
  };
  return {text("method"), text("target")};
}

std::string client_of(const TraceView& view, std::uint32_t conn) {
  const ConnectionRow row = connection_row(view.index, conn, view.end() - 1);
  return row.client ? trace::address_text(*row.client, view.trace.symbols()) : std::string();
}

}  // namespace roundtrip::viz
