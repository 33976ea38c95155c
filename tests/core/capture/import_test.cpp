// Captures of other programs as traces: formats, link types, streams put together, and files that
// lie.
#include "core/capture/capture_import.h"

#include <algorithm>

#include "core/trace/index.h"
#include "core/trace/state.h"
#include "tests/core/capture/captures.h"
#include "tests/core/capture/pcap_maker.h"

namespace roundtrip::capture {

using testing::PcapMaker;
using testing::small_connection;
using testing::small_request;
using testing::small_response;
using trace::Log;
using trace::Phase;
using trace::Trace;

namespace {

Result<ImportReport> import_text(std::string_view file, Trace& trace) {
  return import_capture_bytes(file, "some.pcap", "roundtrip test", trace);
}

std::string stream(const Trace& trace, std::uint32_t conn, Log log, std::size_t length) {
  const Trace::Excerpt excerpt = trace.bytes(conn, log, {0, length});
  return excerpt.whole ? excerpt.data : "not whole";
}

std::string phases_of(const Trace& trace, std::uint32_t conn) {
  std::string ids;
  for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
    if (trace[i].conn != conn || trace[i].phase == Phase::TracePacket) continue;
    ids += std::string(trace::phase_id(trace[i].phase)) + ' ';
  }
  return ids;
}

trace::ConnectionStateAt state_at_end(const Trace& trace, std::uint32_t conn) {
  trace::TraceIndex index(trace);
  index.follow();
  CHECK(index.violation_count() == 0);
  return trace::StateReader(index).connection_at(conn, trace.end() - 1);
}

const std::string ethernet("\1\1\1\1\1\1\2\2\2\2\2\2\x08\0", 14);
const std::string vlan("\1\1\1\1\1\1\2\2\2\2\2\2\x81\0\0\7\x08\0", 18);
const std::string cooked("\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x08\0", 16);
const std::string cooked2("\x08\0\0\0\0\0\0\1\0\1\0\6\1\2\3\4\5\6\0\0", 20);
const std::string family_le("\2\0\0\0", 4);
const std::string family_be("\0\0\0\2", 4);

}  // namespace

TEST_CASE("capture import: one connection in every format and link type") {
  struct Shape {
    std::uint16_t link;
    std::string header;
  };
  const std::vector<Shape> shapes = {{link_type::raw, ""},
                                     {link_type::ipv4, ""},
                                     {link_type::ethernet, ethernet},
                                     {link_type::ethernet, vlan},
                                     {link_type::linux_sll, cooked},
                                     {link_type::linux_sll2, cooked2},
                                     {link_type::null, family_le},
                                     {link_type::null, family_be},
                                     {link_type::loop, family_be}};
  for (const Shape& shape : shapes) {
    for (const int variant : {0, 1, 2, 3}) {
      CAPTURE(shape.link);
      CAPTURE(variant);
      PcapMaker maker{(variant & 1) != 0, (variant & 2) != 0, shape.link, shape.header};
      Trace trace;
      const auto report = import_text(maker.file(small_connection()), trace);
      REQUIRE_MESSAGE(report.ok(), (report.ok() ? "" : report.error()));
      CHECK(report->packets == 8);
      CHECK(report->connections == 1);
      CHECK(report->left_out == 0);
      CHECK(stream(trace, 1, Log::In, small_request.size()) == small_request);
      CHECK(stream(trace, 1, Log::Out, small_response.size()) == small_response);
      CHECK(phases_of(trace, 1) ==
            "trace.wire connection.syn connection.syn_ack connection.ack read.segment "
            "transmit.segment_out transmit.ack_in lifecycle.fin_in lifecycle.fin_ack_out "
            "lifecycle.fin_out lifecycle.time_wait lifecycle.fin_ack_in ");
      CHECK(trace[trace.end() - 1].time == Instant{7'000'000});
      CHECK(trace.info().epoch_realtime_ns == 1'700'000'000'000'000'000);
      const auto state = state_at_end(trace, 1);
      CHECK(state.client_tcp == trace::TcpState::TimeWait);
      CHECK(state.server_tcp == trace::TcpState::Closed);
    }
  }
}

TEST_CASE("capture import: the wire says that it was imported, and a packet has one moment") {
  Trace trace;
  REQUIRE(import_text(PcapMaker().file(small_connection()), trace).ok());
  const trace::Event& wire = trace[trace.first()];
  CHECK(wire.phase == Phase::TraceWire);
  CHECK(wire.arg("rung") == static_cast<std::uint64_t>(trace::Rung::Capture));
  CHECK(trace.symbols().text({static_cast<std::uint32_t>(wire.arg("reason").value_or(0))}) ==
        "imported from some.pcap");
  std::uint64_t packets = 0;
  for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
    if (trace[i].phase != Phase::TracePacket) continue;
    ++packets;
    CHECK(trace[i].kind == trace::Kind::AsyncBegin);
    CHECK(trace[i].provenance == trace::Provenance::Observed);
    CHECK(trace[i].id == packets);
  }
  CHECK(packets == 8);
}

TEST_CASE("capture import: segments out of order, twice, overlapping and missing") {
  const auto part = [](std::uint32_t at, std::string payload) {
    testing::Segment segment;
    segment.sequence = 1001 + at;
    segment.flags = 0x018;
    segment.payload = std::move(payload);
    return testing::packet_text(segment);
  };
  std::vector<std::string> packets = small_connection();
  packets.resize(3);
  for (const auto& packet :
       {part(4, "EFGH"), part(0, "ABCD"), part(2, "CDEF"), part(4, "EFxH"), part(12, "MNOP")}) {
    packets.push_back(packet);
  }
  Trace trace;
  REQUIRE(import_text(PcapMaker().file(packets), trace).ok());
  CHECK(stream(trace, 1, Log::In, 8) == "ABCDEFGH");
  const Trace::Excerpt all = trace.bytes(1, Log::In, {0, 16});
  CHECK(all.data.substr(12) == "MNOP");
  CHECK(std::count(all.kept.begin(), all.kept.end(), true) == 12);
  CHECK(trace.log(1, Log::In)->differing_sightings == 1);
}

TEST_CASE("capture import: a capture that keeps the first bytes of each packet has gaps") {
  PcapMaker maker;
  maker.most_bytes = 60;
  Trace trace;
  REQUIRE(import_text(maker.file(small_connection()), trace).ok());
  const Trace::Excerpt request = trace.bytes(1, Log::In, {0, small_request.size()});
  CHECK(std::count(request.kept.begin(), request.kept.end(), true) == 20);
  CHECK(trace.losses().bytes_not_kept == small_request.size() + small_response.size() - 40);
}

TEST_CASE("capture import: a connection that was there before, by its request and its response") {
  for (const std::size_t first : {std::size_t{3}, std::size_t{4}}) {
    std::vector<std::string> packets = small_connection();
    packets.erase(packets.begin(), packets.begin() + static_cast<std::ptrdiff_t>(first));
    Trace trace;
    REQUIRE(import_text(PcapMaker().file(packets), trace).ok());
    CHECK(stream(trace, 1, Log::Out, small_response.size()) == small_response);
    CHECK(phases_of(trace, 1).find("connection.") == std::string::npos);
  }
}

TEST_CASE("capture import: what a second interface sees again is the end of the same packet") {
  std::vector<std::string> frames;
  std::string second = cooked2;
  second[7] = '\2';
  for (const std::string& packet : small_connection()) {
    frames.push_back(cooked2 + packet);
    frames.push_back(second + packet);
  }
  PcapMaker maker;
  maker.link_type = link_type::linux_sll2;
  Trace trace;
  const auto report = import_text(maker.file(frames), trace);
  REQUIRE(report.ok());
  CHECK(report->packets == 16);
  CHECK(report->connections == 1);
  trace::TraceIndex index(trace);
  index.follow();
  std::uint64_t packets = 0;
  for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
    if (trace[i].phase != Phase::TracePacket || !trace[i].begins()) continue;
    ++packets;
    CHECK((trace[i].arg("marks").value_or(0) &
           static_cast<std::uint64_t>(trace::PacketMark::Retransmission)) == 0);
    REQUIRE(index.partner(i) != trace::no_event);
    CHECK(trace[index.partner(i)].time == trace[i].time + Duration::milliseconds(1));
  }
  CHECK(packets == 8);
}

TEST_CASE("capture import: a file cut anywhere is one sentence, or what was whole before") {
  const std::string file = PcapMaker().file(small_connection());
  for (std::size_t length = 0; length < file.size(); ++length) {
    Trace trace;
    const auto report = import_text(std::string_view(file).substr(0, length), trace);
    if (report.ok()) continue;
    CHECK(report.error().starts_with("'some.pcap': "));
    CHECK(report.error().find('\n') == std::string::npos);
    CHECK(trace.empty());
  }
  Trace trace;
  const auto report = import_text(std::string_view(file).substr(0, file.size() - 1), trace);
  REQUIRE_FALSE(report.ok());
  CHECK(report.error().find("is cut off: the file ends within it") != std::string::npos);
}

TEST_CASE("capture import: lengths that lie, and files that are none") {
  std::string file = PcapMaker().file(small_connection());
  file.replace(pcap::file_header_bytes + 8, 4, "\xff\xff\xff\xff");
  Trace trace;
  const auto lies = import_text(file, trace);
  REQUIRE_FALSE(lies.ok());
  CHECK(lies.error().find("claims 4294967295 bytes") != std::string::npos);
  const auto none = import_text("GET / HTTP/1.1\r\n\r\n", trace);
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().find("this is no capture") != std::string::npos);
  PcapMaker strange;
  strange.link_type = 147;
  const auto unknown = import_text(strange.file(small_connection()), trace);
  REQUIRE_FALSE(unknown.ok());
  CHECK(unknown.error().find("link type 147") != std::string::npos);
  const auto empty = import_text(PcapMaker().file({}), trace);
  REQUIRE_FALSE(empty.ok());
  CHECK(empty.error().find("no segment of TCP") != std::string::npos);
}

}  // namespace roundtrip::capture
