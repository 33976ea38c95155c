#include "viz/model/story.h"

namespace roundtrip::viz {

using trace::Event;
using trace::Group;
using trace::View;

namespace {

// How many facts of others are passed over to find the one that the story was about.
constexpr std::uint64_t most_passed_over = 256;

bool is_of_the_story(const Event& event, const Focus& focus) {
  const Group group = event.row().group();
  if (group == Group::Task || group == Group::Trace) return false;
  return group == Group::Startup || event.conn == focus.conn;
}

}  // namespace

StoryPicture story_at(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  if (focus.conn == 0) return StoryPicture::Server;
  std::uint64_t at = cursor.event;
  std::uint64_t passed = 0;
  while (view.has(at) && !is_of_the_story(view.trace[at], focus)) {
    if (at == view.first() || ++passed > most_passed_over) return StoryPicture::Bytes;
    --at;
  }
  if (!view.has(at)) return StoryPicture::Bytes;
  switch (view.trace[at].row().view) {
    case View::Server: return StoryPicture::Server;
    case View::Spawn: return StoryPicture::Spawn;
    case View::Connection: return StoryPicture::Connection;
    case View::Router: return StoryPicture::Router;
    case View::Handler: return StoryPicture::Handler;
    case View::Buffers:
    case View::Parser:
    case View::Message:
    case View::Finish:
    case View::Ladder:
    case View::States:
    case View::Scheduler: break;
  }
  return StoryPicture::Bytes;
}

}  // namespace roundtrip::viz
