// What a picture says, for tests: the value of a row, the words of a box, what is at the cursor;
// and the layout at an event of a trace.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "viz/model/cursor.h"
#include "viz/model/views.h"

namespace roundtrip::viz {

inline const PictureBox* box_titled(const Picture& picture, std::string_view title) {
  for (const PictureBox& box : picture.boxes) {
    if (box.title_text() == title) return &box;
  }
  return nullptr;
}

// Commas between thousands become nothing, so that numbers can be compared; thin spaces before
// units become plain ones.
inline std::string plain(std::string text) {
  constexpr std::string_view space = "\u202f";
  for (std::size_t at = text.find(space); at != text.npos; at = text.find(space)) {
    text.replace(at, space.size(), " ");
  }
  const auto digit = [&text](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  for (std::size_t at = text.find(','); at != text.npos; at = text.find(',', at + 1)) {
    if (at > 0 && digit(at - 1) && digit(at + 1)) text.erase(at, 1);
  }
  return text;
}

inline const PictureRow* row_named(const PictureBox* box, std::string_view name) {
  if (box == nullptr) return nullptr;
  for (const PictureRow& row : box->rows) {
    if (plain(row.name.text) == name) return &row;
  }
  return nullptr;
}

// Empty where there is no such row.
inline std::string value_of(const Picture& picture, std::string_view box, std::string_view name) {
  const PictureRow* row = row_named(box_titled(picture, box), name);
  return row == nullptr ? std::string() : plain(row->value.text);
}

inline std::string joined(const std::vector<TextBox>& lines) {
  std::string text;
  for (const TextBox& line : lines) text += (text.empty() ? "" : " ") + line.text;
  return plain(text);
}

inline std::string words_of(const Picture& picture, std::string_view box) {
  const PictureBox* found = box_titled(picture, box);
  return found == nullptr ? std::string() : joined(found->words);
}

// Everything that stands free, in order.
inline std::string notes_of(const Picture& picture) {
  std::string text;
  for (const PictureNote& note : picture.notes) text += plain(note.text.text) + "\n";
  return text;
}

inline bool says(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

// The bars that lie in a box, in order.
inline std::vector<PictureBar> bars_in(const Picture& picture, std::string_view title) {
  std::vector<PictureBar> bars;
  for (const PictureBar& bar : picture.bars) {
    if (bar.box && picture.boxes[*bar.box].title_text() == title) bars.push_back(bar);
  }
  return bars;
}

inline bool anything_at_cursor(const Picture& picture) {
  const auto at = [](const auto& one) { return one.link.at_cursor; };
  return std::any_of(picture.frames.begin(), picture.frames.end(), at) ||
         std::any_of(picture.bars.begin(), picture.bars.end(), at) ||
         std::any_of(picture.lines.begin(), picture.lines.end(), at) ||
         std::any_of(picture.notes.begin(), picture.notes.end(), at) ||
         std::any_of(picture.boxes.begin(), picture.boxes.end(), [&](const PictureBox& box) {
           return at(box) || std::any_of(box.rows.begin(), box.rows.end(), at);
         });
}

// As the story has it at 1280×720.
inline constexpr Rect story_place{0, 0, 640, 371};

inline Picture picture_at(const TraceView& view, std::string_view name, std::uint64_t event,
                          const Rect& area = story_place, const Ruler& ruler = plain_ruler()) {
  return layout_view(*view_row(name), view, {event, {}}, {}, ruler, area);
}

// The first event of a phase, or its n-th; of a span its begin.
inline std::uint64_t event_of(const TraceView& view, trace::Phase phase, int nth = 1,
                              bool end = false) {
  for (std::uint64_t at = view.first(); at < view.end(); ++at) {
    const trace::Event& event = view.trace[at];
    if (event.phase == phase && event.ends() == end && --nth == 0) return at;
  }
  return view.end();
}

}  // namespace roundtrip::viz
