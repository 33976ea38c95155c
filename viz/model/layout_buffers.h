// The way of the bytes, in and out again: wire, the kernel's receive queue, the read buffer, the
// message; and back by the body buffer, the write buffer and the kernel's send queue. Each buffer
// is a strip to scale, and below it a lens on what is filled, with what stands in it. Above each
// way stands the last call that crossed from program to kernel. The story shows it while bytes are
// read or sent. Where there is room for one way only it is the one on which something happened
// last. Pure geometry.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_buffers(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
