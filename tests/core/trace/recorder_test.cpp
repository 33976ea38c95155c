#include "core/trace/recorder.h"

#include <doctest/doctest.h>

#include "core/trace/bus.h"

namespace roundtrip::trace {
namespace {

std::vector<Record> records_of(const Ring& ring) {
  const Ring::Readable readable = ring.readable();
  std::vector<Record> all(readable.first.begin(), readable.first.end());
  all.insert(all.end(), readable.second.begin(), readable.second.end());
  return all;
}

}  // namespace

TEST_CASE("recorder: arguments of both widths read back, absent ones are absent") {
  Bus bus;
  const ThreadRecording recording(bus);
  const Subject who{3, 2, 1};
  instant<Phase::ReadRejected>(who, std::uint64_t{1} << 40, absent, Symbol{7});
  begin<Phase::TaskBlocking>(who, 5U, Symbol{9});
  end<Phase::ReadRead>(who, Bytes{Log::In, {100, 83}}, absent, 4096U, std::optional<int>(83),
                       std::optional<int>());
  const auto records = records_of(*this_thread_ring);
  REQUIRE(records.size() == 3);
  CHECK(records[0].task == 3);
  CHECK(records[0].conn == 2);
  CHECK(records[0].request == 1);
  CHECK(records[0].phase == Phase::ReadRejected);
  CHECK(records[0].kind == Kind::Instant);
  CHECK(records[0].arg("at") == std::uint64_t{1} << 40);
  CHECK_FALSE(records[0].arg("status"));  // told as absent
  CHECK(records[0].arg("error") == 7);
  CHECK_FALSE(records[0].arg("rfc"));     // not told at all
  CHECK_FALSE(records[0].arg("no such argument"));
  CHECK_FALSE(records[0].has_bytes());
  CHECK(records[1].kind == Kind::Begin);
  CHECK(records[1].arg("name") == 9);
  CHECK(records[2].kind == Kind::End);
  CHECK(records[2].log == Log::In);
  CHECK(records[2].bytes() == ByteRange{100, 83});
  CHECK_FALSE(records[2].arg("fd"));
  CHECK(records[2].arg("got") == 83);
  CHECK_FALSE(records[2].arg("errno"));
  CHECK(records[0].ticks <= records[1].ticks);
  CHECK(records[1].ticks <= records[2].ticks);
}

TEST_CASE("recorder: an argument of 0 is there") {
  Bus bus;
  const ThreadRecording recording(bus);
  end<Phase::ReadRead>({1, 1}, absent, absent, 0U);
  const auto records = records_of(*this_thread_ring);
  CHECK(records[0].arg("got") == 0);
  CHECK_FALSE(records[0].arg("asked"));
}

TEST_CASE("recorder: a slot that is used again keeps nothing of its last fact") {
  Ring ring(1, false, 4, 64);
  this_thread_ring = &ring;
  for (int i = 0; i < 4; ++i) {
    instant<Phase::ReadHeader>({1, 1, 1}, Bytes{Log::In, {5, 6}}, 1U, 2U, 3U, 4U, 5U);
  }
  ring.consume(4);
  instant<Phase::ReadReadable>({1, 1});
  this_thread_ring = nullptr;
  const auto records = records_of(ring);
  REQUIRE(records.size() == 1);
  CHECK(records[0].present == 0);
  CHECK_FALSE(records[0].has_bytes());
  CHECK(records[0].request == 0);
  CHECK(records[0].id == 0);
}

TEST_CASE("recorder: facts bring their own moment, source and id") {
  Bus bus;
  const ThreadRecording recording(bus);
  fact<Phase::ConnectionConnect>(Kind::AsyncBegin, {42, Provenance::Inferred, 17}, {0, 5}, {});
  const auto records = records_of(*this_thread_ring);
  CHECK(records[0].ticks == 42);
  CHECK(records[0].provenance == Provenance::Inferred);
  CHECK(records[0].id == 17);
  CHECK(records[0].kind == Kind::AsyncBegin);
}

TEST_CASE("recorder: no ring, or a subject that is not traced, records nothing") {
  CHECK_FALSE(recording());
  instant<Phase::ReadReadable>({1, 1});
  CHECK_FALSE(keep_bytes({1, 1}, Log::In, 0, "x"));
  Bus bus;
  const ThreadRecording recording_here(bus);
  Subject untraced{1, 1};
  untraced.traced = false;
  instant<Phase::ReadReadable>(untraced);
  begin<Phase::LifecycleIdle>(untraced);
  CHECK_FALSE(keep_bytes(untraced, Log::In, 0, "x"));
  CHECK(records_of(*this_thread_ring).empty());
}

TEST_CASE("recorder: ranges keep 40 bits of offset; a length beyond 24 bits is the largest told") {
  Facts facts;
  facts.set_bytes(Log::Out, {(std::uint64_t{1} << 40) - 1, 77});
  CHECK(facts.bytes() == ByteRange{(std::uint64_t{1} << 40) - 1, 77});
  facts.set_bytes(Log::Out, {5, std::uint64_t{1} << 30});
  CHECK(facts.bytes() == ByteRange{5, Facts::max_range_length});
}

TEST_CASE("recorder: recordings on one thread nest") {
  Bus outer;
  Bus inner;
  const ThreadRecording first(outer);
  Ring* const ring = this_thread_ring;
  {
    const ThreadRecording second(inner);
    CHECK(this_thread_ring != ring);
  }
  CHECK(this_thread_ring == ring);
}

}  // namespace roundtrip::trace
