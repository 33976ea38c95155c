#include "core/capture/pcapng_writer.h"

#include "core/capture/capture_format.h"

namespace roundtrip::capture {
namespace {

// The length of an option has 16 bits; no text of ours needs more than this.
constexpr std::size_t most_option_bytes = 4096;

// Cut where no character of UTF-8 is cut.
std::string_view shortened(std::string_view text) {
  if (text.size() <= most_option_bytes) return text;
  std::size_t end = most_option_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

void PcapngWriter::number(std::uint64_t value, int byte_count) {
  for (int i = 0; i < byte_count; ++i) out_ += static_cast<char>(value >> 8 * i);
}

void PcapngWriter::padded(std::string_view bytes) {
  out_ += bytes;
  out_.append((4 - bytes.size() % 4) % 4, '\0');
}

void PcapngWriter::option(std::uint16_t code, std::string_view value) {
  if (value.empty()) return;
  value = shortened(value);
  number(code, 2);
  number(value.size(), 2);
  padded(value);
}

void PcapngWriter::end_options() {
  number(pcapng::option_end, 4);
}

std::size_t PcapngWriter::begin_block(std::uint32_t type) {
  const std::size_t begun_at = out_.size();
  number(type, 4);
  number(0, 4);  // its length, known at its end
  return begun_at;
}

void PcapngWriter::end_block(std::size_t begun_at) {
  const std::size_t length = out_.size() + 4 - begun_at;
  for (std::size_t i = 0; i < 4; ++i) out_[begun_at + 4 + i] = static_cast<char>(length >> 8 * i);
  number(length, 4);
}

void PcapngWriter::section(const SectionWords& words) {
  const std::size_t begun_at = begin_block(pcapng::section_header);
  number(pcapng::byte_order_magic, 4);
  number(1, 2);  // version 1.0
  number(0, 2);
  number(UINT64_MAX, 8);  // how long the section is, is not said
  option(pcapng::option_comment, words.comment);
  option(pcapng::section_hardware, words.hardware);
  option(pcapng::section_os, words.os);
  option(pcapng::section_application, words.application);
  end_options();
  end_block(begun_at);
}

void PcapngWriter::interface(const InterfaceWords& words) {
  const std::size_t begun_at = begin_block(pcapng::interface_description);
  number(link_type::raw, 2);
  number(0, 2);
  number(capture_limits::packet_bytes, 4);
  option(pcapng::interface_name, words.name);
  option(pcapng::interface_words, words.description);
  option(pcapng::interface_resolution, "\x09");  // 10^-9 s
  end_options();
  end_block(begun_at);
}

void PcapngWriter::names(const std::vector<HostName>& hosts) {
  if (hosts.empty()) return;
  const std::size_t begun_at = begin_block(pcapng::name_resolution);
  for (const HostName& host : hosts) {
    const std::size_t address_bytes = host.address.is_v6 ? 16 : 4;
    std::string record(reinterpret_cast<const char*>(host.address.bytes.data()), address_bytes);
    record += host.name;
    record += '\0';
    number(host.address.is_v6 ? pcapng::name_record_v6 : pcapng::name_record_v4, 2);
    number(record.size(), 2);
    padded(record);
  }
  number(0, 4);  // the end of the records
  end_options();
  end_block(begun_at);
}

void PcapngWriter::packet(const PacketBlock& packet) {
  const std::size_t begun_at = begin_block(pcapng::enhanced_packet);
  number(packet.interface, 4);
  number(packet.realtime_ns >> 32, 4);
  number(packet.realtime_ns, 4);
  number(packet.bytes.size(), 4);
  number(packet.original_bytes, 4);
  padded(packet.bytes);
  for (const std::string& comment : packet.comments) option(pcapng::option_comment, comment);
  if (packet.direction) {
    const bool in = *packet.direction == Direction::Inbound;
    number(pcapng::packet_flags, 2);
    number(4, 2);
    number(in ? pcapng::inbound : pcapng::outbound, 4);
  }
  if (packet.direction || !packet.comments.empty()) end_options();
  end_block(begun_at);
}

}  // namespace roundtrip::capture
