// The story: which picture stands in the middle at a cursor. The phase table names the picture of
// each phase; facts of the scheduler and of the trace itself leave the one before them standing.
// A phase whose own picture is not drawn yet shows the bytes of its request.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

enum class StoryPicture : std::uint8_t { Server, Spawn, Connection, Router, Handler, Bytes };

StoryPicture story_at(const TraceView& view, const Cursor& cursor, const ViewState& state);

}  // namespace roundtrip::viz
