// OutputFile: where a trace file's lines go, plain or through gzip. It writes whole lines only, so
// that the file on disk ends with a whole line whatever happens: when the disk is full or a write
// fails, the file is cut back to the last line (of a compressed file: to the last point that can
// be read back) and nothing more is written. Called by TraceFileWriter.
// Errors are one sentence that says what, where and what to do; see open(2), write(2).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/trace/gzip.h"

namespace roundtrip::trace {

inline constexpr std::string_view writing_trace = "can't write the trace to";

class OutputFile {
 public:
  struct Options {
    bool compressed = false;
    std::string shown_path;     // what a sentence calls it, where that is not the path itself
    std::string after_failure;  // what the sentence of a failed write says at its end
    std::string_view what = writing_trace;  // how the sentence of a failure begins
  };
  // Makes the file, or empties it.
  static Result<std::unique_ptr<OutputFile>> open(const std::string& path, Options options);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Takes whole lines. With `flush` they are with the kernel when this returns, and a reader can
  // read them even when this process ends right after.
  Status write(std::string_view lines, bool flush);
  Status close();

  const std::string& error() const { return error_; }  // of the first failure; empty: all is well

 private:
  OutputFile(int descriptor, Options options);
  Status send(std::string_view bytes, bool ends_readable);
  Status fail(int error);

  int descriptor_;
  Options options_;
  std::unique_ptr<GzipCompressor> compressor_;  // null in a plain file
  std::vector<char> compressed_;
  std::uint64_t written_ = 0;   // bytes in the file
  std::uint64_t readable_ = 0;  // bytes up to the last line that can be read back
  std::string error_;
};

// Where a whole file is written first, to be renamed when it is complete. What is no regular file
// (a pipe, /dev/stdout) is written directly.
struct SavePlace {
  std::string target;
  std::string first;
};
SavePlace place_for(const std::string& path);
// After the file was written and closed, or was not: it takes its place, or goes.
Status settle(const SavePlace& place, Status saved, std::string_view what = writing_trace);

// The sentence for an error number of a system call on a path: "can't write the trace to …".
std::string file_error_sentence(std::string_view what, const std::string& path, int error);

}  // namespace roundtrip::trace
