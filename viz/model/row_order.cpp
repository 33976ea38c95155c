#include "viz/model/row_order.h"

#include <algorithm>
#include <iterator>

namespace roundtrip::viz {
namespace {

RowColumn column_of(const TableSort& sort) { return static_cast<RowColumn>(sort.column); }

// Phases are looked for among all facts of a request.
bool asks_much(const RowFilter& filter) {
  return std::any_of(filter.begin(), filter.end(), [](const FilterTerm& term) {
    return term.field == FilterField::Phase;
  });
}

}  // namespace

void RowOrder::ask(const RowQuery& query) {
  auto filter = parse_filter(query.filter);
  if (!filter || query == query_) return;
  query_ = query;
  filter_ = std::move(*filter);
  asked_anew_ = true;
  under_way_ = false;
  rows_.clear();
  requests_found_ = 0;
}

RowOrder::Seen RowOrder::seen_of(const TraceView& view) {
  return {view.first(), view.statistics.requests().followed_to(), view.index.rewinds().count()};
}

void RowOrder::begin(const TraceView& view) {
  const RequestTable& table = view.statistics.requests();
  under_way_ = true;
  seen_ = seen_of(view);
  done_ = taken_of_group_ = 0;
  last_conn_ = 0;
  group_shown_ = false;
  all_ = query_.is_flat() ? table.places() : table.connections().size();
  requests_so_far_ = 0;
  sorted_.clear();
  found_.clear();
}

bool RowOrder::follow(const TraceView& view, std::size_t most) {
  if (query_.is_plain()) return false;
  if (!under_way_) {
    if (!asked_anew_ && seen_ == seen_of(view)) return false;
    begin(view);
  }
  if (asks_much(filter_)) most = std::max<std::size_t>(1, most / 8);
  if (query_.is_flat()) take_flat(view, most);
  else take_groups(view, most);
  if (!under_way_ || asked_anew_) publish();
  asked_anew_ = asked_anew_ && under_way_;
  return true;
}

void RowOrder::publish() {
  if (query_.is_flat()) {
    rows_.clear();
    for (const Entry& entry : sorted_) rows_.push_back(entry.row);
  } else {
    rows_ = found_;
  }
  requests_found_ = requests_so_far_;
}

std::optional<double> RowOrder::searched() const {
  if (query_.is_plain() || !under_way_) return std::nullopt;
  return static_cast<double>(done_) / static_cast<double>(std::max<std::size_t>(1, all_));
}

// ---- One list.

void RowOrder::take_flat(const TraceView& view, std::size_t most) {
  const RequestTable& table = view.statistics.requests();
  const std::size_t end = std::min(table.places(), done_ + most);
  std::vector<Entry> more;
  for (; done_ < end; ++done_) {
    const auto row = table.row_at(done_);
    if (row && matches(view, filter_, *row)) more.push_back(entry_of(view, *row));
  }
  const auto before = [this](const Entry& a, const Entry& b) { return stands_before(a, b); };
  std::sort(more.begin(), more.end(), before);
  requests_so_far_ += more.size();
  std::vector<Entry> merged;
  merged.reserve(sorted_.size() + more.size());
  std::merge(std::move_iterator(sorted_.begin()), std::move_iterator(sorted_.end()),
             std::move_iterator(more.begin()), std::move_iterator(more.end()),
             std::back_inserter(merged), before);
  sorted_ = std::move(merged);
  under_way_ = done_ < table.places();
}

RowOrder::Entry RowOrder::entry_of(const TraceView& view, const RequestFigures& row) const {
  Entry entry;
  entry.row = {row.conn, row.request};
  switch (column_of(query_.sort)) {
    case RowColumn::Number: entry.number = row.request; break;
    case RowColumn::State: entry.number = row.finished == trace::no_event ? 0 : 1; break;
    case RowColumn::Client: entry.text = client_of(view, row.conn); break;
    case RowColumn::Method: entry.text = words_of(view, row).method; break;
    case RowColumn::Path: entry.text = words_of(view, row).target; break;
    case RowColumn::Status:
      entry.absent = !row.status;
      entry.number = row.status.value_or(0);
      break;
    case RowColumn::Took:
      entry.absent = !row.took;
      entry.number = row.took.value_or(Duration{}).ns;
      break;
    case RowColumn::BytesIn: entry.number = static_cast<std::int64_t>(row.bytes_in); break;
    case RowColumn::BytesOut: entry.number = static_cast<std::int64_t>(row.bytes_out); break;
    case RowColumn::When: {
      const auto* told = view.index.request(row.request);
      entry.absent = told == nullptr;
      const auto at = row.begun != trace::no_event ? row.begun
                      : told != nullptr            ? told->first
                                                   : trace::no_event;
      if (!entry.absent && view.has(at)) entry.number = view.trace[at].time.ns;
      break;
    }
  }
  return entry;
}

bool RowOrder::stands_before(const Entry& a, const Entry& b) const {
  if (a.absent != b.absent) return b.absent;
  if (a.number != b.number) return (a.number < b.number) != query_.sort.descending;
  if (a.text != b.text) return (a.text < b.text) != query_.sort.descending;
  return a.row.request < b.row.request;
}

// ---- By connections.

void RowOrder::take_groups(const TraceView& view, std::size_t most) {
  const auto conns = view.statistics.requests().connections();
  const bool down = query_.sort.descending;
  // The next one after the last, by number: others may have come or gone meanwhile.
  const auto next = [&]() -> const RequestTable::Connection* {
    if (conns.empty()) return nullptr;
    if (last_conn_ == 0) return down ? &conns.back() : &conns.front();
    const auto at = std::partition_point(conns.begin(), conns.end(), [&](const auto& conn) {
      return down ? conn.conn < last_conn_ : conn.conn <= last_conn_;
    });
    if (down) return at == conns.begin() ? nullptr : &*(at - 1);
    return at == conns.end() ? nullptr : &*at;
  };
  const RequestTable::Connection* conn = next();
  while (conn != nullptr && most > 0) {
    const std::size_t taken = take_group(view, *conn, most);
    most -= std::min(most, taken);
    if (taken_of_group_ > 0) return;  // it goes on with the next portion
    ++done_;
    last_conn_ = conn->conn;
    conn = next();
  }
  under_way_ = conn != nullptr;
}

// Its requests from where the last portion ended; returns how many rows it looked at.
std::size_t RowOrder::take_group(const TraceView& view, const RequestTable::Connection& conn,
                                 std::size_t most) {
  const auto show = [&] {
    if (!group_shown_) found_.push_back({conn.conn, 0});
    group_shown_ = true;
  };
  if (taken_of_group_ == 0) {
    group_shown_ = false;
    if (matches(view, filter_, conn)) show();
  }
  const auto* told = view.index.connection(conn.conn);
  const std::size_t count = told == nullptr ? 0 : told->requests.size();
  const bool down = query_.sort.descending;
  const bool hidden = query_.folds.folded(conn.conn);
  std::size_t looked = 1;
  for (; taken_of_group_ < count && looked <= most; ++taken_of_group_, ++looked) {
    const std::size_t place = down ? count - 1 - taken_of_group_ : taken_of_group_;
    const auto row = view.statistics.requests().row(told->requests[place]);
    if (!row || !matches(view, filter_, *row)) continue;
    show();
    ++requests_so_far_;
    if (!hidden) found_.push_back({conn.conn, row->request});
  }
  if (taken_of_group_ >= count) taken_of_group_ = 0;
  return looked;
}

}  // namespace roundtrip::viz
