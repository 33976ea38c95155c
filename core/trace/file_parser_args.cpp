// The named arguments of an event in a trace file (file_parser.h): numbers, words, texts,
// addresses.
#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "core/trace/file_parser.h"
#include "core/trace/json_text.h"

namespace roundtrip::trace {
namespace {

constexpr std::uint64_t most_u32 = std::numeric_limits<std::uint32_t>::max();

}  // namespace

bool FileParser::parse_arg(JsonScanner& scanner, Event& event, std::size_t index) {
  const ArgSpec& spec = event.row().args[index];
  const char next = scanner.peek();
  if (next == '"') return parse_text_arg(scanner, event, index);
  if (next == '-' || (next >= '0' && next <= '9')) return parse_number_arg(scanner, event, index);
  if (next == 'n') return scanner.skip();
  if ((next == 't' || next == 'f') && spec.unit == Unit::Flag) {
    event.set_arg(index, next == 't' ? 1 : 0);
    return scanner.skip();
  }
  if (next == '\0') return scanner.skip();
  return refuse(fmt::format("the argument '{}' of {} is neither a number nor a text", spec.name,
                            event.row().id));
}

bool FileParser::parse_text_arg(JsonScanner& scanner, Event& event, std::size_t index) {
  const ArgSpec& spec = event.row().args[index];
  std::string_view text;
  if (!scanner.string(text, scratch_)) return false;
  if (spec.unit == Unit::Symbol) {
    event.set_arg(index, intern(text).value);
    return true;
  }
  if (spec.unit == Unit::Address) {
    const auto address = address_from(text);
    if (!address) {
      return refuse(fmt::format("'{}' is not an address with a port, such as 127.0.0.1:8080",
                                as_utf8(text.substr(0, 60))));
    }
    event.set_arg(index, address->packed);
    return true;
  }
  std::optional<std::uint32_t> value;
  if (spec.unit == Unit::PhaseUnit) {
    if (const auto phase = phase_from_id(text)) value = static_cast<std::uint32_t>(*phase);
  } else if (!unit_bit_words(spec.unit).empty()) {
    value = bits_from_text(spec.unit, text);
  } else if (unit_words(spec.unit).empty()) {
    return refuse(
        fmt::format("the argument '{}' of {} must be a number", spec.name, event.row().id));
  } else {
    value = unit_value(spec.unit, text);
  }
  // A word of a later version: the argument is absent, the event stands.
  if (value) event.set_arg(index, *value);
  unknown_words_ += value ? 0 : 1;
  return true;
}

bool FileParser::parse_number_arg(JsonScanner& scanner, Event& event, std::size_t index) {
  const ArgSpec& spec = event.row().args[index];
  JsonNumber number;
  if (!scanner.number(number)) return false;
  if (spec.unit == Unit::Symbol) {
    return refuse(fmt::format("the argument '{}' of {} must be a text", spec.name, event.row().id));
  }
  const bool wide = unit_width(spec.unit) == 8;
  const auto positive = number.as_unsigned();
  const auto negative = number.as_signed();
  if (positive && (wide || *positive <= most_u32)) {
    event.set_arg(index, *positive);
  } else if (negative && (wide || *negative >= std::numeric_limits<std::int32_t>::min()) &&
             *negative < 0) {
    event.set_arg(index, static_cast<std::uint64_t>(*negative));
  } else {
    return refuse(fmt::format("the argument '{}' of {} is {}, which does not fit in {} bits",
                              spec.name, event.row().id, number.letters.substr(0, 40),
                              wide ? 64 : 32));
  }
  return true;
}

Symbol FileParser::intern(std::string_view text) {
  const std::size_t before = symbols_.count();
  bool plain = true;
  for (const char letter : text) plain = plain && static_cast<unsigned char>(letter) < 0x80;
  const Symbol symbol = plain ? symbols_.intern(text) : symbols_.intern(as_utf8(text));
  // What a text costs beside its letters: a string, a node of the map.
  if (symbols_.count() != before) symbol_bytes_ += text.size() + 128;
  return symbol;
}

std::optional<Address> FileParser::address_from(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc() || stopped != end) return std::nullopt;
  const std::string_view host = text.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    const std::string_view inside = host.substr(1, host.size() - 2);
    return inside == "::1" ? Address::v6_loopback(port) : Address::named(intern(inside), port);
  }
  std::uint32_t ip = 0;
  const char* at = host.data();
  const char* const host_end = host.data() + host.size();
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at == host_end || *at++ != '.')) return std::nullopt;
    std::uint8_t byte = 0;
    const auto [after, bad] = std::from_chars(at, host_end, byte);
    if (bad != std::errc()) return std::nullopt;
    ip = ip << 8 | byte;
    at = after;
  }
  if (at != host_end) return std::nullopt;
  return Address::v4(ip, port);
}

}  // namespace roundtrip::trace
