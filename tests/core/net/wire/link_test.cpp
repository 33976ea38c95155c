// What a link does to packets: by numbers alone, without a clock.
#include "core/net/wire/link.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/core/packet/packet_builder.h"

using namespace roundtrip;
using namespace roundtrip::net;
using namespace roundtrip::testing;

namespace {

Packet packet_of(std::size_t bytes) {
  Segment segment;
  segment.payload = std::string(bytes - 40, 'x');
  return decode_packet(ipv4_packet(segment));
}

constexpr Instant at_ms(std::int64_t ms) {
  return Instant{} + Duration::milliseconds(ms);
}

// So many packets, one each millisecond.
std::vector<Fate> fates(const LinkSettings& settings, int count) {
  Link link(settings);
  const Packet packet = packet_of(100);
  std::vector<Fate> all;
  for (int i = 0; i < count; ++i) all.push_back(link.offer(packet, Host::Client, at_ms(i)));
  return all;
}

template <class Test>
int count_of(const std::vector<Fate>& all, Test test) {
  return static_cast<int>(std::count_if(all.begin(), all.end(), test));
}

bool is_dropped(const Fate& fate) {
  return fate.dropped.has_value();
}

}  // namespace

TEST_CASE("link: without settings a packet is due at once") {
  for (const Fate& fate : fates({}, 3)) {
    CHECK_FALSE(fate.dropped);
    CHECK_FALSE(fate.corruption);
    CHECK_FALSE(fate.duplicate_due);
    CHECK(fate.waits + fate.takes + fate.travels == Duration{});
  }
}

TEST_CASE("link: a delay is the same for all, jitter lies around it and keeps their order") {
  LinkSettings settings;
  settings.delay = Duration::milliseconds(20);
  for (const Fate& fate : fates(settings, 10)) CHECK(fate.travels == settings.delay);
  settings.jitter = Duration::milliseconds(10);
  const auto all = fates(settings, 1000);
  Instant last;
  Duration least = Duration::seconds(1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i].due >= last);
    last = all[i].due;
    const Duration took = all[i].due - at_ms(static_cast<std::int64_t>(i));
    CHECK(took == all[i].travels);
    CHECK(took >= Duration::milliseconds(10));
    CHECK(took <= Duration::milliseconds(30));
    least = std::min(least, took);
  }
  CHECK(least < Duration::milliseconds(20));
}

TEST_CASE("link: a bandwidth sends packets one behind the other, and its queue has an end") {
  LinkSettings settings;
  settings.bits_per_second = 8'000'000;  // 1000 bytes take 1 ms
  settings.queue_packets = 2;
  settings.delay = Duration::milliseconds(5);
  Link link(settings);
  const Packet packet = packet_of(1000);
  const Fate first = link.offer(packet, Host::Client, at_ms(0));
  CHECK(first.waits == Duration{});
  CHECK(first.takes == Duration::milliseconds(1));
  CHECK(first.due == at_ms(6));
  const Fate second = link.offer(packet, Host::Client, at_ms(0));
  CHECK(second.waits == Duration::milliseconds(1));
  CHECK(second.due == at_ms(7));
  CHECK(link.offer(packet, Host::Client, at_ms(0)).due == at_ms(8));
  CHECK(link.offer(packet, Host::Client, at_ms(0)).dropped == DropReason::QueueFull);
  // A millisecond later one of the two that waited is being sent.
  CHECK(link.offer(packet, Host::Client, at_ms(1)).due == at_ms(9));
  CHECK(link.offer(packet, Host::Client, at_ms(1)).dropped == DropReason::QueueFull);
  CHECK(link.offer(packet, Host::Client, at_ms(100)).due == at_ms(106));
}

TEST_CASE("link: chances come as often as asked for, and the same with the same seed") {
  LinkSettings settings;
  settings.loss = 0.1;
  settings.duplication = 0.2;
  settings.corruption = 0.3;
  settings.seed = 42;
  const auto all = fates(settings, 10'000);
  const int left = 10'000 - count_of(all, is_dropped);
  CHECK(left == doctest::Approx(9'000).epsilon(0.02));
  const auto is_copied = [](const Fate& fate) { return fate.duplicate_due.has_value(); };
  const auto is_corrupt = [](const Fate& fate) { return fate.corruption.has_value(); };
  CHECK(count_of(all, is_copied) == doctest::Approx(left * 0.2).epsilon(0.1));
  CHECK(count_of(all, is_corrupt) == doctest::Approx(left * 0.3).epsilon(0.1));
  for (const Fate& fate : all) {
    if (fate.corruption) CHECK(fate.corruption->byte_index < 100);
  }
  const auto again = fates(settings, 10'000);
  const auto same = [](const Fate& a, const Fate& b) {
    return a.dropped == b.dropped && a.due == b.due && a.duplicate_due == b.duplicate_due &&
           a.corruption.has_value() == b.corruption.has_value();
  };
  CHECK(std::equal(all.begin(), all.end(), again.begin(), same));
  settings.seed = 43;
  CHECK_FALSE(std::equal(all.begin(), all.end(), fates(settings, 10'000).begin(), same));
}

TEST_CASE("link: one setting leaves the chances of the others as they were") {
  LinkSettings settings;
  settings.loss = 0.1;
  const auto before = fates(settings, 1000);
  settings.duplication = 0.5;
  settings.jitter = Duration::milliseconds(1);
  const auto after = fates(settings, 1000);
  for (std::size_t i = 0; i < before.size(); ++i) {
    CHECK(before[i].dropped == after[i].dropped);
  }
  settings.loss = 1;
  CHECK(count_of(fates(settings, 100), is_dropped) == 100);
}

TEST_CASE("link: a reordered packet is overtaken by those behind it") {
  LinkSettings settings;
  settings.delay = Duration::milliseconds(1);
  settings.reordering = 0.2;
  settings.reordered_by = Duration::milliseconds(3);
  const auto all = fates(settings, 1000);
  int overtaken = 0;
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    CHECK(all[i].travels == Duration::milliseconds(all[i].reordered ? 4 : 1));
    overtaken += all[i].due > all[i + 1].due ? 1 : 0;
  }
  CHECK(overtaken > 100);
  CHECK(overtaken <= count_of(all, [](const Fate& fate) { return fate.reordered; }));
}

TEST_CASE("link: MTU, a cut cable, and the n-th of a kind") {
  LinkSettings settings;
  settings.mtu_bytes = 100;
  settings.drops = {{*PacketFilter::parse("data from client"), 2}};
  Link link(settings);
  CHECK(link.offer(packet_of(101), Host::Client, at_ms(0)).dropped == DropReason::TooLong);
  const Packet data = packet_of(100);
  const Packet empty = packet_of(40);
  CHECK_FALSE(link.offer(data, Host::Client, at_ms(1)).dropped);
  CHECK_FALSE(link.offer(empty, Host::Client, at_ms(2)).dropped);
  CHECK(link.offer(data, Host::Client, at_ms(3)).dropped == DropReason::Rule);
  CHECK_FALSE(link.offer(data, Host::Client, at_ms(4)).dropped);
  link.cut(true);
  CHECK(link.offer(empty, Host::Client, at_ms(5)).dropped == DropReason::Cut);
  link.cut(false);
  CHECK_FALSE(link.offer(empty, Host::Client, at_ms(6)).dropped);
  // Counted anew.
  link.change(settings);
  CHECK_FALSE(link.offer(data, Host::Client, at_ms(7)).dropped);
  CHECK(link.offer(data, Host::Client, at_ms(8)).dropped == DropReason::Rule);
}

TEST_CASE("link: settings that make no sense are a sentence") {
  const auto refused = [](auto change) {
    LinkSettings settings;
    change(settings);
    return !check_link(settings).ok();
  };
  CHECK(check_link({}).ok());
  CHECK(refused([](LinkSettings& s) { s.delay = Duration{-1}; }));
  CHECK(refused([](LinkSettings& s) { s.jitter = Duration::seconds(61); }));
  CHECK(refused([](LinkSettings& s) { s.loss = 1.5; }));
  CHECK(refused([](LinkSettings& s) { s.corruption = -0.1; }));
  CHECK(refused([](LinkSettings& s) { s.bits_per_second = 5; }));
  CHECK(refused([](LinkSettings& s) { s.mtu_bytes = 20; }));
  CHECK(refused([](LinkSettings& s) { s.drops = {{PacketFilter::all(), 0}}; }));
}
