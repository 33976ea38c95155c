// A small generator of numbers with a fixed seed: every run of a test tries the same inputs. Not
// for anything but tests. xorshift64, Marsaglia 2003.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

namespace roundtrip::http {

class Dice {
 public:
  explicit Dice(std::uint64_t seed = 0x9e3779b97f4a7c15) : state_(seed) {}

  std::size_t below(std::size_t count) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::size_t>(state_ % count);
  }
  bool one_in(std::size_t count) { return below(count) == 0; }
  template <class List>
  auto pick(const List& list) {
    return std::begin(list)[below(std::size(list))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace roundtrip::http
