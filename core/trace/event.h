// Event: one fact, 64 bytes, append-only. A Record is the same fact while it is still in its
// thread's ring, stamped with raw ticks; the collector turns the ticks into an Instant. Durations,
// spans and pairs are derived elsewhere (index.h), never stored here.
// Numbers: connections, requests and tasks count from 1; 0 means that the fact belongs to none.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "core/base/byte_range.h"
#include "core/base/time.h"
#include "core/trace/phase.h"

namespace roundtrip::trace {

// An interned text (Symbols, symbols.h); 0 is the empty text.
struct Symbol {
  std::uint32_t value = 0;
  constexpr bool operator==(const Symbol&) const = default;
};

// An IPv4 address with its port, or IPv6's loopback with its port, in 8 bytes. Other IPv6
// addresses are carried by their interned text.
struct Address {
  std::uint64_t packed = 0;

  static constexpr Address v4(std::uint32_t host_order_ip, std::uint16_t port) {
    return {std::uint64_t{4} << 56 | std::uint64_t{host_order_ip} << 16 | port};
  }
  static constexpr Address v6_loopback(std::uint16_t port) {
    return {std::uint64_t{6} << 56 | port};
  }
  static constexpr Address named(Symbol text, std::uint16_t port) {
    return {std::uint64_t{8} << 56 | std::uint64_t{text.value} << 16 | port};
  }
  constexpr bool operator==(const Address&) const = default;
};

// An argument that is not there. Absent is not 0.
struct Absent {};
inline constexpr Absent absent{};

// Everything about a fact but its time.
struct Facts {
  std::uint32_t task = 0;
  std::uint32_t conn = 0;
  std::uint32_t request = 0;
  std::uint32_t id = 0;  // pairs facts that may overlap (async kinds); else 0
  Phase phase{};
  Kind kind = Kind::Instant;
  Provenance provenance = Provenance::Observed;
  Log log = Log::None;
  std::uint8_t present = 0;  // bit i: argument i is there; the highest: it came late
  std::uint16_t thread = 0;  // who recorded it; orders facts of one time
  std::uint64_t packed_range = 0;  // 40 bits offset, 24 bits length
  unsigned char args[arg_bytes] = {};

  static constexpr std::uint64_t max_range_length = (1U << 24) - 1;

  ByteRange bytes() const { return {packed_range >> 24, packed_range & max_range_length}; }
  void set_bytes(Log in_log, ByteRange range) {
    log = in_log;
    const std::uint64_t length = range.length < max_range_length ? range.length : max_range_length;
    packed_range = range.offset << 24 | length;
  }
  bool has_bytes() const { return log != Log::None; }

  // It became known only behind the settling horizon, and was inserted where its time says.
  static constexpr std::uint8_t late_mark = 0x80;
  bool is_late() const { return (present & late_mark) != 0; }
  void mark_late() { present = static_cast<std::uint8_t>(present | late_mark); }

  const PhaseRow& row() const { return row_of(phase); }

  // Argument `index` of the phase's row as a number; empty where it is absent.
  std::optional<std::uint64_t> arg(std::size_t index) const {
    if (index >= max_args || (present >> index & 1U) == 0) return std::nullopt;
    const std::size_t offset = row().arg_offset(index);
    if (unit_width(row().args[index].unit) == 8) {
      std::uint64_t value = 0;
      std::memcpy(&value, args + offset, 8);
      return value;
    }
    std::uint32_t value = 0;
    std::memcpy(&value, args + offset, 4);
    return value;
  }
  // The same by name ("fd"); empty where the phase has no such argument or it is absent.
  std::optional<std::uint64_t> arg(std::string_view name) const {
    const PhaseRow& phase_row = row();
    for (std::size_t i = 0; i < phase_row.arg_count(); ++i) {
      if (phase_row.args[i].name == name) return arg(i);
    }
    return std::nullopt;
  }
  void set_arg(std::size_t index, std::uint64_t value) {
    const std::size_t offset = row().arg_offset(index);
    if (unit_width(row().args[index].unit) == 8) {
      std::memcpy(args + offset, &value, 8);
    } else {
      const auto narrow = static_cast<std::uint32_t>(value);
      std::memcpy(args + offset, &narrow, 4);
    }
    present = static_cast<std::uint8_t>(present | 1U << index);
  }
};
static_assert(sizeof(Facts) == 56);

struct Record : Facts {
  std::uint64_t ticks = 0;
};
struct Event : Facts {
  Instant time;

  bool begins() const { return kind == Kind::Begin || kind == Kind::AsyncBegin; }
  bool ends() const { return kind == Kind::End || kind == Kind::AsyncEnd; }
};
static_assert(sizeof(Record) == 64 && sizeof(Event) == 64, "a record is one cache line");

// Who a fact belongs to. An untraced subject's facts are not recorded at all.
struct Subject {
  std::uint32_t task = 0;
  std::uint32_t conn = 0;
  std::uint32_t request = 0;
  bool traced = true;
};

// The bytes that a fact is about: a range of one of its connection's logs.
struct Bytes {
  Log log = Log::None;
  ByteRange range;
};

}  // namespace roundtrip::trace
