#include "viz/panel_byte_life.h"

namespace roundtrip::viz {

void draw_byte_life(const LifeCard& card, const Canvas& canvas) {
  const Theme& theme = canvas.theme;
  ImGui::SetNextWindowPos(top_left(card.rect));
  ImGui::SetNextWindowSize({card.rect.w, card.rect.h});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::BeginTooltip();
  const Canvas over{ImGui::GetWindowDrawList(), theme, canvas.fonts, canvas.registry, card.rect};
  draw_box(over, card.title);
  for (const LifeRow& row : card.rows) {
    const Color ink = row.ahead ? theme.text_ahead : theme.text;
    source_edge(over, row.rect, theme.of(row.group), row.source, row.ahead);
    draw_box(over, row.what, row.ahead ? theme.text_ahead : theme.text_quiet);
    draw_box(over, row.when, ink);
    for (const TextBox& line : row.words) draw_box(over, line, ink);
  }
  ImGui::Dummy({card.rect.w, card.rect.h});
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
  // It covers what it stands over, as a tip does: only that it is there is entered.
  canvas.registry.add("byte-life", {card.rect.x, card.rect.y, 0, 0}, card.title.cut);
}

}  // namespace roundtrip::viz
