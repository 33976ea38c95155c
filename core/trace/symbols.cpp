#include "core/trace/symbols.h"

#include <fmt/format.h>

namespace roundtrip::trace {

Symbol Symbols::intern(std::string_view text) {
  if (text.empty()) return {};
  const std::lock_guard lock(mutex_);
  const auto known = numbers_.find(text);
  if (known != numbers_.end()) return {known->second};
  const auto number = static_cast<std::uint32_t>(texts_.size());
  numbers_.emplace(texts_.emplace_back(text), number);
  return {number};
}

std::string_view Symbols::text(Symbol symbol) const {
  const std::lock_guard lock(mutex_);
  return symbol.value < texts_.size() ? std::string_view(texts_[symbol.value]) : "";
}

std::size_t Symbols::count() const {
  const std::lock_guard lock(mutex_);
  return texts_.size();
}

std::string address_text(Address address, const Symbols& symbols) {
  const auto kind = address.packed >> 56;
  const auto port = static_cast<std::uint16_t>(address.packed);
  const auto host = static_cast<std::uint32_t>(address.packed >> 16);
  if (kind == 4) {
    return fmt::format("{}.{}.{}.{}:{}", host >> 24, host >> 16 & 255, host >> 8 & 255, host & 255,
                       port);
  }
  if (kind == 6) return fmt::format("[::1]:{}", port);
  if (kind == 8) return fmt::format("[{}]:{}", symbols.text({host}), port);
  return "unknown";
}

}  // namespace roundtrip::trace
