#include "core/trace/gzip.h"

#include <zlib.h>

#include <algorithm>

#include "core/base/check.h"

namespace roundtrip::trace {
namespace {

// Fast, and still an eighth of the text: lines of one trace look much alike.
constexpr int compression_level = 3;
constexpr int gzip_window_bits = 15 + 16;  // deflateInit2's way to ask for gzip's frame
constexpr std::size_t step_bytes = std::size_t{1} << 30;  // zlib counts in 32 bits

Bytef* as_input(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

}  // namespace

bool looks_like_gzip(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b");
}

GzipCompressor::GzipCompressor() : stream_(std::make_unique<z_stream>()) {
  const int made = deflateInit2(stream_.get(), compression_level, Z_DEFLATED, gzip_window_bits, 8,
                                Z_DEFAULT_STRATEGY);
  CHECK_THAT(made == Z_OK, "zlib has no memory or is another version than was compiled for");
}

GzipCompressor::~GzipCompressor() {
  deflateEnd(stream_.get());
}

void GzipCompressor::add(std::string_view text, Flush flush, std::vector<char>& out) {
  const int mode = flush == Flush::End        ? Z_FINISH
                   : flush == Flush::Readable ? Z_SYNC_FLUSH
                                              : Z_NO_FLUSH;
  do {
    const std::string_view step = text.substr(0, step_bytes);
    text.remove_prefix(step.size());
    stream_->next_in = as_input(step);
    stream_->avail_in = static_cast<uInt>(step.size());
    const int step_mode = text.empty() ? mode : Z_NO_FLUSH;
    do {
      const std::size_t before = out.size();
      const std::size_t room = std::max<std::size_t>(64 << 10, step.size() / 4);
      out.resize(before + room);
      stream_->next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_->avail_out = static_cast<uInt>(room);
      deflate(stream_.get(), step_mode);
      out.resize(before + room - stream_->avail_out);
    } while (stream_->avail_out == 0);
  } while (!text.empty());
}

GzipExpander::GzipExpander() : stream_(std::make_unique<z_stream>()) {
  const int made = inflateInit2(stream_.get(), gzip_window_bits);
  CHECK_THAT(made == Z_OK, "zlib has no memory or is another version than was compiled for");
}

GzipExpander::~GzipExpander() {
  inflateEnd(stream_.get());
}

GzipExpander::Progress GzipExpander::expand(std::string_view input, char* out, std::size_t room) {
  Progress progress;
  if (at_end_ && !input.empty()) {
    inflateReset(stream_.get());
    at_end_ = false;
  }
  input = input.substr(0, step_bytes);
  room = std::min(room, step_bytes);
  stream_->next_in = as_input(input);
  stream_->avail_in = static_cast<uInt>(input.size());
  stream_->next_out = reinterpret_cast<Bytef*>(out);
  stream_->avail_out = static_cast<uInt>(room);
  const int result = inflate(stream_.get(), Z_NO_FLUSH);
  progress.taken = input.size() - stream_->avail_in;
  progress.produced = room - stream_->avail_out;
  at_end_ = result == Z_STREAM_END;
  progress.damaged = result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR;
  return progress;
}

}  // namespace roundtrip::trace
