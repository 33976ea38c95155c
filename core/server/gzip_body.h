// GzipBody: an answer's body on its way through zlib, for clients that asked for it. Bytes go in as
// the handler's buffer overflows, and what zlib has ready comes out. One an answer; it takes about
// 270 KB while that lasts. RFC 1952; RFC 9110, section 8.4.1.3.
#pragma once

#include <zlib.h>

#include <string>
#include <string_view>

namespace roundtrip::server {

class GzipBody {
 public:
  // What is shorter gains nothing: the frame alone takes 18 bytes.
  static constexpr std::size_t least_bytes = 1'000;
  // Of the compressor's window and tables, as zlib's manual counts them.
  static constexpr std::size_t held_bytes = 268 * 1024;
  // Whether bodies of this type become shorter: text, and what is text by another name.
  static bool helps(std::string_view content_type);

  GzipBody();
  ~GzipBody();
  GzipBody(const GzipBody&) = delete;
  GzipBody& operator=(const GzipBody&) = delete;

  // The coded bytes that are ready, which may be none; valid until the next call. Flush: all that
  // the client needs to read what was given so far. Last: what is left, once.
  enum class Take { More, Flush, Last };
  std::string_view take(std::string_view plain, Take how);

 private:
  z_stream stream_{};
  std::string coded_;
};

}  // namespace roundtrip::server
