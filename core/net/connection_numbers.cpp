#include "core/net/connection_numbers.h"

namespace roundtrip::net {

void ConnectionNumbers::remember_accepted() {
  const std::lock_guard lock(mutex_);
  remembers_accepted_ = true;
}

std::uint32_t ConnectionNumbers::announce(trace::Address client, trace::Address server,
                                          std::uint64_t began) {
  const std::uint32_t number = bus_.next_conn();
  const std::lock_guard lock(mutex_);
  known_[{client.packed, server.packed}] = {{number, began, 0}};
  return number;
}

std::uint32_t ConnectionNumbers::on_wire(trace::Address client, trace::Address server) {
  const std::lock_guard lock(mutex_);
  const auto place = known_.try_emplace({client.packed, server.packed}).first;
  Known& known = place->second;
  if (known.number == 0) known.number = bus_.next_conn();
  known.seen_on_wire = true;
  const std::uint32_t number = known.number;
  if (known.is_accepted) known_.erase(place);
  return number;
}

void ConnectionNumbers::connected(trace::Address client, trace::Address server,
                                  std::uint64_t when) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find({client.packed, server.packed});
  if (found != known_.end()) found->second.connected = when;
}

ConnectionNumbers::Announced ConnectionNumbers::accepted(trace::Address client,
                                                         trace::Address server) {
  const std::lock_guard lock(mutex_);
  const Key key{client.packed, server.packed};
  const auto found = known_.find(key);
  // One that was accepted before and never seen had the same addresses, and is another connection.
  const bool is_known = found != known_.end() && !found->second.is_accepted;
  Known known;
  if (is_known) {
    known = found->second;
  } else {
    known.number = bus_.next_conn();
  }
  if (remembers_accepted_ && !known.seen_on_wire) {
    known.is_accepted = true;
    known_[key] = known;
  } else if (is_known) {
    known_.erase(found);
  }
  return known;
}

void ConnectionNumbers::withdraw(trace::Address client, trace::Address server) {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find({client.packed, server.packed});
  if (found != known_.end() && !found->second.is_accepted) known_.erase(found);
}

}  // namespace roundtrip::net
