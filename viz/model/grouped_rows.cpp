#include "viz/model/grouped_rows.h"

#include <algorithm>

namespace roundtrip::viz {

bool Folds::folded(std::uint32_t conn) const {
  return all != std::binary_search(except.begin(), except.end(), conn);
}

void Folds::flip(std::uint32_t conn) {
  const auto at = std::lower_bound(except.begin(), except.end(), conn);
  if (at != except.end() && *at == conn) except.erase(at);
  else except.insert(at, conn);
}

GroupedRows::GroupedRows(const trace::TraceIndex& index, const RequestTable& table,
                         const Folds& folds)
    : index_(index), table_(table), folds_(folds) {
  for (const std::uint32_t number : folds.except) {
    const RequestTable::Connection* conn = table.connection(number);
    if (conn == nullptr) continue;
    const auto more = static_cast<std::int64_t>(conn->requests);
    exceptions_.push_back({static_cast<std::size_t>(conn - table.connections().data()),
                           folds.all ? more : -more});
  }
  count_ = table.connections().size();
  if (!folds.all) {
    for (const std::uint64_t requests : table.chunks()) count_ += requests;
  }
  for (const Exception& one : exceptions_) count_ += static_cast<std::uint64_t>(one.more);
}

std::uint64_t GroupedRows::rows_of(std::size_t place) const {
  const RequestTable::Connection& conn = table_.connections()[place];
  return 1 + (folds_.folded(conn.conn) ? 0 : conn.requests);
}

std::uint64_t GroupedRows::rows_of_chunk(std::size_t chunk) const {
  const std::size_t from = chunk * RequestTable::chunk;
  const std::size_t to = std::min(from + RequestTable::chunk, table_.connections().size());
  std::uint64_t rows = to - from + (folds_.all ? 0 : table_.chunks()[chunk]);
  const auto first =
      std::partition_point(exceptions_.begin(), exceptions_.end(),
                           [from](const Exception& one) { return one.place < from; });
  for (auto one = first; one != exceptions_.end() && one->place < to; ++one) {
    rows += static_cast<std::uint64_t>(one->more);
  }
  return rows;
}

RowId GroupedRows::at(std::uint64_t place) const {
  std::size_t chunk = 0;
  for (; chunk < table_.chunks().size(); ++chunk) {
    const std::uint64_t rows = rows_of_chunk(chunk);
    if (place < rows) break;
    place -= rows;
  }
  for (std::size_t i = chunk * RequestTable::chunk; i < table_.connections().size(); ++i) {
    const std::uint64_t rows = rows_of(i);
    if (place < rows) return request_at(table_.connections()[i], place);
    place -= rows;
  }
  return {};
}

// `place` 0 is the connection itself. A number without a row is passed over.
RowId GroupedRows::request_at(const RequestTable::Connection& conn, std::uint64_t place) const {
  const trace::ConnectionSummary* told = index_.connection(conn.conn);
  if (place == 0 || told == nullptr) return {conn.conn, 0};
  const auto& requests = told->requests;
  if (requests.size() == conn.requests) return {conn.conn, requests[place - 1]};
  for (const std::uint32_t request : requests) {
    if (table_.has(request) && --place == 0) return {conn.conn, request};
  }
  return {conn.conn, 0};
}

std::optional<std::uint64_t> GroupedRows::place_of(const RowId& row) const {
  const RequestTable::Connection* conn = table_.connection(row.conn);
  if (conn == nullptr) return std::nullopt;
  const auto at = static_cast<std::size_t>(conn - table_.connections().data());
  std::uint64_t place = 0;
  for (std::size_t chunk = 0; chunk < at / RequestTable::chunk; ++chunk) {
    place += rows_of_chunk(chunk);
  }
  for (std::size_t i = at / RequestTable::chunk * RequestTable::chunk; i < at; ++i) {
    place += rows_of(i);
  }
  const trace::ConnectionSummary* told = index_.connection(row.conn);
  if (row.request == 0 || told == nullptr || folds_.folded(row.conn)) return place;
  const auto* wanted = index_.request(row.request);
  if (wanted == nullptr || wanted->conn != row.conn) return place;
  const auto& requests = told->requests;
  if (requests.size() == conn->requests) {
    // They stand in the order of their first facts.
    const auto found =
        std::partition_point(requests.begin(), requests.end(), [&](std::uint32_t other) {
          const auto* summary = index_.request(other);
          return summary != nullptr && summary->first < wanted->first;
        });
    return place + 1 + static_cast<std::uint64_t>(found - requests.begin());
  }
  for (const std::uint32_t request : requests) {
    if (!table_.has(request)) continue;
    ++place;
    if (request == row.request) break;
  }
  return place;
}

}  // namespace roundtrip::viz
