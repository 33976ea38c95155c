#include "viz/enlarged.h"

namespace roundtrip::viz {
namespace {

constexpr float letters_high = 24;

TextSize size_for(const Theme& theme, const Rect& room, float letters_wide) {
  if (theme.projector) return TextSize::Body;
  for (const TextSize size : {TextSize::Headline, TextSize::Large}) {
    const float px = theme.px(size);
    if (room.w >= letters_wide * px && room.h >= letters_high * px) return size;
  }
  return TextSize::Body;
}

Theme larger(const Theme& theme, TextSize body) {
  if (body == TextSize::Body) return theme;
  const float factor = theme.px(body) / theme.px(TextSize::Body);
  Theme made = theme;
  made.scale *= factor;
  for (float* px : {&made.radius_px, &made.bar_radius_px, &made.stroke_px, &made.row_px,
                    &made.control_px, &made.icon_px}) {
    *px = std::round(*px * factor);
  }
  made.text_px[static_cast<std::size_t>(TextSize::Body)] = theme.px(body);
  made.text_px[static_cast<std::size_t>(TextSize::Large)] = theme.px(TextSize::Headline);
  return made;
}

Fonts larger(const Fonts& fonts, TextSize body) {
  Fonts made = fonts;
  for (auto& face : made.faces) {
    const Font of_body = face[static_cast<std::size_t>(body)];
    if (body == TextSize::Body) continue;
    face[static_cast<std::size_t>(TextSize::Large)] =
        face[static_cast<std::size_t>(TextSize::Headline)];
    face[static_cast<std::size_t>(TextSize::Body)] = of_body;
  }
  return made;
}

}  // namespace

Enlarged::Enlarged(const Canvas& canvas, const Rect& room, float letters_wide)
    : theme_(larger(canvas.theme, size_for(canvas.theme, room, letters_wide))),
      fonts_(larger(canvas.fonts, size_for(canvas.theme, room, letters_wide))),
      canvas_{canvas.list, theme_, fonts_, canvas.registry, canvas.area} {}

}  // namespace roundtrip::viz
