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
  std::string_view label = {};  // left out where it has no room
  bool excerpt = false;         // the label is what stands in the bytes: as much as has room
  trace::EventNumber event = trace::no_event;
  std::optional<ByteSpan> bytes = {};
};

// What stands in one column of a row that has several.
struct Cell {
  float x = 0;
  float w = 0;
  std::string text;
  Voice voice = Voice::Body;
  Side side = Side::Left;
};

// A line with its bar between name and value; bars of lines that belong together share a scale.
struct Gauge {
  std::string name;
  Told told;
  std::vector<Stretch> stretches;
};

class PictureMaker {
 public:
  // `cursor` is one that the trace has.
  PictureMaker(const TraceView& view, const Cursor& cursor, const ViewState& state,
               const Ruler& ruler, const Rect& area, std::string_view name,
               std::string_view heading, std::string_view sentence);

  const Ruler& ruler() const { return ruler_; }
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
  // A row of several columns, of a fact that may be still to come: `link` leads there.
  void cells(std::span<const Cell> all, const Link& link, bool ahead);
  // What may be left out: only where it has room.
  void row_if_room(std::string_view name, const Told& told) {
    if (row_px(name, told) <= inside_.h) row(name, told);
  }
  void words(std::string_view text, Voice voice = Voice::Body);
  // Only where they have room to the last word; false where they have not.
  bool words_if_whole(std::string_view text, Voice voice = Voice::Body);
  // Name and value, and below them a bar of `whole` units; what the stretches leave is free. With
  // `whole` 0 only the line.
  void strip(std::string_view name, const Told& told, std::uint64_t whole,
             std::span<const Stretch> stretches);
  // Lines whose bars stand one below the other, to one scale: `whole` is the width of each. Where
  // bars have no room beside the words, only the lines, and false.
  bool gauges(std::span<const Gauge> lines, std::uint64_t whole);
  // A bar alone.
  void stretches(std::span<const Stretch> all, std::uint64_t whole);
  // How tall the bars of strips and lenses are from here on; a line of words at first.
  void set_strip_px(float px) { strip_px_ = px; }
  // Below a strip: the part of it that is not free, as large as the box, and where its stretches
  // begin and end.
  void lens(std::span<const Stretch> stretches);
  void arrow(std::size_t from, std::size_t to, bool done) {
    picture_.arrows.push_back({from, to, done});
  }
  std::size_t box_count() const { return picture_.boxes.size(); }
  bool is_done(std::size_t box) const { return picture_.boxes[box].progress == Progress::Done; }

  // ---- Boxes that find their place when it is known how tall they are (cards.h).
  // How much the picture holds: what came later can be moved, or taken back.
  struct Mark {
    std::size_t boxes = 0;
    std::size_t bars = 0;
    std::size_t lines = 0;
    std::size_t notes = 0;
  };
  Mark mark();
  void move(const Mark& from, const Mark& to, float dx, float dy);
  void take_back(const Mark& to);
  // Of the box that was made last: whether all that it was given had room; how tall it is.
  bool is_whole() const { return unshown_ == 0 && whole_; }
  float used_px() const { return inside_.y + ruler_.space(2) - picture_.boxes.back().rect.y; }
  // How tall the tallest box made between two marks is.
  float tallest(const Mark& from, const Mark& to) const;
  // The newest fact that something made between two marks leads to.
  trace::EventNumber newest(const Mark& from, const Mark& to) const;

  // ---- What stands free.
  // A frame around what is placed inside it afterwards; its words at the top and at the foot.
  void frame(const Rect& rect, trace::Group group, std::string_view name, std::string_view told,
             std::string_view foot, trace::EventNumber event, bool over);
  void bar(const Rect& rect, trace::Group group, Filling filling, const Told& told);
  PictureBar& last_bar() { return picture_.bars.back(); }
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
  void add_row(const Rect& rect, const Rect& name_at, const Rect& value_at, std::string_view name,
               const Told& told);
  std::string_view absent_words(const Told& told) const;
  float row_px(std::string_view name, const Told& told) const;
  Rect place_stretches(const Rect& bar, std::uint64_t whole, std::span<const Stretch> stretches);
  void place_ticks(const Rect& bar, const Rect& place, std::uint64_t whole,
                   std::span<const Stretch> stretches);

  const TraceView& view_;
  const Cursor& cursor_;
  const ViewState& state_;
  const Ruler& ruler_;
  Rect rest_;
  std::vector<float> used_px_;  // of each box, from its top
  Rect inside_;          // what is left of the box that was made last
  bool open_ = false;    // more may go into it
  bool whole_ = true;    // none of its words was cut
  std::size_t unshown_ = 0;  // rows of it that had no room
  bool keeps_height_ = false;
  float strip_px_ = 0;
  Rect strip_used_;      // what is not free of the strip that was made last
  Picture picture_;
};

}  // namespace roundtrip::viz
