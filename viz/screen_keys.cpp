#include "viz/screen_keys.h"

#include <algorithm>

#include "viz/imgui_compat.h"
#include "viz/model/tour.h"

namespace roundtrip::viz {
namespace {

// The key of the keypad on which the same stands; the key itself where there is none.
Key on_keypad(Key key) {
  switch (key) {
    case Key::Equal: return Key::KeypadPlus;
    case Key::Minus: return Key::KeypadMinus;
    case Key::Digit0: return Key::Keypad0;
    default: return key;
  }
}

bool pressed(const Chord& chord, bool repeats) {
  if (chord.character != 0) return typed(chord.character);
  const Modifiers held = modifiers();
  // On many keyboards + is = with Shift, and is called + all the same.
  const bool shift_counts = chord.key != Key::Equal;
  return (key_pressed(chord.key, repeats) || key_pressed(on_keypad(chord.key), repeats)) &&
         held.ctrl == chord.held.ctrl && held.alt == chord.held.alt &&
         (held.shift == chord.held.shift || !shift_counts);
}

// The tour has keys of its own: on, back, and away.
Actions tour_actions(std::size_t step) {
  Actions actions;
  const bool last = step + 1 >= tour_steps.size();
  if (key_pressed(Key::Escape, false)) actions.push_back(ShowTour{});
  if (key_pressed(Key::Enter, false) || key_pressed(Key::Right, false)) {
    actions.push_back(ShowTour{last ? std::nullopt : std::optional<std::size_t>(step + 1)});
  }
  if (key_pressed(Key::Left, false) && step > 0) actions.push_back(ShowTour{step - 1});
  return actions;
}

}  // namespace

bool pressed(Command command) {
  const CommandRow& row = row_of(command);
  return std::any_of(row.chords.begin(), row.chords.end(),
                     [&row](const Chord& chord) { return pressed(chord, row.repeats); });
}

Actions key_actions(const CommandContext& context) {
  Actions actions;
  const ViewState& state = context.state;
  if (typing() || ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId)) return actions;
  // The question for a file and the palette have keys of their own.
  if (state.session.question || state.palette.mode != PaletteMode::Closed) return actions;
  if (state.sheet_open) {
    const bool away = pressed(Command::Clear) || pressed(Command::Sheet) ||
                      key_pressed(Key::Enter, false);
    if (away) actions.push_back(ToggleSheet{});
    return actions;
  }
  if (state.tour) return tour_actions(*state.tour);
  for (const CommandRow& row : commands()) {
    if (!pressed(row.command)) continue;
    if (auto action = row.action(context)) actions.push_back(std::move(*action));
  }
  return actions;
}

}  // namespace roundtrip::viz
