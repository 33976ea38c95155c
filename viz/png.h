// Writes a picture as a PNG file, for `screenshot`, step sheets and the README. Does not read PNG.
// A picture of the screen is opaque: its alpha is left out. One compression setting, chosen for
// speed: about 15 ms for 1920×1080, the same bytes every time. PNG specification, third edition.
#pragma once

#include <string>

#include "core/base/result.h"
#include "viz/image.h"

namespace roundtrip::viz {

// The bytes of the file. Fails for an empty picture and when memory runs out.
Result<std::string> encode_png(const Image& image);

// Fails with a sentence that names the file and the reason (no folder, no right, disk full).
Status write_png(const Image& image, const std::string& path);

}  // namespace roundtrip::viz
