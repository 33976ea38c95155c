#include "viz/model/keys.h"

#include <array>
#include <string_view>
#include <utility>

namespace roundtrip::viz {
namespace {

constexpr auto names = std::to_array<std::pair<Key, std::string_view>>({
    {Key::Space, "Space"},
    {Key::Escape, "Esc"},
    {Key::Enter, "Enter"},
    {Key::Tab, "Tab"},
    {Key::Backspace, "Backspace"},
    {Key::Insert, "Insert"},
    {Key::Delete, "Delete"},
    {Key::Right, "\u2192"},
    {Key::Left, "\u2190"},
    {Key::Down, "\u2193"},
    {Key::Up, "\u2191"},
    {Key::PageUp, "Page \u2191"},
    {Key::PageDown, "Page \u2193"},
    {Key::Home, "Home"},
    {Key::End, "End"},
    {Key::Minus, "\u2212"},
    {Key::Equal, "+"},
});

std::string key_text(Key key) {
  for (const auto& [named, text] : names) {
    if (named == key) return std::string(text);
  }
  if (key >= Key::F1 && key <= Key::F12) {
    return "F" + std::to_string(static_cast<int>(key) - static_cast<int>(Key::F1) + 1);
  }
  return std::string(1, static_cast<char>(key));
}

}  // namespace

std::string chord_text(const Chord& chord) {
  if (chord.character == U'-') return "\u2212";
  if (chord.character != 0) return std::string(1, static_cast<char>(chord.character));
  std::string text = chord.held.ctrl ? "Ctrl " : "";
  if (chord.held.alt) text += "Alt ";
  if (chord.held.shift) text += "Shift ";
  return text + key_text(chord.key);
}

}  // namespace roundtrip::viz
