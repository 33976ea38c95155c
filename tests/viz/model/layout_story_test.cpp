// The story's picture: where a group of steps opens, a sentence likens it to a parcel's way.
#include "viz/model/layout_story.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <set>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"

namespace roundtrip::viz {
namespace {

std::shared_ptr<const Explanations> shipped() {
  auto loaded = load_explanations(std::string(source_dir()) + "/assets");
  REQUIRE_MESSAGE(loaded.ok(), loaded.error());
  return std::make_shared<const Explanations>(std::move(*loaded));
}

Picture story(const TraceView& view, std::uint64_t event, const ViewState& state,
              const Rect& area = story_place) {
  const ViewRow* row = view_row(story_at(view, {event, {}}, state));
  REQUIRE((row->layout != nullptr));
  return layout_story(*row, view, {event, {}}, state, plain_ruler(), area);
}

TEST_CASE("story: each group opens with its sentence, once (01)") {
  const Recorded told("01-hello");
  ViewState state;
  state.explanations = shipped();
  std::set<trace::Group> opened;
  for (std::uint64_t event = 0; event < told.view.end(); ++event) {
    const trace::Group group = told.trace[event].row().group();
    const Picture picture = story(told.view, event, state);
    CAPTURE(event + 1);
    std::string said = notes_of(picture);
    std::replace(said.begin(), said.end(), '\n', ' ');
    const bool opens = says(said, "as in a warehouse: ");
    CHECK(opens == opens_group(told.view, {event, {}}, state));
    if (!opens) continue;
    CHECK(opened.insert(group).second);
    // Whole, in as many lines as it needs; the picture's own sentence comes back at the next step.
    const std::string& analogy = state.explanations->analogy_of(group);
    CHECK(says(said, analogy.substr(analogy.size() - 20)));
    CHECK(picture.sentence.empty());
    for (const PictureNote& note : picture.notes) CHECK(lies_in(note.text.rect, story_place));
    std::vector<Rect> rects{picture.heading.rect};
    for (const PictureBox& box : picture.boxes) rects.push_back(box.rect);
    for (const PictureNote& note : picture.notes) {
      if (note.colored && note.text.rect.x < story_place.x + 10) rects.push_back(note.text.rect);
    }
    check_apart(rects);
  }
  for (const trace::Group group :
       {trace::Group::Startup, trace::Group::Connection, trace::Group::Read, trace::Group::Handle,
        trace::Group::Transmit, trace::Group::Lifecycle}) {
    CAPTURE(trace::group_name(group));
    CHECK(opened.contains(group));
  }
}

TEST_CASE("story: every step of the lifecycle is seen in its picture (scenarios)") {
  for (const char* scenario : {"01-hello", "02-keep-alive", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); ++event) {
      const trace::PhaseRow& row = told.trace[event].row();
      if (row.group() == trace::Group::Task || row.group() == trace::Group::Trace) continue;
      CAPTURE(std::string(scenario));
      CAPTURE(event + 1);
      CAPTURE(std::string(row.id));
      CHECK(anything_at_cursor(story(told.view, event, {}, {0, 0, 1000, 520})));
    }
  }
}

TEST_CASE("story: without explanations it is the view's own picture") {
  const Recorded told("01-hello");
  CHECK(opens_group(told.view, {0, {}}, {}));
  CHECK(dump(story(told.view, 0, {})) == dump(picture_at(told.view, "server", 0)));
}

}  // namespace
}  // namespace roundtrip::viz
