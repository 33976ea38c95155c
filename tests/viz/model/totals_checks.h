// What the totals of a trace have to be, counted anew from the index event by event; and the
// comparison of two, for the tests of Statistics.
#pragma once

#include <doctest/doctest.h>

#include <vector>

#include "viz/model/statistics.h"

namespace roundtrip::viz {

struct CountedAnew {
  std::uint64_t count = 0;
  Duration total;
  Duration longest;
};

inline std::vector<CountedAnew> count_anew(const trace::TraceIndex& index, std::uint64_t upto) {
  std::vector<CountedAnew> counted(length_kinds);
  const auto add = [&](LengthKind kind, Duration length) {
    CountedAnew& one = counted[kind];
    one.longest = one.count == 0 ? length : std::max(one.longest, length);
    ++one.count;
    one.total += length;
  };
  const trace::Trace& trace = index.trace();
  for (std::uint64_t number = trace.first(); number <= upto; ++number) {
    const trace::Event& event = trace[number];
    const trace::EventNumber begin = event.ends() ? index.partner(number) : trace::no_event;
    if (begin != trace::no_event && event.provenance != trace::Provenance::Unknown &&
        trace[begin].provenance != trace::Provenance::Unknown) {
      add(length_kind(event.phase), event.time - trace[begin].time);
    }
    const auto cpu = event.arg("cpu");
    if (event.phase == trace::Phase::TaskRun && event.ends() && event.conn != 0 && cpu) {
      add(length_kind(Combined::Cpu), Duration{static_cast<std::int64_t>(*cpu)});
    }
  }
  for (const std::uint32_t request : index.requests()) {
    const RequestRow row = request_row(index, request, upto);
    if (row.finished == trace::no_event) continue;
    if (row.took) add(length_kind(Combined::Request), *row.took);
    if (row.ran) add(length_kind(Combined::Ran), *row.ran);
    if (row.queued) add(length_kind(Combined::Queued), *row.queued);
    if (row.parked()) add(length_kind(Combined::Waited), *row.parked());
    const auto set_up = set_up_of(index, row.conn);
    const auto& requests = index.connection(row.conn)->requests;
    if (set_up && requests.front() != request) add(length_kind(Combined::Saved), set_up->took);
  }
  for (const std::uint32_t conn : index.connections()) {
    const auto set_up = set_up_of(index, conn);
    if (set_up && set_up->to <= upto) add(length_kind(Combined::SetUp), set_up->took);
  }
  return counted;
}

inline void check_counted(const Totals& totals, const std::vector<CountedAnew>& anew) {
  for (std::size_t i = 0; i < length_kinds; ++i) {
    CAPTURE(i);
    const Lengths& lengths = totals.lengths[i];
    CHECK(lengths.count == anew[i].count);
    CHECK(lengths.total == anew[i].total);
    // Of what was saved no longest is kept.
    const bool has_longest = lengths.count > 0 && i != length_kind(Combined::Saved);
    if (has_longest) CHECK(lengths.longest == anew[i].longest);
    std::uint64_t in_buckets = 0;
    for (const LengthBucket& bucket : lengths.buckets) in_buckets += bucket.count;
    CHECK(in_buckets == lengths.count);
  }
}

inline void check_same(const Totals& one, const Totals& other) {
  CHECK(one.events == other.events);
  CHECK(one.told == other.told);
  CHECK(one.counters == other.counters);
  for (std::size_t i = 0; i < length_kinds; ++i) {
    CAPTURE(i);
    const Lengths& a = one.lengths[i];
    const Lengths& b = other.lengths[i];
    CHECK(a.count == b.count);
    CHECK(a.inferred == b.inferred);
    CHECK(a.total == b.total);
    CHECK(a.longest == b.longest);
    CHECK(a.longest_told == b.longest_told);
    REQUIRE(a.buckets.size() == b.buckets.size());
    for (std::size_t k = 0; k < a.buckets.size(); ++k) {
      CHECK(a.buckets[k].bucket == b.buckets[k].bucket);
      CHECK(a.buckets[k].count == b.buckets[k].count);
      CHECK(a.buckets[k].total == b.buckets[k].total);
    }
  }
}

inline void check_same_rows(const RequestTable& one, const RequestTable& other) {
  CHECK(one.request_count() == other.request_count());
  for (std::size_t place = 0; place < one.places(); ++place) {
    const auto row = one.row_at(place);
    if (!row) continue;
    CAPTURE(row->request);
    const auto same = other.row(row->request);
    REQUIRE(same);
    CHECK(*same == *row);
  }
  REQUIRE(one.connections().size() == other.connections().size());
  for (std::size_t i = 0; i < one.connections().size(); ++i) {
    CHECK(one.connections()[i].conn == other.connections()[i].conn);
    CHECK(one.connections()[i].requests == other.connections()[i].requests);
  }
}

}  // namespace roundtrip::viz
