// What the wire tells becomes facts of the trace: each packet a span from the host that sent it to
// the host that got it, and the steps that the phase table names (SYN, segment out, FIN in, …) from
// the packets that are them. Connections are numbered at their first packet. Headers go into the
// connection's log `wire`, payload into its streams, up to limits::kept_body_bytes of each.
// A WireSink: all calls come from one thread, the wire's or that of a capture on the loopback.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/net/connection_numbers.h"
#include "core/net/wire/socket_watch.h"
#include "core/net/wire/tcp_flow.h"
#include "core/net/wire/wire_sink.h"
#include "core/trace/recorder.h"

namespace roundtrip::net {

class WireRecorder final : public WireSink {
 public:
  // On the loopback the server tells the steps, from its own calls and the kernel's stamps.
  enum class Steps : std::uint8_t { FromPackets, ByServer };
  WireRecorder(trace::Bus& bus, ConnectionNumbers& numbers, Steps steps = Steps::FromPackets)
      : bus_(bus), numbers_(numbers), steps_(steps) {}

  // Before the wire moves: from here on the kernels are asked, too, how the sockets stand.
  void watch_sockets(SocketSampler sampler) { watch_.emplace(std::move(sampler)); }
  // To be called on the thread that tells, before its first packet and after its last. What waits
  // still at the end goes no further: the wire is taken away.
  void attach() { recording_.emplace(bus_); }
  void detach();

  void seen(const WirePacket& packet) override;
  void held(const WirePacket& packet, WireMoment when, std::string_view filter) override;
  void released(const WirePacket& packet, WireMoment when) override;
  void under_way(const WirePacket&, WireMoment, const Fate&) override {}
  void duplicated(const WirePacket& original, const WirePacket& copy) override;
  void corrupted(const WirePacket& packet, WireMoment when, Corruption where) override;
  void dropped(const WirePacket& packet, WireMoment when, DropReason reason, int error) override;
  void delivered(const WirePacket& packet, const Delivery& delivery) override;
  void at_rest(Instant now) override;

  // How many packets have ever been held, and a wait for the next, at most a moment. Any thread.
  std::uint64_t held_count() const;
  void wait_for_held(std::uint64_t seen);

  // From here on the link does this to what the host sends. On the wire's thread.
  void link_set(Host from, const LinkSettings& settings);

 private:
  struct Flow {
    std::uint32_t conn = 0;
    Host client = Host::Client;  // the host that asked for the connection
    std::shared_ptr<WatchedConnection> watched;  // null: the kernels are not asked
    TcpFlow tcp;
    std::uint64_t header_bytes = 0;  // of its log of headers
    std::uint64_t arrived[2] = {};       // of each side's stream, by Side
    std::uint64_t acknowledged[2] = {};  // by its peer, and that has arrived
    bool fin_arrived[2] = {};       // of each side, at its peer
    bool fin_acknowledged[2] = {};  // and the peer's word of it has come back
    bool time_wait_told[2] = {};
    std::optional<Side> closed_first;
    bool reset_told = false;
    bool crossed = false;  // both sent their FIN before either had the other's
  };
  using Key = std::pair<std::uint64_t, std::uint64_t>;  // client and server
  // What is remembered of a packet until it ends.
  struct UnderWay {
    std::shared_ptr<Flow> flow;  // null: it is no TCP
    TcpFlow::Told told;
    ByteRange header;
    bool is_held = false;
  };

  std::shared_ptr<Flow> flow_of(const WirePacket& packet);
  static std::shared_ptr<WatchedConnection> watched(const WirePacket& first, const Flow& flow);
  void begin(const WirePacket& packet, const UnderWay& known, trace::Provenance provenance);
  void end_hold(PacketId id, UnderWay& known, std::uint64_t ticks);
  void tell_dropped(PacketId id, UnderWay& known, std::uint64_t ticks, DropReason reason,
                    int error);
  void tell_sent(const WirePacket& packet, const UnderWay& known);
  void tell_arrived(const WirePacket& packet, const UnderWay& known, std::uint64_t ticks);
  void tell_time_wait(Flow& flow, Side at, std::uint64_t ticks);

  trace::Bus& bus_;
  ConnectionNumbers& numbers_;
  const Steps steps_;
  std::optional<trace::ThreadRecording> recording_;
  mutable std::mutex held_mutex_;
  std::condition_variable held_more_;
  std::uint64_t held_count_ = 0;
  std::map<Key, std::shared_ptr<Flow>> flows_;
  std::unordered_map<PacketId, UnderWay> under_way_;
  std::optional<SocketWatch> watch_;
};

}  // namespace roundtrip::net
