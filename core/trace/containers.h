// Small containers of Trace and TraceIndex, made for millions of numbers and for a trace whose
// oldest part goes: a list that grows at its back and is trimmed at its front, a table from a
// subject's number to its place, a sorted map in one piece, and a note of how far back a change
// reached. None of them knows what an event is.
// Limits: 2^32 - 1 entries each. Trimming and looking up cost a constant time, spread out.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/base/check.h"

namespace roundtrip::trace {

// Reads like a vector; `trimmed()` tells how many entries have left at the front.
template <class T>
class TrimmedList {
 public:
  const T* begin() const { return items_.data() + front_; }
  const T* end() const { return items_.data() + items_.size(); }
  std::size_t size() const { return items_.size() - front_; }
  bool empty() const { return size() == 0; }
  const T& operator[](std::size_t index) const { return items_[front_ + index]; }
  const T& front() const { return items_[front_]; }
  const T& back() const { return items_.back(); }
  operator std::span<const T>() const { return {begin(), size()}; }
  std::uint64_t trimmed() const { return trimmed_; }

  void push_back(T item) { items_.push_back(item); }
  void pop_back() { items_.pop_back(); }
  void insert(std::size_t index, T item) {
    items_.insert(items_.begin() + static_cast<std::ptrdiff_t>(front_ + index), item);
  }
  void trim(std::size_t count) {
    front_ += count;
    trimmed_ += count;
    if (front_ < 32 || front_ < items_.size() / 2) return;
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(front_));
    front_ = 0;
  }
  // Trims what lies before `first`, of a list in ascending order.
  void trim_before(T first) {
    std::size_t count = 0;
    while (count < size() && (*this)[count] < first) ++count;
    if (count > 0) trim(count);
  }
  // Takes away what lies at or after `end`, of a list in ascending order.
  void cut_from(T end) {
    while (!empty() && !(back() < end)) pop_back();
  }
  std::size_t memory_bytes() const { return items_.capacity() * sizeof(T); }

 private:
  std::vector<T> items_;
  std::size_t front_ = 0;
  std::uint64_t trimmed_ = 0;
};

// A map that lies in one piece, sorted by key, so that a copy of ten thousand entries is cheap.
// Reads like std::map; adding anywhere but at the end moves what follows.
template <class Key, class Value>
class FlatMap {
 public:
  using Entry = std::pair<Key, Value>;

  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  bool contains(const Key& key) const { return find(key) != end(); }
  auto find(const Key& key) const {
    const auto at = place(key);
    return at != entries_.end() && at->first == key ? at : entries_.end();
  }
  const Value& at(const Key& key) const {
    const auto found = find(key);
    CHECK_THAT(found != end(), "a key that the map does not have");
    return found->second;
  }
  Value& operator[](const Key& key) {
    const auto at = place(key) - entries_.begin();
    const auto index = static_cast<std::size_t>(at);
    if (index == size() || entries_[index].first != key) {
      entries_.insert(entries_.begin() + at, Entry{key, Value{}});
    }
    return entries_[index].second;
  }
  // The key must be larger than all others.
  void append(const Key& key, Value value) { entries_.emplace_back(key, std::move(value)); }
  void erase(const Key& key) {
    const auto found = find(key);
    if (found != end()) entries_.erase(found);
  }
  void reserve(std::size_t count) { entries_.reserve(count); }
  bool operator==(const FlatMap&) const = default;

 private:
  auto place(const Key& key) const {
    return std::lower_bound(
        entries_.begin(), entries_.end(), key,
        [](const Entry& entry, const Key& wanted) { return entry.first < wanted; });
  }
  std::vector<Entry> entries_;
};

// The places at which something numbered was changed. Who follows asks for the lowest place since
// the changes that it has seen; of very many unseen changes it is told 0: everything.
class Changes {
 public:
  std::uint64_t count() const { return count_; }
  void note(std::uint64_t place) {
    while (!lowest_.empty() && lowest_.back().place >= place) lowest_.pop_back();
    lowest_.push_back({++count_, place});
    if (lowest_.size() > 1024) {
      forgotten_to_ = lowest_[511].count;
      lowest_.erase(lowest_.begin(), lowest_.begin() + 512);
    }
  }
  std::optional<std::uint64_t> lowest_since(std::uint64_t seen_count) const {
    if (seen_count >= count_) return std::nullopt;
    if (seen_count < forgotten_to_) return 0;
    return std::upper_bound(lowest_.begin(), lowest_.end(), seen_count,
                            [](std::uint64_t seen, const Change& change) {
                              return seen < change.count;
                            })
        ->place;
  }

 private:
  struct Change {
    std::uint64_t count;
    std::uint64_t place;
  };
  std::vector<Change> lowest_;  // ascending in both: each is the lowest place since the one before
  std::uint64_t count_ = 0;
  std::uint64_t forgotten_to_ = 0;
};

// Open addressing with linear probing; a removal moves its followers up, so nothing is marked dead.
class NumberTable {
 public:
  std::optional<std::uint32_t> find(std::uint32_t number) const {
    if (cells_.empty()) return std::nullopt;
    for (std::size_t at = home(number); cells_[at].used; at = next(at)) {
      if (cells_[at].number == number) return cells_[at].place;
    }
    return std::nullopt;
  }
  // The number must not be there yet.
  void add(std::uint32_t number, std::uint32_t place) {
    if ((count_ + 1) * 8 > cells_.size() * 5) grow();
    put({number, place, true});
    ++count_;
  }
  void remove(std::uint32_t number) {
    if (cells_.empty()) return;
    std::size_t hole = home(number);
    while (cells_[hole].used && cells_[hole].number != number) hole = next(hole);
    if (!cells_[hole].used) return;
    for (std::size_t at = next(hole); cells_[at].used; at = next(at)) {
      // A cell may fill the hole unless its home lies between the hole and itself.
      const std::size_t distance = (at - home(cells_[at].number)) & (cells_.size() - 1);
      if (distance < ((at - hole) & (cells_.size() - 1))) continue;
      cells_[hole] = cells_[at];
      hole = at;
    }
    cells_[hole] = {};
    --count_;
  }
  std::size_t count() const { return count_; }
  std::size_t memory_bytes() const { return cells_.capacity() * sizeof(Cell); }

 private:
  struct Cell {
    std::uint32_t number = 0;
    std::uint32_t place = 0;
    bool used = false;
  };
  std::size_t home(std::uint32_t number) const {
    return static_cast<std::size_t>(number * 0x9E37'79B9'7F4A'7C15ULL >> shift_);
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (cells_.size() - 1); }
  void put(const Cell& cell) {
    std::size_t at = home(cell.number);
    while (cells_[at].used) at = next(at);
    cells_[at] = cell;
  }
  void grow() {
    std::vector<Cell> old(cells_.empty() ? 64 : cells_.size() * 2);
    old.swap(cells_);
    shift_ = 64 - static_cast<unsigned>(std::countr_zero(cells_.size()));
    for (const Cell& cell : old) {
      if (cell.used) put(cell);
    }
  }

  std::vector<Cell> cells_;
  std::size_t count_ = 0;
  unsigned shift_ = 64;
};

}  // namespace roundtrip::trace
