#include "core/capture/capture_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/capture/capture_format.h"

namespace roundtrip::capture {
namespace {

constexpr std::uint64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t most_seconds = INT64_MAX / static_cast<std::int64_t>(ns_per_s) - 1;
constexpr std::uint32_t most_block_bytes = 16 << 20;

std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t value = 1;
  while (exponent-- > 0) value *= 10;
  return value;
}

// Seconds and the ns beside them, of a number of units of 10^-exponent or 2^-exponent s.
struct Seconds {
  std::uint64_t seconds = 0;
  std::uint64_t ns = 0;
};
Seconds seconds_of(std::uint64_t units, bool binary, unsigned exponent) {
  if (binary) {
    // What is finer than 2^-34 s is finer than a ns, and its product would not fit.
    const unsigned spare = exponent > 34 ? exponent - 34 : 0;
    const std::uint64_t whole = exponent > 63 ? 0 : units >> exponent;
    const std::uint64_t rest = units - (exponent > 63 ? 0 : whole << exponent);
    const std::uint64_t shortened = spare > 63 ? 0 : rest >> spare;
    return {whole, shortened * ns_per_s >> (exponent - spare)};
  }
  if (exponent > 19) return {};
  const std::uint64_t per_second = power_of_ten(exponent);
  const std::uint64_t rest = units % per_second;
  return {units / per_second,
          exponent <= 9 ? rest * power_of_ten(9 - exponent) : rest / power_of_ten(exponent - 9)};
}

Error cut(std::string_view what, std::size_t at) {
  return Error{fmt::format("{} at byte {} is cut off: the file ends within it", what, at)};
}

}  // namespace

std::uint64_t CaptureReader::number(std::string_view bytes, std::size_t at,
                                    std::size_t count) const {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = at + (big_endian_ ? i : count - 1 - i);
    value = value << 8 | static_cast<unsigned char>(bytes[place]);
  }
  return value;
}

bool begins_as_capture(std::string_view file) {
  std::uint32_t magic = 0;
  if (file.size() < sizeof magic) return false;
  std::memcpy(&magic, file.data(), sizeof magic);
  const auto is_one = [](std::uint32_t word) {
    return word == pcapng::section_header || word == pcap::magic_us || word == pcap::magic_ns;
  };
  return is_one(magic) || is_one(__builtin_bswap32(magic));
}

// Which of the formats it is, and its byte order.
Status CaptureReader::begin() {
  if (file_.size() < 4) return Error{"this is no capture: it has less than four bytes"};
  if (number(file_, 0, 4) == pcapng::section_header) {
    format_ = Format::Pcapng;
    return Nothing{};
  }
  for (const bool big_endian : {false, true}) {
    big_endian_ = big_endian;
    const std::uint64_t magic = number(file_, 0, 4);
    if (magic != pcap::magic_us && magic != pcap::magic_ns) continue;
    if (file_.size() < pcap::file_header_bytes) return cut("the header", 0);
    Interface one;
    one.link_type = static_cast<std::uint16_t>(number(file_, 20, 4) & 0xffff);
    one.exponent = magic == pcap::magic_ns ? 9 : 6;
    interfaces_.push_back(one);
    format_ = Format::Pcap;
    at_ = pcap::file_header_bytes;
    return Nothing{};
  }
  return Error{"this is no capture: it begins neither as pcapng nor as pcap does"};
}

Result<std::optional<CapturedFrame>> CaptureReader::next() {
  if (format_ == Format::NotYetKnown) {
    if (Status begun = begin(); !begun) return Error{begun.error()};
  }
  if (format_ == Format::Pcap) return next_record();
  while (at_ < file_.size()) {
    const auto block = read_block();
    if (!block) return Error{block.error()};
    Status taken = Nothing{};
    switch (block->type) {
      case pcapng::section_header:
        taken = take_section(*block);
        break;
      case pcapng::interface_description:
        taken = take_interface(*block);
        break;
      case pcapng::enhanced_packet:
      case pcapng::simple_packet:
      case pcapng::old_packet:
        return packet_of(*block);
      default:
        break;  // names, statistics, what others have added
    }
    if (!taken) return Error{taken.error()};
  }
  return std::optional<CapturedFrame>{};
}

CaptureReader::Next CaptureReader::next_record() {
  if (at_ == file_.size()) return std::optional<CapturedFrame>{};
  const std::size_t begun_at = at_;
  if (file_.size() - at_ < pcap::record_header_bytes) return cut("the packet", begun_at);
  const std::uint64_t seconds = number(file_, at_, 4);
  const std::uint64_t fraction = number(file_, at_ + 4, 4);
  const std::uint64_t captured = number(file_, at_ + 8, 4);
  const std::uint64_t original = number(file_, at_ + 12, 4);
  at_ += pcap::record_header_bytes;
  if (captured > capture_limits::packet_bytes) {
    return Error{fmt::format("the packet at byte {} claims {} bytes, more than the {} that any has",
                             begun_at, captured, capture_limits::packet_bytes)};
  }
  if (captured > file_.size() - at_) return cut("the packet", begun_at);
  CapturedFrame frame;
  frame.number = ++frames_;
  frame.link_type = interfaces_.front().link_type;
  const std::uint64_t ns = interfaces_.front().exponent == 9 ? fraction : fraction * 1000;
  frame.realtime_ns = static_cast<std::int64_t>(seconds * ns_per_s + ns);
  frame.bytes = file_.substr(at_, captured);
  frame.original_bytes = std::max(original, captured);
  at_ += captured;
  return std::optional(frame);
}

Result<CaptureReader::Block> CaptureReader::read_block() {
  Block block;
  block.at = at_;
  const std::size_t left = file_.size() - at_;
  if (left < 12) return cut("the block", at_);
  // The section's header is the same in either order, and says which holds from here on.
  block.type = static_cast<std::uint32_t>(number(file_, at_, 4));
  if (block.type == pcapng::section_header) {
    big_endian_ = false;
    if (number(file_, at_ + 8, 4) != pcapng::byte_order_magic) big_endian_ = true;
    if (number(file_, at_ + 8, 4) != pcapng::byte_order_magic) {
      return Error{fmt::format("the section at byte {} has no byte order", at_)};
    }
  }
  const std::uint64_t length = number(file_, at_ + 4, 4);
  if (length < 12 || length % 4 != 0 || length > most_block_bytes) {
    return Error{
        fmt::format("the block at byte {} claims {} bytes, which no block has", at_, length)};
  }
  if (length > left) return cut("the block", at_);
  if (number(file_, at_ + length - 4, 4) != length) {
    return Error{fmt::format("the block at byte {} has another length at its end", at_)};
  }
  block.body = file_.substr(at_ + 8, length - 12);
  at_ += length;
  return block;
}

// Stops where an option says that it is longer than what is left.
template <class Take>
void CaptureReader::for_options(std::string_view options, const Take& take) const {
  while (options.size() >= 4) {
    const auto code = static_cast<std::uint16_t>(number(options, 0, 2));
    const std::size_t length = number(options, 2, 2);
    const std::size_t whole = 4 + (length + 3) / 4 * 4;
    if (code == pcapng::option_end || whole > options.size()) return;
    take(code, options.substr(4, length));
    options.remove_prefix(whole);
  }
}

Status CaptureReader::take_section(const Block& block) {
  if (block.body.size() < 16) return cut("the section", block.at);
  const std::uint64_t version = number(block.body, 4, 2);
  if (version != 1) {
    return Error{fmt::format("the section at byte {} is of version {}, and 1 is what can be read",
                             block.at, version)};
  }
  interfaces_.clear();
  if (sections_) return Nothing{};
  sections_ = true;
  for_options(block.body.substr(16), [this](std::uint16_t code, std::string_view value) {
    if (code == pcapng::section_hardware) origin_.hardware = value;
    if (code == pcapng::section_os) origin_.os = value;
    if (code == pcapng::section_application) origin_.application = value;
  });
  return Nothing{};
}

Status CaptureReader::take_interface(const Block& block) {
  if (block.body.size() < 8) return cut("the interface", block.at);
  if (interfaces_.size() >= capture_limits::interfaces) {
    return Error{fmt::format("there are more than {} interfaces, the most that are read",
                             capture_limits::interfaces)};
  }
  Interface one;
  one.link_type = static_cast<std::uint16_t>(number(block.body, 0, 2));
  one.most_bytes = static_cast<std::uint32_t>(number(block.body, 4, 4));
  for_options(block.body.substr(8), [&](std::uint16_t code, std::string_view value) {
    if (code == pcapng::interface_resolution && value.size() == 1) {
      one.binary = (static_cast<unsigned char>(value[0]) & 0x80) != 0;
      one.exponent = static_cast<unsigned char>(value[0]) & 0x7f;
    }
    if (code == pcapng::interface_time_offset && value.size() == 8) {
      one.offset_s = static_cast<std::int64_t>(number(value, 0, 8));
    }
  });
  interfaces_.push_back(one);
  return Nothing{};
}

Result<std::int64_t> CaptureReader::time_of(const Block& block, const Interface& on,
                                            std::uint64_t units) const {
  const Seconds time = seconds_of(units, on.binary, on.exponent);
  // Each summand is small enough for their sum.
  const bool fits = time.seconds <= static_cast<std::uint64_t>(most_seconds) &&
                    on.offset_s <= most_seconds && on.offset_s >= -most_seconds;
  const std::int64_t seconds = fits ? static_cast<std::int64_t>(time.seconds) + on.offset_s : -1;
  if (seconds < 0 || seconds > most_seconds) {
    return Error{fmt::format("the packet at byte {} has a time that is before 1970 or beyond 2262",
                             block.at)};
  }
  return seconds * static_cast<std::int64_t>(ns_per_s) + static_cast<std::int64_t>(time.ns);
}

CaptureReader::Next CaptureReader::packet_of(const Block& block) {
  const std::string_view body = block.body;
  const bool simple = block.type == pcapng::simple_packet;
  const std::size_t header_bytes = simple ? 4 : 20;
  if (body.size() < header_bytes) return cut("the packet", block.at);
  CapturedFrame frame;
  frame.number = ++frames_;
  if (!simple) {
    const std::size_t width = block.type == pcapng::old_packet ? 2 : 4;
    frame.interface = static_cast<std::uint32_t>(number(body, 0, width));
  }
  if (frame.interface >= interfaces_.size()) {
    return Error{fmt::format("the packet at byte {} is of interface {}, which was not told of",
                             block.at, frame.interface)};
  }
  const Interface& on = interfaces_[frame.interface];
  frame.link_type = on.link_type;
  const std::uint64_t room = body.size() - header_bytes;
  std::uint64_t captured = 0;
  if (simple) {
    frame.original_bytes = number(body, 0, 4);
    captured = std::min(frame.original_bytes, room);
    if (on.most_bytes != 0) captured = std::min<std::uint64_t>(captured, on.most_bytes);
  } else {
    captured = number(body, 12, 4);
    frame.original_bytes = std::max(number(body, 16, 4), captured);
    const auto time = time_of(block, on, number(body, 4, 4) << 32 | number(body, 8, 4));
    if (!time) return Error{time.error()};
    frame.realtime_ns = *time;
  }
  if (captured > room) {
    return Error{fmt::format("the packet at byte {} claims {} bytes, and its block has room for {}",
                             block.at, captured, room)};
  }
  frame.bytes = body.substr(header_bytes, captured);
  return std::optional(frame);
}

}  // namespace roundtrip::capture
