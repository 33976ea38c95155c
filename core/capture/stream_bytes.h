// The bytes of all streams of a capture on their way into the trace: what was seen first stands, as
// everywhere; what is seen again comes after it, so that the trace can compare. What is new is
// sorted by its place: a trace is slow to take many pieces in no order. The bytes are views.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/trace/ring.h"

namespace roundtrip::capture {

class StreamBytes {
 public:
  void add(std::uint32_t conn, trace::Log log, std::uint64_t at, std::string_view data) {
    auto& seen = seen_[{conn, log}];
    const std::uint64_t end = at + data.size();
    bool again = false;
    std::uint64_t from = at;
    // The first range that ends behind where the data begins.
    auto range = seen.upper_bound(at);
    if (range != seen.begin() && std::prev(range)->second > at) --range;
    for (; range != seen.end() && range->first < end; ++range) {
      again = true;
      if (range->first > from) add_new(conn, log, at, data, from, range->first);
      from = std::max(from, range->second);
    }
    if (from < end) add_new(conn, log, at, data, from, end);
    if (again) again_.push_back({conn, log, at, data});
    join(seen, at, end);
  }

  // In the order in which they are to be appended.
  std::vector<trace::ByteSighting> take() {
    std::stable_sort(new_.begin(), new_.end(),
                     [](const trace::ByteSighting& a, const trace::ByteSighting& b) {
                       return std::tie(a.conn, a.log, a.offset) < std::tie(b.conn, b.log, b.offset);
                     });
    new_.insert(new_.end(), again_.begin(), again_.end());
    again_.clear();
    return std::move(new_);
  }

 private:
  using Ranges = std::map<std::uint64_t, std::uint64_t>;  // from their begin to their end

  void add_new(std::uint32_t conn, trace::Log log, std::uint64_t at, std::string_view data,
               std::uint64_t from, std::uint64_t to) {
    new_.push_back({conn, log, from, data.substr(from - at, to - from)});
  }

  // Ranges that touch become one, so that a stream without gaps is one range.
  static void join(Ranges& seen, std::uint64_t from, std::uint64_t to) {
    auto range = seen.upper_bound(from);
    if (range != seen.begin() && std::prev(range)->second >= from) --range;
    while (range != seen.end() && range->first <= to) {
      from = std::min(from, range->first);
      to = std::max(to, range->second);
      range = seen.erase(range);
    }
    seen.emplace(from, to);
  }

  std::map<std::pair<std::uint32_t, trace::Log>, Ranges> seen_;
  std::vector<trace::ByteSighting> new_;
  std::vector<trace::ByteSighting> again_;
};

}  // namespace roundtrip::capture
