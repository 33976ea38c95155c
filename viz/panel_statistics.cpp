#include "viz/panel_statistics.h"

#include "viz/panel_picture.h"
#include "viz/panel_table.h"

namespace roundtrip::viz {

Actions draw_statistics(const StatisticsLayout& layout, const Canvas& canvas) {
  Actions actions;
  for (const StatisticsButton& one : layout.buttons) {
    const Button spec{.label = one.name, .text = one.text, .icon = {}, .kind = ButtonKind::Quiet,
                      .chosen = one.chosen, .tip = one.tip};
    if (!button(canvas, one.rect, spec)) continue;
    if (one.whole) actions.push_back(CountWhole{*one.whole});
    if (one.part) actions.push_back(ShowStatistics{*one.part});
  }
  if (layout.phases) {
    const TableTouch touched = draw_table(*layout.phases, canvas, Panel::Statistics, actions);
    if (touched.sorted) actions.push_back(SortStatistics{*touched.sorted});
    if (touched.clicked != nullptr && touched.clicked->event != trace::no_event) {
      actions.push_back(GoTo{touched.clicked->event});
    }
  }
  for (Action& action : draw_picture(layout.picture, canvas)) actions.push_back(std::move(action));
  return actions;
}

}  // namespace roundtrip::viz
