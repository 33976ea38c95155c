#include "core/trace/ring.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

namespace roundtrip::trace {
namespace {

bool write(Ring& ring, std::uint32_t task) {
  Record* record = ring.claim();
  if (record == nullptr) return false;
  *record = {};
  record->task = task;
  ring.publish();
  return true;
}

std::vector<std::uint32_t> take(Ring& ring) {
  const Ring::Readable readable = ring.readable();
  std::vector<std::uint32_t> tasks;
  for (const auto& part : {readable.first, readable.second}) {
    for (const Record& record : part) tasks.push_back(record.task);
  }
  ring.consume(readable.count());
  return tasks;
}

struct Piece {
  std::uint32_t conn;
  Log log;
  std::uint64_t offset;
  std::string data;
  bool operator==(const Piece&) const = default;
};
std::vector<Piece> drain(Ring& ring) {
  std::vector<Piece> pieces;
  ring.consume_bytes(ring.read_bytes([&](const ByteSighting& piece) {
    pieces.push_back({piece.conn, piece.log, piece.offset, std::string(piece.data)});
  }));
  return pieces;
}

}  // namespace

TEST_CASE("ring: records come out in order, also around the ring's end") {
  Ring ring(1, false, 8, 1024);
  std::uint32_t written = 0;
  std::uint32_t expected = 0;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 5; ++i) REQUIRE(write(ring, ++written));
    for (const std::uint32_t task : take(ring)) CHECK(task == ++expected);
  }
  CHECK(expected == 100);
  CHECK(ring.lost() == 0);
}

TEST_CASE("ring: a full ring refuses and counts, and goes on once there is room") {
  Ring ring(1, false, 8, 1024);
  for (std::uint32_t i = 1; i <= 8; ++i) CHECK(write(ring, i));
  CHECK_FALSE(write(ring, 9));
  CHECK_FALSE(write(ring, 10));
  CHECK(ring.lost() == 2);
  CHECK(take(ring).size() == 8);
  CHECK(write(ring, 11));
  CHECK(take(ring) == std::vector<std::uint32_t>{11});
}

TEST_CASE("ring: a lossless writer waits for room (100,000 records through 64 places)") {
  Ring ring(1, true, 64, 1024);
  std::thread writer([&ring] {
    for (std::uint32_t i = 1; i <= 100'000; ++i) write(ring, i);
  });
  std::uint32_t expected = 0;
  bool in_order = true;
  while (expected < 100'000) {
    for (const std::uint32_t task : take(ring)) in_order = in_order && task == ++expected;
    std::this_thread::yield();
  }
  writer.join();
  CHECK(in_order);
  CHECK(ring.lost() == 0);
}

TEST_CASE("ring: a reservation is refused when a whole request has no room, and can be released") {
  constexpr std::uint32_t request = limits::records_per_request;
  Ring ring(1, false, 8192, 1 << 20);
  std::uint32_t granted = 0;
  while (ring.reserve(request)) ++granted;
  CHECK(granted == (8192 - limits::connection_reserve) / request);
  CHECK_FALSE(ring.reserve(request));
  ring.release(request);
  CHECK(ring.reserve(request));
  for (std::uint32_t i = 0; i < granted; ++i) ring.release(request);
  // What is written and not yet collected takes room as well.
  for (std::uint32_t i = 0; i < 8192 - limits::connection_reserve; ++i) write(ring, i);
  CHECK_FALSE(ring.reserve(request));
  take(ring);
  CHECK(ring.reserve(request));
}

TEST_CASE("ring: a reservation is refused when the bytes of a request have no room") {
  constexpr std::uint32_t request = limits::records_per_request;
  // Requests at the same time do not share the room: each has its own.
  Ring ring(1, false, 1 << 16, std::size_t{4} * limits::bytes_per_request);
  for (int i = 0; i < 4; ++i) CHECK(ring.reserve(request));
  CHECK_FALSE(ring.reserve(request));
  ring.release(request);
  CHECK(ring.reserve(request));
  ring.release(2 * request);
  // What is kept and not yet collected takes room as well.
  const std::string data(20 << 10, 'x');
  CHECK(ring.keep(1, Log::In, 0, data));
  CHECK(ring.keep(1, Log::In, data.size(), data));
  CHECK_FALSE(ring.reserve(request));
  drain(ring);
  CHECK(ring.reserve(request));
}

TEST_CASE("ring: a lossless ring always grants") {
  Ring ring(1, true, 64, 1024);
  CHECK(ring.reserve(1'000'000));
}

TEST_CASE("ring: bytes come out whole and in order, also around the ring's end") {
  Ring ring(1, false, 8, 1024);
  for (std::uint64_t i = 0; i < 200; ++i) {
    const std::string first(i % 97, static_cast<char>('a' + i % 26));
    const std::string second(i % 61 + 1, static_cast<char>('A' + i % 26));
    REQUIRE(ring.keep(1, Log::In, i, first));
    REQUIRE(ring.keep(2, Log::Out, i + 1, second));
    CHECK(drain(ring) ==
          std::vector<Piece>{{1, Log::In, i, first}, {2, Log::Out, i + 1, second}});
  }
  CHECK(ring.bytes_not_kept() == 0);
}

TEST_CASE("ring: bytes that do not fit are counted as not kept") {
  Ring ring(1, false, 8, 1024);
  CHECK_FALSE(ring.keep(1, Log::In, 0, std::string(300, 'x')));  // larger than a quarter
  CHECK(ring.bytes_not_kept() == 300);
  int kept = 0;
  while (ring.keep(1, Log::In, 0, std::string(200, 'y'))) ++kept;
  CHECK(kept == 4);
  CHECK(ring.bytes_not_kept() == 500);
  CHECK(drain(ring).size() == 4);
  CHECK(ring.keep(1, Log::In, 0, std::string(200, 'z')));
}

}  // namespace roundtrip::trace
