// What every picture says where there is nothing to show yet.
#include "viz/model/teller.h"

#include <doctest/doctest.h>

#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"

namespace roundtrip::viz {
namespace {

constexpr std::string_view empty_views[] = {"spawn",  "connection", "buffers", "parser", "message",
                                            "router", "handler",    "finish",  "ladder", "states"};

TEST_CASE("teller: what lies ahead in a recording is reached with Next, and not sent again (01)") {
  const Recorded told("01-hello");
  for (const std::string_view name : empty_views) {
    CAPTURE(name);
    const Picture picture = picture_at(told.view, name, 0);
    CHECK(says(joined(picture.sentence), "press Next"));
    CHECK_FALSE(says(joined(picture.sentence), "send"));
  }
}

TEST_CASE("teller: at the end of what was told a request is sent live, and never comes in a file") {
  const Scene scene([](trace::Story& story) { story.startup(); });
  for (const std::string_view name : empty_views) {
    CAPTURE(name);
    ViewState state;
    const Cursor end{scene.view.end() - 1, {}};
    const auto sentence = [&] {
      return joined(layout_view(*view_row(name), scene.view, end, state, plain_ruler(), story_place)
                        .sentence);
    };
    CHECK(says(sentence(), "comes in this trace"));
    state.session.live = true;
    CHECK(says(sentence(), "send a request"));
    CHECK_FALSE(says(sentence(), "Next"));
  }
}

}  // namespace
}  // namespace roundtrip::viz
