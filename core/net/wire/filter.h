// Which packets are meant: a few words that a teacher writes, to hold them or to drop the n-th.
//   "SYN"                      opens a connection (SYN-ACK is a word of its own)
//   "data from server"         all words of a phrase have to fit
//   "FIN, RST"                 a comma begins another phrase, of which one has to fit
//   "not ACK"                  what the word does not mean
//   "port 8080"                of either side
// Words: all, TCP, SYN, SYN-ACK (or SYN+ACK), ACK (nothing but an acknowledgement), data, FIN, RST,
// PSH, URG.
// What needs more than the packet itself, as a retransmission does, has none. Case does not matter.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/net/wire/host.h"
#include "core/packet/packet.h"

namespace roundtrip::net {

using packet::decode_packet;
using packet::Packet;
using packet::PacketBytes;
using packet::TcpFlag;
using packet::TcpHeader;

class PacketFilter {
 public:
  // Fits nothing.
  PacketFilter() = default;
  // The sentence of a failure names the word, and the words there are.
  static Result<PacketFilter> parse(std::string_view text);
  static PacketFilter all();

  bool fits(const Packet& packet, Host from) const;
  bool fits_nothing() const { return phrases_.empty(); }
  const std::string& text() const { return text_; }  // as it was written

 private:
  enum class Word : std::uint8_t {
    All,
    Tcp,
    Syn,
    SynAck,
    Ack,
    Data,
    Fin,
    Rst,
    Psh,
    Urg,
    FromClient,
    FromServer,
    Port
  };
  struct Term {
    Word word = Word::All;
    bool negated = false;
    std::uint16_t port = 0;
  };
  using Phrase = std::vector<Term>;
  static Result<Phrase> parse_phrase(std::string_view text);
  static bool means(const Term& term, const Packet& packet, Host from);

  std::vector<Phrase> phrases_;
  std::string text_;
};

}  // namespace roundtrip::net
