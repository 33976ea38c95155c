// The recorder: how every part of the program puts a fact on the record. begin, end and instant
// stamp the time, fill one 64-byte slot of this thread's own ring and publish it: no lock, no
// allocation, no formatting, about the cost of reading the clock. A thread that is not attached to
// a bus (bus.h), or a subject that is not traced, records nothing, at the cost of a test.
// The thread-local ring is looked up anew for each event, so it never survives a co_await.
#pragma once

#include <optional>
#include <type_traits>

#include "core/base/clock.h"
#include "core/trace/ring.h"

namespace roundtrip::trace {

// The ring of the calling thread; null when the thread records nothing.
extern constinit thread_local Ring* this_thread_ring;

inline bool recording() { return this_thread_ring != nullptr; }

// The moment and the source of a fact that did not happen just now, or not by our own clock.
struct Stamp {
  std::uint64_t ticks = 0;
  Provenance provenance = Provenance::Observed;
  std::uint32_t id = 0;
};

namespace recorder_detail {

template <class T>
constexpr bool is_absent = std::is_same_v<T, Absent>;
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class T>
std::uint64_t as_number(const T& value) {
  if constexpr (std::is_same_v<T, Symbol>) {
    return value.value;
  } else if constexpr (std::is_same_v<T, Address>) {
    return value.packed;
  } else if constexpr (std::is_same_v<T, Duration>) {
    return static_cast<std::uint64_t>(value.ns);
  } else {
    return static_cast<std::uint64_t>(value);
  }
}

template <Phase phase, std::size_t index, class T>
[[gnu::always_inline]] inline void put_arg(Record& record, const T& value) {
  constexpr PhaseRow row = row_of(phase);
  static_assert(index < row.arg_count(), "this phase has fewer arguments");
  constexpr std::size_t offset = row.arg_offset(index);
  if constexpr (is_absent<T>) {
    return;
  } else if constexpr (is_optional<T>::value) {
    if (value) put_arg<phase, index>(record, *value);
  } else {
    const std::uint64_t number = as_number(value);
    if constexpr (unit_width(row.args[index].unit) == 8) {
      std::memcpy(record.args + offset, &number, 8);
    } else {
      const auto narrow = static_cast<std::uint32_t>(number);
      std::memcpy(record.args + offset, &narrow, 4);
    }
    record.present = static_cast<std::uint8_t>(record.present | 1U << index);
  }
}

template <Phase phase, class... Args, std::size_t... index>
[[gnu::always_inline]] inline void put_args(Record& record, std::index_sequence<index...>,
                                            const Args&... args) {
  (put_arg<phase, index>(record, args), ...);
}

template <Phase phase, class... Args>
[[gnu::always_inline]] inline void put(Kind kind, const Stamp& stamp, const Subject& who,
                                       const Bytes& bytes, const Args&... args) {
  Ring* const ring = this_thread_ring;
  Record* const record = ring->claim();
  if (record == nullptr) [[unlikely]] return;
  record->task = who.task;
  record->conn = who.conn;
  record->request = who.request;
  record->id = stamp.id;
  record->phase = phase;
  record->kind = kind;
  record->provenance = stamp.provenance;
  record->log = Log::None;
  record->present = 0;
  record->thread = ring->thread();
  record->packed_range = 0;
  if (bytes.log != Log::None) record->set_bytes(bytes.log, bytes.range);
  put_args<phase>(*record, std::index_sequence_for<Args...>{}, args...);
  record->ticks = stamp.ticks;
  ring->publish();
}

inline bool wanted(const Subject& who) { return this_thread_ring != nullptr && who.traced; }

}  // namespace recorder_detail

// The moment of a fact that others will be told relative to; 0 where nobody is told of it.
inline std::uint64_t ticks_for(const Subject& who) {
  return recorder_detail::wanted(who) ? read_ticks() : 0;
}

// The phase begins, now. Arguments in the order of the phase's row; `absent` or an empty optional
// leaves one out.
template <Phase phase, class... Args>
inline void begin(const Subject& who, const Args&... args) {
  static_assert(row_of(phase).shape == Shape::Span, "this phase is an instant");
  if (!recorder_detail::wanted(who)) return;
  recorder_detail::put<phase>(Kind::Begin, {read_ticks()}, who, {}, args...);
}
template <Phase phase, class... Args>
inline void begin(const Subject& who, const Bytes& bytes, const Args&... args) {
  static_assert(row_of(phase).shape == Shape::Span, "this phase is an instant");
  if (!recorder_detail::wanted(who)) return;
  recorder_detail::put<phase>(Kind::Begin, {read_ticks()}, who, bytes, args...);
}

// The phase that this subject's task began last with this id ends, now.
template <Phase phase, class... Args>
inline void end(const Subject& who, const Args&... args) {
  static_assert(row_of(phase).shape == Shape::Span, "this phase is an instant");
  if (!recorder_detail::wanted(who)) return;
  recorder_detail::put<phase>(Kind::End, {read_ticks()}, who, {}, args...);
}
template <Phase phase, class... Args>
inline void end(const Subject& who, const Bytes& bytes, const Args&... args) {
  static_assert(row_of(phase).shape == Shape::Span, "this phase is an instant");
  if (!recorder_detail::wanted(who)) return;
  recorder_detail::put<phase>(Kind::End, {read_ticks()}, who, bytes, args...);
}

// The phase happens, now.
template <Phase phase, class... Args>
inline void instant(const Subject& who, const Args&... args) {
  static_assert(row_of(phase).shape == Shape::Instant, "this phase is a span");
  if (!recorder_detail::wanted(who)) return;
  recorder_detail::put<phase>(Kind::Instant, {read_ticks()}, who, {}, args...);
}
template <Phase phase, class... Args>
inline void instant(const Subject& who, const Bytes& bytes, const Args&... args) {
  static_assert(row_of(phase).shape == Shape::Instant, "this phase is a span");
  if (!recorder_detail::wanted(who)) return;
  recorder_detail::put<phase>(Kind::Instant, {read_ticks()}, who, bytes, args...);
}

// A fact with a moment, a source or an id of its own: kernel time-stamps, overlapping facts.
template <Phase phase, class... Args>
inline void fact(Kind kind, const Stamp& stamp, const Subject& who, const Bytes& bytes,
                 const Args&... args) {
  if (!recorder_detail::wanted(who)) return;
  recorder_detail::put<phase>(kind, stamp, who, bytes, args...);
}

// Keeps bytes of a connection's log, before the facts that refer to them. False when there was no
// room for them (the facts stand, their bytes are shown as not kept).
inline bool keep_bytes(const Subject& who, Log log, std::uint64_t offset, std::string_view data) {
  if (!recorder_detail::wanted(who)) return false;
  return this_thread_ring->keep(who.conn, log, offset, data);
}

}  // namespace roundtrip::trace
