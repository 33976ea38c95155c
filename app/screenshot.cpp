#include "app/screenshot.h"

#include <fmt/format.h>

#include "app/lesson_page.h"
#include "app/measured_models.h"
#include "app/places.h"
#include "viz/headless.h"
#include "viz/model/lane_index.h"
#include "viz/model/lesson_steps.h"
#include "viz/png.h"
#include "viz/screen.h"

namespace roundtrip::app {
namespace {

constexpr int least_side_px = 64;
constexpr int most_side_px = 16'384;

// The page of the scenario that was recorded, where there is one.
std::shared_ptr<const viz::Lesson> lesson_named(const std::string& scenario) {
  if (scenario.empty()) return nullptr;
  auto lesson = std::make_shared<viz::Lesson>();
  lesson->scenario = scenario;
  if (const auto file = find_scenario(scenario)) {
    if (const auto page = scenario::load_scenario(*file)) *lesson = lesson_of(*page);
  }
  return lesson;
}

viz::ViewState state_for(const Session& session, const ScreenshotOptions& options) {
  viz::ViewState state;
  state.theme = options.theme;
  state.projector = options.projector;
  state.text_scale = viz::scale_in_force(options.scale, options.projector);
  if (options.panel == "log") state.preset = viz::Preset::Log;
  auto words = viz::load_explanations(assets_dir());
  if (words) state.explanations = std::make_shared<const viz::Explanations>(std::move(*words));
  auto listings = viz::load_code_listings(assets_dir());
  if (listings) state.listings = std::make_shared<const viz::CodeListings>(std::move(*listings));
  const std::string& scenario = session.trace().info().scenario;
  state.session.file = "recorded";
  state.by_chapter = true;
  state.lesson = lesson_named(scenario);
  state.measured_models = figures_beside(session.file());
  return state;
}

}  // namespace

Status write_screenshot(const Session& session, const ScreenshotOptions& options) {
  if (options.width < least_side_px || options.height < least_side_px ||
      options.width > most_side_px || options.height > most_side_px) {
    return Error{fmt::format("a picture of {}×{} can't be made: give a size from {}×{} to {}×{}",
                             options.width, options.height, least_side_px, least_side_px,
                             most_side_px, most_side_px)};
  }
  viz::LaneIndex lanes(session.index());
  lanes.follow();
  viz::Statistics statistics(session.index());
  statistics.follow();
  const viz::TraceView view{session.trace(), session.index(), session.states(), lanes,
                            statistics};
  const auto place = viz::Stepper(view).position_of(options.at);
  if (!place) return Error{place.error()};
  viz::ViewState state = state_for(session, options);
  viz::reach_stop(state, view, *place);
  viz::HeadlessScreen screen(options.width, options.height,
                             viz::make_theme(state.theme, state.projector, state.text_scale));
  bool known = true;
  screen.settle([&](viz::Canvas& canvas) {
    if (options.panel.empty()) {
      draw_screen(view, *place, state, canvas);
    } else {
      known = draw_one_panel(options.panel, view, *place, state, canvas);
    }
  });
  if (!known) {
    return Error{fmt::format("there is no panel '{}': lifecycle, bytes, log, explain, timeline "
                             "and transport can be drawn alone", options.panel)};
  }
  return viz::write_png(screen.render(), options.output);
}

}  // namespace roundtrip::app
