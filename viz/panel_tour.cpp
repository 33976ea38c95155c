#include "viz/panel_tour.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/tour.h"

namespace roundtrip::viz {
namespace {

Rect panel_of(TourPanel panel, const ScreenParts& parts) {
  switch (panel) {
    case TourPanel::Bar: return parts.bar;
    case TourPanel::Lifecycle:
      return parts.drawers ? parts.lifecycle_handle : parts.lifecycle;
    case TourPanel::Picture: return parts.picture;
    case TourPanel::Explain: return parts.drawers ? parts.explain_handle : parts.explain;
    case TourPanel::Timeline: return parts.timeline;
  }
  return {};
}

// Beside the panel where there is most room, and in the window.
Rect card_place(const Rect& panel, const Rect& window, float w, float h, float gap) {
  Rect card{panel.x, panel.bottom() + gap, w, h};
  if (card.bottom() > window.bottom() - gap) card.y = panel.y - h - gap;
  if (card.y < window.y + gap) {
    card.y = std::clamp(panel.center().y - h / 2, window.y + gap, window.bottom() - h - gap);
    card.x = panel.right() + gap;
    if (card.right() > window.right() - gap) card.x = panel.x - w - gap;
    if (card.x < window.x + gap) card.x = std::floor(panel.center().x - w / 2);
  }
  card.x = std::clamp(card.x, window.x + gap, std::max(window.x + gap, window.right() - w - gap));
  return {std::floor(card.x), std::floor(card.y), w, h};
}

}  // namespace

void draw_tour(std::size_t step, const ScreenParts& parts, const Canvas& canvas,
               Actions& actions) {
  const Theme& theme = canvas.theme;
  const TourStep& told = tour_steps[std::min(step, tour_steps.size() - 1)];
  const Overlay overlay(canvas, "tour");
  const Canvas& over = overlay.canvas();
  const Rect panel = panel_of(told.panel, parts);
  if (!panel.empty()) outline_rect(over, panel, theme.accent, theme.stroke_px * 2, theme.radius_px);

  const float w = std::min(canvas.area.w - theme.space(8), theme.space(110));
  const float inner = w - theme.space(10);
  const float words_h = wrapped_height(over, words(theme), told.words, inner);
  const float h = theme.space(8) + theme.row_px + words_h + theme.space(4) + theme.control_px;
  const Rect card = card_place(panel, canvas.area, w, h, theme.space(3));
  fill_rect(over, card, theme.panel, theme.radius_px);
  outline_rect(over, card, theme.accent, theme.stroke_px, theme.radius_px);
  Rect rest = card.inset(theme.space(5), theme.space(4));
  over.registry.add("tour/card", card);
  Rect top = rest.take_top(theme.row_px);
  draw_text_in(over, top, quiet(theme), fmt::format("{} of {}", step + 1, tour_steps.size()),
               Align::Right);
  draw_text_in(over, top, strong(theme), told.title);
  draw_wrapped(over, rest.take_top(words_h, theme.space(4)), words(theme), told.words);
  const bool last = step + 1 >= tour_steps.size();
  const Button next{.label = "tour/next", .text = last ? "Begin" : "Next", .icon = {},
                    .kind = ButtonKind::Primary, .tip = ""};
  const Button end{.label = "tour/end", .text = "Skip the tour", .icon = {},
                   .kind = ButtonKind::Quiet, .tip = ""};
  if (button(over, rest.take_right(button_width(over, next), theme.space(2)), next)) {
    actions.push_back(ShowTour{last ? std::nullopt : std::optional<std::size_t>(step + 1)});
  }
  if (!last && button(over, rest.take_right(button_width(over, end)), end)) {
    actions.push_back(ShowTour{std::nullopt});
  }
}

}  // namespace roundtrip::viz
