// The packets of the recordings as pcapng, read back: whole, with right sums, with what the wire
// did to them, and the same streams where they are imported again.
#include "core/capture/capture_export.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "core/capture/capture_import.h"
#include "tests/core/capture/captures.h"
#include "tests/core/capture/pcap_maker.h"

namespace roundtrip::capture {

using testing::Folder;
using trace::Kind;
using trace::Phase;
using trace::Trace;

namespace {

std::uint64_t count_of(const Trace& trace, Phase phase, Kind kind) {
  std::uint64_t count = 0;
  for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
    count += trace[i].phase == phase && trace[i].kind == kind ? 1 : 0;
  }
  return count;
}

std::string exported(const Trace& trace, SeenBy seen_by) {
  const Folder folder;
  const auto report = export_packets(trace, seen_by, folder.path("a.pcapng"));
  REQUIRE_MESSAGE(report.ok(), (report.ok() ? "" : report.error()));
  CHECK(folder.count() == 1);
  return testing::read_all(folder.path("a.pcapng"));
}

std::uint64_t wrong_sums(const std::vector<CapturedFrame>& frames) {
  std::uint64_t wrong = 0;
  for (const CapturedFrame& frame : frames) {
    const auto packet = packet::decode_packet(testing::bytes_of(frame.bytes));
    const auto is_wrong = [](const packet::Checksum& sum) {
      return sum.state == packet::ChecksumState::Wrong;
    };
    wrong += (packet.v4 && is_wrong(packet.v4->checksum)) ||
                     (packet.tcp && is_wrong(packet.tcp->checksum)) || packet.flaw
                 ? 1
                 : 0;
  }
  return wrong;
}

// How often a text stands in the file.
std::uint64_t times(const std::string& file, std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t at = file.find(text); at != std::string::npos; at = file.find(text, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("capture export: every packet once, as it was sent, with right sums and in order") {
  for (const std::string& scenario : testing::wire_scenarios) {
    CAPTURE(scenario);
    Trace trace;
    testing::load_recording(scenario, trace);
    const std::string file = exported(trace, SeenBy::Sender);
    const auto frames = testing::frames_of(file);
    CHECK(frames.size() == count_of(trace, Phase::TracePacket, Kind::AsyncBegin));
    std::vector<CapturedFrame> whole;
    std::int64_t before = trace.info().epoch_realtime_ns;
    for (const CapturedFrame& frame : frames) {
      CHECK(*frame.realtime_ns >= before);
      before = *frame.realtime_ns;
      const auto packet = packet::decode_packet(testing::bytes_of(frame.bytes));
      REQUIRE(packet.tcp.has_value());
      CHECK(packet.v4->total_bytes.value == frame.original_bytes);
      if (frame.bytes.size() == frame.original_bytes) whole.push_back(frame);
    }
    CHECK(wrong_sums(whole) == 0);
    CHECK(times(file, "held at the wire") ==
          count_of(trace, Phase::TracePacketHeld, Kind::AsyncBegin));
    CHECK(times(file, "dropped on the wire") ==
          count_of(trace, Phase::TracePacketDropped, Kind::AsyncInstant));
    CHECK(times(file, "corrupted on the wire") ==
          count_of(trace, Phase::TracePacketChanged, Kind::AsyncInstant));
    CHECK(times(file, "that the wire made") ==
          count_of(trace, Phase::TracePacketCopied, Kind::AsyncInstant));
  }
}

TEST_CASE("capture export: a packet that the link delayed says how long, and how the link was") {
  Trace trace;
  testing::load_recording("21-held-ack", trace);
  std::vector<std::int64_t> ways;  // of the packets that arrived, without what they were held
  std::map<std::uint32_t, trace::Event> left;
  for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
    const trace::Event& event = trace[i];
    const bool let_go = event.phase == Phase::TracePacketHeld && event.ends();
    if (let_go || (event.phase == Phase::TracePacket && event.begins())) left[event.id] = event;
    if (event.phase != Phase::TracePacket || !event.arg("from") || !event.ends()) continue;
    ways.push_back((event.time - left[event.id].time).ns);
  }
  REQUIRE(ways.size() > 5);
  const std::string file = exported(trace, SeenBy::Sender);
  CHECK(times(file, "delayed on the wire for ") == ways.size());
  CHECK(times(file, " (link: 1 ms one way)") == ways.size());
  for (const std::int64_t ns : ways) {
    CHECK(times(file, fmt::format("delayed on the wire for {}.{:06} ms (link", ns / 1'000'000,
                                  ns % 1'000'000)) > 0);
  }
  // A captured packet's way is not known, so nobody says that it was long.
  Trace again;
  REQUIRE(import_capture_bytes(file, "a.pcapng", "roundtrip test", again).ok());
  CHECK(times(exported(again, SeenBy::Sender), "delayed on the wire") == 0);
}

TEST_CASE("capture export: what a host saw is what it sent and what reached it, as it came") {
  for (const std::string& scenario : testing::wire_scenarios) {
    CAPTURE(scenario);
    Trace trace;
    testing::load_recording(scenario, trace);
    std::uint64_t seen = 0;
    std::uint64_t changed = 0;
    for (const SeenBy eye : {SeenBy::Client, SeenBy::Server}) {
      const std::string file = exported(trace, eye);
      const auto frames = testing::frames_of(file);
      seen += frames.size();
      const std::uint64_t came_changed =
          times(file, "corrupted on the wire") - times(file, "; these are the bytes before that");
      changed += came_changed;
      std::vector<CapturedFrame> whole;
      for (const CapturedFrame& frame : frames) {
        if (frame.bytes.size() == frame.original_bytes) whole.push_back(frame);
      }
      CHECK(wrong_sums(whole) <= came_changed);
    }
    CHECK((scenario == "30-noisy-line") == (changed > 0));
    const std::uint64_t sent = count_of(trace, Phase::TracePacket, Kind::AsyncBegin) -
                               count_of(trace, Phase::TracePacketCopied, Kind::AsyncInstant);
    CHECK(seen > sent);
  }
}

TEST_CASE("capture export: imported again the streams are the same") {
  for (const std::string& scenario : testing::wire_scenarios) {
    CAPTURE(scenario);
    Trace trace;
    testing::load_recording(scenario, trace);
    const std::string file = exported(trace, SeenBy::Sender);
    Trace again;
    const auto report = import_capture_bytes(file, "a.pcapng", "roundtrip test", again);
    REQUIRE_MESSAGE(report.ok(), (report.ok() ? "" : report.error()));
    CHECK(report->packets == count_of(trace, Phase::TracePacket, Kind::AsyncBegin));
    CHECK(report->left_out == 0);
    CHECK(again.info().machine == trace.info().machine);
    // The same streams, whatever numbers their connections have.
    const auto streams = [](const Trace& from) {
      std::multiset<std::string> texts;
      for (const auto& [stream, text] : testing::carried(from)) texts.insert(text);
      return texts;
    };
    CHECK(streams(again) == streams(trace));
  }
}

TEST_CASE("capture export: a trace without packets, and a place that can't be written") {
  Trace none;
  testing::load_recording("01-hello", none);
  const Folder folder;
  const auto nothing = export_packets(none, SeenBy::Sender, folder.path("a.pcapng"));
  REQUIRE_FALSE(nothing.ok());
  CHECK(nothing.error().find("this trace has no packets") != std::string::npos);
  CHECK(folder.count() == 0);
  Trace trace;
  testing::load_recording("20-handshake", trace);
  const auto nowhere = export_packets(trace, SeenBy::Sender, folder.path("no/such/a.pcapng"));
  REQUIRE_FALSE(nowhere.ok());
  CHECK(nowhere.error().find("can't write the packets to") != std::string::npos);
}

TEST_CASE("capture export: payload that was not kept is missing at a packet's end, and counted") {
  testing::PcapMaker maker;
  maker.most_bytes = 60;
  Trace trace;
  REQUIRE(import_capture_bytes(maker.file(testing::small_connection()), "a.pcap", "roundtrip test",
                               trace)
              .ok());
  const Folder folder;
  const auto report = export_packets(trace, SeenBy::Sender, folder.path("a.pcapng"));
  REQUIRE(report.ok());
  CHECK(report->packets == 8);
  CHECK(report->cut == 2);
  const std::string file = testing::read_all(folder.path("a.pcapng"));
  std::uint64_t cut = 0;
  for (const CapturedFrame& frame : testing::frames_of(file)) {
    const auto packet = packet::decode_packet(testing::bytes_of(frame.bytes));
    CHECK(packet.v4->total_bytes.value == frame.original_bytes);
    cut += frame.bytes.size() == 60 && frame.original_bytes > 60 ? 1 : 0;
  }
  CHECK(cut == 2);
}

TEST_CASE("capture export: an imported trace was seen at one point, so no host's view is known") {
  Trace trace;
  const std::string file = testing::PcapMaker().file(testing::small_connection());
  REQUIRE(import_capture_bytes(file, "a.pcap", "roundtrip test", trace).ok());
  const std::string again = exported(trace, SeenBy::Sender);
  CHECK(testing::frames_of(again).size() == 8);
  CHECK(times(again, "one point between both hosts, imported from a.pcap") == 1);
  const Folder folder;
  CHECK_FALSE(export_packets(trace, SeenBy::Client, folder.path("a.pcapng")).ok());
}

}  // namespace roundtrip::capture
