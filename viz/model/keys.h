// Keys by name, and a chord: what is pressed to give a command (commands.h). No ImGui here.
// Key has the numbers that GLFW gives to keys: ImGui 1.86 names only 22 keys and indexes its state
// by the window system's numbers. What moves with the keyboard layout is a character instead.
#pragma once

#include <string>

namespace roundtrip::viz {

enum class Key : int {
  Space = 32, Comma = 44, Minus = 45, Period = 46, Slash = 47,
  Digit0 = 48, Digit1, Digit2, Digit3, Digit4, Digit5, Digit6, Digit7, Digit8, Digit9,
  Equal = 61,
  A = 65, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, U, V, W, X, Y, Z,
  LeftBracket = 91, RightBracket = 93,
  Escape = 256, Enter = 257, Tab = 258, Backspace = 259, Insert = 260, Delete = 261,
  Right = 262, Left = 263, Down = 264, Up = 265, PageUp = 266, PageDown = 267,
  Home = 268, End = 269,
  F1 = 290, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12,
  Keypad0 = 320, KeypadMinus = 333, KeypadPlus = 334,
};

struct Modifiers {
  bool ctrl = false;
  bool shift = false;
  bool alt = false;
};

// One way to give a command: a key with exactly these modifiers, or a character however it is
// typed. Ctrl types no character: Equal stands for + then, with Shift or without, and the keypad's
// key for the one that says the same (viz/screen_keys.cpp).
struct Chord {
  Key key = Key::Space;
  char32_t character = 0;  // 0: the key counts
  Modifiers held;

  constexpr bool operator==(const Chord& other) const {
    return character == other.character && (character != 0 || key == other.key) &&
           held.ctrl == other.held.ctrl && held.shift == other.held.shift &&
           held.alt == other.held.alt;
  }
};

constexpr Chord press(Key key) {
  return {key, 0, {}};
}
constexpr Chord control(Key key) {
  return {key, 0, {.ctrl = true}};
}
constexpr Chord shift(Key key) {
  return {key, 0, {.shift = true}};
}
constexpr Chord control_shift(Key key) {
  return {key, 0, {.ctrl = true, .shift = true}};
}
constexpr Chord alt(Key key) {
  return {key, 0, {.alt = true}};
}
constexpr Chord letter(char32_t character) {
  return {Key::Space, character, {}};
}

// As the sheet of keys says it: "Ctrl S", "Page ↓", "[".
std::string chord_text(const Chord& chord);

}  // namespace roundtrip::viz
