#include "viz/model/layout_packets.h"

#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

Picture layout_packets(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area) {
  return PictureMaker(view, cursor, state, ruler, area, "packets", "Packets", "").take();
}

}  // namespace roundtrip::viz
