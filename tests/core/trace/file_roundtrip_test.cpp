// What is written is read back: whole traces, streams of deliveries, plain and gzipped.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/trace/file_format.h"
#include "core/trace/file_reader.h"
#include "core/trace/file_writer.h"
#include "core/trace/trace_compare.h"
#include "tests/core/trace/file_samples.h"

using namespace roundtrip;
using namespace roundtrip::trace;
using namespace roundtrip::trace::samples;

namespace {

void check_same(const Trace& a, const Trace& b) {
  std::string why;
  CHECK_MESSAGE(same_trace(a, b, &why), why);
}

ReadReport load(const std::string& path, Trace& trace) {
  const auto report = read_trace_file(path, trace);
  REQUIRE_MESSAGE(report.ok(), report.error());
  return *report;
}

void save(const Trace& trace, const std::string& path) {
  const Status saved = TraceFileWriter::save(trace, path);
  REQUIRE_MESSAGE(saved.ok(), saved.error());
}

}  // namespace

TEST_CASE("trace file: bytes that were seen otherwise are saved behind those seen first") {
  Folder folder;
  Trace original;
  const ByteSighting sightings[] = {{1, Log::In, 0, "hello"}, {1, Log::In, 1, "a"}};
  original.append({sightings, {}, {}, Instant{1}, {}});
  save(original, folder.path("differing.trace.json"));
  Trace loaded;
  load(folder.path("differing.trace.json"), loaded);
  CHECK(loaded.bytes(1, Log::In, {0, 5}).data == "hello");
  CHECK(loaded.log(1, Log::In)->differing == std::vector<DifferingSighting>{{1, "a"}});
}

TEST_CASE("trace file: a saved trace loads equal and saves to the same bytes (plain, gzip)") {
  Folder folder;
  Trace original;
  fill(original, batches_of_everything(original.symbols()));
  for (const std::string ending : {"trace.json", "trace.json.gz"}) {
    CAPTURE(ending);
    save(original, folder.path("one." + ending));
    Trace loaded;
    const ReadReport report = load(folder.path("one." + ending), loaded);
    CHECK(report.version == file_version);
    CHECK(report.events == original.count());
    CHECK(report.late == original.late_events());
    CHECK(loaded.late_events() == original.late_events());
    CHECK(report.foreign_lines == 0);
    CHECK(report.unknown_words == 0);
    CHECK(report.ended);
    CHECK_FALSE(report.torn);
    CHECK(loaded.settled_to() == original.settled_to());
    check_same(original, loaded);
    save(loaded, folder.path("two." + ending));
    CHECK(read_all(folder.path("one." + ending)) == read_all(folder.path("two." + ending)));
  }
  CHECK(folder.count() == 4);
}

TEST_CASE("trace file: a recorded stream loads equal to the trace that took the same deliveries") {
  Folder folder;
  for (const std::string name : {"live.trace.json", "live.trace.json.gz"}) {
    CAPTURE(name);
    Trace live;
    const std::vector<Batch> batches = batches_of_everything(live.symbols());
    auto writer = TraceFileWriter::open(folder.path(name), sample_info(), live.symbols());
    REQUIRE(writer.ok());
    for (const Batch& batch : batches) REQUIRE((*writer)->write(batch.delivery()).ok());
    fill(live, batches);
    {
      Trace so_far;
      const ReadReport report = load(folder.path(name), so_far);
      CHECK_FALSE(report.ended);
      if (!name.ends_with(".gz")) CHECK(so_far.count() == live.count());
    }
    REQUIRE((*writer)->finish().ok());
    Trace loaded;
    const ReadReport report = load(folder.path(name), loaded);
    CHECK(report.late == 40);
    CHECK(loaded.late_events() == live.late_events());
    check_same(live, loaded);
  }
}

TEST_CASE("trace file: every line is JSON that other programs can read") {
  const std::string text = small_file();
  const auto file = nlohmann::json::parse(text);
  REQUIRE(file.is_array());
  CHECK(file[0]["name"] == "roundtrip");
  CHECK(file[0]["args"]["version"] == 1);
  CHECK(file[0]["args"]["epoch"] == "1735732800123456789");
  CHECK(file.back()["name"] == "roundtrip_end");
  for (const auto& event : file) {
    CHECK(event["pid"] == 1);
    if (event["ph"] == "M") continue;
    CHECK(event["ts"].is_number());
    CHECK(event["tid"].is_number());
    CHECK(event["args"].contains("src"));
    CHECK(phase_from_id(event["name"].get<std::string>()).has_value());
  }
}

TEST_CASE("trace file: bytes stand before the event that uses them, names before their lane") {
  Folder folder;
  Trace trace;
  Batch batch;
  batch.bytes.push_back({1, Log::In, 0, "GET / HTTP/1.1\r\n"});
  Event created;
  created.phase = Phase::TaskCreated;
  created.task = 5;
  created.set_arg(0, trace.symbols().intern("serve").value);
  Event run;
  run.phase = Phase::TaskRun;
  run.kind = Kind::Begin;
  run.task = 5;
  run.time.ns = 1'002'003'004;
  run.set_arg(0, 2);
  Event line;
  line.phase = Phase::ReadLineFound;
  line.task = 5;
  line.conn = line.request = line.thread = 1;
  line.time.ns = 1'002'003'005;
  line.set_bytes(Log::In, {0, 16});
  Event stop = run;
  stop.kind = Kind::End;
  stop.present = 0;
  stop.time.ns = 1'002'003'999;
  batch.events = {created, run, line, stop};
  fill(trace, {batch});
  save(trace, folder.path("t.json"));
  const std::string text = read_all(folder.path("t.json"));
  const std::string expected =
      R"({"name":"thread_name","ph":"M","pid":1,"tid":5,"args":{"name":"task 5 serve"}},
{"name":"task.created","cat":"task","ph":"i","s":"t","ts":0.000,"pid":1,"tid":5,)"
      R"("args":{"src":"observed","task":5,"name":"serve"}},
{"name":"thread_name","ph":"M","pid":1,"tid":2000000002,"args":{"name":"worker 2"}},
{"name":"task.run","cat":"task","ph":"B","ts":1002003.004,"pid":1,"tid":2000000002,)"
      R"("args":{"src":"observed","task":5,"worker":2}},
{"name":"bytes","ph":"M","pid":1,"args":{"log":"c1.in","at":0,"b64":"R0VUIC8gSFRUUC8xLjENCg=="}},
{"name":"read.line_found","cat":"read","ph":"i","s":"t","ts":1002003.005,"pid":1,"tid":5,)"
      R"("args":{"src":"observed","conn":1,"req":1,"task":5,"thr":1,"bytes":["c1.in",0,16]}},
{"name":"task.run","cat":"task","ph":"E","ts":1002003.999,"pid":1,"tid":2000000002,)"
      R"("args":{"task":5}},
)";
  CHECK_MESSAGE(text.find(expected) != std::string::npos, text);
}

TEST_CASE("trace file: what is not understood is kept, counted and written back") {
  Folder folder;
  std::string text = small_file();
  const std::string later =
      R"({"name":"read.telepathy","ph":"B","ts":3.5,"pid":1,"args":{"deep":[{"a":[1,null]}]}})";
  const std::string other = R"({"name":"cpu","ph":"C","ts":1,"pid":1,"args":{"load":0.5e-3}})";
  const std::size_t third_line = text.find("\n{\"name\":\"startup") + 1;
  text.insert(third_line, later + ",\n" + other + ",\n");
  write_all(folder.path("a.json"), text);
  Trace trace;
  const ReadReport report = load(folder.path("a.json"), trace);
  CHECK(report.foreign_lines == 2);
  CHECK(report.events == 10);
  save(trace, folder.path("b.json"));
  const std::string again = read_all(folder.path("b.json"));
  CHECK(again.find("\n" + later + ",\n" + other + ",\n") != std::string::npos);
  Trace twice;
  load(folder.path("b.json"), twice);
  save(twice, folder.path("c.json"));
  CHECK(read_all(folder.path("c.json")) == again);
}

TEST_CASE("trace file: a word of a later version leaves its argument absent") {
  Folder folder;
  std::string text = small_file();
  const std::size_t at = text.find("\"reason\":\"");
  REQUIRE(at != std::string::npos);
  text.replace(at, text.find(',', at) - at, "\"reason\":\"bored\"");
  write_all(folder.path("a.json"), text);
  Trace trace;
  CHECK(load(folder.path("a.json"), trace).unknown_words == 1);
  bool found = false;
  for (std::uint64_t i = 0; i < trace.end(); ++i) {
    if (trace[i].phase != Phase::LifecycleClose) continue;
    found = true;
    CHECK_FALSE(trace[i].arg("reason").has_value());
  }
  CHECK(found);
}

TEST_CASE("trace file: the same JSON written otherwise loads equal (order of keys, one line)") {
  Folder folder;
  const std::string text = small_file();
  write_all(folder.path("a.json"), text);
  // nlohmann sorts the keys, so that args come before name, and puts all on one line.
  write_all(folder.path("b.json"), "\xEF\xBB\xBF" + nlohmann::json::parse(text).dump());
  Trace a;
  Trace b;
  load(folder.path("a.json"), a);
  const ReadReport report = load(folder.path("b.json"), b);
  CHECK(report.lines == 1);
  check_same(a, b);
}

TEST_CASE("trace file: events in no order are brought into order") {
  Folder folder;
  std::string text = "[\n{\"name\":\"roundtrip\",\"ph\":\"M\",\"args\":{\"version\":1}},\n";
  for (const int ts : {5, 3, 9, 1, 3}) {
    text += fmt::format(
        "{{\"name\":\"trace.note\",\"ph\":\"i\",\"ts\":{}e0,\"args\":{{\"thr\":{}}}}},\n", ts, ts);
  }
  write_all(folder.path("a.json"), text);
  Trace trace;
  CHECK(load(folder.path("a.json"), trace).late == 3);
  REQUIRE(trace.count() == 5);
  const std::int64_t expected_us[] = {1, 3, 3, 5, 9};
  for (std::uint64_t i = 0; i < 5; ++i) CHECK(trace[i].time.ns == expected_us[i] * 1000);
}

TEST_CASE("compare: says what differs (event, argument, bytes, losses)") {
  Trace a;
  fill(a, batches_of_everything(a.symbols()));
  const auto other_with = [&](auto&& change) {
    Trace b;
    std::vector<Batch> batches = batches_of_everything(b.symbols());
    change(batches);
    fill(b, batches);
    std::string why;
    CHECK_FALSE(same_trace(a, b, &why));
    return why;
  };
  CHECK(other_with([](auto& all) { all[0].events[7].task += 1; }).starts_with("event "));
  CHECK(other_with([](auto& all) { all[0].events.pop_back(); }).find("events in one") > 0);
  CHECK(other_with([](auto& all) {
          for (Event& event : all[0].events) {
            if (event.phase == Phase::StartupSocket && event.arg(0)) event.set_arg(0, 77);
          }
        }).find("the argument fd of startup.socket is ") != std::string::npos);
  CHECK(other_with([](auto& all) { all[2].bytes[0].data = "other"; }) ==
        "the kept bytes of c2.in differ");
  CHECK(
      other_with([](auto& all) { ++all[2].losses.lost_records; }).starts_with("the losses differ"));
}
