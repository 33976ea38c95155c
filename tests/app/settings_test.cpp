#include "app/settings.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/app/desk_driver.h"

namespace roundtrip::app {
namespace {

viz::ViewState arranged() {
  viz::ViewState state;
  state.theme = viz::ThemeKind::Dark;
  state.projector = true;
  state.text_scale = 1.5f;
  state.pace = 5;
  state.preset = viz::Preset::Everything;
  viz::move_across(state.workspace(), viz::ViewId::Router);
  state.workspace().stacked = true;
  state.workspace().share = 0.3f;
  state.splits.timeline = 0.25f;
  return state;
}

TEST_CASE("settings: what was arranged is there again (text)") {
  const viz::ViewState before = arranged();
  viz::ViewState after;
  REQUIRE(read_settings(settings_text(before), after).ok());
  CHECK(after.theme == before.theme);
  CHECK(after.projector);
  CHECK(after.text_scale == before.text_scale);
  CHECK(after.pace == before.pace);
  CHECK(after.preset == before.preset);
  CHECK(after.splits == before.splits);
  REQUIRE(after.workspace().panes.size() == 2);
  CHECK(after.workspace().panes[1].shown() == viz::ViewId::Router);
  CHECK(after.workspace().stacked);
  CHECK(after.workspace().share == before.workspace().share);
  viz::ViewState again;
  REQUIRE(read_settings(settings_text(after), again).ok());
  CHECK(again.workspaces == after.workspaces);
}

TEST_CASE("settings: the first start has the tour, a later one has what was kept (file)") {
  const Folder folder;
  const std::filesystem::path file = folder.path / "deep" / "settings.json";
  viz::ViewState state;
  {
    Settings settings(file);
    REQUIRE(settings.read(state).ok());
    CHECK(state.tour == 0);
    REQUIRE(settings.write(state).ok());
    CHECK(!std::filesystem::exists(file));  // the tour is not over
    state = arranged();
    REQUIRE(settings.update(state, true, Duration{}).ok());
    CHECK(!std::filesystem::exists(file));  // a moment later
    REQUIRE(settings.update(state, false, Duration::seconds(2)).ok());
    CHECK(std::filesystem::exists(file));
  }
  viz::ViewState again;
  Settings settings(file);
  REQUIRE(settings.read(again).ok());
  CHECK(!again.tour);
  CHECK(settings_text(again) == settings_text(state));
}

TEST_CASE("settings: a file that makes no sense costs nothing and is told (garbage, lies)") {
  const Folder folder;
  const std::filesystem::path file = folder.path / "settings.json";
  for (const char* text : {"", "{", "[]", "null", "7", R"({"version": 99})",
                           R"({"version": 1, "scale": "large"})",
                           R"({"version": 1, "views": {"bytes": 3}})",
                           R"({"version": 1, "views": {"bytes": {"panes": [{"tabs": [7]}]}}})"}) {
    CAPTURE(text);
    std::ofstream(file) << text;
    viz::ViewState state;
    Settings settings(file);
    const Status status = settings.read(state);
    CHECK(!status.ok());
    CHECK(settings_text(state) == settings_text({}));
  }
  // Numbers out of range and unknown words are brought back or left out.
  viz::ViewState state;
  CHECK(read_settings(R"({"version": 1, "scale": 1e9, "pace": -4, "theme": "pink",
                          "splits": {"timeline": 7},
                          "views": {"log": {"panes": [{"tabs": ["no", "log"], "front": "gone"}],
                                            "stacked": false, "share": 0.5, "active": 0}}})",
                      state).ok());
  CHECK(state.text_scale == 2);
  CHECK(state.pace > 0);
  CHECK(!state.splits.timeline);
  CHECK(state.workspaces[static_cast<std::size_t>(viz::Preset::Log)].is_sound());
}

}  // namespace
}  // namespace roundtrip::app
