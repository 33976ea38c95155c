// What is said of a packet that is not as it should be, in the order of PacketFlawCode.
#include "core/packet/packet.h"

namespace roundtrip::packet {
namespace {

struct Row {
  PacketFlawCode code;
  std::string_view sentence;
  std::string_view section;
};

using Code = PacketFlawCode;
constexpr std::array<Row, packet_flaw_count> rows = {{
    {Code::Empty, "there are no bytes", "RFC 791, 3.1"},
    {Code::UnknownVersion, "the first four bits are neither 4 nor 6, so it is no IP packet",
     "RFC 791, 3.1"},
    {Code::Ipv4HeaderCut, "the packet ends within its IPv4 header", "RFC 791, 3.1"},
    {Code::Ipv4HeaderTooShort, "the header length (IHL) is below 5 words of 4 bytes",
     "RFC 791, 3.1"},
    {Code::Ipv4LengthBelowHeader, "the total length is smaller than the header", "RFC 791, 3.1"},
    {Code::Ipv4PacketCut, "fewer bytes are here than the total length says", "RFC 791, 3.1"},
    {Code::Ipv6HeaderCut, "the packet ends within the 40 bytes of its IPv6 header", "RFC 8200, 3"},
    {Code::Ipv6PacketCut, "fewer bytes are here than the payload length says", "RFC 8200, 3"},
    {Code::Ipv6ExtensionCut, "an extension header reaches beyond the packet", "RFC 8200, 4"},
    {Code::TcpHeaderCut, "the packet ends within the 20 bytes of the TCP header", "RFC 9293, 3.1"},
    {Code::TcpHeaderTooShort, "the data offset is below 5 words of 4 bytes", "RFC 9293, 3.1"},
    {Code::TcpOptionsCut, "the data offset reaches beyond the packet", "RFC 9293, 3.1"},
    {Code::TcpOptionWithoutLength, "the header ends where an option's length should stand",
     "RFC 9293, 3.2"},
    {Code::TcpOptionLengthTooSmall,
     "an option's length counts its kind and itself: it is at least 2", "RFC 9293, 3.2"},
    {Code::TcpOptionBeyondHeader, "an option reaches beyond the header", "RFC 9293, 3.2"},
    {Code::TcpOptionLengthWrong, "an option has another length than its kind has", "RFC 9293, 3.2"},
}};

constexpr bool rows_stand_in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].code != static_cast<Code>(i)) return false;
  }
  return true;
}
static_assert(rows_stand_in_order());

const Row& row_of(PacketFlawCode code) {
  return rows[static_cast<std::size_t>(code)];
}

}  // namespace

std::string_view PacketFlaw::sentence() const {
  return row_of(code).sentence;
}
std::string_view PacketFlaw::section() const {
  return row_of(code).section;
}

}  // namespace roundtrip::packet
