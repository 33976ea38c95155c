#include "core/net/connection_numbers.h"

namespace roundtrip::net {

std::uint32_t ConnectionNumbers::announce(trace::Address client, trace::Address server) {
  const std::uint32_t number = bus_.next_conn();
  const std::lock_guard lock(mutex_);
  announced_[{client.packed, server.packed}] = number;
  return number;
}

std::uint32_t ConnectionNumbers::accepted(trace::Address client, trace::Address server) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = announced_.find({client.packed, server.packed});
    if (found != announced_.end()) {
      const std::uint32_t number = found->second;
      announced_.erase(found);
      return number;
    }
  }
  return bus_.next_conn();
}

void ConnectionNumbers::withdraw(trace::Address client, trace::Address server) {
  const std::lock_guard lock(mutex_);
  announced_.erase({client.packed, server.packed});
}

}  // namespace roundtrip::net
