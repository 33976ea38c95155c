// Every preset of the screen with its name, read from the enumeration itself: one that is added is
// measured without a word here. The compiler writes the name of an enumerator into the signature of
// a function that is made for it.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "viz/model/workspace.h"

namespace roundtrip::bench {

struct NamedPreset {
  viz::Preset preset;
  std::string_view name;
};

template <viz::Preset preset>
constexpr NamedPreset named() {
  std::string_view name = __PRETTY_FUNCTION__;
  name = name.substr(0, name.find_last_of("]"));
  return {preset, name.substr(name.rfind(':') + 1)};
}

inline constexpr auto all_presets = []<std::size_t... number>(std::index_sequence<number...>) {
  return std::array{named<static_cast<viz::Preset>(number)>()...};
}
(std::make_index_sequence<viz::preset_count>{});

}  // namespace roundtrip::bench
