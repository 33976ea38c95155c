// What stands before the IP header of a captured packet, by its link type: nothing, Ethernet with
// its VLAN tags, Linux's cooked headers, or the family of a loopback device.
// tcpdump.org/linktypes.html. Called by the import.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace roundtrip::capture {

bool link_type_is_known(std::uint16_t link_type);
// From the IP header on; empty where it carries something else, or the link type is not known.
std::optional<std::string_view> ip_bytes(std::uint16_t link_type, std::string_view frame);

// Which interface saw it: the newer cooked header says so itself; else as the file says.
std::uint32_t interface_of(std::uint16_t link_type, std::string_view frame, std::uint32_t told);

}  // namespace roundtrip::capture
