#include "viz/model/answer_bytes.h"

#include <algorithm>

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

// How far the facts of a connection are looked through for a write, or back for a head.
constexpr std::size_t most_looked_at = 4'000;

bool tells_out_bytes(const Event& event) {
  return event.log == trace::Log::Out && event.has_bytes();
}

}  // namespace

void AnswerBytes::take(const Event& own) {
  if (!tells_out_bytes(own)) return;
  if (own.phase == Phase::TransmitContinue || own.phase == Phase::TransmitHead) {
    from = std::min(from, own.bytes().offset);
  } else if (own.phase == Phase::TransmitFinish && own.ends()) {
    to = own.bytes().end();
    kept_back = true;
  }
}

ByteRange AnswerBytes::part_of(const Event& write) const {
  const ByteRange range = write.bytes();
  const std::uint64_t begin = std::clamp(from, range.offset, range.end());
  const std::uint64_t end = std::clamp(to, begin, range.end());
  return {begin, end - begin};
}

AnswerBytes answer_bytes(const trace::TraceIndex& index, std::uint32_t request,
                         std::uint64_t upto) {
  AnswerBytes answer;
  const auto* told = index.request(request);
  const auto* conn = told != nullptr ? index.connection(told->conn) : nullptr;
  if (conn == nullptr) return answer;
  const auto& events = conn->events;
  const std::uint64_t last = std::min<std::uint64_t>(told->last, upto);
  std::size_t looked = 0;
  for (auto at = std::lower_bound(events.begin(), events.end(), told->first);
       at != events.end() && *at <= last && looked < most_looked_at; ++at, ++looked) {
    const Event& event = index.trace()[*at];
    if (event.request == request) answer.take(event);
  }
  if (answer.kept_back) {
    answer.carrier = write_of(index, told->conn, told->finished, answer.to, upto);
  }
  return answer;
}

EventNumber write_of(const trace::TraceIndex& index, std::uint32_t conn, EventNumber after,
                     std::uint64_t to, std::uint64_t upto) {
  const auto* told = index.connection(conn);
  if (told == nullptr) return no_event;
  const auto& events = told->events;
  std::size_t looked = 0;
  for (auto at = std::upper_bound(events.begin(), events.end(), after);
       at != events.end() && *at <= upto && looked < most_looked_at; ++at, ++looked) {
    const Event& event = index.trace()[*at];
    const bool took = event.phase == Phase::TransmitWrite && event.ends() && tells_out_bytes(event);
    // Bytes go out in order: a write of later ones tells that these went before.
    if (took && event.bytes().end() >= to) return *at;
  }
  return no_event;
}

std::uint32_t request_of_answer(const trace::TraceIndex& index, std::uint32_t conn,
                                EventNumber near, std::uint64_t offset) {
  const auto* told = index.connection(conn);
  if (told == nullptr) return 0;
  const auto& events = told->events;
  std::size_t looked = 0;
  for (auto at = std::upper_bound(events.begin(), events.end(), near);
       at != events.begin() && looked < most_looked_at; ++looked) {
    const Event& event = index.trace()[*--at];
    const bool begins =
        event.phase == Phase::TransmitContinue || event.phase == Phase::TransmitHead;
    if (begins && tells_out_bytes(event) && event.bytes().offset <= offset) return event.request;
  }
  return 0;
}

}  // namespace roundtrip::viz
