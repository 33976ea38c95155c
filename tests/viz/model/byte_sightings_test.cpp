// What a byte's life says where two have seen it, and not alike.
#include <doctest/doctest.h>

#include "tests/viz/model/scene.h"
#include "viz/model/byte_life.h"

namespace roundtrip::viz {
namespace {

using trace::Log;

TEST_CASE("byte life: a byte that was seen otherwise as well says so, its neighbours do not") {
  const Scene scene([](trace::Story& story) {
    story.hello();
    story.keep(1, Log::In, 1, "X");
  });
  const Cursor end{scene.trace.end() - 1, {}};
  for (const std::uint64_t at : {0, 1, 2}) {
    const ByteLife life = byte_life(scene.view, end, {}, {1, Log::In, at});
    const bool told = life.steps.front().what == "sightings";
    CHECK(told == (at == 1));
    if (told) CHECK(life.steps.front().words.find("“X”, hex 58") != std::string::npos);
  }
}

}  // namespace
}  // namespace roundtrip::viz
