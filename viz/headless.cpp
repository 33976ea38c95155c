#include "viz/headless.h"

#include <optional>
#include <string>
#include <utility>

#include "viz/rasterizer.h"

namespace roundtrip::viz {

HeadlessScreen::HeadlessScreen(int width, int height, const Theme& theme)
    : width_(width), height_(height), theme_(theme), context_(ImGui::CreateContext()) {
  ImGui::SetCurrentContext(context_);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
  io.DeltaTime = 1.f / 60;
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  io.ConfigInputTextCursorBlink = false;
  compat::prepare_input();
  apply_style(theme_);
  fonts_ = load_fonts(theme_, *ImGui::GetIO().Fonts);
  use_fonts(fonts_);
  unsigned char* alpha = nullptr;
  int atlas_width = 0;
  int atlas_height = 0;
  io.Fonts->GetTexDataAsAlpha8(&alpha, &atlas_width, &atlas_height);
  draw_ = [](Canvas&) {};
}

HeadlessScreen::HeadlessScreen(int width, int height, float scale, ThemeKind kind)
    : HeadlessScreen(width, height, make_theme(kind, false, scale)) {}

HeadlessScreen::~HeadlessScreen() { ImGui::DestroyContext(context_); }

void HeadlessScreen::frame(Draw draw) {
  draw_ = std::move(draw);
  frame();
}

void HeadlessScreen::frame() {
  ImGui::SetCurrentContext(context_);
  ImGui::NewFrame();
  Canvas canvas = begin_screen(theme_, fonts_, registry_);
  draw_(canvas);
  end_screen();
  ImGui::Render();
}

void HeadlessScreen::move(Point to) {
  ImGui::SetCurrentContext(context_);
  compat::send_mouse_position(to.x, to.y);
  frame();
}

void HeadlessScreen::click(Point at, int button) {
  move(at);
  compat::send_mouse_button(button, true);
  frame();
  compat::send_mouse_button(button, false);
  frame();
}

bool HeadlessScreen::click(std::string_view label, int button) {
  const std::optional<Rect> rect = registry_.find(label);
  if (rect) click(rect->center(), button);
  return rect.has_value();
}

bool HeadlessScreen::hover(std::string_view label) {
  const std::optional<Rect> rect = registry_.find(label);
  if (rect) move(rect->center());
  return rect.has_value();
}

void HeadlessScreen::drag(Point from, Point to, int button, Modifiers held) {
  move(from);
  compat::send_modifiers(held);
  compat::send_mouse_button(button, true);
  frame();
  // Half way first: a drag starts only after the pointer has left its place.
  move({(from.x + to.x) / 2, (from.y + to.y) / 2});
  move(to);
  compat::send_mouse_button(button, false);
  frame();
  compat::send_modifiers({});
}

void HeadlessScreen::wheel(float notches_up, float notches_left) {
  ImGui::SetCurrentContext(context_);
  compat::send_wheel(notches_left, notches_up);
  frame();
}

void HeadlessScreen::press(Key key, Modifiers held) {
  ImGui::SetCurrentContext(context_);
  compat::send_modifiers(held);
  compat::send_key(key, true);
  frame();
  compat::send_key(key, false);
  compat::send_modifiers({});
  frame();
}

void HeadlessScreen::type(std::string_view text) {
  ImGui::SetCurrentContext(context_);
  ImGui::GetIO().AddInputCharactersUTF8(std::string(text).c_str());
  frame();
}

Image HeadlessScreen::render() {
  ImGui::SetCurrentContext(context_);
  if (ImGui::GetDrawData() == nullptr) frame();
  unsigned char* alpha = nullptr;
  AlphaTexture texture;
  ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&alpha, &texture.width, &texture.height);
  texture.alpha = alpha;
  Image image(width_, height_, {theme_.ground.r, theme_.ground.g, theme_.ground.b, 255});
  rasterize(*ImGui::GetDrawData(), texture, image);
  return image;
}

}  // namespace roundtrip::viz
