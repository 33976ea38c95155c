// The sockets: both ends of the connection as their kernels have them: TCP's state and the numbers
// by which it decides, the two buffers of each as bars, the accept queue as slots, and below how
// congestion window, bytes in flight and round trip went. What nobody asked the kernel for is
// absent: on loopback the client's end.
#pragma once

#include "viz/model/picture.h"

namespace roundtrip::viz {

Picture layout_sockets(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area);

}  // namespace roundtrip::viz
