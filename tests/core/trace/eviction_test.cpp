// A trace whose oldest part has left: what its events led to stays, in memory and in a file; what
// is live, what was saved and what is loaded again is one.
#include <doctest/doctest.h>

#include "core/trace/file_reader.h"
#include "core/trace/file_writer.h"
#include "core/trace/state_base.h"
#include "core/trace/trace_compare.h"
#include "tests/core/trace/file_samples.h"
#include "tests/core/trace/story.h"

namespace roundtrip::trace {
namespace {

constexpr std::size_t small_limit = 2 << 20;

// Numbers of symbols differ from trace to trace; the file's text tells that they are the same.
ConnectionStateAt without_symbols(ConnectionStateAt state) {
  state.request.method_name.reset();
  state.request.pattern.reset();
  state.request.handler.reset();
  state.request.candidates.clear();
  return state;
}

void check_same_states(const Trace& one, const TraceIndex& one_index, const StateReader& a,
                       const TraceIndex& other_index, const StateReader& b) {
  const std::uint64_t step = one.count() / 23 + 1;
  for (std::uint64_t n = one.first(); n < one.end(); n += step) {
    CAPTURE(n);
    for (std::uint32_t conn = 1; conn < 8; ++conn) {
      CAPTURE(conn);
      CHECK(without_symbols(a.connection_at(conn, n)) == without_symbols(b.connection_at(conn, n)));
    }
    CHECK(a.scheduler_at(n) == b.scheduler_at(n));
    ProcessAt process = a.process_at(n);
    ProcessAt loaded = b.process_at(n);
    CHECK(process.routes.size() == loaded.routes.size());
    process.routes.clear();
    loaded.routes.clear();
    CHECK(process == loaded);
    CHECK(one_index.partner(n) == other_index.partner(n));
    CHECK(one_index.parent(n) == other_index.parent(n));
  }
  const auto same_list = [](std::span<const std::uint32_t> x, std::span<const std::uint32_t> y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end());
  };
  CHECK(same_list(one_index.connections(), other_index.connections()));
  CHECK(same_list(one_index.requests(), other_index.requests()));
  CHECK(same_list(one_index.tasks(), other_index.tasks()));
  CHECK(one_index.worker_count() == other_index.worker_count());
}

// Several connections: one closed early, one idle since before the oldest event, others busy.
struct Evicted {
  Evicted() : story(small_limit) {
    story.startup();
    auto gone = story.open();
    auto idle = story.open();
    auto busy = story.open();
    auto asked = story.open();
    story.ask(gone, Story::curl_request("/hello"), "Hello, World!");
    story.close(gone, CloseReason::PeerClosed);
    story.ask(idle, Story::curl_request("/hello?name=x"), "Hello, x!");
    while (trace().first() == 0 || requests < 800) {
      story.ask(busy, Story::curl_request("/hello"), "Hello, World!");
      if (++requests % 100 == 0) {
        story.ask(asked, Story::curl_request("/hello"), "Hello, World!");
        trace();
        index.follow();
      }
    }
    story.ask(idle, Story::curl_request("/hello"), "Hello, World!");
    story.close(busy, CloseReason::IdleTimeout);
    trace();
    index.follow();
  }
  Trace& trace() { return story.trace(); }

  Story story;
  int requests = 0;
  TraceIndex index{story.trace()};
  StateReader states{index};
};

}  // namespace

TEST_CASE("eviction: live, saved and loaded are one, and nothing is wrong in either") {
  Evicted live;
  Trace& trace = live.trace();
  REQUIRE(trace.first() > 0);
  CHECK(live.index.violation_count() == 0);
  samples::Folder folder;
  for (const std::string ending : {"trace.json", "trace.json.gz"}) {
    CAPTURE(ending);
    REQUIRE(TraceFileWriter::save(trace, folder.path("one." + ending)).ok());
    Trace loaded;
    const auto report = read_trace_file(folder.path("one." + ending), loaded);
    REQUIRE_MESSAGE(report.ok(), report.error());
    CHECK(loaded.first() == trace.first());
    CHECK(loaded.end() == trace.end());
    CHECK(loaded.evicted_events() == trace.evicted_events());
    std::string why;
    CHECK_MESSAGE(same_trace(trace, loaded, &why), why);

    TraceIndex index(loaded);
    index.follow();
    const StateReader states(index);
    for (const Violation& breach : index.violations()) FAIL_CHECK(breach.sentence);
    CHECK(index.violation_count() == 0);
    check_same_states(trace, live.index, live.states, index, states);
    REQUIRE(TraceFileWriter::save(loaded, folder.path("two." + ending)).ok());
    CHECK(samples::read_all(folder.path("one." + ending)) ==
          samples::read_all(folder.path("two." + ending)));
  }
}

TEST_CASE("eviction: is told as an event, and an index that begins there judges nothing wrong") {
  Evicted live;
  const Trace& trace = live.trace();
  std::uint64_t told = 0;
  for (std::uint64_t n = trace.first(); n < trace.end(); ++n) {
    if (trace[n].phase == Phase::TraceBlockEvicted) told = trace[n].arg("events").value_or(0);
  }
  CHECK(told == trace.first());
  TraceIndex late_index(trace);
  late_index.follow();
  CHECK(late_index.violation_count() == 0);
}

TEST_CASE("eviction: what was open before the first event is known, what was closed is counted") {
  Evicted live;
  const ProcessAt process = live.states.process_at(live.trace().first());
  CHECK(process.accepted == 4);
  CHECK(process.open_connections == 3);
  CHECK(process.accepting);
  CHECK(process.listen_fd == 3);
  const ConnectionStateAt idle = live.states.connection_at(2, live.trace().first());
  CHECK(idle.state == ConnectionState::Idle);
  CHECK(idle.requests_served == 1);
  CHECK(idle.fd == 7);
}

TEST_CASE("eviction: late facts meanwhile leave no evicted number behind") {
  Story story(small_limit);
  story.startup();
  std::vector<Story::Conn> conns;
  for (int i = 0; i < 4; ++i) conns.push_back(story.open());
  TraceIndex index(story.trace());
  std::uint64_t looks = 0;
  for (std::size_t i = 0; i < 1'500; ++i) {
    story.ask(conns[i % conns.size()], Story::curl_request("/hello"), "Hello, World!");
    if (i % 7 == 0) {
      Trace& trace = story.trace();
      const std::uint64_t place = trace.first() + i * 997 % (trace.count() / 3 + 1);
      Event late = trace[place];
      late.phase = Phase::TraceNote;
      late.kind = Kind::Instant;
      late.present = 0;
      Story::deliver_late(trace, late);
    }
    if (i % 10 != 0) continue;
    const std::uint64_t first = story.trace().first();
    index.follow();
    const auto stands = [&](const auto& summary) {
      ++looks;
      REQUIRE(summary.first >= first);
      REQUIRE(summary.last < index.indexed_to());
    };
    for (const std::uint32_t conn : index.connections()) {
      stands(*index.connection(conn));
      REQUIRE(index.connection(conn)->events.front() == index.connection(conn)->first);
    }
    for (const std::uint32_t task : index.tasks()) stands(*index.task(task));
    for (const std::uint32_t request : index.requests()) stands(*index.request(request));
  }
  CHECK(story.trace().first() > 0);
  CHECK(looks > 1'000);
  CHECK(index.violation_count() == 0);
}

// Connections that speak every so many rounds, the first of them never again after its first.
TEST_CASE("eviction: whoever is left stands in the order of the first event that is left") {
  Story story(small_limit);
  TraceIndex index(story.trace());
  story.startup();
  std::vector<Story::Conn> conns;
  for (int i = 0; i < 30; ++i) conns.push_back(story.open());
  for (std::size_t round = 1; round < 600; ++round) {
    for (std::size_t i = 0; i < conns.size(); ++i) {
      if (i > 0 && round % (i * i) == 0) story.ask(conns[i], Story::curl_request("/"), "Hello");
    }
    story.deliver_and_forget();
    index.follow();
    if (round % 20 != 0) continue;
    TraceIndex fresh(story.trace());
    fresh.follow();
    const auto same = [](std::span<const std::uint32_t> x, std::span<const std::uint32_t> y) {
      return std::equal(x.begin(), x.end(), y.begin(), y.end());
    };
    CHECK(same(index.connections(), fresh.connections()));
    CHECK(same(index.requests(), fresh.requests()));
    CHECK(same(index.tasks(), fresh.tasks()));
    CHECK(std::is_sorted(index.tasks().begin(), index.tasks().end(), [&](auto a, auto b) {
      return index.task(a)->first < index.task(b)->first;
    }));
  }
  CHECK(story.trace().first() > 10'000);
  CHECK(index.connection(1) == nullptr);
  CHECK(index.connections().size() < conns.size());
}

TEST_CASE("eviction: connections whose end was never told do not pile up") {
  StateBase base;
  Event event;
  event.phase = Phase::ReadReadable;
  const auto conns = static_cast<std::uint32_t>(StateBase::most_conns * 3);
  for (std::uint32_t conn = 1; conn <= conns; ++conn) {
    event.conn = conn;
    base.take_along(event, conn);
    base.sweep();
  }
  CHECK(base.conns.size() <= StateBase::most_conns * 2);
  CHECK(base.conns.contains(conns));
  CHECK_FALSE(base.conns.contains(1));
}

TEST_CASE("eviction: a file's lies about what was evicted are refused (each)") {
  samples::Folder folder;
  const std::string header = "[\n{\"name\":\"roundtrip\",\"ph\":\"M\",\"args\":{\"version\":1}},\n";
  const auto meta = [](const std::string& name, const std::string& args) {
    return "{\"name\":\"" + name + "\",\"ph\":\"M\",\"args\":{" + args + "}},\n";
  };
  const std::string evicted = meta("roundtrip_evicted", "\"events\":5000");
  const auto closing = [&](std::size_t reason) {
    return meta("roundtrip_conn", "\"conn\":1,\"close_reason\":" + std::to_string(reason));
  };
  const std::size_t last_reason = unit_words(Unit::CloseReasonUnit).size() - 1;
  const std::string event =
      "{\"name\":\"read.readable\",\"ph\":\"i\",\"ts\":1,\"args\":{\"conn\":1}},\n";
  for (const std::string& lie : {
           meta("roundtrip_evicted", "\"events\":99999999999"),
           meta("roundtrip_evicted", "\"events\":-1"),
           meta("roundtrip_conn", "\"conn\":1"),
           evicted + evicted,
           event + evicted,
           evicted + meta("roundtrip_conn", "\"state\":1"),
           evicted + meta("roundtrip_conn", "\"conn\":1,\"state\":6"),
           evicted + meta("roundtrip_conn", "\"conn\":1,\"server_tcp\":11"),
           evicted + meta("roundtrip_conn", "\"conn\":1,\"now\":{\"line\":[1]}"),
           evicted + meta("roundtrip_conn", "\"conn\":1,\"now\":{\"line\":[1,2,3]}"),
           evicted + meta("roundtrip_conn", "\"conn\":1,\"local\":\"nowhere\""),
           evicted + closing(last_reason + 1),
           evicted + meta("roundtrip_process", "\"steps\":[\"no.such_phase\"]"),
           evicted + meta("roundtrip_scheduler", "\"cells\":[1,1,1]"),
           evicted + meta("roundtrip_scheduler", "\"cells\":[1,1,9,255]"),
           evicted + meta("roundtrip_scheduler", "\"cells\":[2,1,1,255,1,1,1,255]"),
           evicted + meta("roundtrip_scheduler", "\"queues\":[1,9,2]"),
           evicted + meta("roundtrip_scheduler", "\"running\":[70000,1]"),
       }) {
    CAPTURE(lie);
    samples::write_all(folder.path("lie.trace.json"), header + lie + event + "]\n");
    Trace trace;
    CHECK_FALSE(read_trace_file(folder.path("lie.trace.json"), trace).ok());
  }
  // What is not known is passed over, and an end in the middle is no whole block.
  samples::write_all(folder.path("odd.trace.json"),
                     header + evicted + meta("roundtrip_conn", "\"conn\":1,\"later\":[1,{}]") +
                         closing(last_reason) + event + "]\n");
  Trace trace;
  REQUIRE(read_trace_file(folder.path("odd.trace.json"), trace).ok());
  CHECK(trace.first() == 5000);
  CHECK(trace[5000].conn == 1);
}

}  // namespace roundtrip::trace
