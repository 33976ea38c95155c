// LineInput: the lines of a trace file, plain or gzipped (told by its first bytes, not its name).
// Called by the reader of trace files. It keeps one line in memory, and a block of 256 KiB.
// Limits: a line of 64 MiB, 16 GiB of text; what goes past them is refused, never followed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/trace/gzip.h"

namespace roundtrip::trace {

class LineInput {
 public:
  static Result<std::unique_ptr<LineInput>> open(const std::string& path);
  ~LineInput();
  LineInput(const LineInput&) = delete;
  LineInput& operator=(const LineInput&) = delete;

  // The next line without its end; false at the end of the file, or where it can't go on: then
  // problem() says why. The line is valid until the next call.
  bool next(std::string_view& line);

  std::uint64_t line_number() const { return line_number_; }  // of the line read last, from 1
  bool line_was_ended() const { return line_was_ended_; }     // by a line feed
  const std::string& problem() const { return problem_; }     // empty at a plain end
  // The compressed data ends in the middle, as after a crash: what was read is good.
  bool cut_short() const { return cut_short_; }

  std::uint64_t bytes_read() const { return bytes_read_; }  // of the file, compressed or not
  std::uint64_t file_bytes() const { return file_bytes_; }  // 0 where it has no size (a pipe)

 private:
  LineInput(int descriptor, std::uint64_t file_bytes);
  bool fill();
  std::size_t read_file(char* out, std::size_t room);
  std::size_t expand(char* out, std::size_t room);

  int descriptor_;
  std::uint64_t file_bytes_;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t text_bytes_ = 0;
  std::uint64_t line_number_ = 0;
  bool line_was_ended_ = false;
  bool cut_short_ = false;
  bool at_end_ = false;
  std::string problem_;

  std::vector<char> buffer_;  // text; the part not yet handed out is [begin_, end_)
  std::size_t begin_ = 0;
  std::size_t end_ = 0;

  std::unique_ptr<GzipExpander> expander_;  // null in a plain file
  std::vector<char> packed_;                // compressed; not yet expanded is [from_, to_)
  std::size_t packed_begin_ = 0;
  std::size_t packed_end_ = 0;
};

}  // namespace roundtrip::trace
