#include "core/net/connection_numbers.h"

namespace roundtrip::net {

std::uint32_t ConnectionNumbers::announce(trace::Address client, trace::Address server,
                                          std::uint64_t began) {
  const std::uint32_t number = bus_.next_conn();
  const std::lock_guard lock(mutex_);
  announced_[{client.packed, server.packed}] = {number, began, 0};
  return number;
}

std::uint32_t ConnectionNumbers::on_wire(trace::Address client, trace::Address server) {
  const std::lock_guard lock(mutex_);
  Announced& known = announced_[{client.packed, server.packed}];
  if (known.number == 0) known.number = bus_.next_conn();
  return known.number;
}

void ConnectionNumbers::connected(trace::Address client, trace::Address server,
                                  std::uint64_t when) {
  const std::lock_guard lock(mutex_);
  const auto found = announced_.find({client.packed, server.packed});
  if (found != announced_.end()) found->second.connected = when;
}

ConnectionNumbers::Announced ConnectionNumbers::accepted(trace::Address client,
                                                         trace::Address server) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = announced_.find({client.packed, server.packed});
    if (found != announced_.end()) {
      const Announced known = found->second;
      announced_.erase(found);
      return known;
    }
  }
  return {bus_.next_conn(), 0, 0};
}

void ConnectionNumbers::withdraw(trace::Address client, trace::Address server) {
  const std::lock_guard lock(mutex_);
  announced_.erase({client.packed, server.packed});
}

}  // namespace roundtrip::net
