// A picture: boxes of named values, bars, lines and words, as the story's views are drawn. Each
// view is a pure `layout_x(trace, cursor, view state) -> Picture`; one draw_picture (viz) paints
// them all, so that what is at the cursor, hovered, absent or inferred looks alike in every one.
// A value that no fact has told at the cursor is absent: shown so, never as 0. Whatever stands in
// it knows the fact that told it, and a click goes there; what stands for bytes knows those, too.
// What does not fit is counted, never left out unsaid. Unit: pixels.
// PictureMaker (picture_maker.h) makes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "viz/model/layout_lifecycle.h"

namespace roundtrip::viz {

// Where something of a picture leads: the fact that told it, and the bytes it stands for.
struct Link {
  trace::EventNumber event = trace::no_event;
  std::optional<ByteSpan> bytes;
  bool at_cursor = false;
  bool hovered = false;
  bool by_byte = false;  // a click steps to the first of the bytes
  bool any() const { return event != trace::no_event || bytes.has_value(); }
};

struct PictureRow {
  Rect rect;
  TextBox name;
  TextBox value;
  std::vector<TextBox> cells;  // of a row with more columns than a name and a value
  bool absent = false;
  bool ahead = false;          // still to come at the cursor, and shown all the same: pale
  Link link;
};

struct PictureBox {
  Rect rect;
  trace::Group group{};
  Progress progress = Progress::Ahead;
  bool chosen = false;          // the one among several that won, or is in force
  bool dotted = false;          // not in this program: drawn to compare
  bool alarm = false;           // something was refused here
  std::vector<TextBox> title;   // in one line, or two where it is narrow
  std::vector<PictureRow> rows;
  std::vector<TextBox> words;   // below the rows
  Link link;

  std::string title_text() const;
};

// What a stretch of a bar stands for.
enum class Filling : std::uint8_t {
  Free,      // room that nothing fills
  Filled,    // what is there and waits
  Consumed,  // what was there and is used up
  Marked,    // what the words are about
  MarkedConsumed  // and it is used up
};

// A stretch of a bar; or a bar on its own.
struct PictureBar {
  Rect rect;
  trace::Group group{};
  Filling filling = Filling::Filled;
  trace::Provenance source = trace::Provenance::Observed;
  TextBox label;  // inside; empty where it has no room
  std::size_t count = 1;  // more than 1: a block that stands for so many
  std::optional<std::size_t> box;  // the one it lies in, by its place in the list
  std::optional<std::size_t> row;  // and the row of that, where it lies in one
  Link link;
};

// From one point to another, with words beside it: a packet, a move between states, an axis.
struct PictureLine {
  Point from;
  Point to;
  trace::Group group{};
  trace::Provenance source = trace::Provenance::Observed;
  bool head = true;    // an arrow
  bool done = true;    // it has happened at the cursor; else pale
  bool quiet = false;  // a help line: thin and grey
  bool alarm = false;  // something was lost here: red
  TextBox label = {};
  Rect touch = {};     // where the pointer finds it
  Link link = {};
};

// A frame around boxes and other frames: what goes on while they do, a layer of an onion.
struct PictureFrame {
  Rect rect;
  trace::Group group{};
  Progress progress = Progress::Ahead;
  TextBox name;  // at its top, left
  TextBox told;  // at its top, right: when it was gone into
  TextBox foot;  // at its foot: when it was left; empty where the top says it
  Link link;
};

// From one box to another, by their places in the list.
struct PictureArrow {
  std::size_t from = 0;
  std::size_t to = 0;
  bool done = false;  // what it stands for has happened at the cursor
};

// Words that stand free, and may lead somewhere.
struct PictureNote {
  TextBox text;
  trace::Group group{};
  bool colored = false;  // in the group's ink
  bool on_ground = false;  // on a ground of its own: no line is seen through it
  bool alarm = false;      // something was lost here: red
  bool stays = false;  // the name of a column: in sight however far the picture is moved
  Link link;
};

struct Picture {
  std::string_view name;  // of its parts in the registry: "connection", "router"
  Rect area;
  TextBox heading;
  std::vector<TextBox> sentence;
  std::vector<PictureFrame> frames;  // the outer before the inner
  std::vector<PictureBox> boxes;
  std::vector<PictureBar> bars;
  std::vector<PictureLine> lines;
  std::vector<PictureArrow> arrows;
  std::vector<PictureNote> notes;
};
std::string dump(const Picture& picture);

}  // namespace roundtrip::viz
