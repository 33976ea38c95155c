// TraceFileWriter: records a trace to a file as it happens, fed with the same deliveries that enter
// the Trace; and save, which writes a whole Trace. The format is file_format.h's. A path that ends
// in .gz is gzipped. Used by the commands that record and by the session.
// A file that is being recorded ends with a whole line after every write() and can be read back at
// any time; a gzipped one can be read back to its last flush point, at most a quarter of a second
// of trace or 256 KiB of text behind. Not thread-safe: write from the collector's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/trace/file_lines.h"
#include "core/trace/file_output.h"

namespace roundtrip::trace {

// Told now and then how much of the whole is done; false stops the work.
using FileProgress = std::function<bool(std::uint64_t done, std::uint64_t total)>;

class TraceFileWriter {
 public:
  // The symbols must outlive the writer.
  static Result<std::unique_ptr<TraceFileWriter>> open(const std::string& path,
                                                       const TraceInfo& info,
                                                       const Symbols& symbols);

  // After a failure every call returns the sentence of that failure and writes nothing: what was
  // written before stays readable, and the program goes on without recording.
  Status write(const Delivery& delivery);
  // The graceful end: the counts of what was lost, and the closing bracket.
  Status finish();

  // Writes the whole trace to a file beside `path` and renames it when it is complete.
  static Status save(const Trace& trace, const std::string& path,
                     const FileProgress& progress = {});

 private:
  TraceFileWriter(std::unique_ptr<OutputFile> output, const Symbols& symbols)
      : output_(std::move(output)), lines_(symbols) {}

  static Status save_all(const Trace& trace, TraceFileWriter& writer, const FileProgress& progress);
  Status flush_when_full();
  Status send(bool flush);

  std::unique_ptr<OutputFile> output_;
  FileLines lines_;
  LossCounts losses_;
  LossCounts losses_written_;
  Instant settled_to_;
  Instant flushed_to_;
  std::size_t unflushed_bytes_ = 0;
};

}  // namespace roundtrip::trace
