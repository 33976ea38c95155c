#include "viz/model/picture.h"

#include <fmt/format.h>

namespace roundtrip::viz {
namespace {

std::string_view marks(const Link& link) {
  return link.at_cursor ? (link.hovered ? "*^" : "*") : link.hovered ? "^" : "";
}

}  // namespace

std::string PictureBox::title_text() const {
  std::string text;
  for (const TextBox& line : title) text += (text.empty() ? "" : " ") + line.text;
  return text;
}

std::string dump(const Picture& picture) {
  std::string text = fmt::format("{} {} {}", picture.name, dump(picture.area),
                                 dump(picture.heading));
  for (const TextBox& line : picture.sentence) text += dump(line);
  for (const PictureFrame& frame : picture.frames) {
    text += fmt::format("frame {}{} {} {}{}{}", static_cast<int>(frame.progress),
                        marks(frame.link), dump(frame.rect), dump(frame.name), dump(frame.told),
                        dump(frame.foot));
  }
  for (const PictureBox& box : picture.boxes) {
    text += fmt::format("box {}{}{}{}{} {}", static_cast<int>(box.progress),
                        box.chosen ? " chosen" : "", box.dotted ? " dotted" : "",
                        box.alarm ? " alarm" : "", marks(box.link), dump(box.rect));
    for (const TextBox& line : box.title) text += dump(line);
    for (const PictureRow& row : box.rows) {
      text += fmt::format("  {}{}{}{}", row.absent ? "absent " : "", marks(row.link),
                          dump(row.name), dump(row.value));
      for (const TextBox& cell : row.cells) text += (row.ahead ? "  ahead " : "  ") + dump(cell);
    }
    for (const TextBox& line : box.words) text += "  " + dump(line);
  }
  for (const PictureBar& bar : picture.bars) {
    text += fmt::format("bar {}{} {} {}", static_cast<int>(bar.filling), marks(bar.link),
                        dump(bar.rect), dump(bar.label));
  }
  for (const PictureLine& line : picture.lines) {
    text += fmt::format("line {:.0f},{:.0f} {:.0f},{:.0f} {}{}{} {}", line.from.x, line.from.y,
                        line.to.x, line.to.y, static_cast<int>(line.source),
                        line.done ? " done" : "", marks(line.link), dump(line.label));
  }
  for (const PictureArrow& one : picture.arrows) {
    text += fmt::format("arrow {} {}{}\n", one.from, one.to, one.done ? " done" : "");
  }
  for (const PictureNote& note : picture.notes) {
    text += fmt::format("note {}{}", marks(note.link), dump(note.text));
  }
  return text;
}

}  // namespace roundtrip::viz
