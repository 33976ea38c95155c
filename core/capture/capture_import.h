// A capture of TCP connections as a trace, the wire's facts alone: each packet, the streams that
// they carry, and the steps of handshake and close. No server of ours was there, so nothing tells
// of requests. A capture knows when a packet passed one point: the packet begins then, and ends
// only where another interface saw it again; the steps that it stands for are derived. Called by
// `roundtrip import` and a fuzzer. Limits: capture_format.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/trace/trace.h"

namespace roundtrip::capture {

struct ImportReport {
  std::uint64_t packets = 0;
  std::uint64_t connections = 0;
  std::uint64_t left_out = 0;  // no TCP, fragments, without a time, or cut within their headers
};

// `trace` is one that nothing was appended to yet. An error names the file.
Result<ImportReport> import_capture(const std::string& path, const std::string& build,
                                    trace::Trace& trace);
// The same of a file in memory that is called `name`.
Result<ImportReport> import_capture_bytes(std::string_view file, std::string_view name,
                                          const std::string& build, trace::Trace& trace);

}  // namespace roundtrip::capture
