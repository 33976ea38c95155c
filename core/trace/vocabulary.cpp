#include "core/trace/vocabulary.h"

#include <algorithm>

namespace roundtrip::trace {
namespace {

constexpr std::array<std::string_view, 6> connection_words = {"NEW",  "ESTABLISHED", "SERVING",
                                                             "IDLE", "CLOSING",     "CLOSED"};
constexpr std::array<std::string_view, 11> tcp_words = {
    "CLOSED",     "LISTEN",     "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT_1",
    "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING",  "LAST_ACK", "TIME_WAIT"};
constexpr std::array<std::string_view, 6> task_words = {"created", "runnable", "running",
                                                       "parked",  "blocking", "done"};
constexpr std::array<std::string_view, 8> park_words = {
    "readable", "writable", "acceptable", "sleep", "blocking", "hold", "child", "room"};
constexpr std::array<std::string_view, 8> wake_words = {
    "spawn", "poller", "timer", "pool", "release", "task", "shutdown", "kernel"};
constexpr std::array<std::string_view, 3> model_words = {"tasks", "threads", "single"};
constexpr std::array<std::string_view, 13> close_words = {
    "http-1.0",      "request-asked", "response-asked", "idle-timeout", "read-timeout",
    "write-timeout", "bad-request",   "peer-closed",    "peer-reset",   "error",
    "shutdown",      "unread-body",   "header-timeout"};
constexpr std::array<std::string_view, 5> timeout_words = {"header", "read", "write", "idle",
                                                           "handler"};
constexpr std::array<std::string_view, 4> framing_words = {"no-body", "content-length", "chunked",
                                                          "until-close"};
constexpr std::array<std::string_view, 2> keep_alive_words = {"kept", "closes"};
constexpr std::array<std::string_view, 5> rung_words = {"lab-by-root", "lab-by-helper", "capture",
                                                       "stamps", "inferred"};
constexpr std::array<std::string_view, 2> host_words = {"client", "server"};
constexpr std::array<std::string_view, 10> drop_words = {
    "loss", "rule", "queue-full", "too-long", "cut", "by-hand", "held-limit", "waiting-limit",
    "refused", "wire-gone"};
// In the order of their bits in the header.
constexpr std::array<std::string_view, 9> tcp_flag_words = {"FIN", "SYN", "RST", "PSH", "ACK",
                                                           "URG", "ECE", "CWR", "AE"};
constexpr std::array<std::string_view, 6> packet_mark_words = {
    "retransmission", "acknowledges-fin", "duplicate-ack", "probe", "window-update",
    "window-full"};
constexpr std::array<std::string_view, 5> provenance_words = {"observed", "derived", "inferred",
                                                             "injected", "unknown"};
constexpr std::array<std::string_view, 4> log_words = {"", "in", "out", "wire"};

// A move table: for each state, a bit for every state that may follow it.
template <class State>
constexpr std::uint32_t to(std::initializer_list<State> states) {
  std::uint32_t bits = 0;
  for (State state : states) bits |= 1U << static_cast<std::uint32_t>(state);
  return bits;
}

constexpr std::array<std::uint32_t, 6> connection_moves = {
    to({ConnectionState::Established, ConnectionState::Closed}),
    to({ConnectionState::ServingRequest, ConnectionState::Idle, ConnectionState::Closing}),
    to({ConnectionState::Idle, ConnectionState::Closing, ConnectionState::ServingRequest}),
    to({ConnectionState::ServingRequest, ConnectionState::Closing}),
    to({ConnectionState::Closed}),
    0U,
};

using T = TcpState;
constexpr std::array<std::uint32_t, 11> tcp_moves = {
    to({T::Listen, T::SynSent}),
    to({T::SynReceived, T::SynSent, T::Closed}),
    to({T::SynReceived, T::Established, T::Closed}),
    to({T::Established, T::FinWait1, T::Listen, T::Closed}),
    to({T::FinWait1, T::CloseWait, T::Closed}),
    to({T::FinWait2, T::Closing, T::TimeWait, T::Closed}),
    to({T::TimeWait, T::Closed}),
    to({T::LastAck, T::Closed}),
    to({T::TimeWait, T::Closed}),
    to({T::Closed}),
    to({T::Closed}),
};

constexpr std::array<std::uint32_t, 6> task_moves = {
    to({TaskState::Runnable}),
    to({TaskState::Running}),
    to({TaskState::Parked, TaskState::Runnable, TaskState::Blocking, TaskState::Done}),
    to({TaskState::Runnable, TaskState::Blocking}),
    to({TaskState::Runnable}),
    0U,
};

template <std::size_t N, class State>
bool allowed(const std::array<std::uint32_t, N>& moves, State from, State next) {
  const auto row = static_cast<std::size_t>(from);
  return row < N && (moves[row] >> static_cast<std::uint32_t>(next) & 1U) != 0;
}

}  // namespace

std::string_view unit_suffix(Unit unit) {
  switch (unit) {
    case Unit::Bytes:
    case Unit::WideBytes: return "bytes";
    case Unit::Milliseconds: return "ms";
    case Unit::Microseconds: return "µs";
    case Unit::ShortNanoseconds:
    case Unit::Nanoseconds: return "ns";
    case Unit::Percent: return "%";
    default: return "";
  }
}

std::span<const std::string_view> unit_words(Unit unit) {
  switch (unit) {
    case Unit::ConnectionStateUnit: return connection_words;
    case Unit::TcpStateUnit: return tcp_words;
    case Unit::TaskStateUnit: return task_words;
    case Unit::ParkReasonUnit: return park_words;
    case Unit::WakeSourceUnit: return wake_words;
    case Unit::ModelUnit: return model_words;
    case Unit::CloseReasonUnit: return close_words;
    case Unit::TimeoutKindUnit: return timeout_words;
    case Unit::FramingUnit: return framing_words;
    case Unit::KeepAliveUnit: return keep_alive_words;
    case Unit::RungUnit: return rung_words;
    case Unit::HostUnit: return host_words;
    case Unit::DropUnit: return drop_words;
    default: return {};
  }
}

std::span<const std::string_view> unit_bit_words(Unit unit) {
  if (unit == Unit::TcpFlagsUnit) return tcp_flag_words;
  if (unit == Unit::PacketMarksUnit) return packet_mark_words;
  return {};
}

std::string bits_text(Unit unit, std::uint64_t bits) {
  const auto words = unit_bit_words(unit);
  std::string text;
  for (std::size_t bit = 0; bit < words.size(); ++bit) {
    if ((bits >> bit & 1U) == 0) continue;
    if (!text.empty()) text += '+';
    text += words[bit];
  }
  return text.empty() ? "none" : text;
}

std::optional<std::uint32_t> bits_from_text(Unit unit, std::string_view text) {
  const auto words = unit_bit_words(unit);
  std::uint32_t bits = 0;
  if (text == "none") return bits;
  while (true) {
    const std::size_t end = std::min(text.find('+'), text.size());
    const auto word = std::find(words.begin(), words.end(), text.substr(0, end));
    if (word == words.end()) return std::nullopt;
    bits |= 1U << (word - words.begin());
    if (end == text.size()) return bits;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint32_t> unit_value(Unit unit, std::string_view text) {
  const auto words = unit_words(unit);
  for (std::uint32_t index = 0; index < words.size(); ++index) {
    if (words[index] == text) return index;
  }
  return std::nullopt;
}

std::string_view kind_letter(Kind kind) {
  static constexpr std::array<std::string_view, 6> letters = {"B", "E", "i", "b", "e", "n"};
  return letters[static_cast<std::size_t>(kind)];
}

std::string_view provenance_word(Provenance provenance) {
  return provenance_words[static_cast<std::size_t>(provenance)];
}

std::optional<Provenance> provenance_from_word(std::string_view text) {
  for (std::size_t index = 0; index < provenance_words.size(); ++index) {
    if (provenance_words[index] == text) return static_cast<Provenance>(index);
  }
  return std::nullopt;
}

std::string_view log_word(Log log) { return log_words[static_cast<std::size_t>(log)]; }

std::string_view state_sentence(ConnectionState state) {
  switch (state) {
    case ConnectionState::New: return "The kernel has a connection that no task serves yet.";
    case ConnectionState::Established: return "accept4 returned it and its own task was made.";
    case ConnectionState::ServingRequest: return "A request's bytes are arriving or answered.";
    case ConnectionState::Idle: return "The answer is sent; it waits for the next request.";
    case ConnectionState::Closing: return "One side has said that it will send no more.";
    case ConnectionState::Closed: return "The descriptor is released and the task has ended.";
  }
  return "";
}

std::string_view state_sentence(TcpState state) {
  switch (state) {
    case TcpState::Closed: return "There is no connection.";
    case TcpState::Listen: return "A server waits for a SYN from anyone.";
    case TcpState::SynSent: return "The client has sent its SYN and waits for the answer.";
    case TcpState::SynReceived: return "The server answered SYN-ACK and waits for the ACK.";
    case TcpState::Established: return "Both sides have agreed; data may flow both ways.";
    case TcpState::FinWait1: return "This side sent FIN first and waits for its ACK.";
    case TcpState::FinWait2: return "Our FIN is acknowledged; the peer may still send.";
    case TcpState::CloseWait: return "The peer sent FIN; this program has not closed yet.";
    case TcpState::Closing: return "Both sides sent FIN at the same time.";
    case TcpState::LastAck: return "The peer closed first, we sent FIN; one ACK is missing.";
    case TcpState::TimeWait: return "Closed; kept a while so that late segments die out.";
  }
  return "";
}

std::string_view state_sentence(TaskState state) {
  switch (state) {
    case TaskState::Created: return "Its frame is allocated; no worker knows it yet.";
    case TaskState::Runnable: return "It waits in a run queue for a worker.";
    case TaskState::Running: return "A worker executes it.";
    case TaskState::Parked: return "It waits for an event and costs no CPU.";
    case TaskState::Blocking: return "A thread of the pool makes a blocking call for it.";
    case TaskState::Done: return "Its function returned and its frame is freed.";
  }
  return "";
}

bool may_follow(ConnectionState from, ConnectionState next) {
  return allowed(connection_moves, from, next);
}
bool may_follow(TcpState from, TcpState next) { return allowed(tcp_moves, from, next); }
bool may_follow(TaskState from, TaskState next) { return allowed(task_moves, from, next); }

}  // namespace roundtrip::trace
