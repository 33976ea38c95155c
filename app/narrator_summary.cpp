#include "app/narrator_summary.h"

#include <fmt/format.h>

#include "app/narrator_rows.h"
#include "viz/model/format.h"
#include "viz/model/request_row.h"

namespace roundtrip::app {

using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

constexpr std::string_view not_measured = "not in this trace";

std::string derived(std::optional<Duration> length, std::string_view note = {}) {
  if (!length) return std::string(not_measured);
  return fmt::format("[{}]{}{}", time_text(*length), note.empty() ? "" : "  ", note);
}

// A list of figures below a heading: name, then value.
struct Figures {
  std::vector<std::vector<std::string>> rows;
  void add(std::string name, std::string value) {
    rows.push_back({std::move(name), std::move(value)});
  }
  Lines lines() const { return indented(columns(rows, 3), 2); }
};

// How exactly the start of the process is known.
std::string known_to(const viz::TraceView& view) {
  for (const EventNumber number : view.index.startup_events()) {
    if (!view.has(number) || view.trace[number].phase != Phase::StartupProgramLoad) continue;
    const auto resolution = arg_text(view, number, "resolution");
    return resolution ? fmt::format(", known to {}", *resolution) : std::string();
  }
  return {};
}

void add_first_request(const viz::TraceView& view, const ConnectionFacts& conn, Figures& figures) {
  const RequestFacts& request = conn.requests.front();
  const RequestTimes times = times_of(view, request);
  const auto startup = startup_time(view);
  const auto connection = connection_time(view, conn);
  const EventNumber run = first_of(view, conn.opening, Phase::ConnectionFirstRun);
  std::optional<Duration> waiting;
  if (run != no_event && times.begun != no_event) {
    waiting = view.trace[times.begun].time - view.trace[run].time;
  }
  std::optional<Duration> total;
  if (startup && connection && waiting && times.whole) {
    total = *startup + *connection + *waiting + *times.whole;
  }
  figures.add("Total time (first request)", derived(total, "the sum of these four"));
  figures.add("- Startup", derived(startup, "once" + known_to(view)));
  figures.add("- Connection", derived(connection, "once a connection"));
  figures.add("- Until recv() brought it", derived(waiting, "sending, waking, asking"));
  figures.add("- Processing", derived(times.whole, "from recv() to the finish"));
  figures.add("", "");
  figures.add("Of the processing", "");
  figures.add("- Read", derived(times.read));
  const bool refused = first_of(view, request.read, Phase::ReadRejected) != no_event;
  figures.add("- Parse", times.parse || !refused ? derived(times.parse) : "not measured alone");
  figures.add(refused ? "- Write the refusal" : "- Route + execute handler", derived(times.handle));
  figures.add("- Send", times.send ? derived(times.send) : "nothing was sent");
  figures.add("- Between them", derived(times.rest, "asking the kernel, waiting"));
  if (times.client) {
    figures.add("The client waited", derived(times.client, "from its send to its last read"));
  }
  if (request.held > Duration{}) {
    figures.add("Held by a person", fmt::format("[{}]  left out above", time_text(request.held)));
  }
}

void add_memory(const viz::TraceView& view, const ConnectionFacts& conn, Figures& figures) {
  const EventNumber memory = first_of(view, conn.opening, Phase::ConnectionMemory);
  if (memory == no_event) {
    figures.add("Memory per connection", std::string(not_measured));
    return;
  }
  const trace::Event& event = view.trace[memory];
  const trace::PhaseRow& row = event.row();
  std::uint64_t sum = 0;
  Figures parts;
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    const auto bytes = event.arg(i);
    if (!bytes || *bytes == 0) continue;
    sum += *bytes;
    std::string name(row.args[i].name);
    for (char& c : name) c = c == '_' ? ' ' : c;
    parts.add("- " + name, bytes_text(*bytes));
  }
  figures.add("Memory per connection",
              fmt::format("[{}]  the kernel's not counted", bytes_text(sum)));
  for (auto& part : parts.rows) figures.rows.push_back(std::move(part));
}

void add_cpu(const viz::TraceView& view, const std::vector<ConnectionFacts>& connections,
             Figures& figures) {
  EventNumber ready = no_event;
  for (const EventNumber number : view.index.startup_events()) {
    if (view.has(number) && view.trace[number].phase == Phase::StartupReady) ready = number;
  }
  const auto cpu = ready == no_event ? std::nullopt : arg_text(view, ready, "cpu");
  figures.add("CPU until the server was ready", cpu.value_or(std::string(not_measured)));
  std::optional<Duration> of_first;
  for (const ConnectionFacts& conn : connections) {
    if (conn.requests.empty()) continue;
    of_first = viz::request_row(view.index, conn.requests.front().request, view.end() - 1).cpu;
    break;
  }
  figures.add("CPU of the first request",
              of_first ? derived(of_first, "its task's runs on a worker") : "not measured");
}

void add_keep_alive(const viz::TraceView& view, const std::vector<ConnectionFacts>& connections,
                    Figures& figures) {
  for (const ConnectionFacts& conn : connections) {
    const auto connection = connection_time(view, conn);
    if (conn.requests.size() < 2 || !connection) continue;
    const auto later = static_cast<std::int64_t>(conn.requests.size() - 1);
    const auto first = times_of(view, conn.requests.front()).whole;
    figures.add("", "");
    figures.add(fmt::format("Keep-alive, connection {}", conn.conn),
                plain_spaces(fmt::format("{} more, without connecting",
                                         viz::counted(later, "request"))));
    figures.add("- Connection, paid once", derived(connection));
    figures.add("- First request", derived(first));
    for (std::size_t i = 1; i < conn.requests.size() && i < 4; ++i) {
      figures.add(fmt::format("- Request {}", conn.requests[i].request),
                  derived(times_of(view, conn.requests[i]).whole));
    }
    figures.add("- Saved, one connection each",
                fmt::format("[{}]", time_text(*connection * later)));
  }
}

void add_losses(const viz::TraceView& view, Figures& figures) {
  const trace::LossCounts& losses = view.trace.losses();
  const auto tell = [&figures](std::string_view name, std::uint64_t count) {
    if (count > 0) figures.add(std::string(name), number_text(count));
  };
  tell("Requests served untraced", losses.untraced_requests);
  tell("Connections served untraced", losses.untraced_connections);
  tell("Records lost", losses.lost_records);
  tell("Body bytes not kept", losses.bytes_not_kept);
  tell("Breaches of order", view.index.violation_count());
}

}  // namespace

std::optional<Duration> startup_time(const viz::TraceView& view) {
  std::optional<Instant> first;
  for (const EventNumber number : view.index.startup_events()) {
    if (!view.has(number)) continue;
    const trace::Event& event = view.trace[number];
    if (!first) {
      if (event.phase != Phase::StartupProgramLoad) return std::nullopt;
      first = event.time;
    }
    if (event.phase == Phase::StartupReady) return event.time - *first;
  }
  return std::nullopt;
}

Lines summary_lines(const viz::TraceView& view, const std::vector<ConnectionFacts>& connections) {
  Lines lines = {inked(Ink::Strong, "SUMMARY STATISTICS"), rule("─", journey_width)};
  Figures figures;
  for (const ConnectionFacts& conn : connections) {
    if (conn.requests.empty()) continue;
    add_first_request(view, conn, figures);
    figures.add("", "");
    add_memory(view, conn, figures);
    break;
  }
  add_cpu(view, connections, figures);
  add_keep_alive(view, connections, figures);
  add_losses(view, figures);
  append(lines, figures.lines());
  lines.emplace_back();
  lines.emplace_back("Plain numbers were observed. [In brackets]: computed from observed ones.");
  lines.emplace_back("~ inferred: it must have happened, and about then; nobody saw it. What was");
  lines.emplace_back("not measured is not shown as a number. A row stands where it begins;");
  lines.emplace_back("accept4() and close() stand where they return.");
  return lines;
}

}  // namespace roundtrip::app
