#include "viz/model/arg_words.h"

#include <algorithm>
#include <array>

namespace roundtrip::viz {

using trace::ArgSpec;
using trace::Unit;

namespace {

struct Label {
  ArgSpec spec;
  std::string_view words;
};
constexpr auto labels = std::to_array<Label>({
    {{"fd", Unit::Fd}, "descriptor"},
    {{"errno", Unit::Errno}, "error"},
    {{"cpu", Unit::Microseconds}, "CPU time"},
    {{"cpu", Unit::Nanoseconds}, "CPU time"},
    {{"resident", Unit::WideBytes}, "memory used"},
    {{"backlog", Unit::Count}, "queue asked"},
    {{"in_force", Unit::Count}, "queue granted"},
    {{"mss", Unit::Bytes}, "largest piece"},
    {{"spawned", Unit::Id}, "new task"},
    {{"parent", Unit::Id}, "made by task"},
    {{"frame", Unit::Bytes}, "task's memory"},
    {{"task_frame", Unit::Bytes}, "task's memory"},
    {{"value_at", Unit::Bytes}, "value begins"},
    {{"merged", Unit::Count}, "told together"},
    {{"keep_alive", Unit::Flag}, "TCP keep-alive"},
    {{"keep_alive", Unit::KeepAliveUnit}, "connection"},
    {{"decision", Unit::KeepAliveUnit}, "connection"},
    {{"rfc", Unit::Symbol}, "rule in"},
    {{"error_at", Unit::Bytes}, "fails at"},
    {{"implicit", Unit::Flag}, "by itself"},
    {{"from_peer", Unit::Flag}, "by the client"},
    {{"on_client", Unit::Flag}, "at the client"},
    {{"source", Unit::WakeSourceUnit}, "woken by"},
    {{"by", Unit::Id}, "by task"},
    {{"by", Unit::Nanoseconds}, "late by"},
    {{"queue", Unit::Count}, "in its queue"},
    {{"on", Unit::ParkReasonUnit}, "waits for"},
    {{"deadline", Unit::Nanoseconds}, "at most"},
    {{"from", Unit::Id}, "from worker"},
    {{"to", Unit::Id}, "to worker"},
    {{"thread", Unit::Id}, "pool thread"},
    {{"rtt", Unit::Microseconds}, "round trip"},
    {{"rtt_variation", Unit::Microseconds}, "varies by"},
    {{"congestion_window", Unit::Count}, "cwnd"},
    {{"unacknowledged", Unit::Count}, "unconfirmed"},
    {{"retransmits", Unit::Count}, "sent again"},
    {{"budget", Unit::Count}, "most a second"},
    {{"stack", Unit::WideBytes}, "stack reserved"},
    {{"stack", Unit::Bytes}, "stack in use"},
    {{"accept_queue", Unit::Count}, "accept queue"},
    {{"server_cpu", Unit::Microseconds}, "others' CPU"},
    {{"clients_cpu", Unit::Microseconds}, "clients' CPU"},
    {{"payload_at", Unit::Offset}, "payload at"},
    {{"copy_of", Unit::Id}, "copy of packet"},
    {{"half_open", Unit::Count}, "half open"},
    {{"time_wait", Unit::Count}, "in TIME_WAIT"},
    {{"rate", Unit::WideCount}, "bits a second"},
    {{"timeout", Unit::Microseconds}, "sends again"},
    {{"threshold", Unit::Count}, "slow start to"},
    {{"waits", Unit::Bytes}, "bytes in it"},
    {{"limit", Unit::Bytes}, "memory limit"},
});

constexpr std::array<std::string_view, 8> park_words = {
    "bytes", "room to send", "a client",     "a moment",
    "a call that blocks", "its release", "a child task", "a free place"};
constexpr std::array<std::string_view, 8> wake_words = {
    "its maker", "the poller", "a timer", "the pool", "its release", "another task",
    "the shutdown", "the kernel"};
constexpr std::array<std::string_view, 13> close_words = {
    "HTTP/1.0 ends it",   "the request asked", "the answer said so", "idle too long",
    "body too slow",      "client reads slowly", "bad request",      "the client closed",
    "the client reset",   "an error",          "the server stops",   "body left unread",
    "head too slow"};
constexpr std::array<std::string_view, 4> framing_words = {"no body", "Content-Length",
                                                           "in chunks", "until it closes"};
constexpr std::array<std::string_view, 2> keep_alive_words = {"stays open", "closes"};
constexpr std::array<std::string_view, 5> rung_words = {
    "lab", "lab, by a helper", "capture", "kernel's stamps", "inference"};
constexpr std::array<std::string_view, 10> drop_words = {
    "lost on the link", "named by a rule", "the queue was full", "too long for the link",
    "the cable is cut", "by hand", "too many were held", "too many were under way",
    "the host refused it", "the wire was taken away"};

// Empty where the names themselves are read.
std::span<const std::string_view> plain_words(Unit unit) {
  switch (unit) {
    case Unit::ParkReasonUnit: return park_words;
    case Unit::WakeSourceUnit: return wake_words;
    case Unit::CloseReasonUnit: return close_words;
    case Unit::FramingUnit: return framing_words;
    case Unit::KeepAliveUnit: return keep_alive_words;
    case Unit::RungUnit: return rung_words;
    case Unit::DropUnit: return drop_words;
    default: return {};
  }
}

// Each entry is of an argument that there is, and every name has room.
constexpr bool is_told(const ArgSpec& spec) {
  for (const trace::PhaseRow& row : trace::phase_table) {
    for (std::size_t i = 0; i < row.arg_count(); ++i) {
      if (row.args[i].name == spec.name && row.args[i].unit == spec.unit) return true;
    }
  }
  return false;
}
static_assert(std::all_of(labels.begin(), labels.end(),
                          [](const Label& label) {
                            return is_told(label.spec) &&
                                   label.words.size() <= most_letters_of_an_arg;
                          }),
              "words for an argument that no phase has, or too many of them");

}  // namespace

std::string arg_label(const ArgSpec& spec) {
  const auto found = std::find_if(labels.begin(), labels.end(), [&spec](const Label& label) {
    return label.spec.name == spec.name && label.spec.unit == spec.unit;
  });
  std::string words(found != labels.end() ? found->words : spec.name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string_view plain_word(Unit unit, std::uint64_t value) {
  const auto plain = plain_words(unit);
  const auto words = plain.empty() ? trace::unit_words(unit) : plain;
  return value < words.size() ? words[value] : std::string_view("unknown");
}

}  // namespace roundtrip::viz
