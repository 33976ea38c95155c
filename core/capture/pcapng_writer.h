// PcapngWriter: the blocks of a pcapng file as bytes, little-endian, times in nanoseconds, packets
// that begin with their IP header. Called by the export; it opens no file and judges nothing. The
// section comes first, then its interfaces, then names and packets.
// draft-ietf-opsawg-pcapng.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/packet/packet.h"

namespace roundtrip::capture {

enum class Direction : std::uint8_t { Inbound, Outbound };

struct SectionWords {
  std::string hardware;
  std::string os;
  std::string application;
  std::string comment;
};

struct InterfaceWords {
  std::string name;
  std::string description;
};

struct HostName {
  packet::IpAddress address;
  std::string name;
};

struct PacketBlock {
  std::uint32_t interface = 0;
  std::uint64_t realtime_ns = 0;
  std::string_view bytes;            // as far as they were kept
  std::uint32_t original_bytes = 0;  // as many as it had
  std::optional<Direction> direction;
  std::vector<std::string> comments;
};

class PcapngWriter {
 public:
  void section(const SectionWords& words);
  void interface(const InterfaceWords& words);
  void names(const std::vector<HostName>& hosts);
  void packet(const PacketBlock& packet);

  std::string_view bytes() const { return out_; }
  void clear() { out_.clear(); }  // after they have been written

 private:
  void number(std::uint64_t value, int byte_count);
  void padded(std::string_view bytes);
  void option(std::uint16_t code, std::string_view value);
  void end_options();
  std::size_t begin_block(std::uint32_t type);
  void end_block(std::size_t begun_at);

  std::string out_;
};

}  // namespace roundtrip::capture
