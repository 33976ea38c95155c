#include <doctest/doctest.h>

#include "viz/headless.h"
#include "viz/imgui_controls.h"
#include "viz/text.h"

using namespace roundtrip::viz;

TEST_CASE("headless: a click by label reaches the button, beside it does not") {
  HeadlessScreen screen(640, 360);
  int sent = 0;
  screen.settle([&](Canvas& canvas) {
    if (button(canvas, {20, 20, 100, 32}, {.label = "bar/send", .text = "Send"})) ++sent;
    if (button(canvas, {20, 60, 100, 32}, {.label = "bar/off", .text = "Off", .enabled = false})) {
      sent += 100;
    }
  });
  CHECK(screen.click("bar/send"));
  CHECK(sent == 1);
  screen.click(Point{300, 300});
  CHECK(sent == 1);
  CHECK(screen.click("bar/off"));
  CHECK(sent == 1);
  CHECK_FALSE(screen.click("bar/none"));
}

TEST_CASE("headless: keys, modifiers, characters and the wheel arrive in their frame") {
  HeadlessScreen screen(320, 200);
  int steps = 0, wide_steps = 0, sheets = 0, letters = 0;
  float turned = 0;
  screen.settle([&](Canvas&) {
    if (key_pressed(Key::Right, false)) ++(modifiers().shift ? wide_steps : steps);
    if (key_pressed(Key::W, false)) ++letters;
    if (typed(U'?')) ++sheets;
    turned += ImGui::GetIO().MouseWheel;
  });
  screen.press(Key::Right);
  screen.press(Key::Right, {.shift = true});
  screen.press(Key::W);
  screen.type("?");
  screen.wheel(2);
  CHECK(steps == 1);
  CHECK(wide_steps == 1);
  CHECK(letters == 1);
  CHECK(sheets == 1);
  CHECK(turned == 2);
}

TEST_CASE("headless: text typed into a field stays, and typing is known") {
  HeadlessScreen screen(320, 200);
  char text[32] = "";
  bool was_typing = false;
  screen.settle([&](Canvas& canvas) {
    ImGui::SetCursorScreenPos({10, 10});
    ImGui::SetNextItemWidth(200);
    ImGui::InputText("##find", text, sizeof text);
    canvas.registry.add("find", {10, 10, 200, 32});
    was_typing = typing();
  });
  CHECK_FALSE(was_typing);
  CHECK(screen.click("find"));
  screen.type("héader");
  CHECK(std::string_view(text) == "héader");
  CHECK(was_typing);
  screen.press(Key::Backspace);
  CHECK(std::string_view(text) == "héade");
}

TEST_CASE("headless: a drag is seen from its start to its end") {
  HeadlessScreen screen(320, 200);
  float moved = 0;
  screen.settle([&](Canvas& canvas) {
    if (touch(canvas, "strip", {0, 0, 320, 40}).held) moved += ImGui::GetIO().MouseDelta.x;
  });
  screen.drag({20, 20}, {120, 20});
  CHECK(moved == 100);
}

TEST_CASE("headless: screens follow one another, and two at a time stay apart") {
  const auto draw = [](Canvas& canvas) {
    draw_text(canvas, {10, 10}, words(canvas.theme), "one");
  };
  Image first;
  {
    HeadlessScreen screen(200, 100);
    screen.settle(draw);
    first = screen.render();
  }
  HeadlessScreen again(200, 100);
  HeadlessScreen dark(200, 100, 1, ThemeKind::Dark);
  dark.settle(draw);
  again.settle(draw);
  CHECK((again.render() == first));
  CHECK_FALSE((dark.render() == first));
}

TEST_CASE("headless: a scroll region scrolls by wheel and reveals what is asked for") {
  HeadlessScreen screen(320, 200);
  bool reveal_last = false;
  screen.settle([&](Canvas& canvas) {
    ScrollRegion region(canvas, "list", {0, 0, 200, 100});
    Canvas& inner = region.canvas();
    for (int row = 0; row < 20; ++row) {
      const Rect rect{inner.area.x, inner.area.y + static_cast<float>(row) * 20, 150, 20};
      inner.registry.add("list/" + std::to_string(row), rect);
      if (reveal_last && row == 19) region.reveal(rect);
    }
    region.set_content_height(400);
  });
  CHECK(screen.registry().find("list/0")->y == 0);
  screen.move({50, 50});
  screen.wheel(-1);
  screen.settle();
  CHECK(screen.registry().find("list/0")->y < 0);
  reveal_last = true;
  screen.settle();
  CHECK(screen.registry().find("list/19")->bottom() == 100);
}
