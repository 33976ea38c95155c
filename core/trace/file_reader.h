// read_trace_file: fills a Trace from a file, plain or gzipped, by the Trace's one door. Used by
// every command that opens a trace. What can be read before a mistake stays in the Trace, also
// when the result is an error: one sentence with the file's name and the number of the line.
// A line that is torn at the end of the file, as a crash leaves it, is no error: the report says
// so. Limits (file_limits): 64 M events, 4 GiB in memory, 16 GiB of text, 64 MiB a line.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.h"
#include "core/trace/file_writer.h"
#include "core/trace/trace.h"

namespace roundtrip::trace {

struct ReadReport {
  std::uint64_t version = 0;
  std::uint64_t lines = 0;
  std::uint64_t events = 0;
  std::uint64_t foreign_lines = 0;  // kept, not understood
  std::uint64_t unknown_words = 0;  // values of closed sets that this version does not know
  std::uint64_t late = 0;           // marked late, or out of order: brought into order
  bool ended = false;               // a graceful end was recorded, so the losses are final
  bool torn = false;                // the file ends in the middle of a line
  std::string torn_sentence;
};

// `trace` is one that nothing was appended to yet. Progress counts bytes of the file; its total is
// 0 where the file has no size (a pipe).
Result<ReadReport> read_trace_file(const std::string& path, Trace& trace,
                                   const FileProgress& progress = {});

}  // namespace roundtrip::trace
