// The rows of the table of connections in their own order: each connection by its number, and below
// it its requests, unless they are folded away. Finds the row of a place and the place of a row in
// a few hundred steps however many there are. Made by a layout for one frame; keeps no row.
#pragma once

#include <optional>
#include <vector>

#include "viz/model/request_table.h"

namespace roundtrip::viz {

// A connection, or one of its requests.
struct RowId {
  std::uint32_t conn = 0;
  std::uint32_t request = 0;  // 0: the connection itself
  bool operator==(const RowId&) const = default;
};

// Which connections hide their requests: none but these, or all but these.
struct Folds {
  bool all = false;
  std::vector<std::uint32_t> except;  // sorted

  bool folded(std::uint32_t conn) const;
  void flip(std::uint32_t conn);
  bool operator==(const Folds&) const = default;
};

class GroupedRows {
 public:
  GroupedRows(const trace::TraceIndex& index, const RequestTable& table, const Folds& folds);

  std::uint64_t count() const { return count_; }
  // `place` is below count().
  RowId at(std::uint64_t place) const;
  // Of a folded request, its connection's; empty for what is not there.
  std::optional<std::uint64_t> place_of(const RowId& row) const;

 private:
  // Of one whose folding differs from the others', where it stands among the connections.
  struct Exception {
    std::size_t place = 0;
    std::int64_t more = 0;  // rows than without the exception
  };
  std::uint64_t rows_of(std::size_t place) const;
  std::uint64_t rows_of_chunk(std::size_t chunk) const;
  RowId request_at(const RequestTable::Connection& conn, std::uint64_t place) const;

  const trace::TraceIndex& index_;
  const RequestTable& table_;
  const Folds& folds_;
  std::vector<Exception> exceptions_;  // in the order of their places
  std::uint64_t count_ = 0;
};

}  // namespace roundtrip::viz
