#include "viz/model/layout_server.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/recorded.h"

namespace roundtrip::viz {
namespace {

const Rect picture{0, 0, 640, 330};

std::string tile_text(const ServerLayout& layout, std::string_view title) {
  std::string text;
  for (const ServerTile& tile : layout.tiles) {
    if (tile.title.text != title) continue;
    for (const TextBox& line : tile.lines) text += line.text + " ";
  }
  return text;
}

TEST_CASE("server: the process runs only once its first line does (01)") {
  const Recorded told("01-hello");
  const auto said = [&](std::string_view phase) {
    const auto at = *Stepper(told.view).position_of(phase);
    return tile_text(layout_server(told.view, at, {}, plain_ruler(), picture), "Process");
  };
  CHECK(said("startup.program_load").find("no line has run yet") != std::string::npos);
  CHECK(said("startup.static_init").find("static objects") != std::string::npos);
  CHECK(said("startup.main").find("main runs") != std::string::npos);
}

TEST_CASE("server: every route has its place in the tile (01)") {
  const Recorded told("01-hello");
  const auto ready = *Stepper(told.view).position_of("startup.ready");
  const auto routes = told.states.process_at(ready.event).routes;
  REQUIRE(routes.size() == 3);
  for (const float width : {640.f, 900.f}) {
    const auto layout = layout_server(told.view, ready, {}, plain_ruler(),
                                      {0, 0, width, picture.h});
    const std::string text = tile_text(layout, "Routes");
    for (const auto& [pattern, handler] : routes) {
      CAPTURE(text);
      CHECK(text.find(told.trace.symbols().text(pattern)) != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
