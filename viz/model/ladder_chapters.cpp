#include "viz/model/ladder_chapters.h"

#include <algorithm>

#include "core/packet/packet.h"
#include "viz/model/captured.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

constexpr trace::PhaseSet phases_of_the_end = {
    Phase::LifecycleTimeout,  Phase::LifecycleHalfClose,   Phase::LifecycleFinOut,
    Phase::LifecycleFinAckIn, Phase::LifecycleFinIn,       Phase::LifecycleFinAckOut,
    Phase::LifecycleReset,    Phase::LifecycleTimeWait,    Phase::LifecycleDrain,
    Phase::LifecycleClose,    Phase::LifecycleClientClose, Phase::LifecycleTaskExit};

bool is_packet(const Event& event) {
  return event.phase == Phase::TracePacket && event.begins();
}
bool has_flags(const Event& event, std::uint32_t flags) {
  return is_packet(event) && (event.arg("flags").value_or(0) & flags) != 0;
}
bool brings_bytes(const Event& event) {
  return is_packet(event) && event.arg("payload").value_or(0) > 0;
}
constexpr auto syn = static_cast<std::uint32_t>(packet::TcpFlag::Syn);
constexpr auto fin_or_rst = static_cast<std::uint32_t>(packet::TcpFlag::Fin) |
                            static_cast<std::uint32_t>(packet::TcpFlag::Rst);

// How many of a connection's first facts may come before its first request.
constexpr std::size_t most_facts_of_handshake = 256;

bool brings_request(const Event& event) {
  switch (event.phase) {
    case Phase::ReadClientSend:
    case Phase::ReadSegment:
    case Phase::ReadLineFound:
    case Phase::ReadRejected:
      return true;
    case Phase::ReadRead:
      return event.ends() && event.arg(2).value_or(0) != 0;
    default:
      return false;
  }
}

bool is_of_the_end(const Event& event) {
  return phases_of_the_end.has(event.phase) || has_flags(event, fin_or_rst);
}

}  // namespace

LadderChapters::LadderChapters(const TraceView& view, const trace::ConnectionSummary& conn,
                               const Focus& focus)
    : view_(view), conn_(conn), focus_(focus), captured_(is_captured(view)) {
  find_request();
  find_beginning();
  find_end();
}

LadderChapter LadderChapters::at(EventNumber event) const {
  if (end_ != no_event && event >= end_) return LadderChapter::End;
  if (captured_) return event < beginning_ ? LadderChapter::Handshake : LadderChapter::Request;
  if (focus_.request == 0) return LadderChapter::Handshake;
  if (place_ == 0 && event < beginning_) return LadderChapter::Handshake;
  return LadderChapter::Request;
}

bool LadderChapters::holds(LadderChapter chapter, EventNumber number) const {
  const Event& event = view_.trace[number];
  switch (chapter) {
    case LadderChapter::None:
      return false;
    case LadderChapter::Handshake:
      return event.row().group() == trace::Group::Connection || has_flags(event, syn) ||
             number < std::min(beginning_, end_);
    case LadderChapter::Request:
      return belongs_to_request(event, number);
    case LadderChapter::End:
      return number >= end_ || is_of_the_end(event);
  }
  return false;
}

EventNumber LadderChapters::from(LadderChapter chapter) const {
  if (chapter == LadderChapter::Handshake) return conn_.first;
  if (chapter == LadderChapter::End) {
    return last_request_ == nullptr ? conn_.first : last_request_->first;
  }
  return before_ == nullptr ? beginning_ : before_->last + 1;
}

EventNumber LadderChapters::to(LadderChapter chapter) const {
  if (chapter == LadderChapter::End) return no_event;
  if (chapter == LadderChapter::Request) return after_ == nullptr ? no_event : after_->first;
  if (beginning_ == no_event) return end_;
  // A client may have sent its request before the server has taken the connection.
  const auto at = std::upper_bound(conn_.events.begin(), conn_.events.end(), beginning_);
  const auto left = static_cast<std::size_t>(conn_.events.end() - at);
  return left > most_facts_of_handshake ? at[most_facts_of_handshake] : no_event;
}

void LadderChapters::find_request() {
  const auto& requests = conn_.requests;
  place_ = place_of_request(view_, conn_, focus_.request);
  if (!requests.empty()) last_request_ = view_.index.request(requests.back());
  if (place_ >= requests.size()) return;
  request_ = view_.index.request(focus_.request);
  if (place_ > 0) before_ = view_.index.request(requests[place_ - 1]);
  if (place_ + 1 < requests.size()) after_ = view_.index.request(requests[place_ + 1]);
  if (request_ == nullptr) return;
  if (before_ != nullptr) opening_ = opening_after(*before_, request_->first);
  if (after_ != nullptr) next_opening_ = opening_after(*request_, after_->first);
}

void LadderChapters::find_beginning() {
  const std::size_t most = std::min(conn_.events.size(), most_facts_of_handshake);
  for (std::size_t i = 0; i < most && beginning_ == no_event; ++i) {
    const Event& event = view_.trace[conn_.events[i]];
    if (captured_ ? brings_bytes(event) : brings_request(event)) beginning_ = conn_.events[i];
  }
}

void LadderChapters::find_end() {
  const EventNumber after = last_request_ == nullptr ? conn_.first : last_request_->last;
  auto at = std::lower_bound(conn_.events.begin(), conn_.events.end(), after);
  for (std::size_t looked = 0; at != conn_.events.end() && looked < most_facts_looked_at;
       ++at, ++looked) {
    if (!is_of_the_end(view_.trace[*at])) continue;
    end_ = *at;
    return;
  }
}

bool LadderChapters::belongs_to_request(const Event& event, EventNumber number) const {
  if (captured_) return number >= beginning_ && number < end_;
  if (request_ == nullptr) return false;
  if (event.request != 0) return event.request == request_->request;
  // The client may read the answer when the end has begun.
  if (number >= end_ && is_packet(event)) return event.arg("payload").value_or(0) > 0;
  if (number >= end_) return event.row().group() == trace::Group::Transmit;
  if (is_packet(event)) return number >= opening_ && number < next_opening_;
  if (number < request_->first) return before_ == nullptr || opens_request(event);
  return number <= request_->last || !opens_request(event);
}

// The first that opens the request after one that is over.
EventNumber LadderChapters::opening_after(const trace::RequestSummary& before,
                                          EventNumber until) const {
  auto at = std::upper_bound(conn_.events.begin(), conn_.events.end(), before.last);
  for (std::size_t looked = 0;
       at != conn_.events.end() && *at < until && looked < most_facts_looked_at; ++at, ++looked) {
    if (opens_request(view_.trace[*at])) return *at;
  }
  return until;
}

}  // namespace roundtrip::viz
