// Writes a picture as a PNG file, for `screenshot`, step sheets and the README. Does not read PNG.
// One compression setting, chosen for speed: about 30 ms for 1600×1000, the same bytes every time.
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
