#include "core/trace/trace.h"

#include <doctest/doctest.h>

#include "tests/core/trace/story.h"

namespace roundtrip::trace {
namespace {

void keep(Trace& trace, std::uint64_t offset, std::string_view data, std::uint32_t conn = 1) {
  const ByteSighting piece{conn, Log::In, offset, data};
  Delivery delivery;
  delivery.bytes = {&piece, 1};
  delivery.settled_to = trace.settled_to();
  trace.append(delivery);
}

// Whether every moment is found where a walk from the first event would find it.
void check_found_by_time(const Trace& trace) {
  std::uint64_t expected = trace.first();
  for (std::uint64_t number = trace.first(); number < trace.end(); ++number) {
    const Instant time = trace[number].time;
    if (number == trace.first() || trace[number - 1].time < time) expected = number;
    REQUIRE(trace.lower_bound(time) == expected);
    if (number + 1 == trace.end() || trace[number + 1].time > time) {
      REQUIRE(trace.lower_bound(time + Duration{1}) == number + 1);
    }
  }
  CHECK(trace.lower_bound(Instant{0}) == trace.first());
}

std::string kept(const Trace& trace, ByteRange range, std::uint32_t conn = 1) {
  const Trace::Excerpt excerpt = trace.bytes(conn, Log::In, range);
  std::string text = excerpt.data;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!excerpt.kept[i]) text[i] = '?';
  }
  return text;
}

}  // namespace

TEST_CASE("trace: events have the numbers of their order, and are found by time") {
  Story story;
  story.step = Duration{10};
  for (std::uint32_t i = 0; i < 10'000; ++i) story.instant<Phase::ReadReadable>({i + 1, 1});
  const Trace& trace = story.trace();
  CHECK(trace.count() == 10'000);
  CHECK(trace[9'999].task == 10'000);
  const Instant at = trace[5'000].time;
  CHECK(trace.lower_bound(at) == 5'000);
  CHECK(trace.lower_bound(at + Duration{1}) == 5'001);
  CHECK(trace.last_at(at) == 5'000);
  CHECK(trace.last_at(at - Duration{1}) == 4'999);
  CHECK_FALSE(trace.last_at(Instant{0}));
  CHECK(trace.lower_bound(Instant::max()) == trace.end());
}

TEST_CASE("trace: is searched by time wherever it begins (events at the same moment)") {
  for (const std::uint64_t begins_at : {0U, 1U, 63U, 64U, 65U, 4'095U, 4'096U, 5'000U}) {
    CAPTURE(begins_at);
    Story story;
    for (std::uint32_t i = 0; i < 500; ++i) {
      story.step = Duration{i % 70 == 0 ? 10 : 0};
      story.instant<Phase::ReadReadable>({i + 1, 1});
    }
    Trace trace;
    if (begins_at > 0) trace.begin_at(begins_at);
    check_found_by_time(trace);
    for (const auto& [from, to] : {std::pair(0, 1), std::pair(1, 64), std::pair(64, 500)}) {
      story.deliver_to(trace, from, to);
      check_found_by_time(trace);
    }
  }
}

TEST_CASE("trace: is searched by time while late facts come and old ones leave") {
  Story story(std::size_t{2} << 20);
  story.step = Duration{10};
  for (std::uint32_t i = 0; i < 60'000; ++i) {
    story.instant<Phase::ReadReadable>({i + 1, 1});
    if (i % 5'000 != 4'999) continue;
    story.trace();
    for (const std::uint64_t back : {1U, 63U, 64U, 3'000U}) {
      Event late = story.trace()[story.trace().end() - back];
      late.time = late.time + Duration{5};
      Story::deliver_late(story.trace(), late);
    }
    check_found_by_time(story.trace());
  }
  CHECK(story.trace().first() > 20'000);
}

TEST_CASE("trace: memory for what comes next is wanted before it is needed, up to the limit") {
  const std::size_t piece_bytes = EventBlocks::piece_bytes;
  const std::uint32_t piece_events = piece_bytes / sizeof(Event);
  Story story(3 * piece_bytes);
  CHECK_FALSE(story.trace().wants_memory());
  int given = 0;
  for (std::uint32_t i = 0; i < 6 * piece_events; ++i) {
    story.instant<Phase::ReadReadable>({i + 1, 1});
    if (i % 1'000 != 999) continue;
    story.deliver_and_forget();
    if (!story.trace().wants_memory()) continue;
    story.trace().give_memory(take_huge_pages(piece_bytes));
    CHECK_FALSE(story.trace().wants_memory());
    ++given;
  }
  CHECK(given == 2);
  CHECK(story.trace().memory_bytes() <= 3 * piece_bytes);
  std::uint32_t last_task = 0;
  for (std::uint64_t n = story.trace().first(); n < story.trace().end(); ++n) {
    if (story.trace()[n].phase == Phase::TraceBlockEvicted) continue;
    REQUIRE((last_task == 0 || story.trace()[n].task == last_task + 1));
    last_task = story.trace()[n].task;
  }
  CHECK(last_task == 6 * piece_events);
}

TEST_CASE("trace: bytes are kept once, split around what is known, gaps are shown") {
  Trace trace;
  keep(trace, 10, "klmno");
  CHECK(kept(trace, {8, 9}) == "??klmno??");
  keep(trace, 5, "fghijklmnopqrst");  // around the known middle
  CHECK(kept(trace, {5, 15}) == "fghijklmnopqrst");
  CHECK(trace.log(1, Log::In)->pieces.size() == 3);
  CHECK(trace.log(1, Log::In)->differing_sightings == 0);
  CHECK(trace.bytes(1, Log::In, {5, 15}).whole);
  CHECK_FALSE(trace.bytes(1, Log::In, {4, 3}).whole);
  CHECK(trace.log(1, Log::Out) == nullptr);
  CHECK(kept(trace, {0, 3}, 99) == "???");
}

TEST_CASE("trace: a byte seen twice with different values keeps the first, the other beside it") {
  Trace trace;
  keep(trace, 0, "hello");
  keep(trace, 3, "LO world");
  CHECK(kept(trace, {0, 11}) == "hello world");
  CHECK(trace.log(1, Log::In)->differing_sightings == 1);
  CHECK(trace.log(1, Log::In)->differing == std::vector<DifferingSighting>{{3, "LO"}});
}

TEST_CASE("trace: of what was seen otherwise so much is kept, and all is counted") {
  Trace trace;
  const std::string first(limits::kept_differing_bytes / 2, 'a');
  const std::string other(limits::kept_differing_bytes / 2, 'b');
  keep(trace, 0, first);
  for (int sighting = 0; sighting < 3; ++sighting) keep(trace, 0, other);
  CHECK(trace.log(1, Log::In)->differing_sightings == 3);
  CHECK(trace.log(1, Log::In)->differing.size() == 2);
}

TEST_CASE("trace: an event's text is there when all of its bytes are") {
  Story story;
  story.keep(1, Log::In, 0, "GET /");
  story.instant<Phase::ReadLineFound>({1, 1, 1}).set_bytes(Log::In, {0, 5});
  story.instant<Phase::ReadLineFound>({1, 1, 1}).set_bytes(Log::In, {0, 6});
  const Trace& trace = story.trace();
  CHECK(trace.text(trace[0]) == "GET /");
  CHECK(trace.text(trace[1]).empty());
}

TEST_CASE("trace: late facts go in where their time says, several at once") {
  Story story;
  for (std::uint32_t i = 0; i < 10; ++i) story.instant<Phase::ReadReadable>({i + 1, 1});
  Trace& trace = story.trace();
  std::vector<Event> late;
  for (const std::uint64_t after : {7U, 2U, 2U}) {
    Event event = trace[after];
    event.phase = Phase::TransmitAckIn;
    event.time = event.time + Duration{1};
    event.task = static_cast<std::uint32_t>(100 + late.size());
    late.push_back(event);
  }
  Delivery delivery;
  delivery.late = late;
  trace.append(delivery);
  REQUIRE(trace.count() == 13);
  CHECK(trace[3].task == 101);
  CHECK(trace[4].task == 102);
  CHECK(trace[5].task == 4);
  CHECK(trace[10].task == 100);
  CHECK(trace.late_events() == 3);
  CHECK(trace[3].is_late());
  CHECK(trace[10].is_late());
  CHECK_FALSE(trace[5].is_late());
  CHECK(trace.insertions().count() == 1);
  CHECK(trace.insertions().lowest_since(0) == 3);
  CHECK_FALSE(trace.insertions().lowest_since(1));
  for (std::uint64_t n = 1; n < trace.end(); ++n) CHECK(trace[n - 1].time <= trace[n].time);
  // At the end it is an event like others: nothing that was derived has to be derived again.
  Event last = trace[12];
  last.time = last.time + Duration{1};
  Story::deliver_late(trace, last);
  CHECK(trace.count() == 14);
  CHECK(trace.insertions().count() == 1);
}

TEST_CASE("trace: the lowest place since what was seen (insertions in any order)") {
  Changes changes;
  for (const std::uint64_t place : {50U, 20U, 30U, 40U, 10U}) changes.note(place);
  CHECK(changes.lowest_since(0) == 10);
  CHECK(changes.lowest_since(4) == 10);
  CHECK_FALSE(changes.lowest_since(5));
  changes.note(70);
  changes.note(60);
  CHECK(changes.lowest_since(5) == 60);
  CHECK(changes.lowest_since(6) == 60);
  CHECK(changes.lowest_since(4) == 10);
  for (std::uint64_t place = 100; place < 5'000; ++place) changes.note(place);
  CHECK(changes.lowest_since(1) == 0);  // forgotten: everything
  CHECK(changes.lowest_since(changes.count() - 1) == 4'999);
}

TEST_CASE("trace: beyond its limit the oldest blocks leave, numbers and the rest stay") {
  Story story(4 << 20);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> evicted;
  Trace& trace = story.trace();
  const std::uint64_t watch = trace.watch_evictions([&](std::uint64_t from, std::uint64_t to) {
    CHECK(trace[from].phase == Phase::ReadReadable);  // it can still be read
    evicted.emplace_back(from, to);
  });
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    story.instant<Phase::ReadReadable>({i + 1, 1});
    if (i % 1'000 == 0) story.trace();
  }
  story.trace();
  // Each eviction is told, among the events that stand.
  std::uint64_t told = trace.end() - 200'000;
  CHECK(told > 10);
  std::uint32_t last_task = 0;
  for (std::uint64_t n = trace.first(); n < trace.end(); ++n) {
    if (trace[n].phase != Phase::TraceBlockEvicted) {
      CHECK((last_task == 0 || trace[n].task == last_task + 1));
      last_task = trace[n].task;
    } else {
      --told;
      CHECK(trace[n].arg("events").value_or(0) > 0);
    }
  }
  CHECK(last_task == 200'000);
  CHECK(told < 200'000 / 4'096 + 2);  // the others have left themselves
  CHECK(trace.first() > 100'000);
  CHECK(trace.memory_bytes() <= 4 << 20);
  CHECK(trace.evicted_events() == trace.first());
  CHECK(trace.lower_bound(Instant{0}) == trace.first());
  REQUIRE_FALSE(evicted.empty());
  CHECK(evicted.front().first == 0);
  CHECK(evicted.back().second == trace.first());
  trace.stop_watching(watch);
}

TEST_CASE("trace: bytes that come one by one cost what their places cost, and are counted so") {
  Trace trace;
  constexpr std::uint64_t count = 10'000;
  for (std::uint64_t i = 0; i < count; ++i) keep(trace, i, "x", 1);
  REQUIRE(trace.log(1, Log::In) != nullptr);
  CHECK(trace.memory_bytes() >= trace.log(1, Log::In)->pieces.size() * sizeof(KeptPiece));
  CHECK(trace.log(1, Log::In)->pieces.size() == count);
}

TEST_CASE("trace: what is pinned stays, up to twice the limit") {
  Story story(2 << 20);
  story.trace().pin(100);
  const auto tell = [&story](int count) {
    for (int i = 0; i < count; ++i) story.instant<Phase::ReadReadable>({1, 1});
    return story.trace().memory_bytes();
  };
  CHECK(tell(40'000) > 2 << 20);
  CHECK(story.trace().first() <= 100);
  CHECK(tell(60'000) <= 4 << 20);
  CHECK(story.trace().first() > 100);
}

TEST_CASE("trace: bytes leave with the events of their time") {
  Story story(4 << 20);
  const std::string body(40'000, 'x');
  for (std::uint32_t i = 1; i <= 400; ++i) {
    story.wait(Duration::milliseconds(100));
    keep(story.trace(), 0, body, i);
    for (int n = 0; n < 500; ++n) story.instant<Phase::ReadReadable>({i, i});
    story.trace();
  }
  CHECK(story.trace().memory_bytes() <= 4 << 20);
  CHECK_FALSE(story.trace().bytes(1, Log::In, {0, 10}).whole);
  CHECK(story.trace().bytes(400, Log::In, {0, 40'000}).whole);
}

}  // namespace roundtrip::trace
