#include "viz/png.h"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "core/trace/file_output.h"

namespace roundtrip::viz {
namespace {

// Of zlib's nine levels the last of the quick ones: the next takes twice as long, for a tenth.
constexpr int level = 3;
constexpr unsigned char no_filter = 0;  // flat colours and letters gain nothing from the others

void append_number(std::string& bytes, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(number >> shift & 255U);
}

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()),
                                            bytes.size()));
}

// Length, name, data, and the checksum of name and data (section 5.3).
void append_chunk(std::string& file, std::string_view name, std::string_view data) {
  append_number(file, static_cast<std::uint32_t>(data.size()));
  const std::size_t from = file.size();
  file.append(name).append(data);
  append_number(file, checksum(std::string_view(file).substr(from)));
}

// Size, eight bits a channel, red, green and blue; one method each of packing, filters and order.
std::string header_of(const Image& image) {
  std::string header;
  append_number(header, static_cast<std::uint32_t>(image.width));
  append_number(header, static_cast<std::uint32_t>(image.height));
  return header.append("\x08\x02\0\0\0", 5);
}

// A row as it is packed: the filter, then three bytes a pixel.
void write_row(const Image& image, int y, std::vector<unsigned char>& row) {
  unsigned char* byte = row.data();
  *byte++ = no_filter;
  for (const Pixel* pixel = image.row(y); pixel != image.row(y) + image.width; ++pixel) {
    *byte++ = pixel->r;
    *byte++ = pixel->g;
    *byte++ = pixel->b;
  }
}

// All rows, packed by zlib; empty when it gets no memory.
std::string pack(const Image& image) {
  std::string packed;
  z_stream stream{};
  if (deflateInit(&stream, level) != Z_OK) return packed;
  std::vector<unsigned char> row(1 + std::size_t{3} * static_cast<std::size_t>(image.width));
  std::array<char, 64 * 1024> room;
  for (int y = 0; y < image.height; ++y) {
    write_row(image, y, row);
    stream.next_in = row.data();
    stream.avail_in = static_cast<uInt>(row.size());
    do {
      stream.next_out = reinterpret_cast<Bytef*>(room.data());
      stream.avail_out = static_cast<uInt>(room.size());
      deflate(&stream, y + 1 == image.height ? Z_FINISH : Z_NO_FLUSH);
      packed.append(room.data(), room.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return packed;
}

Error failure(const std::string& path, int reason) {
  return {trace::file_error_sentence("can't write the picture to", path, reason)};
}

// Half a picture is of no use to anybody. A device that was named stays what it is.
Error failure_midway(const std::string& path, int reason) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) std::filesystem::remove(path, ignored);
  return failure(path, reason);
}

}  // namespace

Result<std::string> encode_png(const Image& image) {
  if (image.pixels.empty()) return Error{"an empty picture can't be written as PNG"};
  const std::string packed = pack(image);
  if (packed.empty()) return Error{"there is not enough memory to write the picture as PNG"};
  std::string bytes = "\x89PNG\r\n\x1a\n";
  append_chunk(bytes, "IHDR", header_of(image));
  append_chunk(bytes, "IDAT", packed);
  append_chunk(bytes, "IEND", {});
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
  if (!written) return failure_midway(path, write_error);
  if (!closed) return failure_midway(path, errno);
  return Nothing{};
}

}  // namespace roundtrip::viz
