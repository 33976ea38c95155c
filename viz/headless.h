// The screen without a display: an ImGui context with no backend, fed by calls instead of a mouse
// and keyboard, drawn by the CPU rasterizer. For tests that press the real panels and for pictures.
// Several may live one after another; while more than one is alive, each call makes its own context
// current. Two frames settle a layout: `settle`. Time advances by 1/60 s a frame, never by a clock,
// so the same calls give the same picture.
#pragma once

#include <functional>
#include <string_view>

#include "viz/image.h"
#include "viz/imgui_compat.h"
#include "viz/imgui_frame.h"

namespace roundtrip::viz {

class HeadlessScreen {
 public:
  using Draw = std::function<void(Canvas&)>;

  // Width and height in pixels of the picture; the theme brings scale and projector.
  HeadlessScreen(int width, int height, const Theme& theme);
  HeadlessScreen(int width, int height, float scale = 1, ThemeKind kind = ThemeKind::Light);
  ~HeadlessScreen();
  HeadlessScreen(const HeadlessScreen&) = delete;
  HeadlessScreen& operator=(const HeadlessScreen&) = delete;

  // One frame; this callback also draws the frames that the calls below need.
  void frame(Draw draw);
  void frame();
  void settle(Draw draw) { frame(std::move(draw)), frame(); }
  void settle() { frame(), frame(); }

  // Each ends with the frame in which the input has taken effect.
  void move(Point to);
  void click(Point at, int button = 0);
  // False when nothing of that label is on the screen.
  bool click(std::string_view label, int button = 0);
  bool hover(std::string_view label);
  void drag(Point from, Point to, int button = 0, Modifiers held = {});
  void wheel(float notches_up, float notches_left = 0);
  void press(Key key, Modifiers held = {});
  void type(std::string_view text);

  Image render();

  Rect window() const { return {0, 0, static_cast<float>(width_), static_cast<float>(height_)}; }
  const Registry& registry() const { return registry_; }
  const Theme& theme() const { return theme_; }
  const Fonts& fonts() const { return fonts_; }

 private:
  int width_;
  int height_;
  Theme theme_;
  ImGuiContext* context_;
  Fonts fonts_;
  Registry registry_;
  Draw draw_;
};

}  // namespace roundtrip::viz
