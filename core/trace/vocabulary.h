// The words that events use besides their phase: kinds, provenance, and the closed sets of values
// that an argument may take (why a connection closed, what a task waits for, …). Recorder, files,
// narrator and screen all read these tables; each value's text is its name in a trace file.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace roundtrip::trace {

// A fact's place in its span. Async kinds pair by (phase, id) because they may overlap.
enum class Kind : std::uint8_t { Begin, End, Instant, AsyncBegin, AsyncEnd, AsyncInstant };

// How we know. Never shown as a colour, always as a texture.
enum class Provenance : std::uint8_t {
  Observed,  // our own clock around our own step, a kernel time-stamp, a captured packet
  Derived,   // computed from observed facts
  Inferred,  // must have happened, and about then; nobody saw it
  Injected,  // a delay or fault that the scenario asked for
  Unknown,   // it may not have happened, or at any time
};

// A connection's byte logs.
enum class Log : std::uint8_t { None, In, Out, Wire };

// A connection as the seed draws it. `connection_state_sentence` tells the story in this order.
enum class ConnectionState : std::uint32_t {
  New, Established, ServingRequest, Idle, Closing, Closed
};

// RFC 9293, section 3.3.2.
enum class TcpState : std::uint32_t {
  Closed, Listen, SynSent, SynReceived, Established, FinWait1, FinWait2, CloseWait, Closing,
  LastAck, TimeWait
};

enum class TaskState : std::uint32_t { Created, Runnable, Running, Parked, Blocking, Done };

// What a parked task waits for.
enum class ParkReason : std::uint32_t {
  Readable, Writable, Acceptable, Sleep, Blocking, Hold, Child, Room
};

// Who made a task runnable.
// Kernel: the call in which a thread of its own waited has returned.
enum class WakeSource : std::uint32_t {
  Spawn, Poller, Timer, Pool, Release, Task, Shutdown, Kernel
};

// What carries the connections: tasks on a few workers, a thread for each connection, or one thread
// that serves one connection after the other.
enum class Model : std::uint32_t { Tasks, Threads, Single };

// The seed's six reasons, the peer's own close, our shutdown, a body that nobody read, and a head
// that did not come in time (the body's time-out is the read time-out).
enum class CloseReason : std::uint32_t {
  Http10, RequestAsked, ResponseAsked, IdleTimeout, ReadTimeout, WriteTimeout, BadRequest,
  PeerClosed, PeerReset, Error, Shutdown, UnreadBody, HeaderTimeout
};

enum class TimeoutKind : std::uint32_t { Header, Read, Write, Idle, Handler };

// How the end of a response's body is told.
enum class Framing : std::uint32_t { NoBody, ContentLength, Chunked, UntilClose };

enum class KeepAlive : std::uint32_t { Kept, Closes };

// How the wire is seen, best first.
enum class Rung : std::uint32_t { LabByRoot, LabByHelper, Capture, Stamps, Inferred };

// Who sent a packet.
enum class Host : std::uint32_t { Client, Server };

// What a packet is beside what its header says, as bits: known only from those before it.
enum class PacketMark : std::uint32_t {
  Retransmission = 1,   // it brings bytes, a SYN or a FIN that its sender has sent before
  AcknowledgesFin = 2,  // for the first time
  DuplicateAck = 4,     // it says again what was acknowledged, and brings nothing
  Probe = 8,            // one byte, or none, that was acknowledged already: does the peer live?
  WindowUpdate = 16,    // it says again what was acknowledged, with another window
  WindowFull = 32,      // its payload fills what the peer's window allows
};

// Why a packet went no further: the link's chance, the n-th of its kind, no place in the link's
// queue, longer than its MTU, the cable, a hand, more packets than may be held or under way, the
// host did not take it, or the wire was taken away while it waited there.
enum class Drop : std::uint32_t {
  Loss, Rule, QueueFull, TooLong, Cut, ByHand, HeldLimit, WaitingLimit, Refused,
  WireGone
};

// What an argument is: its unit, its width in the record, and how it is written.
enum class Unit : std::uint8_t {
  None,
  Count, Bytes, Fd, Port, Milliseconds, Microseconds, ShortNanoseconds, Status, Flag, Errno,
  Sequence, Percent,
  Symbol,  // an interned text, see Symbols
  Id,
  // These take 8 bytes. An offset counts bytes from the start of a stream, from 0.
  Nanoseconds, WideBytes, WideCount, Offset, Address,
  // The closed sets.
  ConnectionStateUnit, TcpStateUnit, TaskStateUnit, ParkReasonUnit, WakeSourceUnit,
  CloseReasonUnit, TimeoutKindUnit, FramingUnit, KeepAliveUnit, ModelUnit, PhaseUnit,
  RungUnit, HostUnit, DropUnit,
  // Sets of bits, written as words with a plus between them, such as SYN+ACK.
  TcpFlagsUnit, PacketMarksUnit,
};

constexpr unsigned unit_width(Unit unit) {
  if (unit == Unit::None) return 0;
  return unit >= Unit::Nanoseconds && unit <= Unit::Address ? 8 : 4;
}

// The unit's word after a number ("bytes", "ms"); empty where a number stands alone.
std::string_view unit_suffix(Unit unit);

// The texts of a closed set in the order of its values; empty for a unit that is a number.
std::span<const std::string_view> unit_words(Unit unit);
std::optional<std::uint32_t> unit_value(Unit unit, std::string_view word);

// The texts of a set of bits, the lowest first; empty for a unit that is none.
std::span<const std::string_view> unit_bit_words(Unit unit);
// "SYN+ACK"; "none" where no bit is set.
std::string bits_text(Unit unit, std::uint64_t bits);
// The bits of such a text; empty where a word is not known.
std::optional<std::uint32_t> bits_from_text(Unit unit, std::string_view text);

std::string_view kind_letter(Kind kind);  // the `ph` of a trace file: B E i b e n
std::string_view provenance_word(Provenance provenance);
std::optional<Provenance> provenance_from_word(std::string_view word);
std::string_view log_word(Log log);  // in, out, wire

template <class Enum>
std::string_view word(Unit unit, Enum value) {
  const auto words = unit_words(unit);
  const auto index = static_cast<std::size_t>(value);
  return index < words.size() ? words[index] : std::string_view{"unknown"};
}

// One sentence a state; read in order they tell the story.
std::string_view state_sentence(ConnectionState state);
std::string_view state_sentence(TcpState state);
std::string_view state_sentence(TaskState state);

// The legal moves, for the one door that makes them and for the diagrams drawn from them.
bool may_follow(ConnectionState from, ConnectionState to);
bool may_follow(TcpState from, TcpState to);
bool may_follow(TaskState from, TaskState to);

}  // namespace roundtrip::trace
