#include "core/net/wire/link.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/net/wire/limits.h"

namespace roundtrip::net {
namespace {

// What a number is drawn for: each purpose has its own, so that none shifts another's.
enum Purpose : unsigned { ForLoss, ForDuplicate, ForReorder, ForCorruption, ForBit, ForJitter };
constexpr unsigned purposes = 8;

constexpr Duration longest_delay = Duration::seconds(60);

// SplitMix64 (Steele, Lea, Flood 2014): every number of its sequence can be had by its place.
std::uint64_t mixed(std::uint64_t place) {
  std::uint64_t z = place * 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

}  // namespace

Status check_link(const LinkSettings& settings) {
  for (const Duration one : {settings.delay, settings.jitter, settings.reordered_by}) {
    if (one < Duration{} || one > longest_delay) {
      return Error{"delays of a link are from 0 to 60 seconds"};
    }
  }
  for (const double chance :
       {settings.loss, settings.duplication, settings.reordering, settings.corruption}) {
    if (!(chance >= 0 && chance <= 1)) {
      return Error{"loss, duplication, reordering and corruption are chances from 0 to 1"};
    }
  }
  if (settings.bits_per_second != 0 && settings.bits_per_second < 1000) {
    return Error{"the bandwidth of a link is at least 1000 bits per second, or 0 for no limit"};
  }
  if (settings.mtu_bytes != 0 && settings.mtu_bytes < 68) {
    return Error{"the MTU of a link is at least 68 bytes (RFC 791), or 0 for none"};
  }
  if (settings.drops.size() > wire_limits::drop_rules) {
    return Error{
        fmt::format("a link has at most {} rules of packets to drop", wire_limits::drop_rules)};
  }
  for (const DropRule& rule : settings.drops) {
    if (rule.nth == 0) return Error{"packets to drop are counted from 1"};
  }
  return Nothing{};
}

Link::Link(LinkSettings settings) {
  change(std::move(settings));
}

void Link::change(LinkSettings settings) {
  CHECK_THAT(check_link(settings).ok(), "settings of a link that were not checked");
  settings_ = std::move(settings);
  fitted_.assign(settings_.drops.size(), 0);
}

std::uint64_t Link::number(unsigned purpose) const {
  return mixed(settings_.seed * 0x2545f4914f6cdd1d + offered_ * purposes + purpose);
}

double Link::chance(unsigned purpose) const {
  return static_cast<double>(number(purpose) >> 11) * 0x1p-53;
}

bool Link::named_by_rule(const Packet& packet, Host from) {
  bool named = false;
  for (std::size_t i = 0; i < settings_.drops.size(); ++i) {
    const DropRule& rule = settings_.drops[i];
    if (rule.what.fits(packet, from)) named |= ++fitted_[i] == rule.nth;
  }
  return named;
}

// The bits of a packet begin to be sent when those before it are out; false where the queue is
// full.
bool Link::takes_into_queue(std::uint64_t bytes, Instant now, Fate& fate) {
  while (!begins_.empty() && begins_.front() <= now) begins_.pop_front();
  const Instant begins = std::max(now, free_at_);
  if (begins > now && begins_.size() >= settings_.queue_packets) return false;
  if (begins > now) begins_.push_back(begins);
  fate.waits = begins - now;
  if (settings_.bits_per_second != 0) {
    const std::uint64_t bit_ns = bytes * 8 * 1'000'000'000;
    fate.takes = {static_cast<std::int64_t>(bit_ns / settings_.bits_per_second)};
  }
  free_at_ = begins + fate.takes;
  return true;
}

void Link::travel(std::uint64_t bytes, Instant now, Fate& fate) {
  const double share = 2 * chance(ForJitter) - 1;
  const Duration shift{static_cast<std::int64_t>(share * static_cast<double>(settings_.jitter.ns))};
  const Instant sent = now + fate.waits + fate.takes;
  fate.due = std::max(sent + std::max(settings_.delay + shift, Duration{}), last_due_);
  fate.reordered = chance(ForReorder) < settings_.reordering;
  if (fate.reordered) {
    fate.due = fate.due + settings_.reordered_by;
  } else {
    last_due_ = fate.due;
  }
  fate.travels = fate.due - sent;
  if (chance(ForCorruption) < settings_.corruption && bytes > 0) {
    const std::uint64_t bit = number(ForBit) % (bytes * 8);
    fate.corruption = Corruption{bit / 8, static_cast<std::uint8_t>(bit % 8)};
  }
  if (chance(ForDuplicate) < settings_.duplication) fate.duplicate_due = fate.due;
}

Fate Link::offer(const Packet& packet, Host from, Instant now) {
  Fate fate;
  fate.due = now;
  ++offered_;
  const std::uint64_t bytes = packet.captured_bytes;
  if (settings_.cut) {
    fate.dropped = DropReason::Cut;
  } else if (settings_.mtu_bytes != 0 && bytes > settings_.mtu_bytes) {
    fate.dropped = DropReason::TooLong;
  } else if (named_by_rule(packet, from)) {
    fate.dropped = DropReason::Rule;
  } else if (chance(ForLoss) < settings_.loss) {
    fate.dropped = DropReason::Loss;
  } else if (!takes_into_queue(bytes, now, fate)) {
    fate.dropped = DropReason::QueueFull;
  } else {
    travel(bytes, now, fate);
  }
  return fate;
}

}  // namespace roundtrip::net
