// Every key that the table of commands documents, pressed without a display.
#include "viz/screen_keys.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/viz/screen_driver.h"

namespace roundtrip::viz {
namespace {

// What the keys of one frame ask for, at a moment at which every command can act.
struct Keyboard {
  Keyboard() {
    state.session.live = state.session.live_behind = true;
    state.session.scenarios = {"01-hello", "02-keep-alive"};
    state.session.wired = true;
    state.session.packets_held = 1;
    start_lesson(state, cursor, scene.view);
    for (const std::uint64_t event : {40, 80, 100}) {
      apply(state, cursor, scene.view, GoTo{event});
    }
    apply(state, cursor, scene.view, Undo{});
    apply(state, cursor, scene.view, Select{20});
    apply(state, cursor, scene.view, MeasureToSelection{});
    screen.settle([this](Canvas&) {
      for (Action& action : key_actions(context())) asked.push_back(std::move(action));
    });
  }
  CommandContext context() const { return {scene.view, cursor, state, {}}; }
  void give(const Chord& chord) {
    asked.clear();
    if (chord.character != 0) {
      screen.type(std::string(1, static_cast<char>(chord.character)));
    } else {
      screen.press(chord.key, chord.held);
    }
  }

  const Scene scene{tell_busy};
  HeadlessScreen screen{640, 360, make_theme(ThemeKind::Light)};
  ViewState state;
  Cursor cursor;
  Actions asked;
};

TEST_CASE("keys: each key of the sheet is alive, and does what its command does, once") {
  Keyboard keyboard;
  for (const CommandRow& row : commands()) {
    const auto wanted = row.action(keyboard.context());
    for (const Chord& chord : row.chords) {
      CAPTURE(chord_text(chord));
      CAPTURE(row.words);
      REQUIRE(wanted);
      keyboard.give(chord);
      REQUIRE(keyboard.asked.size() == 1);
      CHECK(keyboard.asked[0].index() == wanted->index());
    }
  }
}

TEST_CASE("keys: Ctrl + with Shift or without, and on the keypad; so do Ctrl - and Ctrl 0") {
  Keyboard keyboard;
  keyboard.state.text_scale = 1.5f;
  const auto asked_scale = [&keyboard](const Chord& chord) {
    keyboard.give(chord);
    REQUIRE(keyboard.asked.size() == 1);
    return std::get<SetTextScale>(keyboard.asked[0]).scale;
  };
  for (const Chord& chord :
       {control(Key::Equal), control_shift(Key::Equal), control(Key::KeypadPlus)}) {
    CHECK(asked_scale(chord) > 1.5f);
  }
  for (const Chord& chord : {control(Key::Minus), control(Key::KeypadMinus)}) {
    CHECK(asked_scale(chord) < 1.5f);
  }
  for (const Chord& chord : {control(Key::Digit0), control(Key::Keypad0)}) {
    CHECK(asked_scale(chord) == 1.f);
  }
  // The key alone types a character, and that is asked for as such.
  keyboard.give(press(Key::KeypadPlus));
  CHECK(keyboard.asked.empty());
}

TEST_CASE("keys: with modifiers that no command has, a key does nothing") {
  Keyboard keyboard;
  for (const Chord& chord :
       {control(Key::W), alt(Key::Space), shift(Key::F), alt(Key::P), control_shift(Key::S)}) {
    CAPTURE(chord_text(chord));
    keyboard.give(chord);
    CHECK(keyboard.asked.empty());
  }
}

TEST_CASE("keys: nothing acts under the palette, the question, the tour and the sheet") {
  Keyboard keyboard;
  keyboard.state.palette.mode = PaletteMode::Commands;
  keyboard.give(press(Key::Right));
  CHECK(keyboard.asked.empty());
  keyboard.state.palette.mode = PaletteMode::Closed;
  keyboard.state.session.question = FileQuestion{};
  keyboard.give(press(Key::Right));
  CHECK(keyboard.asked.empty());
  keyboard.state.session.question.reset();
  keyboard.state.tour = 0;
  keyboard.give(press(Key::Down));
  CHECK(keyboard.asked.empty());
  keyboard.state.tour.reset();
  keyboard.state.sheet_open = true;
  keyboard.give(press(Key::Right));
  CHECK(keyboard.asked.empty());
  keyboard.give(press(Key::Escape));
  REQUIRE(keyboard.asked.size() == 1);
  CHECK(std::holds_alternative<ToggleSheet>(keyboard.asked[0]));
}

}  // namespace
}  // namespace roundtrip::viz
