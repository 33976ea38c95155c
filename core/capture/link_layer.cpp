#include "core/capture/link_layer.h"

#include "core/capture/capture_format.h"

namespace roundtrip::capture {
namespace {

constexpr unsigned ethertype_v4 = 0x0800;
constexpr unsigned ethertype_v6 = 0x86dd;
constexpr int most_vlan_tags = 4;

unsigned number(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned>(static_cast<unsigned char>(bytes[at])) << 8 |
         static_cast<unsigned char>(bytes[at + 1]);
}

std::optional<std::string_view> behind(std::string_view frame, std::size_t header_bytes,
                                       unsigned ethertype) {
  if (ethertype != ethertype_v4 && ethertype != ethertype_v6) return std::nullopt;
  return frame.substr(header_bytes);
}

std::optional<std::string_view> behind_ethernet(std::string_view frame) {
  std::size_t at = 12;
  for (int tags = 0; tags <= most_vlan_tags && frame.size() >= at + 2; ++tags) {
    const unsigned ethertype = number(frame, at);
    if (ethertype != 0x8100 && ethertype != 0x88a8) return behind(frame, at + 2, ethertype);
    at += 4;
  }
  return std::nullopt;
}

// 2 is IPv4 everywhere; IPv6 has the number of the system that captured.
std::optional<std::string_view> behind_family(std::string_view frame) {
  if (frame.size() < 4) return std::nullopt;
  const unsigned family =
      number(frame, 0) == 0 ? number(frame, 2) : static_cast<unsigned char>(frame[0]);
  if (family != 2 && family != 10 && family != 24 && family != 28 && family != 30) {
    return std::nullopt;
  }
  return frame.substr(4);
}

}  // namespace

bool link_type_is_known(std::uint16_t type) {
  switch (type) {
    case link_type::null:
    case link_type::ethernet:
    case link_type::raw:
    case link_type::loop:
    case link_type::linux_sll:
    case link_type::ipv4:
    case link_type::ipv6:
    case link_type::linux_sll2:
      return true;
    default:
      return false;
  }
}

std::optional<std::string_view> ip_bytes(std::uint16_t type, std::string_view frame) {
  switch (type) {
    case link_type::raw:
    case link_type::ipv4:
    case link_type::ipv6:
      return frame;
    case link_type::ethernet:
      return behind_ethernet(frame);
    case link_type::null:
    case link_type::loop:
      return behind_family(frame);
    case link_type::linux_sll:
      return frame.size() < 16 ? std::nullopt : behind(frame, 16, number(frame, 14));
    case link_type::linux_sll2:
      return frame.size() < 20 ? std::nullopt : behind(frame, 20, number(frame, 0));
    default:
      return std::nullopt;
  }
}

std::uint32_t interface_of(std::uint16_t type, std::string_view frame, std::uint32_t told) {
  if (type != link_type::linux_sll2 || frame.size() < 20) return told;
  return number(frame, 4) << 16 | number(frame, 6);
}

}  // namespace roundtrip::capture
