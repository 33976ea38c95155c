#include <doctest/doctest.h>

#include "core/base/byte_range.h"
#include "core/base/result.h"
#include "core/base/time.h"

using namespace roundtrip;

TEST_CASE("result: holds a value or a sentence") {
  Result<int> good = 7;
  CHECK(good.ok());
  CHECK(*good == 7);
  Result<int> bad = Error{"port 80 can't be bound"};
  CHECK_FALSE(bad.ok());
  CHECK(bad.error() == "port 80 can't be bound");
}

TEST_CASE("byte range: is half-open") {
  constexpr ByteRange line{21, 22};
  CHECK(line.end() == 43);
  CHECK(line.contains(21));
  CHECK_FALSE(line.contains(43));
  CHECK(line.overlaps({42, 5}));
  CHECK_FALSE(line.overlaps({43, 5}));
}

TEST_CASE("time: two instants differ by a duration") {
  CHECK((Instant{500} - Instant{200}) == Duration{300});
  CHECK((Instant{500} + Duration::microseconds(1)).ns == 1500);
}
