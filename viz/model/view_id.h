// ViewId: which views there are. `Story` is the one that follows the phase at the cursor; the
// others stay. What each is called, says and is drawn by stands in the table of views (views.h).
#pragma once

#include <cstddef>
#include <cstdint>

namespace roundtrip::viz {

enum class ViewId : std::uint8_t {
  Story,
  Server, Spawn, Connection, Buffers, Parser, Message, Router, Handler, Finish, Ladder, Packets,
  Sockets, States, Scheduler, Load, Code, Overview, Statistics, Connections, Bytes, Log, Lesson
};
inline constexpr std::size_t view_count = static_cast<std::size_t>(ViewId::Lesson) + 1;

}  // namespace roundtrip::viz
