#include "viz/tall_picture.h"

#include "viz/panel_picture.h"

namespace roundtrip::viz {
namespace {

// What is drawn, touched and registered while it lives is cut to what is seen of the picture; at
// its sides what is drawn may stand out a little, as the glow of what is at the cursor does, as far
// as the bar beside it.
class PaneClip {
 public:
  PaneClip(const Canvas& canvas, const Rect& seen) : registry_(canvas.registry) {
    const Rect drawn = seen.inset(-canvas.theme.space(0.5f), 0);
    ImGui::PushClipRect(top_left(drawn), bottom_right(drawn), true);
    registry_.cut_to(seen);
  }
  ~PaneClip() {
    registry_.cut_to({});
    ImGui::PopClipRect();
  }
  PaneClip(const PaneClip&) = delete;
  PaneClip& operator=(const PaneClip&) = delete;

 private:
  Registry& registry_;
};

}  // namespace

Actions draw_tall(const Canvas& canvas, const Ruler& ruler, const ViewState& state,
                  const Rect& pane, float least_lines,
                  const std::function<Picture(const Rect&)>& make) {
  const Rect tall = tall_rect(ruler, pane, least_lines);
  Picture picture = make(tall);
  if (tall.h <= pane.h) return draw_picture(picture, canvas);

  Actions actions;
  const PictureExtent extent = extent_of(picture);
  Rect seen = pane;
  seen.take_top(head_px(picture));
  const float scroll = scroll_in_sight(extent, seen, state.scrolls.picture);
  if (scroll > 0) picture = make(tall.moved(0, -scroll));
  Rect list = pane;
  list.w += canvas.theme.space(scroll_bar_steps);
  scroll_list(canvas, Panel::Picture, "picture-bar", list, extent.bottom_px - pane.y, scroll,
              actions);
  seen = pane;
  for (const TextBox& text : take_head(picture, pane)) {
    draw_box(canvas, text);
    seen.take_top(text.rect.bottom() - seen.y);
  }
  keep_whole_lines(picture, seen);
  const PaneClip clip(canvas, seen);
  Actions more = draw_picture(picture, canvas);
  actions.insert(actions.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
  return actions;
}

}  // namespace roundtrip::viz
