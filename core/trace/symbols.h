// Symbols: short texts that events refer to by number (route patterns, handler names, error
// sentences). They are interned where things are registered, never on the path of an event.
// Safe to use from several threads; a text never moves and never goes.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/trace/event.h"

namespace roundtrip::trace {

class Symbols {
 public:
  Symbols() { texts_.emplace_back(); }
  Symbols(const Symbols&) = delete;
  Symbols& operator=(const Symbols&) = delete;

  Symbol intern(std::string_view text);
  std::string_view text(Symbol symbol) const;
  std::size_t count() const;

 private:
  mutable std::mutex mutex_;
  std::deque<std::string> texts_;  // a deque: growing never moves a text
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

// "127.0.0.1:8080", "[::1]:8080"; a named address through its symbol.
std::string address_text(Address address, const Symbols& symbols);

}  // namespace roundtrip::trace
