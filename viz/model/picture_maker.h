// PictureMaker: places a picture (picture.h). A view gives it what there is to say; it measures,
// cuts, marks what is at the cursor or hovered, and counts what has no room. Unit: pixels.
#pragma once

#include <span>

#include "viz/model/picture.h"

namespace roundtrip::viz {

// What a row says: a value with how it is known, the fact that told it, the bytes it stands for.
struct Told {
  std::optional<std::string> text;
  trace::Provenance source = trace::Provenance::Observed;
  trace::EventNumber event = trace::no_event;
  std::optional<ByteSpan> bytes = {};
  std::string_view absent = "not yet";  // said where there is no text
};

// A stretch of a strip, in the strip's own unit.
struct Stretch {
  std::uint64_t length = 0;
  Filling filling = Filling::Filled;
  std::string_view label = {};
  trace::EventNumber event = trace::no_event;
  std::optional<ByteSpan> bytes = {};
};

class PictureMaker {
 public:
  // `cursor` is one that the trace has.
  PictureMaker(const TraceView& view, const Cursor& cursor, const ViewState& state,
               const Ruler& ruler, const Rect& area, std::string_view name,
               std::string_view heading, std::string_view sentence);

  // What is left below the heading.
  const Rect& rest() const { return rest_; }
  // The place of one box in a grid over what is left; close together.
  Rect cell(int column, int row, int columns, int rows) const;
  // The place of one column of so many, with room for arrows between them.
  Rect column(int number, int columns) const;

  // How high a box with so many lines below its title is, and how many lines one has room for.
  float box_px(float lines) const;
  std::size_t lines_in(const Rect& box) const;

  // ---- Boxes. What follows a box goes into it.
  // A box without facts is ahead, until one of its rows or `happened` says otherwise. It is drawn
  // no taller than what stands in it, or in its neighbours from the same height on.
  void box(const Rect& rect, trace::Group group, std::string_view title);
  void happened(trace::EventNumber event);
  void done() { picture_.boxes.back().progress = Progress::Done; }  // by no single fact
  void chosen() { picture_.boxes.back().chosen = true; }
  void dotted() { picture_.boxes.back().dotted = true; }
  void alarm() { picture_.boxes.back().alarm = true; }
  // The box stays as tall as its place: lines lead to its edges.
  void keep_height() { keeps_height_ = true; }
  void row(std::string_view name, const Told& told);
  void words(std::string_view text, Voice voice = Voice::Body);
  // Only where they have room to the last word; false where they have not.
  bool words_if_whole(std::string_view text, Voice voice = Voice::Body);
  // Name and value, and below them a bar of `whole` units; what the stretches leave is free. With
  // `whole` 0 only the line.
  void strip(std::string_view name, const Told& told, std::uint64_t whole,
             std::span<const Stretch> stretches);
  void arrow(std::size_t from, std::size_t to, bool done) {
    picture_.arrows.push_back({from, to, done});
  }
  std::size_t box_count() const { return picture_.boxes.size(); }
  bool is_done(std::size_t box) const { return picture_.boxes[box].progress == Progress::Done; }

  // ---- What stands free.
  void bar(const Rect& rect, trace::Group group, Filling filling, const Told& told);
  // One byte of a stream, which a click steps to; empty where it was not kept.
  void byte(const Rect& rect, trace::Group group, Filling filling, std::string_view letter,
            const ByteSpan& place);
  void note(const Rect& rect, std::string_view text, Voice voice = Voice::Body,
            Side side = Side::Left, trace::EventNumber event = trace::no_event);
  // Words in the group's ink.
  void note(const Rect& rect, std::string_view text, trace::Group group, Voice voice,
            Side side = Side::Left, trace::EventNumber event = trace::no_event);
  PictureNote& last_note() { return picture_.notes.back(); }
  void line(PictureLine line) { picture_.lines.push_back(std::move(line)); }
  std::size_t line_count() const { return picture_.lines.size(); }
  PictureLine& line_at(std::size_t number) { return picture_.lines[number]; }

  // Marks what is at the cursor and what is hovered.
  Link link(trace::EventNumber event, const std::optional<ByteSpan>& bytes = {}) const;
  bool is_ahead(trace::EventNumber event) const {
    return event != trace::no_event && event > cursor_.event;
  }

  Picture take();

 private:
  void close_box();
  void place_stretches(const Rect& bar, trace::Group group, std::uint64_t whole,
                       std::span<const Stretch> stretches);

  const TraceView& view_;
  const Cursor& cursor_;
  const ViewState& state_;
  const Ruler& ruler_;
  Rect rest_;
  std::vector<float> used_px_;  // of each box, from its top
  Rect inside_;          // what is left of the box that was made last
  std::size_t unshown_ = 0;  // rows of it that had no room
  bool keeps_height_ = false;
  Picture picture_;
};

}  // namespace roundtrip::viz
