#include "core/capture/capture_import.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "core/base/file_descriptor.h"
#include "core/capture/capture_flow.h"
#include "core/capture/capture_format.h"
#include "core/capture/capture_reader.h"
#include "core/capture/link_layer.h"
#include "core/capture/stream_bytes.h"
#include "core/trace/file_format.h"
#include "core/trace/file_output.h"

namespace roundtrip::capture {

using net::Side;
using net::TcpFlow;
using packet::Packet;
using packet::PacketFlawCode;
using packet::TcpFlag;
using packet::TcpHeader;
using packet::TcpOptionKind;
using trace::Event;
using trace::Kind;
using trace::Log;
using trace::Phase;
using trace::Provenance;

namespace {

Log log_of(Side sender) {
  return sender == Side::Client ? Log::In : Log::Out;
}

void put(Event& event, std::string_view name, std::uint64_t value) {
  const trace::PhaseRow& row = event.row();
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    if (row.args[i].name == name) event.set_arg(i, value);
  }
}

// What its IP header says of its length.
std::uint64_t length_said(const Packet& packet) {
  if (packet.v4) return packet.v4->total_bytes.value;
  return packet.v6->range.length + packet.v6->payload_bytes.value;
}

// Of all that says which packet of its sender it is and does not change on the way.
std::uint64_t key_of(const Packet& packet) {
  std::uint64_t key = 0xcbf2'9ce4'8422'2325;
  const auto mix = [&key](std::uint64_t value) { key = (key ^ value) * 0x0000'0100'0000'01b3; };
  const TcpHeader& tcp = *packet.tcp;
  mix(packet.v4 ? packet.v4->identification.value : packet.v6->flow_label.value);
  mix(tcp.source_port.value);
  mix(tcp.sequence.value);
  mix(tcp.acknowledgement.value);
  mix(tcp.flags.value);
  mix(tcp.window.value);
  mix(tcp.checksum.field.value);
  mix(length_said(packet));
  return key;
}

bool is_segment(const Packet& packet) {
  if (!packet.tcp || packet.is_fragment) return false;
  const auto has_flaw = [&](PacketFlawCode code) {
    return packet.flaw && packet.flaw->code == code;
  };
  return !has_flaw(PacketFlawCode::TcpHeaderTooShort) && !has_flaw(PacketFlawCode::TcpOptionsCut);
}

class Importer {
 public:
  Importer(std::string_view file, std::string_view name, trace::Trace& trace)
      : reader_(file), name_(name), trace_(trace) {}

  Result<ImportReport> run(const std::string& build);

 private:
  // A packet that is being told of.
  struct Told {
    CaptureFlow& flow;
    Side by;
    const CapturedFrame& frame;
    ByteRange header;           // in the connection's log of headers
    std::uint64_t payload = 0;  // as many bytes as it had
    TcpFlow::Told tcp;
  };

  Status read_frames();
  void take(const CapturedFrame& frame);
  CaptureFlow& flow_of(std::string_view payload);
  Event& add(Phase phase, Kind kind, Provenance provenance, const CapturedFrame& frame,
             std::uint32_t conn);
  void step(Phase phase, const Told& told, trace::Bytes bytes = {}) {
    Event& event = add(phase, Kind::Instant, Provenance::Derived, told.frame, told.flow.conn());
    if (bytes.log != Log::None) event.set_bytes(bytes.log, bytes.range);
  }
  void tell_packet(const Told& told);
  void tell_handshake(const Told& told);
  void tell_bytes(const Told& told);
  void tell_close(const Told& told);
  void begin_connection(const CapturedFrame& frame, std::uint32_t conn);

  CaptureReader reader_;
  std::string name_;
  trace::Trace& trace_;
  std::vector<CapturedFrame> frames_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<CaptureFlow>> flows_;
  std::uint32_t conns_ = 0;
  Packet packet_;
  StreamBytes bytes_;
  std::vector<Event> events_;
  std::int64_t epoch_ns_ = 0;
  trace::LossCounts losses_;
  ImportReport report_;
  std::optional<std::uint16_t> unknown_link_;
};

Status Importer::read_frames() {
  while (true) {
    const auto frame = reader_.next();
    if (!frame) return Error{frame.error()};
    if (!*frame) break;
    if (frames_.size() >= capture_limits::packets) {
      return Error{
          fmt::format("there are more than {} packets, the most that are read: a part of "
                      "it can be cut out with editcap",
                      capture_limits::packets)};
    }
    frames_.push_back(**frame);
  }
  // What has no time can't stand in a trace.
  const auto timed = [](const CapturedFrame& frame) { return frame.realtime_ns.has_value(); };
  const auto untimed = std::stable_partition(frames_.begin(), frames_.end(), timed);
  report_.left_out += static_cast<std::uint64_t>(frames_.end() - untimed);
  frames_.erase(untimed, frames_.end());
  // Those of several interfaces may be a little out of order.
  std::stable_sort(frames_.begin(), frames_.end(),
                   [](const CapturedFrame& a, const CapturedFrame& b) {
                     return *a.realtime_ns < *b.realtime_ns;
                   });
  return Nothing{};
}

Event& Importer::add(Phase phase, Kind kind, Provenance provenance, const CapturedFrame& frame,
                     std::uint32_t conn) {
  Event& event = events_.emplace_back();
  event.phase = phase;
  event.kind = kind;
  event.provenance = provenance;
  event.conn = conn;
  event.time.ns = *frame.realtime_ns - epoch_ns_;
  return event;
}

// How it is seen, of the whole and of each connection: so that who asks for its state knows.
void Importer::begin_connection(const CapturedFrame& frame, std::uint32_t conn) {
  Event& event = add(Phase::TraceWire, Kind::Instant, Provenance::Observed, frame, conn);
  put(event, "rung", static_cast<std::uint64_t>(trace::Rung::Capture));
  put(event, "reason", trace_.symbols().intern(fmt::format("imported from {}", name_)).value);
}

// The connection of the packet; a SYN with another number begins a new one between the same ends.
CaptureFlow& Importer::flow_of(std::string_view payload) {
  const auto text = [](const Endpoint& one) {
    return std::string(one.address.bytes.begin(), one.address.bytes.end()) +
           (one.address.is_v6 ? "6" : "4") + std::to_string(one.port);
  };
  const Endpoint source = source_of(packet_);
  std::string from = text(source);
  std::string to = text(destination_of(packet_));
  if (to < from) std::swap(from, to);
  std::unique_ptr<CaptureFlow>& flow = flows_[{std::move(from), std::move(to)}];
  const TcpHeader& tcp = *packet_.tcp;
  const bool begins = tcp.has(TcpFlag::Syn) && !tcp.has(TcpFlag::Ack);
  const bool is_new = flow && begins && flow->tcp().is_new_syn(tcp);
  if (!flow || is_new) {
    flow = std::make_unique<CaptureFlow>(++conns_, client_of(packet_, payload));
  }
  return *flow;
}

void Importer::take(const CapturedFrame& frame) {
  if (!link_type_is_known(frame.link_type)) unknown_link_ = frame.link_type;
  const auto ip = ip_bytes(frame.link_type, frame.bytes);
  if (ip) {
    packet::decode_packet({reinterpret_cast<const std::uint8_t*>(ip->data()), ip->size()}, packet_);
  }
  if (!ip || !is_segment(packet_)) {
    ++report_.left_out;
    return;
  }
  ++report_.packets;
  TcpHeader& tcp = *packet_.tcp;
  const std::string_view captured = ip->substr(tcp.payload.offset, tcp.payload.length);
  const std::uint64_t header_bytes = tcp.payload.offset;
  const std::uint32_t before = conns_;
  CaptureFlow& flow = flow_of(captured);
  if (conns_ != before) begin_connection(frame, flow.conn());
  const auto id = static_cast<std::uint32_t>(frame.number);
  const std::uint32_t interface = interface_of(frame.link_type, frame.bytes, frame.interface);
  if (const auto first = flow.seen_before(key_of(packet_), interface, id)) {
    Event& end = add(Phase::TracePacket, Kind::AsyncEnd, Provenance::Observed, frame, flow.conn());
    end.id = *first;
    const Side by = flow.side_of(source_of(packet_));
    put(end, "from",
        static_cast<std::uint64_t>(by == Side::Client ? trace::Host::Client : trace::Host::Server));
    put(end, "flags", tcp.flags.value);
    return;
  }
  // A capture may keep less of a packet than there was.
  if (const std::uint64_t said = length_said(packet_); said > header_bytes) {
    tcp.payload.length = std::max(tcp.payload.length, said - header_bytes);
  }
  Told told{flow,
            flow.side_of(source_of(packet_)),
            frame,
            {flow.take_header(header_bytes), header_bytes},
            tcp.payload.length,
            {}};
  const bool begun = tcp.has(TcpFlag::Syn) || tcp.has(TcpFlag::Rst) || flow.tcp().is_begun(told.by);
  if (!begun) flow.tcp().begin_within(told.by, tcp.sequence.value);
  told.tcp = flow.tcp().sent(told.by, tcp);
  // A sequence number that jumps again and again leads where no stream can be.
  auto& at = told.tcp.payload_at;
  if (at && *at + told.payload >= trace::file_limits::offset) at.reset();
  bytes_.add(flow.conn(), Log::Wire, told.header.offset, ip->substr(0, header_bytes));
  if (at && !captured.empty()) bytes_.add(flow.conn(), log_of(told.by), *at, captured);
  losses_.bytes_not_kept += told.payload - (at ? captured.size() : 0);
  tell_packet(told);
  tell_handshake(told);
  if (at) tell_bytes(told);
  tell_close(told);
}

void Importer::tell_packet(const Told& told) {
  Event& event =
      add(Phase::TracePacket, Kind::AsyncBegin, Provenance::Observed, told.frame, told.flow.conn());
  event.id = static_cast<std::uint32_t>(told.frame.number);
  event.set_bytes(Log::Wire, told.header);
  if (told.tcp.payload_at) put(event, "payload_at", *told.tcp.payload_at);
  put(event, "from",
      static_cast<std::uint64_t>(told.by == Side::Client ? trace::Host::Client
                                                         : trace::Host::Server));
  put(event, "payload", told.payload);
  put(event, "flags", packet_.tcp->flags.value);
  put(event, "marks", told.tcp.marks);
}

void Importer::tell_handshake(const Told& told) {
  const TcpHeader& tcp = *packet_.tcp;
  const trace::Bytes header{Log::Wire, told.header};
  if (told.tcp.first_syn && told.by == Side::Client) {
    step(Phase::ConnectionSyn, told, header);
    Event& event = events_.back();
    put(event, "sequence", tcp.sequence.value);
    put(event, "window", tcp.window.value);
    const auto* mss = tcp.option(TcpOptionKind::MaximumSegmentSize);
    if (mss != nullptr) put(event, "mss", mss->values[0]);
    put(event, "header", told.header.length);
  }
  if (told.tcp.first_syn && told.by == Side::Server) step(Phase::ConnectionSynAck, told, header);
  if (told.tcp.completes_handshake) step(Phase::ConnectionAck, told, header);
}

void Importer::tell_bytes(const Told& told) {
  const bool by_client = told.by == Side::Client;
  if (told.tcp.first_bytes) {
    step(by_client ? Phase::ReadSegment : Phase::TransmitSegmentOut, told,
         {log_of(told.by), {*told.tcp.payload_at, told.payload}});
  }
  if (by_client && told.tcp.acknowledged) {
    const ByteRange more = told.flow.acknowledge(Side::Server, *told.tcp.acknowledged);
    const bool possible = more.end() < trace::file_limits::offset;
    if (!more.empty() && possible) step(Phase::TransmitAckIn, told, {Log::Out, more});
  }
}

void Importer::tell_close(const Told& told) {
  const bool by_client = told.by == Side::Client;
  if ((told.tcp.marks & static_cast<std::uint32_t>(trace::PacketMark::AcknowledgesFin)) != 0) {
    step(by_client ? Phase::LifecycleFinAckIn : Phase::LifecycleFinAckOut, told);
  }
  if (told.tcp.first_fin) step(by_client ? Phase::LifecycleFinIn : Phase::LifecycleFinOut, told);
  if (packet_.tcp->has(TcpFlag::Rst)) {
    step(Phase::LifecycleReset, told);
    put(events_.back(), "from_peer", by_client ? 1 : 0);
  }
  // Whoever closed first waits from when it has the other's FIN. No packet says so.
  const TcpFlow& flow = told.flow.tcp();
  const Side first = net::other(told.by);
  if (!told.tcp.first_fin || !flow.has_sent_fin(first)) return;
  Event& event = add(Phase::LifecycleTimeWait, Kind::Instant, Provenance::Inferred, told.frame,
                     told.flow.conn());
  put(event, "on_client", first == Side::Client ? 1 : 0);
}

Result<ImportReport> Importer::run(const std::string& build) {
  if (Status read = read_frames(); !read) return Error{read.error()};
  if (!frames_.empty()) {
    epoch_ns_ = *frames_.front().realtime_ns;
    begin_connection(frames_.front(), 0);
  }
  for (const CapturedFrame& frame : frames_) take(frame);
  if (report_.packets == 0) {
    if (unknown_link_) {
      return Error{
          fmt::format("its packets have the link type {}, which is not understood (raw "
                      "IP, Ethernet, Linux cooked and loopback are)",
                      *unknown_link_)};
    }
    return Error{fmt::format("it has no segment of TCP among its {} packets", report_.left_out)};
  }
  report_.connections = conns_;
  const CaptureOrigin& origin = reader_.origin();
  trace_.info().build = build;
  trace_.info().machine = origin.os.empty() || origin.hardware.empty()
                              ? origin.os + origin.hardware
                              : fmt::format("{}, {}", origin.os, origin.hardware);
  trace_.info().clock = trace::of_a_capture;
  trace_.info().epoch_realtime_ns = epoch_ns_;
  const std::vector<trace::ByteSighting> bytes = bytes_.take();
  trace::Delivery delivery;
  delivery.bytes = bytes;
  delivery.events = events_;
  delivery.settled_to = events_.back().time;
  delivery.losses = losses_;
  trace_.append(delivery);
  return report_;
}

// The whole file, up to the limit and a byte more.
Result<std::string> read_file(const std::string& path) {
  constexpr std::string_view what = "can't read the capture";
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return Error{trace::file_error_sentence(what, path, errno)};
  std::string bytes;
  constexpr std::size_t step_bytes = 1 << 20;
  while (bytes.size() <= capture_limits::file_bytes) {
    const std::size_t before = bytes.size();
    bytes.resize(before + step_bytes);
    const ssize_t got = ::read(file.get(), bytes.data() + before, step_bytes);
    if (got < 0 && errno != EINTR) return Error{trace::file_error_sentence(what, path, errno)};
    bytes.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return bytes;
  }
  return Error{
      fmt::format("'{}' is larger than {} MiB, the most that is read of a capture: a part "
                  "of it can be cut out with editcap",
                  path, capture_limits::file_bytes >> 20)};
}

}  // namespace

Result<ImportReport> import_capture_bytes(std::string_view file, std::string_view name,
                                          const std::string& build, trace::Trace& trace) {
  auto report = Importer(file, name, trace).run(build);
  if (!report) return Error{fmt::format("'{}': {}", name, report.error())};
  return report;
}

Result<ImportReport> import_capture(const std::string& path, const std::string& build,
                                    trace::Trace& trace) {
  const auto file = read_file(path);
  if (!file) return Error{file.error()};
  return import_capture_bytes(*file, std::filesystem::path(path).filename().string(), build, trace);
}

}  // namespace roundtrip::capture
