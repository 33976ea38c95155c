// Paints the bytes of the request in focus and of its answer (viz/model/layout_bytes.h): hex,
// characters and the tree of fields. Bytes in the colour of their direction, shaded by what kind of
// field they are; dim until they have arrived; dotted where they were not kept. Hovering a byte
// outlines its field, and the event that took it, in every view; a click goes to that event; a
// double click goes to the byte itself. Registry: "bytes", "bytes/in/<offset>", "bytes/out/…",
// "bytes/field/<log>/<number>".
#pragma once

#include "viz/model/layout_bytes.h"
#include "viz/panel_parts.h"

namespace roundtrip::viz {

Actions draw_bytes(const BytesLayout& layout, const TraceView& view, const Canvas& canvas);

}  // namespace roundtrip::viz
