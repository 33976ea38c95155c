#include "viz/drawers.h"

#include <cmath>

#include "viz/model/commands.h"

namespace roundtrip::viz {
namespace {

// Where the drawer will go to.
void draw_arrow_head(const Canvas& canvas, const Rect& square, bool rightwards) {
  const Point middle = square.center();
  const float half = std::floor(square.w / 6);
  const float tip_x = rightwards ? half : -half;
  filled_triangle(canvas, {middle.x + tip_x, middle.y}, {middle.x - tip_x, middle.y - 1.5f * half},
                  {middle.x - tip_x, middle.y + 1.5f * half}, canvas.theme.text_quiet);
}

void draw_handle(const Canvas& canvas, const Rect& rect, Drawer which, bool open,
                 Actions& actions) {
  const Theme& theme = canvas.theme;
  const bool left = which == Drawer::Lifecycle;
  const char* label = left ? "drawer/lifecycle" : "drawer/explain";
  const Touch touched = touch(canvas, label, rect);
  fill_rect(canvas, rect, open || touched.hovered ? theme.pressed : theme.panel, theme.radius_px);
  edge_rect(canvas, rect, open);
  Rect rest = rect;
  draw_arrow_head(canvas, rest.take_top(rect.w), left != open);
  const Command command = left ? Command::ListDrawer : Command::ExplainDrawer;
  const bool cut = draw_text_upright(canvas, rest, words(theme),
                                     tip_text(left ? "Lifecycle" : "Explain", command), left);
  if (cut) canvas.registry.add(std::string(label) + "/text", rest, true);
  if (touched.hovered) {
    tip(canvas, open ? tip_text("Put it away", Command::Clear)
                     : tip_text(left ? "The list of steps, laid over the picture"
                                     : "What this step is, laid over the picture", command));
  }
  if (touched.clicked) actions.push_back(ToggleDrawer{which});
}

}  // namespace

void draw_handles(const Canvas& canvas, const ScreenParts& parts, Drawer open, Actions& actions) {
  for (const Drawer which : {Drawer::Lifecycle, Drawer::Explain}) {
    const Rect& rect =
        which == Drawer::Lifecycle ? parts.lifecycle_handle : parts.explain_handle;
    draw_handle(canvas, rect, which, open == which, actions);
  }
}

OpenDrawer::OpenDrawer(const Canvas& canvas, const Rect& rect)
    : overlay_(canvas, "drawer", rect) {
  const Theme& theme = canvas.theme;
  // A quiet edge parts it from the picture under it.
  fill_rect(this->canvas(), rect, theme.edge.a != 0 ? theme.edge : theme.hairline, theme.radius_px);
}

}  // namespace roundtrip::viz
