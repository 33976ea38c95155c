// The table of views: what each is called, what it shows, and the layout that makes it. The tabs,
// the list of views, `screenshot --panel`, the guard of the architecture and the tests of pictures
// all read it. To add a view: add its id (view_id.h), write its layout, add its row.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "viz/model/picture.h"
#include "viz/model/view_id.h"

namespace roundtrip::viz {

using PictureLayout = Picture (*)(const TraceView& view, const Cursor& cursor,
                                  const ViewState& state, const Ruler& ruler, const Rect& area);

struct ViewRow {
  ViewId id{};
  std::string_view name;   // in the registry and on the command line: "router"
  std::string_view title;  // on its tab: "Router"
  std::string_view shows;  // one sentence, for lists and tips
  PictureLayout layout = nullptr;  // null: a panel of its own draws it
  // Words get larger where there is more room than for so many letters side by side.
  float letters_wide = 40;
  // In lines of running words: a lower pane is scrolled over a taller picture (tall_room.h). 0: the
  // view shows at any height the part of itself that matters.
  float least_lines = 15;
};

std::span<const ViewRow> view_rows();
// Null where the view is none of the table's.
const ViewRow* view_row(ViewId id);
const ViewRow* view_row(std::string_view name);

// The picture of a view that has a layout; where nothing has been recorded yet, it says so.
Picture layout_view(const ViewRow& row, const TraceView& view, const Cursor& cursor,
                    const ViewState& state, const Ruler& ruler, const Rect& area);

// The view that shows the phase at the cursor best, by the phase table; facts of the scheduler and
// of the trace itself leave the one before them standing. Never Story itself.
ViewId story_at(const TraceView& view, const Cursor& cursor, const ViewState& state);

}  // namespace roundtrip::viz
