// The list of a connection's packets, one a line: number, time, who sent it, flags, numbers counted
// from the SYN, length, and what else is to be said of it at the cursor. As many as have room,
// around the one that is shown. Called by layout_packets.
#pragma once

#include "viz/model/packet_header.h"
#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

// `conn` has packets. `shown`: the one at the cursor; none before the first has left.
void place_packet_list(const TraceView& view, const Cursor& cursor, const Ruler& ruler,
                       PictureMaker& maker, std::uint32_t conn,
                       const std::optional<SeenPacket>& shown, const Rect& rect);

}  // namespace roundtrip::viz
