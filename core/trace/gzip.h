// The gzip format (RFC 1952) by zlib, in pieces: what a compressed trace file is written and read
// through. Called by file_output and file_input only; they know files, this knows memory.
// What was flushed can be read back even when the file ends right after it.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

struct z_stream_s;

namespace roundtrip::trace {

// Whether these are the first bytes of a gzip file.
bool looks_like_gzip(std::string_view bytes);

class GzipCompressor {
 public:
  enum class Flush { None, Readable, End };

  GzipCompressor();
  ~GzipCompressor();
  GzipCompressor(const GzipCompressor&) = delete;
  GzipCompressor& operator=(const GzipCompressor&) = delete;

  // Appends to `out` what this text adds to the compressed stream.
  void add(std::string_view text, Flush flush, std::vector<char>& out);

 private:
  std::unique_ptr<z_stream_s> stream_;
};

class GzipExpander {
 public:
  GzipExpander();
  ~GzipExpander();
  GzipExpander(const GzipExpander&) = delete;
  GzipExpander& operator=(const GzipExpander&) = delete;

  struct Progress {
    std::size_t taken = 0;     // of the input
    std::size_t produced = 0;  // of the output
    bool damaged = false;      // these bytes are not gzip
  };
  // Expands as much as fits. Several gzip members behind one another read as one text.
  Progress expand(std::string_view input, char* out, std::size_t room);

  // Whether the input ended where a member ends.
  bool at_end() const { return at_end_; }

 private:
  std::unique_ptr<z_stream_s> stream_;
  bool at_end_ = false;
};

}  // namespace roundtrip::trace
