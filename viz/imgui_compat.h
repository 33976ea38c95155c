// The one place that knows which Dear ImGui this is: 1.86 (Debian 12), 1.90 (Ubuntu 24.04) or 1.92.
// Everyone who needs a key, an input event, a child region or a glyph goes through these wrappers.
// Punctuation that moves with the keyboard layout ("?", ".", ",") is asked for as a character:
// `typed`.
#pragma once

#include <imgui.h>

#include "viz/model/keys.h"

namespace roundtrip::viz {

namespace compat {

#if IMGUI_VERSION_NUM >= 18700
inline ImGuiKey imgui_key(Key key) {
  const int number = static_cast<int>(key);
  const auto in_run = [number](Key first, ImGuiKey named) {
    return static_cast<ImGuiKey>(static_cast<int>(named) + number - static_cast<int>(first));
  };
  if (key >= Key::A && key <= Key::Z) return in_run(Key::A, ImGuiKey_A);
  if (key >= Key::Digit0 && key <= Key::Digit9) return in_run(Key::Digit0, ImGuiKey_0);
  if (key >= Key::F1 && key <= Key::F12) return in_run(Key::F1, ImGuiKey_F1);
  switch (key) {
    case Key::Space: return ImGuiKey_Space;
    case Key::Comma: return ImGuiKey_Comma;
    case Key::Minus: return ImGuiKey_Minus;
    case Key::Period: return ImGuiKey_Period;
    case Key::Slash: return ImGuiKey_Slash;
    case Key::Equal: return ImGuiKey_Equal;
    case Key::LeftBracket: return ImGuiKey_LeftBracket;
    case Key::RightBracket: return ImGuiKey_RightBracket;
    case Key::Escape: return ImGuiKey_Escape;
    case Key::Enter: return ImGuiKey_Enter;
    case Key::Tab: return ImGuiKey_Tab;
    case Key::Backspace: return ImGuiKey_Backspace;
    case Key::Insert: return ImGuiKey_Insert;
    case Key::Delete: return ImGuiKey_Delete;
    case Key::Right: return ImGuiKey_RightArrow;
    case Key::Left: return ImGuiKey_LeftArrow;
    case Key::Down: return ImGuiKey_DownArrow;
    case Key::Up: return ImGuiKey_UpArrow;
    case Key::PageUp: return ImGuiKey_PageUp;
    case Key::PageDown: return ImGuiKey_PageDown;
    case Key::Home: return ImGuiKey_Home;
    case Key::End: return ImGuiKey_End;
    case Key::Keypad0: return ImGuiKey_Keypad0;
    case Key::KeypadMinus: return ImGuiKey_KeypadSubtract;
    case Key::KeypadPlus: return ImGuiKey_KeypadAdd;
    default: return ImGuiKey_None;
  }
}

inline void send_mouse_position(float x, float y) { ImGui::GetIO().AddMousePosEvent(x, y); }
inline void send_mouse_button(int button, bool down) {
  ImGui::GetIO().AddMouseButtonEvent(button, down);
}
inline void send_wheel(float dx, float dy) { ImGui::GetIO().AddMouseWheelEvent(dx, dy); }
inline void send_modifiers(Modifiers held) {
  ImGuiIO& io = ImGui::GetIO();
#if IMGUI_VERSION_NUM >= 18900
  io.AddKeyEvent(ImGuiMod_Ctrl, held.ctrl);
  io.AddKeyEvent(ImGuiMod_Shift, held.shift);
  io.AddKeyEvent(ImGuiMod_Alt, held.alt);
#else
  io.AddKeyEvent(ImGuiKey_ModCtrl, held.ctrl);
  io.AddKeyEvent(ImGuiKey_ModShift, held.shift);
  io.AddKeyEvent(ImGuiKey_ModAlt, held.alt);
#endif
}
inline void send_key(Key key, bool down) { ImGui::GetIO().AddKeyEvent(imgui_key(key), down); }

// Any key at all, those of the mouse aside.
inline bool any_key_pressed() {
  for (int key = ImGuiKey_Tab; key <= ImGuiKey_KeypadEqual; ++key) {
    if (ImGui::IsKeyPressed(static_cast<ImGuiKey>(key), false)) return true;
  }
  return false;
}

// For a context that no window feeds: one frame sees every event sent before it.
inline void prepare_input() { ImGui::GetIO().ConfigInputTrickleEventQueue = false; }

#else

inline int imgui_key(Key key) { return static_cast<int>(key); }
inline void send_mouse_position(float x, float y) { ImGui::GetIO().MousePos = ImVec2(x, y); }
inline void send_mouse_button(int button, bool down) { ImGui::GetIO().MouseDown[button] = down; }
inline void send_wheel(float dx, float dy) {
  ImGui::GetIO().MouseWheelH += dx;
  ImGui::GetIO().MouseWheel += dy;
}
inline void send_modifiers(Modifiers held) {
  ImGuiIO& io = ImGui::GetIO();
  io.KeyCtrl = held.ctrl;
  io.KeyShift = held.shift;
  io.KeyAlt = held.alt;
}
inline void send_key(Key key, bool down) { ImGui::GetIO().KeysDown[static_cast<int>(key)] = down; }

inline bool any_key_pressed() {
  for (const float held_s : ImGui::GetIO().KeysDownDuration) {
    if (held_s == 0) return true;
  }
  return false;
}

inline void prepare_input() {
  int* map = ImGui::GetIO().KeyMap;
  const auto set = [map](int named, Key key) { map[named] = static_cast<int>(key); };
  set(ImGuiKey_Tab, Key::Tab);
  set(ImGuiKey_LeftArrow, Key::Left);
  set(ImGuiKey_RightArrow, Key::Right);
  set(ImGuiKey_UpArrow, Key::Up);
  set(ImGuiKey_DownArrow, Key::Down);
  set(ImGuiKey_PageUp, Key::PageUp);
  set(ImGuiKey_PageDown, Key::PageDown);
  set(ImGuiKey_Home, Key::Home);
  set(ImGuiKey_End, Key::End);
  set(ImGuiKey_Insert, Key::Insert);
  set(ImGuiKey_Delete, Key::Delete);
  set(ImGuiKey_Backspace, Key::Backspace);
  set(ImGuiKey_Space, Key::Space);
  set(ImGuiKey_Enter, Key::Enter);
  set(ImGuiKey_Escape, Key::Escape);
  set(ImGuiKey_A, Key::A);
  set(ImGuiKey_C, Key::C);
  set(ImGuiKey_V, Key::V);
  set(ImGuiKey_X, Key::X);
  set(ImGuiKey_Y, Key::Y);
  set(ImGuiKey_Z, Key::Z);
}

#endif

inline bool begin_child(const char* id, ImVec2 size, ImGuiWindowFlags flags = 0) {
#if IMGUI_VERSION_NUM >= 19000
  return ImGui::BeginChild(id, size, ImGuiChildFlags_None, flags);
#else
  return ImGui::BeginChild(id, size, false, flags);
#endif
}

inline int list_count(const ImDrawData& data) {
#if IMGUI_VERSION_NUM >= 19000
  return data.CmdLists.Size;
#else
  return data.CmdListsCount;
#endif
}

inline void push_font(ImFont* font, [[maybe_unused]] float px) {
#if IMGUI_VERSION_NUM >= 19200
  ImGui::PushFont(font, px);
#else
  ImGui::PushFont(font);
#endif
}

inline bool has_glyph(ImFont* font, [[maybe_unused]] float px, unsigned int code_point) {
#if IMGUI_VERSION_NUM >= 19200
  ImFontBaked* baked = font->GetFontBaked(px);
  return baked->FindGlyphNoFallback(static_cast<ImWchar>(code_point)) != nullptr;
#else
  return font->FindGlyphNoFallback(static_cast<ImWchar>(code_point)) != nullptr;
#endif
}

// Where a line of this width must end; `text` itself where not even one letter fits.
inline const char* wrap_position(ImFont* font, float px, const char* text, const char* end,
                                 float width) {
#if IMGUI_VERSION_NUM >= 19200
  return font->CalcWordWrapPosition(px, text, end, width);
#else
  return font->CalcWordWrapPositionA(px / font->FontSize, text, end, width);
#endif
}

}  // namespace compat

inline bool key_pressed(Key key, bool repeat = true) {
  return ImGui::IsKeyPressed(compat::imgui_key(key), repeat);
}
inline bool any_key_pressed() {
  // What was typed may come without its key.
  return compat::any_key_pressed() || !ImGui::GetIO().InputQueueCharacters.empty();
}
inline bool key_down(Key key) { return ImGui::IsKeyDown(compat::imgui_key(key)); }

inline Modifiers modifiers() {
  const ImGuiIO& io = ImGui::GetIO();
  return {io.KeyCtrl, io.KeyShift, io.KeyAlt};
}

// True while a text field has the keyboard: no shortcut may act then.
inline bool typing() { return ImGui::GetIO().WantTextInput; }

// The character was typed since the last frame, whatever key makes it on this keyboard.
inline bool typed(char32_t character) {
  for (const ImWchar waiting : ImGui::GetIO().InputQueueCharacters) {
    if (static_cast<char32_t>(waiting) == character) return true;
  }
  return false;
}

}  // namespace roundtrip::viz
