// The packets of a trace as a pcapng file, for Wireshark and its kin. Each packet stands in it as a
// chosen eye saw it: once, as its sender sent it (the default, so that nothing is told twice), or
// as the client host or the server host saw it, what it sent and what reached it. What the wire did
// to a packet is its comment. Called by `roundtrip export`.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.h"
#include "core/trace/trace.h"

namespace roundtrip::capture {

enum class SeenBy : std::uint8_t { Sender, Client, Server };

struct ExportReport {
  std::uint64_t packets = 0;
  std::uint64_t cut = 0;             // of them, those whose payload was not all kept
  std::uint64_t without_header = 0;  // left out: they are no TCP, and their bytes were not kept
};

// Writes a file beside `path` and renames it when it is complete; what stood there goes.
Result<ExportReport> export_packets(const trace::Trace& trace, SeenBy seen_by,
                                    const std::string& path);

}  // namespace roundtrip::capture
