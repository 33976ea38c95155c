#include "viz/panel_connections.h"

#include "viz/model/commands.h"
#include "viz/model/row_filter.h"
#include "viz/panel_table.h"

namespace roundtrip::viz {

Actions draw_connections(const ConnectionsLayout& layout, const ViewState& state,
                         const Canvas& canvas) {
  Actions actions;
  canvas.registry.add("connections", layout.area);
  draw_box(canvas, layout.heading);
  draw_box(canvas, layout.sentence);
  draw_box(canvas, layout.found);
  for (const TextBox& line : layout.problem) draw_box(canvas, line);
  if (auto text = text_field(canvas, "connections/filter", layout.filter,
                             state.connections.filter, filter_hint)) {
    actions.push_back(FilterConnections{std::move(text->text)});
  }
  const auto press = [&](std::string_view label, const Rect& rect, std::string_view text,
                         std::optional<Icon> sign, Action action, const std::string& says) {
    const Button spec{.label = label, .text = text, .icon = sign, .kind = ButtonKind::Normal,
                      .tip = says};
    if (button(canvas, rect, spec)) actions.push_back(std::move(action));
  };
  press("connections/slowest", layout.slowest, slowest, {}, GoToSlowest{},
        tip_text("Go to the request that took longest, of those in the table",
                 Command::SlowestInTable));
  press("connections/before", layout.before, "", Icon::Previous, GoToNextRow{-1},
        tip_text("Go to the request above in the table", Command::BeforeInTable));
  press("connections/after", layout.after, "", Icon::Next, GoToNextRow{1},
        tip_text("Go to the next request below in the table", Command::NextInTable));
  press("connections/fold", layout.fold_all, layout.all_folded ? unfold_all : fold_all, {},
        FoldConnections{!layout.all_folded}, "Show connections alone, or their requests, too");
  const TableTouch touched = draw_table(layout.table, canvas, Panel::Connections, actions);
  const auto id_of = [&layout](const TableRow* row) {
    return layout.ids[static_cast<std::size_t>(row - layout.table.rows.data())];
  };
  if (touched.sorted) actions.push_back(SortConnections{*touched.sorted});
  if (touched.fold_clicked != nullptr) {
    actions.push_back(FoldConnection{id_of(touched.fold_clicked).conn});
  } else if (touched.clicked != nullptr) {
    actions.push_back(GoToRow{id_of(touched.clicked)});
  }
  return actions;
}

}  // namespace roundtrip::viz
