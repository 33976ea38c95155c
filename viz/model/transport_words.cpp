// How the buffers and the calls between the wire and the message are told (transport_facts.h).
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/transport_facts.h"

namespace roundtrip::viz {

using trace::no_event;

namespace {

// No lens shows more letters than these of one stretch.
constexpr std::uint64_t most_excerpt_bytes = 120;

std::string number(std::uint64_t value) { return count(static_cast<std::int64_t>(value)); }
std::string bytes_text(std::uint64_t value) {
  return counted(static_cast<std::int64_t>(value), "byte");
}

// Why a call failed, as the kernel calls it.
std::string error_text(const TraceView& view, int error) {
  return value_text(view, {"errno", trace::Unit::Errno}, static_cast<std::uint64_t>(error));
}

std::string excerpt(const Teller& tell, const BufferFacts& buffer, std::uint64_t from,
                    std::uint64_t to) {
  const auto span = buffer.bytes(from, std::min(to, from + most_excerpt_bytes));
  if (!span) return bytes_text(to - from);
  const auto bytes = tell.view().trace.bytes(span->conn, span->log, span->range);
  return bytes.whole ? quoted(bytes.data, most_excerpt_bytes) : "not kept";
}

}  // namespace

void BufferStrip::add(const Teller& tell, const BufferFacts& buffer, std::uint64_t from,
                      std::uint64_t to, Filling filling) {
  if (from >= to) return;
  const auto bytes = buffer.bytes(from, to);
  const trace::EventNumber event =
      filling == Filling::Marked || filling == Filling::MarkedConsumed
          ? static_cast<trace::EventNumber>(tell.upto())
      : bytes ? no_event
              : buffer.event;
  stretches_.push_back({to - from, filling, {}, false, event, bytes});
  counts_.push_back(number(to - from));
  quotes_.push_back(excerpt(tell, buffer, from, to));
}

BufferStrip::BufferStrip(const Teller& tell, const BufferFacts& buffer) {
  std::uint64_t from = buffer.filled;
  std::uint64_t to = buffer.filled;
  const trace::Event& event = tell.view().trace[tell.upto()];
  if (event.has_bytes() && event.conn == buffer.conn && event.log == buffer.log) {
    const auto position = [&](std::uint64_t offset) {
      return std::min(buffer.filled, offset - std::min(offset, buffer.offset));
    };
    from = position(event.bytes().offset);
    to = position(event.bytes().end());
    // Nothing is marked where all of it would be.
    if (to - from == buffer.filled) from = to = buffer.filled;
  }
  const auto between = [&](std::uint64_t first, std::uint64_t last, Filling filling) {
    const std::uint64_t begin = std::clamp(from, first, last);
    const std::uint64_t end = std::clamp(to, first, last);
    add(tell, buffer, first, begin, filling);
    add(tell, buffer, begin, end,
        filling == Filling::Consumed ? Filling::MarkedConsumed : Filling::Marked);
    add(tell, buffer, end, last, filling);
  };
  between(0, buffer.consumed, Filling::Consumed);
  between(buffer.consumed, buffer.filled, Filling::Filled);
}

std::vector<Stretch> BufferStrip::labelled(const std::vector<std::string>& labels,
                                           bool is_excerpt) const {
  std::vector<Stretch> stretches = stretches_;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    stretches[i].label = labels[i];
    stretches[i].excerpt = is_excerpt;
  }
  return stretches;
}

Told filled_text(const BufferFacts& buffer) {
  if (buffer.capacity == 0) return {};
  return {fmt::format("{} of {}", number(buffer.filled), number(buffer.capacity)),
          trace::Provenance::Observed, buffer.event};
}

std::string read_sentence(const TransportFacts& facts, const Teller& tell, bool shortly) {
  const CallFacts& call = facts.reading;
  if (call.begin == no_event) return "No recv() yet: the program has not asked the kernel.";
  if (facts.readable != no_event && facts.readable > call.newest) {
    return "The poller says that something waits: the task asks again.";
  }
  const std::string asked = bytes_text(call.asked);
  if (!call.over()) return fmt::format("recv() asks the kernel for up to {}.", asked);
  if (call.error == EAGAIN) {
    return fmt::format("recv() asked for {}. Nothing there yet{}: the task parks.", asked,
                       shortly ? "" : " (EAGAIN)");
  }
  if (call.error) {
    return fmt::format("recv() failed: {}.", error_text(tell.view(), *call.error));
  }
  if (call.got.value_or(0) == 0) return "recv() got 0 bytes: the client will send no more.";
  const std::string got = number(*call.got);
  if (*call.got < call.asked) {
    return fmt::format("recv() asked for {}, got {}: a short read{}.", asked, got,
                       shortly ? "" : ", no more was there");
  }
  return fmt::format("recv() asked for {}, got {}{}.", asked, got,
                     shortly ? "" : ": more may wait in the kernel");
}

std::string send_sentence(const TransportFacts& facts, const Teller& tell, bool shortly) {
  const CallFacts& call = facts.sending;
  const bool flush_begins =
      facts.flushing && (call.begin == no_event || call.newest < facts.flush);
  if (flush_begins) {
    return fmt::format("{}: {} go to the kernel.",
                       shortly ? "Flush" : "The write buffer is flushed",
                       bytes_text(facts.write.waiting()));
  }
  if (call.begin == no_event) return "No send() yet: nothing has been handed to the kernel.";
  const std::string asked = bytes_text(call.asked);
  if (!call.over()) return fmt::format("send() hands the kernel {}.", asked);
  if (call.error == EAGAIN) {
    return fmt::format("send() of {}. No room there yet{}: the task parks.", asked,
                       shortly ? "" : " (EAGAIN)");
  }
  if (call.error) {
    return fmt::format("send() failed: {}.", error_text(tell.view(), *call.error));
  }
  const std::uint64_t got = call.got.value_or(0);
  if (got < call.asked) {
    return fmt::format("send() of {}: the kernel took {}: a short write{}.", asked, number(got),
                       shortly ? "" : fmt::format(", {} wait", number(call.asked - got)));
  }
  return fmt::format("send() handed the kernel {}, and it took all.", asked);
}

}  // namespace roundtrip::viz
