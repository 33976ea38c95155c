#include "app/narrator_rows.h"

#include <fmt/format.h>

#include "viz/model/format.h"

namespace roundtrip::app {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Provenance;

namespace {

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

std::string with_replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string bytes_of_a_peer(std::string_view bytes) { return shortened(safe(bytes), 120); }

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
  return with_replaced(std::string(text), "\u202f", " ");
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
  const EventNumber bearer = viz::bearer_of(view, event, name);
  return bearer == no_event ? std::nullopt : view.trace[bearer].arg(name);
}

std::optional<std::string> arg_text(const viz::TraceView& view, EventNumber event,
                                    std::string_view name) {
  const EventNumber bearer = viz::bearer_of(view, event, name);
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
  for (viz::JourneyRow& told : viz::journey_rows(view, events, bytes_of_a_peer)) {
    Row row{std::move(told), view.trace[told.event].time - zero};
    row.action = plain_spaces(row.action);
    for (Twig& twig : row.twigs) twig = {plain_spaces(twig.name), plain_spaces(twig.text)};
    rows.push_back(std::move(row));
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
