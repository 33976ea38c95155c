#include "viz/imgui_frame.h"

#include "viz/imgui_compat.h"

namespace roundtrip::viz {

Rect Canvas::visible() const {
  const ImVec2 from = list->GetClipRectMin();
  const ImVec2 to = list->GetClipRectMax();
  return area.intersection(Rect::from_corners(from.x, from.y, to.x, to.y));
}

namespace {

// A tip is for who points. At any key it goes away, and it comes back when the pointer has moved:
// whoever steps by keys must see what lies under it. ImGui keeps which was last.
bool tips_wanted() {
  bool* keys_were_last = ImGui::GetStateStorage()->GetBoolRef(ImGui::GetID("keys were last"));
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  if (any_key_pressed()) *keys_were_last = true;
  if (moved.x != 0 || moved.y != 0) *keys_were_last = false;
  return !*keys_were_last;
}

}  // namespace

Canvas begin_screen(const Theme& theme, const Fonts& fonts, Registry& registry) {
  registry.begin_frame();
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0.f);
  ImGui::Begin("screen", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                   ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar(2);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({0, 0}, size, theme.ground);
  return {list, theme, fonts, registry, Rect{0, 0, size.x, size.y}, tips_wanted()};
}

void end_screen() { ImGui::End(); }

ScrollRegion::ScrollRegion(const Canvas& parent, const char* id, Rect rect)
    : canvas_(parent), rect_(rect) {
  ImGui::SetCursorScreenPos(top_left(rect));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  compat::begin_child(id, {rect.w, rect.h}, ImGuiWindowFlags_NoNav);
  ImGui::PopStyleVar();
  const ImVec2 start = ImGui::GetCursorScreenPos();
  canvas_.list = ImGui::GetWindowDrawList();
  canvas_.area = {start.x, start.y, ImGui::GetContentRegionAvail().x, rect.h};
}

ScrollRegion::~ScrollRegion() {
  // An item at the end tells ImGui how far there is to scroll.
  if (content_height_px_ > 0) {
    ImGui::SetCursorScreenPos(top_left(canvas_.area));
    ImGui::Dummy({1, content_height_px_});
  }
  ImGui::EndChild();
}

void ScrollRegion::reveal(Rect part) {
  if (part.y < rect_.y) {
    ImGui::SetScrollY(ImGui::GetScrollY() - (rect_.y - part.y));
  } else if (part.bottom() > rect_.bottom()) {
    ImGui::SetScrollY(ImGui::GetScrollY() + (part.bottom() - rect_.bottom()));
  }
}

}  // namespace roundtrip::viz
