#include "viz/model/layout_connections.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "core/trace/symbols.h"
#include "viz/model/connections.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Event;
using trace::no_event;
using trace::Phase;

namespace {

constexpr std::string_view heading = "Connections";
constexpr std::string_view sentence = "Pale: still to come. A click goes there.";
constexpr std::string_view nothing_yet =
    "Every connection will stand here with its requests: send one, or open a trace.";
constexpr std::string_view none_found =
    "No request answers to this filter. Take a word out of it to see more.";

constexpr std::size_t place_of(RowColumn column) { return static_cast<std::size_t>(column); }

std::vector<TableColumn> columns_for(const TraceView& view, bool flat) {
  const auto& table = view.statistics.requests();
  const auto most = std::max<std::uint32_t>(
      99, table.connections().empty() ? 0 : table.connections().back().conn);
  const Instant last = view.empty() ? Instant{} : view.trace[view.end() - 1].time;
  std::vector<TableColumn> columns(row_columns);
  const auto set = [&columns](RowColumn column, TableColumn of) {
    columns[place_of(column)] = std::move(of);
  };
  set(RowColumn::Number,
      {.name = "number", .title = flat ? "request" : "connection",
       .tip = "The number that this program gave it. A click sorts by it, and groups the requests "
              "by their connections.",
       // Of a connection also the sign that folds it, and heavier letters.
       .sample = flat ? fmt::format("{} of {}", most, most)
                      : fmt::format("connection {} mmm", most),
       .voice = Voice::Body, .side = Side::Left});
  set(RowColumn::State, {.name = "state", .title = "state",
                         .tip = "What it was doing at the cursor.", .sample = "ESTABLISHED.",
                         .voice = Voice::Quiet, .side = Side::Left, .dispensable = 2});
  set(RowColumn::Client, {.name = "client", .title = "client",
                          .tip = "Address and port of the other end, as accept4() told it.",
                          .sample = "127.0.0.1:65535", .side = Side::Left, .dispensable = 5});
  set(RowColumn::Method, {.name = "method", .title = "method",
                          .tip = "The first word of the request line, as it came.",
                          .sample = "DELETE", .side = Side::Left});
  set(RowColumn::Path, {.name = "path", .title = "path",
                        .tip = "The second word of the request line, as it came.",
                        .sample = "10 requests", .side = Side::Left, .share = 1});
  set(RowColumn::Status, {.name = "status", .title = "status",
                          .tip = "The number of the answer, as the handler or the parser fixed it; "
                                 "none where nothing was sent in the end.",
                          .sample = "200"});
  set(RowColumn::Took,
      {.name = "duration", .title = "duration",
       .tip = "From the recv() that brought its first byte to the end of the answer's writing, "
              "without the time that a person held it. Computed from two observed moments, so in "
              "brackets.",
       .sample = "[1,000 ms]"});
  set(RowColumn::BytesIn, {.name = "in", .title = "bytes in",
                           .tip = "Head and body of the request, as the parser took them; of a "
                                  "connection all that recv() brought.",
                           .sample = "10,000,000", .dispensable = 3});
  set(RowColumn::BytesOut, {.name = "out", .title = "bytes out",
                            .tip = "Head and body of the answer, as send() took them.",
                            .sample = "10,000,000", .dispensable = 1});
  set(RowColumn::When, {.name = "when", .title = "began",
                        .tip = "When it began, since the program was started.",
                        .sample = "~" + moment(last).text(), .dispensable = 4});
  return columns;
}

struct Builder {
  const TraceView& view;
  const Cursor& cursor;
  const ViewState& state;
  const Ruler& ruler;
  TableMaker& maker;
  bool flat;
  RowId here;

  void cell(RowColumn column, std::string_view text, std::optional<Voice> voice = {},
            float indent = 0) const {
    maker.cell(place_of(column), text, voice, indent);
  }
  bool shows(RowColumn column) const { return maker.shows(place_of(column)); }
  void mark(TableRow& row, std::uint64_t event) const;
  void connection(std::uint32_t number) const;
  void request(const RowId& id) const;
  void figures(TableRow& row, const RequestFigures& figures) const;
};

void Builder::mark(TableRow& row, std::uint64_t event) const {
  row.event = static_cast<trace::EventNumber>(event);
  row.hovered = state.hovered_event == event;
  row.selected = state.selected_event == event;
}

void Builder::connection(std::uint32_t number) const {
  TableRow& row = maker.row();
  const RequestTable::Connection* conn = view.statistics.requests().connection(number);
  row.head_of_group = true;
  row.group = trace::Group::Connection;
  row.at_cursor = here == RowId{number, 0};
  const float mark_px = ruler.space(4);
  row.fold = {row.rect.x + ruler.space(2), row.rect.y + (row.rect.h - mark_px) / 2, mark_px,
              mark_px};
  row.folded = state.connections.folds.folded(number);
  cell(RowColumn::Number, fmt::format("connection {}", number), Voice::Strong, ruler.space(5));
  const auto* told = view.index.connection(number);
  if (told == nullptr || conn == nullptr) return;
  mark(row, told->first);
  row.provenance = view.trace[told->first].provenance;
  row.ahead = told->first > cursor.event;
  const ConnectionRow now =
      connection_row(view.index, number, row.ahead ? view.end() - 1 : cursor.event);
  if (row.ahead) {
    cell(RowColumn::State, "to come");
  } else if (now.state) {
    cell(RowColumn::State, trace::word(trace::Unit::ConnectionStateUnit, *now.state));
  }
  if (now.client && shows(RowColumn::Client)) {
    cell(RowColumn::Client, trace::address_text(*now.client, view.trace.symbols()));
  }
  cell(RowColumn::Path, counted(conn->requests, "request"), Voice::Quiet);
  if (now.bytes_in) cell(RowColumn::BytesIn, count(static_cast<std::int64_t>(*now.bytes_in)));
  if (now.bytes_out) cell(RowColumn::BytesOut, count(static_cast<std::int64_t>(*now.bytes_out)));
  cell(RowColumn::When, marked(moment(view.trace[told->first].time).text(), row.provenance),
       Voice::MonoQuiet);
}

// How it ended: an answer of which the kernel took nothing reached nobody.
std::string_view end_of(const RequestFigures& row) {
  if (row.bytes_out == 0 && row.status) return "waits to be sent";
  return row.bytes_out > 0 ? "answered" : "nothing sent";
}

// What it was doing, from the newest step that it had taken; nothing, once its connection is gone.
std::string_view doing(const RequestRow& row, const ConnectionRow& conn) {
  if (row.finished != no_event) return end_of(row);
  if (conn.state == trace::ConnectionState::Closed) return "cut short";
  if (row.phases.has(Phase::TransmitFinish)) return "sending";
  if (row.phases.has(Phase::HandleResponseWriter)) return "handling";
  return "reading";
}

void Builder::request(const RowId& id) const {
  TableRow& row = maker.row();
  row.at_cursor = here == id;
  if (flat) {
    cell(RowColumn::Number, fmt::format("{} of {}", id.request, id.conn));
  } else {
    cell(RowColumn::Number, fmt::format("request {}", id.request), {}, ruler.space(5));
  }
  const auto whole = view.statistics.requests().row(id.request);
  if (!whole) return;
  const std::uint64_t first = first_fact_of(view, id);
  mark(row, first);
  row.ahead = first > cursor.event;
  const bool done = whole->finished != no_event && whole->finished <= cursor.event;
  if (row.ahead || done) {
    cell(RowColumn::State, row.ahead ? "to come" : end_of(*whole));
    figures(row, *whole);
    return;
  }
  RequestRow now = request_row(view.index, id.request, cursor.event);
  now.request = id.request;
  now.conn = id.conn;
  cell(RowColumn::State, doing(now, connection_row(view.index, id.conn, cursor.event)));
  figures(row, now);
}

void Builder::figures(TableRow& row, const RequestFigures& figures) const {
  const auto text_or_dash = [](const std::string& text) {
    return text.empty() ? not_known().text() : text;
  };
  if (shows(RowColumn::Client) && flat) {
    cell(RowColumn::Client, text_or_dash(client_of(view, figures.conn)), Voice::MonoQuiet);
  }
  const RequestWords words = words_of(view, figures);
  cell(RowColumn::Method, text_or_dash(words.method));
  cell(RowColumn::Path, text_or_dash(words.target));
  cell(RowColumn::Status, figures.status ? fmt::format("{}", *figures.status)
                                         : not_known().text());
  if (figures.status && *figures.status >= 400) row.alarmed = place_of(RowColumn::Status);
  cell(RowColumn::Took, figures.took ? marked(duration(*figures.took).text(),
                                              trace::Provenance::Derived)
                                     : not_known().text());
  cell(RowColumn::BytesIn, figures.bytes_in == 0
                               ? not_known().text()
                               : count(static_cast<std::int64_t>(figures.bytes_in)));
  cell(RowColumn::BytesOut, figures.bytes_out == 0
                                ? not_known().text()
                                : count(static_cast<std::int64_t>(figures.bytes_out)));
  if (row.event != no_event) {
    cell(RowColumn::When, moment(view.trace[row.event].time).text(), Voice::MonoQuiet);
  }
}

std::string found_text(const TraceView& view, const ConnectionsView& table) {
  const RequestTable& all = view.statistics.requests();
  const auto requests = static_cast<std::int64_t>(all.request_count());
  const RowOrder& order = table.order;
  if (order.query().filter.empty()) {
    return fmt::format("{}, {}",
                       counted(static_cast<std::int64_t>(all.connections().size()), "connection"),
                       counted(requests, "request"));
  }
  const auto found = static_cast<std::int64_t>(order.requests_found());
  if (const auto searched = order.searched()) {
    return fmt::format("{} found, searching, {:.0f} %", count(found), *searched * 100);
  }
  return fmt::format("{} of {}", count(found), counted(requests, "request"));
}

// What is wrong with the filter, or why there is no row.
std::string problem_of(const TraceView& view, const ViewState& state, std::uint64_t rows) {
  const auto filter = parse_filter(state.connections.filter);
  if (!filter) return filter.error();
  if (view.statistics.requests().connections().empty()) return std::string(nothing_yet);
  const bool searching = state.connections.order.searched().has_value();
  return rows == 0 && !searching ? std::string(none_found) : std::string();
}

// In less than so many rows the table begins at the filter: its tab has the name already.
constexpr float rows_for_heading = 7;

// Above the table: what it is and what was found, the filter, the buttons.
void place_top(const TraceView& view, const ViewState& state, const Ruler& ruler,
               std::uint64_t rows, Rect& rest, ConnectionsLayout& layout) {
  const bool low = rest.h < rows_for_heading * ruler.row_px;
  Rect line = low ? Rect{} : rest.take_top(ruler.row_px, ruler.space(1)).inset(ruler.space(1), 0);
  const std::string found = found_text(view, state.connections);
  const auto width = [&ruler](std::string_view text, Voice voice) {
    return std::ceil(ruler.width(text, voice)) + 2;
  };
  if (!low) {
    layout.found = fit_text(ruler, line.take_right(width(found, Voice::Quiet), ruler.space(3)),
                            found, Voice::Quiet, Side::Right);
    layout.heading = fit_text(ruler, line.take_left(width(heading, Voice::Strong), ruler.space(3)),
                              heading, Voice::Strong);
  }
  if (width(sentence, Voice::Quiet) <= line.w) {
    layout.sentence = fit_text(ruler, line, sentence, Voice::Quiet);
  }
  Rect bar = rest.take_top(ruler.control_px, ruler.space(1));
  const auto button = [&](std::string_view text) {
    const float wide = text.empty() ? 0 : width(text, Voice::Body) + ruler.space(7);
    return bar.take_right(std::max(wide, ruler.control_px), ruler.space(1));
  };
  layout.all_folded = state.connections.folds.all;
  layout.fold_all = button(layout.all_folded ? unfold_all : fold_all);
  layout.after = button("");
  layout.before = button("");
  layout.slowest = button(slowest);
  layout.filter = bar;
  const std::string problem = problem_of(view, state, rows);
  if (problem.empty()) return;
  Rect words = rest.inset(ruler.space(1), 0);
  const float before = words.h;
  layout.problem = wrap_text(ruler, words, problem, Voice::Body);
  rest.take_top(before - words.h, ruler.space(1));
}

}  // namespace

ConnectionsLayout layout_connections(const TraceView& view, const Cursor& cursor,
                                     const ViewState& state, const Ruler& ruler,
                                     const Rect& area) {
  ConnectionsLayout layout;
  layout.area = area;
  Rect rest = area;
  const ConnectionsView& table = state.connections;
  const ShownRows rows(view, table);
  place_top(view, state, ruler, rows.count(), rest, layout);
  const bool flat = table.order.query().is_flat();
  const auto columns = columns_for(view, flat);
  TableMaker maker(ruler, rest, "connections", columns, table.sort);
  const RowId here = view.has(cursor.event) ? row_at_cursor(view, state, cursor) : RowId{};
  const auto place = state.scrolls.connections ? std::nullopt : rows.place_of(here);
  maker.set_rows(rows.count(), state.scrolls.connections, place.value_or(0));
  const Builder builder{view, cursor, state, ruler, maker, flat, here};
  for (std::uint64_t i = maker.first(); i < maker.end(); ++i) {
    const RowId id = rows.at(i);
    layout.ids.push_back(id);
    if (id.request == 0) builder.connection(id.conn);
    else builder.request(id);
  }
  layout.table = maker.take();
  return layout;
}

std::string dump(const ConnectionsLayout& layout) {
  std::string text = dump(layout.heading) + dump(layout.sentence) + dump(layout.found);
  for (const TextBox& line : layout.problem) text += dump(line);
  return text + dump(layout.table);
}

}  // namespace roundtrip::viz
