// The words of a filter, what they mean, and what is said of words that there are not.
#include "core/net/wire/filter.h"

#include <doctest/doctest.h>

#include "tests/core/packet/packet_builder.h"

using namespace roundtrip;
using namespace roundtrip::net;
using namespace roundtrip::testing;

namespace {

Packet packet_with(std::uint16_t flags, std::string payload = "") {
  Segment segment;
  segment.flags = flags;
  segment.payload = std::move(payload);
  return decode_packet(ipv4_packet(segment));
}

bool fits(std::string_view filter, const Packet& packet, Host from = Host::Client) {
  const auto parsed = PacketFilter::parse(filter);
  REQUIRE_MESSAGE(parsed.ok(), parsed.error());
  CHECK(parsed->text() == filter);
  return parsed->fits(packet, from);
}

std::string error_of(std::string_view filter) {
  const auto parsed = PacketFilter::parse(filter);
  REQUIRE_FALSE(parsed.ok());
  return parsed.error();
}

constexpr std::uint16_t fin = 1, syn = 2, rst = 4, ack = 16;

}  // namespace

TEST_CASE("filter: each word means its packets and no others") {
  struct Row {
    const char* word;
    std::vector<int> fitting;  // places in `packets`
  };
  const std::vector<Packet> packets = {packet_with(syn),       packet_with(syn | ack),
                                       packet_with(ack),       packet_with(ack, "data"),
                                       packet_with(fin | ack), packet_with(rst | ack)};
  const std::vector<Row> rows = {{"all", {0, 1, 2, 3, 4, 5}},
                                 {"TCP", {0, 1, 2, 3, 4, 5}},
                                 {"SYN", {0}},
                                 {"SYN-ACK", {1}},
                                 {"syn+ack", {1}},
                                 {"ACK", {2}},
                                 {"data", {3}},
                                 {"FIN", {4}},
                                 {"RST", {5}},
                                 {"PSH", {}},
                                 {"not TCP", {}},
                                 {"SYN, SYN-ACK", {0, 1}},
                                 {"not data not ACK", {0, 1, 4, 5}}};
  for (const Row& row : rows) {
    std::vector<int> found;
    for (int i = 0; i < static_cast<int>(packets.size()); ++i) {
      if (fits(row.word, packets[static_cast<std::size_t>(i)])) found.push_back(i);
    }
    CHECK_MESSAGE(found == row.fitting, row.word);
  }
}

TEST_CASE("filter: hosts, ports, and phrases of several words") {
  const Packet data = packet_with(ack, "x");
  CHECK(fits("from client", data, Host::Client));
  CHECK_FALSE(fits("from server", data, Host::Client));
  CHECK(fits("DATA From Server", data, Host::Server));
  CHECK(fits("not from server data", data));
  CHECK(fits("port 8080", data));
  CHECK(fits("port 45678", data));
  CHECK_FALSE(fits("port 80", data));
  CHECK(fits("  FIN ,data from client  ", data));
  CHECK_FALSE(fits("FIN, data from client", data, Host::Server));
}

TEST_CASE("filter: what is no TCP fits only all, and its host") {
  const Packet nothing = decode_packet(Bytes{0x45});
  CHECK(fits("all", nothing));
  CHECK(fits("not TCP", nothing));
  CHECK(fits("from client", nothing));
  CHECK_FALSE(fits("ACK", nothing));
  CHECK_FALSE(PacketFilter().fits(nothing, Host::Client));
  CHECK(PacketFilter().fits_nothing());
  CHECK(PacketFilter::all().fits(nothing, Host::Server));
}

TEST_CASE("filter: a wrong one is a sentence that says what is wrong") {
  CHECK(error_of("SYM").starts_with("'SYM' is no word of a filter; there are: all, TCP, SYN"));
  CHECK(error_of("from elsewhere") == "'from' needs client or server behind it, not 'elsewhere'");
  CHECK(error_of("port 0") == "'port' needs a number from 1 to 65535 behind it, not '0'");
  CHECK(error_of("port 80x").find("'80x'") != std::string::npos);
  CHECK(error_of("port").find("not ''") != std::string::npos);
  CHECK(error_of("data not") == "'not' needs a word behind it, as in: not ACK");
  for (const char* empty : {"", "SYN,", ",SYN", " , "}) {
    CHECK(error_of(empty).starts_with("a filter needs words"));
  }
}
