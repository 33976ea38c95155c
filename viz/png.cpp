#include "viz/png.h"

#include <fmt/format.h>
#include <stb_image_write.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace roundtrip::viz {
namespace {

void append(void* context, void* data, int size) {
  static_cast<std::string*>(context)->append(static_cast<const char*>(data),
                                             static_cast<std::size_t>(size));
}

Error failure(const std::string& path, int reason) {
  return {fmt::format("the picture {} can't be written: {}", path, std::strerror(reason))};
}

}  // namespace

Result<std::string> encode_png(const Image& image) {
  if (image.pixels.empty()) return Error{"an empty picture can't be written as PNG"};
  // Trying all five row filters costs five times as long, for a file not much smaller.
  stbi_write_force_png_filter = 0;
  std::string bytes;
  const int stride = image.width * static_cast<int>(sizeof(Pixel));
  if (stbi_write_png_to_func(append, &bytes, image.width, image.height, 4, image.pixels.data(),
                             stride) == 0) {
    return Error{"there is not enough memory to write the picture as PNG"};
  }
  return bytes;
}

Status write_png(const Image& image, const std::string& path) {
  const Result<std::string> bytes = encode_png(image);
  if (!bytes) return Error{bytes.error()};
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return failure(path, errno);
  const bool written = std::fwrite(bytes->data(), 1, bytes->size(), file) == bytes->size();
  const int write_error = errno;
  // A full disk may show only when the last buffer goes out, at the close.
  const bool closed = std::fclose(file) == 0;
  if (!written) return failure(path, write_error);
  if (!closed) return failure(path, errno);
  return Nothing{};
}

}  // namespace roundtrip::viz
