#include "viz/model/text_box.h"

#include <fmt/format.h>

namespace roundtrip::viz {
namespace {

constexpr std::string_view ellipsis = "\u2026";

bool continues_a_letter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::size_t letters(std::string_view text) {
  std::size_t count = 0;
  for (char byte : text) count += continues_a_letter(byte) ? 0 : 1;
  return count;
}

// The longest beginning of whole letters that, with an ellipsis after it, is at most this wide.
std::string cut_to(const Ruler& ruler, std::string_view text, Voice voice, float width_px) {
  std::size_t low = 0;
  std::size_t high = text.size();
  std::string best;
  while (low < high) {
    std::size_t middle = (low + high + 1) / 2;
    while (middle > low && middle < text.size() && continues_a_letter(text[middle])) --middle;
    if (middle == low) {
      high = low;
      break;
    }
    std::string candidate = std::string(text.substr(0, middle)) + std::string(ellipsis);
    if (ruler.width(candidate, voice) <= width_px) {
      low = middle;
      best = std::move(candidate);
    } else {
      high = middle - 1;
    }
  }
  if (best.empty() && ruler.width(ellipsis, voice) <= width_px) best = ellipsis;
  return best;
}

}  // namespace

Ruler plain_ruler(bool projector) {
  Ruler ruler;
  if (projector) {
    ruler.body_px = 24;
    ruler.large_px = 28;
    ruler.headline_px = 32;
    ruler.row_px = 36;
    ruler.control_px = 44;
    ruler.bytes_per_row = 8;
  }
  const Ruler sizes = ruler;
  ruler.width = [sizes](std::string_view text, Voice voice) {
    return 0.52f * sizes.height(voice) * static_cast<float>(letters(text));
  };
  return ruler;
}

TextBox fit_text(const Ruler& ruler, const Rect& rect, std::string_view text, Voice voice,
                 Side side) {
  TextBox box{rect, std::string(text), voice, side, false};
  if (rect.h < ruler.height(voice) - 0.5f) {
    box.text.clear();
    box.cut = !text.empty();
  } else if (ruler.width(text, voice) > rect.w) {
    box.text = cut_to(ruler, text, voice, rect.w);
    box.cut = true;
  }
  return box;
}

TextBox fit_path(const Ruler& ruler, const Rect& rect, std::string_view text, Voice voice) {
  const std::size_t first = text.find('/');
  if (ruler.width(text, voice) <= rect.w || first == text.npos) {
    return fit_text(ruler, rect, text, voice);
  }
  for (std::size_t at = text.find('/', first + 1); at != text.npos; at = text.find('/', at + 1)) {
    std::string shorter(text.substr(0, first));
    shorter.append(ellipsis).append(text.substr(at));
    if (ruler.width(shorter, voice) > rect.w) continue;
    TextBox box = fit_text(ruler, rect, shorter, voice);
    box.cut = true;
    return box;
  }
  return fit_text(ruler, rect, text, voice);
}

std::vector<TextBox> wrap_text(const Ruler& ruler, Rect& rest, std::string_view text,
                               Voice voice) {
  std::vector<TextBox> lines;
  const float line_px = ruler.line(voice);
  while (!text.empty() && rest.h >= line_px) {
    const bool last = rest.h < 2 * line_px;
    const std::size_t feed = std::min(text.find('\n'), text.size());
    std::size_t end = 0;
    for (std::size_t at = 0; at <= feed; ++at) {
      if (at != feed && text[at] != ' ') continue;
      if (end != 0 && ruler.width(text.substr(0, at), voice) > rest.w) break;
      end = at;
    }
    const bool more = end < text.size() && text.substr(end).find_first_not_of(" \n") != text.npos;
    const Rect rect = rest.take_top(line_px);
    const std::string_view line = text.substr(0, end);
    if (last && more) {
      lines.push_back(fit_text(ruler, rect, text.substr(0, feed), voice));
      if (!lines.back().cut) lines.back().text += ellipsis;
      if (ruler.width(lines.back().text, voice) > rect.w) {
        lines.back().text = cut_to(ruler, text.substr(0, feed), voice, rect.w);
      }
      lines.back().cut = true;
      return lines;
    }
    lines.push_back(fit_text(ruler, rect, line, voice));
    text.remove_prefix(std::min(text.size(), end + (end < text.size() ? 1 : 0)));
  }
  return lines;
}

std::string dump(const Rect& rect) {
  return fmt::format("({:g},{:g} {:g}x{:g})", rect.x, rect.y, rect.w, rect.h);
}

std::string dump(const TextBox& box) {
  return fmt::format("{} \"{}\"{}\n", dump(box.rect), box.text, box.cut ? " cut" : "");
}

}  // namespace roundtrip::viz
