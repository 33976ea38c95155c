// Wireshark's own reader over the packets of every recording: it has no complaint, but where the
// wire turned a bit, and each of its fields is what our decoder read. Streams too: what it puts
// together is what the trace holds.
#include <doctest/doctest.h>

#include <cstdio>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/core/capture/captures.h"

namespace roundtrip::capture {

using packet::Packet;
using packet::TcpOptionKind;
using testing::Folder;
using trace::Log;
using trace::Trace;

namespace {

std::string said_by(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  char part[4096];
  while (const std::size_t got = std::fread(part, 1, sizeof part, pipe)) out.append(part, got);
  REQUIRE_MESSAGE(::pclose(pipe) == 0, command);
  return out;
}

// What tshark says on standard error besides that it runs as root.
std::string complaints(const std::string& file) {
  std::istringstream lines(
      said_by(fmt::format("{} -n -r {} 2>&1 >/dev/null", TSHARK_PROGRAM, file)));
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("Running as user") == std::string::npos) all += line + '\n';
  }
  return all;
}

constexpr const char* fields[] = {"frame.time_epoch",
                                  "frame.len",
                                  "frame.cap_len",
                                  "frame.interface_id",
                                  "ip.src",
                                  "ip.dst",
                                  "ip.id",
                                  "ip.ttl",
                                  "ip.len",
                                  "ip.checksum",
                                  "ip.checksum.status",
                                  "tcp.srcport",
                                  "tcp.dstport",
                                  "tcp.seq_raw",
                                  "tcp.ack_raw",
                                  "tcp.hdr_len",
                                  "tcp.flags",
                                  "tcp.window_size_value",
                                  "tcp.checksum",
                                  "tcp.checksum.status",
                                  "tcp.urgent_pointer",
                                  "tcp.len",
                                  "tcp.options.mss_val",
                                  "tcp.options.wscale.shift",
                                  "tcp.options.timestamp.tsval",
                                  "tcp.options.timestamp.tsecr",
                                  "tcp.options.sack_perm",
                                  "tcp.options.sack_le",
                                  "tcp.options.sack_re"};

// A line of fields for each packet, as tshark reads them.
std::vector<std::string> read_by_tshark(const std::string& file) {
  std::string command = fmt::format(
      "{} -n -r {} -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE "
      "-o tcp.relative_sequence_numbers:FALSE -o tcp.desegment_tcp_streams:FALSE -T fields "
      "-E separator='|'",
      TSHARK_PROGRAM, file);
  for (const char* field : fields) command += fmt::format(" -e {}", field);
  std::istringstream lines(said_by(command + " 2>/dev/null"));
  std::vector<std::string> all;
  for (std::string line; std::getline(lines, line);) all.push_back(line);
  return all;
}

std::string sum_word(packet::ChecksumState state) {
  switch (state) {
    case packet::ChecksumState::Right:
      return "1";
    case packet::ChecksumState::Wrong:
      return "0";
    case packet::ChecksumState::NotVerified:
    case packet::ChecksumState::NotFilledIn:
      return "2";
  }
  return "";
}

std::string option_value(const Packet& packet, TcpOptionKind kind, std::size_t index) {
  const auto* option = packet.tcp->option(kind);
  return option != nullptr && index < option->value_count ? std::to_string(option->values[index])
                                                          : "";
}

// The left or the right edges of all blocks of a SACK, parted by commas.
std::string edges(const Packet& packet, std::size_t first) {
  std::string all;
  const auto* option = packet.tcp->option(TcpOptionKind::Sack);
  for (std::size_t i = first; option != nullptr && i < option->value_count; i += 2) {
    all += (all.empty() ? "" : ",") + std::to_string(option->values[i]);
  }
  return all;
}

// The same line as our decoder reads it.
std::string read_by_us(const CapturedFrame& frame) {
  const Packet packet = packet::decode_packet(testing::bytes_of(frame.bytes));
  REQUIRE(packet.v4.has_value());
  REQUIRE(packet.tcp.has_value());
  const packet::Ipv4Header& ip = *packet.v4;
  const packet::TcpHeader& tcp = *packet.tcp;
  const std::int64_t ns = *frame.realtime_ns;
  const std::uint64_t header_bytes = ip.header_bytes.value + tcp.header_bytes.value;
  const std::string parts[] = {fmt::format("{}.{:09}", ns / 1'000'000'000, ns % 1'000'000'000),
                               std::to_string(frame.original_bytes),
                               std::to_string(frame.bytes.size()),
                               std::to_string(frame.interface),
                               ip.source.value.text(),
                               ip.destination.value.text(),
                               fmt::format("{:#06x}", ip.identification.value),
                               std::to_string(ip.time_to_live.value),
                               std::to_string(ip.total_bytes.value),
                               fmt::format("{:#06x}", ip.checksum.field.value),
                               sum_word(ip.checksum.state),
                               std::to_string(tcp.source_port.value),
                               std::to_string(tcp.destination_port.value),
                               std::to_string(tcp.sequence.value),
                               std::to_string(tcp.acknowledgement.value),
                               std::to_string(tcp.header_bytes.value),
                               fmt::format("{:#06x}", tcp.flags.value),
                               std::to_string(tcp.window.value),
                               fmt::format("{:#06x}", tcp.checksum.field.value),
                               sum_word(tcp.checksum.state),
                               std::to_string(tcp.urgent_pointer.value),
                               std::to_string(ip.total_bytes.value - header_bytes),
                               option_value(packet, TcpOptionKind::MaximumSegmentSize, 0),
                               option_value(packet, TcpOptionKind::WindowScale, 0),
                               option_value(packet, TcpOptionKind::Timestamps, 0),
                               option_value(packet, TcpOptionKind::Timestamps, 1),
                               tcp.option(TcpOptionKind::SackPermitted) != nullptr ? "0402" : "",
                               edges(packet, 0),
                               edges(packet, 1)};
  std::string line;
  for (const std::string& part : parts) line += (line.empty() ? "" : "|") + part;
  return line;
}

// The numbers of the frames about which tshark has this to say. It is not to put messages together:
// to do so, it calls a retransmission an error of the packet that it is.
std::vector<std::string> frames_that(const std::string& file, const std::string& filter) {
  std::istringstream lines(said_by(fmt::format(
      "{} -n -r {} -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE "
      "-o tcp.desegment_tcp_streams:FALSE -Y '{}' -T fields -e frame.number 2>/dev/null",
      TSHARK_PROGRAM, file, filter)));
  std::vector<std::string> numbers;
  for (std::string line; std::getline(lines, line);) numbers.push_back(line);
  return numbers;
}

std::string exported_to(const Folder& folder, const Trace& trace, SeenBy seen_by) {
  const std::string path = folder.path("packets.pcapng");
  const auto report = export_packets(trace, seen_by, path);
  REQUIRE_MESSAGE(report.ok(), (report.ok() ? "" : report.error()));
  return path;
}

// What stands in a damaged header is read by its own rules; where one is, only our sums are judged.
bool is_sound(const CapturedFrame& frame) {
  const Packet packet = packet::decode_packet(testing::bytes_of(frame.bytes));
  return packet.tcp && packet.v4 && packet.v4->checksum.state != packet::ChecksumState::Wrong &&
         packet.tcp->checksum.state != packet::ChecksumState::Wrong;
}

// The bytes of one direction of a stream in the words of `follow`, hexadecimal lines.
struct Followed {
  std::string client;
  std::string server;
};
Followed follow(const std::string& file, std::uint32_t stream) {
  std::istringstream lines(said_by(fmt::format("{} -n -r {} -q -z follow,tcp,raw,{} 2>/dev/null",
                                               TSHARK_PROGRAM, file, stream)));
  Followed all;
  for (std::string line; std::getline(lines, line);) {
    const bool by_server = line.starts_with('\t');
    const std::string hex = by_server ? line.substr(1) : line;
    if (hex.empty() || hex.find_first_not_of("0123456789abcdef") != std::string::npos) continue;
    (by_server ? all.server : all.client) += hex;
  }
  return all;
}

std::string hex_of(const std::string& text) {
  std::string hex;
  for (const char c : text) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

}  // namespace

TEST_CASE("tshark: it reads what was sent without complaint, and each field as we do") {
  for (const std::string& scenario : testing::wire_scenarios) {
    CAPTURE(scenario);
    Trace trace;
    testing::load_recording(scenario, trace);
    const Folder folder;
    const std::string path = exported_to(folder, trace, SeenBy::Sender);
    const std::string file = testing::read_all(path);
    CHECK(complaints(path) == "");
    const auto lines = read_by_tshark(path);
    const auto frames = testing::frames_of(file);
    REQUIRE(lines.size() == frames.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CAPTURE(i + 1);
      CHECK(lines[i] == read_by_us(frames[i]));
    }
    const auto errors = frames_that(path, "_ws.malformed || _ws.expert.severity >= \"Error\"");
    CHECK(fmt::format("{}", fmt::join(errors, " ")) == "");
    CHECK(frames_that(path, "frame.packet_flags_direction == 2").size() ==
          frames.size() - frames_that(path, "frame.comment contains \"the wire made\"").size());
  }
}

TEST_CASE("tshark: what reached a host has errors only where the wire turned a bit") {
  for (const std::string& scenario : testing::wire_scenarios) {
    for (const SeenBy eye : {SeenBy::Client, SeenBy::Server}) {
      CAPTURE(scenario);
      Trace trace;
      testing::load_recording(scenario, trace);
      const Folder folder;
      const std::string path = exported_to(folder, trace, eye);
      const std::string file = testing::read_all(path);
      CHECK(complaints(path) == "");
      const auto lines = read_by_tshark(path);
      const auto frames = testing::frames_of(file);
      REQUIRE(lines.size() == frames.size());
      for (std::size_t i = 0; i < lines.size(); ++i) {
        if (is_sound(frames[i])) CHECK(lines[i] == read_by_us(frames[i]));
      }
      const auto changed = frames_that(path, "frame.comment contains \"corrupted\"");
      const std::set<std::string> known(changed.begin(), changed.end());
      for (const std::string& frame :
           frames_that(path, "_ws.malformed || _ws.expert.severity >= \"Error\"")) {
        CAPTURE(frame);
        CHECK(known.count(frame) == 1);
      }
      if (scenario == "30-noisy-line") CHECK_FALSE(known.empty());
    }
  }
}

TEST_CASE("tshark: the streams that it puts together are those of the trace") {
  for (const std::string& scenario : testing::wire_scenarios) {
    CAPTURE(scenario);
    Trace trace;
    testing::load_recording(scenario, trace);
    const Folder folder;
    const std::string path = exported_to(folder, trace, SeenBy::Sender);
    const std::string file = testing::read_all(path);
    std::set<std::uint32_t> conns;
    for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
      if (trace[i].phase == trace::Phase::TracePacket) conns.insert(trace[i].conn);
    }
    bool all_kept = true;
    for (const CapturedFrame& frame : testing::frames_of(file)) {
      all_kept = all_kept && frame.bytes.size() == frame.original_bytes;
    }
    if (!all_kept) continue;  // it tells of what it misses in words of its own
    // It numbers streams as they come, as the trace does its connections.
    std::uint32_t stream = 0;
    auto carried = testing::carried(trace);
    for (const std::uint32_t conn : conns) {
      const Followed followed = follow(path, stream++);
      CHECK(followed.client == hex_of(carried[{conn, Log::In}]));
      CHECK(followed.server == hex_of(carried[{conn, Log::Out}]));
    }
  }
}

TEST_CASE("tshark: it knows the hosts by name, the interfaces, and what became of a packet") {
  Trace trace;
  testing::load_recording("21-held-ack", trace);
  const Folder folder;
  const std::string path = exported_to(folder, trace, SeenBy::Sender);
  const std::string named = said_by(fmt::format(
      "{} -N nN -r {} -T fields -e ip.src_host -e frame.interface_name -e frame.comment "
      "2>/dev/null",
      TSHARK_PROGRAM, path));
  CHECK(named.find("client-host\tclient\t") != std::string::npos);
  CHECK(named.find("server-host\tserver\t") != std::string::npos);
  CHECK(named.find("held at the wire for ") != std::string::npos);
  CHECK(named.find("delayed on the wire for 1.") != std::string::npos);
}

}  // namespace roundtrip::capture
