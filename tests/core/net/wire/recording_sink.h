// Keeps what a wire tells, as lines that a test compares and as records that it looks into. A line
// is what happened and the packet: "held 2 server SYN, ACK".
#pragma once

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/net/wire/wire_sink.h"

namespace roundtrip::testing {

class RecordingSink final : public net::WireSink {
 public:
  struct Record {
    std::string line;
    net::PacketId id = 0;
    net::PacketId copy_of = 0;
    std::vector<std::uint8_t> bytes;
    net::WireMoment when;
    net::Delivery delivery;
    net::Fate fate;
    int error = 0;
  };

  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const Record& record : records_) all.push_back(record.line);
    return all;
  }
  std::vector<Record> records() const {
    const std::lock_guard lock(mutex_);
    return records_;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    records_.clear();
  }

  void seen(const net::WirePacket& packet) override { note("seen", packet, packet.seen); }
  void held(const net::WirePacket& packet, net::WireMoment when, std::string_view by) override {
    note("held", packet, when, fmt::format(" by {}", by));
  }
  void released(const net::WirePacket& packet, net::WireMoment when) override {
    note("released", packet, when);
  }
  void under_way(const net::WirePacket& packet, net::WireMoment when,
                 const net::Fate& fate) override {
    note("under way", packet, when).fate = fate;
  }
  void duplicated(const net::WirePacket& original, const net::WirePacket& copy) override {
    note("duplicated", copy, copy.seen, fmt::format(" of {}", original.id));
  }
  void corrupted(const net::WirePacket& packet, net::WireMoment when, net::Corruption) override {
    note("corrupted", packet, when);
  }
  void dropped(const net::WirePacket& packet, net::WireMoment when, net::DropReason reason,
               int error) override {
    const auto word = trace::word(trace::Unit::DropUnit, reason);
    note("dropped", packet, when, fmt::format(" ({})", word)).error = error;
  }
  void delivered(const net::WirePacket& packet, const net::Delivery& delivery) override {
    note("delivered", packet, delivery.returned).delivery = delivery;
  }

 private:
  Record& note(std::string_view what, const net::WirePacket& packet, net::WireMoment when,
               const std::string& rest = {}) {
    const std::lock_guard lock(mutex_);
    std::string told = packet.decoded->tcp ? packet.decoded->tcp->flags_text() : "no TCP";
    if (packet.decoded->tcp && !packet.decoded->tcp->payload.empty()) {
      told += fmt::format(" +{}", packet.decoded->tcp->payload.length);
    }
    records_.push_back(
        {fmt::format("{} {} {} {}{}", what, packet.id, net::host_name(packet.from), told, rest),
         packet.id,
         packet.copy_of,
         {packet.bytes.begin(), packet.bytes.end()},
         when,
         {},
         {},
         0});
    return records_.back();
  }

  mutable std::mutex mutex_;
  std::vector<Record> records_;
};

}  // namespace roundtrip::testing
