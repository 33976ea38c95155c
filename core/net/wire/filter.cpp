#include "core/net/wire/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace roundtrip::net {
namespace {

constexpr std::string_view known_words =
    "all, TCP, SYN, SYN-ACK, ACK, data, FIN, RST, PSH, URG, from client, from server, port N, not";

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

// Takes the next word off the text; empty at its end.
std::string_view next_word(std::string_view& text) {
  constexpr std::string_view blanks = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(blanks));
  text.remove_prefix(word.size());
  return word;
}

std::optional<std::uint16_t> port_from(std::string_view word) {
  std::uint16_t port = 0;
  const auto read = std::from_chars(word.data(), word.data() + word.size(), port);
  const bool whole = read.ec == std::errc{} && read.ptr == word.data() + word.size();
  return whole && port != 0 ? std::optional(port) : std::nullopt;
}

}  // namespace

Result<PacketFilter::Phrase> PacketFilter::parse_phrase(std::string_view text) {
  // SYN+ACK: so the lists of packets write it.
  constexpr std::array<std::pair<std::string_view, Word>, 11> words = {{{"all", Word::All},
                                                                        {"TCP", Word::Tcp},
                                                                        {"SYN", Word::Syn},
                                                                        {"SYN-ACK", Word::SynAck},
                                                                        {"SYN+ACK", Word::SynAck},
                                                                        {"ACK", Word::Ack},
                                                                        {"data", Word::Data},
                                                                        {"FIN", Word::Fin},
                                                                        {"RST", Word::Rst},
                                                                        {"PSH", Word::Psh},
                                                                        {"URG", Word::Urg}}};
  Phrase phrase;
  for (std::string_view word = next_word(text); !word.empty(); word = next_word(text)) {
    Term term;
    if (same_word(word, "not")) {
      term.negated = true;
      word = next_word(text);
      if (word.empty()) return Error{"'not' needs a word behind it, as in: not ACK"};
    }
    const auto known = std::find_if(words.begin(), words.end(),
                                    [&](const auto& row) { return same_word(row.first, word); });
    if (known != words.end()) {
      term.word = known->second;
    } else if (same_word(word, "from")) {
      const std::string_view host = next_word(text);
      const bool is_client = same_word(host, host_name(Host::Client));
      if (!is_client && !same_word(host, host_name(Host::Server))) {
        return Error{fmt::format("'from' needs client or server behind it, not '{}'", host)};
      }
      term.word = is_client ? Word::FromClient : Word::FromServer;
    } else if (same_word(word, "port")) {
      const std::string_view number = next_word(text);
      const auto port = port_from(number);
      if (!port) {
        return Error{
            fmt::format("'port' needs a number from 1 to 65535 behind it, not '{}'", number)};
      }
      term.word = Word::Port;
      term.port = *port;
    } else {
      return Error{fmt::format("'{}' is no word of a filter; there are: {}", word, known_words)};
    }
    phrase.push_back(term);
  }
  if (phrase.empty()) {
    return Error{
        fmt::format("a filter needs words on both sides of a comma; there are: {}", known_words)};
  }
  return phrase;
}

Result<PacketFilter> PacketFilter::parse(std::string_view text) {
  PacketFilter filter;
  filter.text_ = text;
  while (true) {
    const std::size_t comma = text.find(',');
    Result<Phrase> phrase = parse_phrase(text.substr(0, comma));
    if (!phrase) return Error{phrase.error()};
    filter.phrases_.push_back(std::move(*phrase));
    if (comma == text.npos) return filter;
    text.remove_prefix(comma + 1);
  }
}

PacketFilter PacketFilter::all() {
  PacketFilter filter;
  filter.text_ = "all";
  filter.phrases_ = {{Term{}}};
  return filter;
}

bool PacketFilter::means(const Term& term, const Packet& packet, Host from) {
  if (term.word == Word::All) return true;
  if (term.word == Word::FromClient) return from == Host::Client;
  if (term.word == Word::FromServer) return from == Host::Server;
  if (!packet.tcp) return false;
  const TcpHeader& tcp = *packet.tcp;
  const bool ack = tcp.has(TcpFlag::Ack);
  const bool syn = tcp.has(TcpFlag::Syn);
  switch (term.word) {
    case Word::Syn:
      return syn && !ack;
    case Word::SynAck:
      return syn && ack;
    case Word::Ack:
      return ack && !syn && !tcp.has(TcpFlag::Fin) && !tcp.has(TcpFlag::Rst) && tcp.payload.empty();
    case Word::Data:
      return !tcp.payload.empty();
    case Word::Fin:
      return tcp.has(TcpFlag::Fin);
    case Word::Rst:
      return tcp.has(TcpFlag::Rst);
    case Word::Psh:
      return tcp.has(TcpFlag::Psh);
    case Word::Urg:
      return tcp.has(TcpFlag::Urg);
    case Word::Port:
      return tcp.source_port.value == term.port || tcp.destination_port.value == term.port;
    case Word::All:
    case Word::Tcp:
    case Word::FromClient:
    case Word::FromServer:
      return true;
  }
  return false;
}

bool PacketFilter::fits(const Packet& packet, Host from) const {
  return std::any_of(phrases_.begin(), phrases_.end(), [&](const Phrase& phrase) {
    return std::all_of(phrase.begin(), phrase.end(),
                       [&](const Term& term) { return means(term, packet, from) != term.negated; });
  });
}

}  // namespace roundtrip::net
