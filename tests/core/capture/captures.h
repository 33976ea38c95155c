// What the tests of captures share: recordings, a folder of their own for what they export, files
// read back whole, and the streams that packets carried.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "core/capture/capture_export.h"
#include "core/capture/capture_reader.h"
#include "core/packet/packet.h"
#include "core/trace/file_reader.h"
#include "tests/source_dir.h"

namespace roundtrip::testing {

inline const std::vector<std::string> wire_scenarios = {
    "20-handshake",    "21-held-ack",    "22-syn-lost",       "23-backlog",
    "24-segment-lost", "25-slow-reader", "26-four-way-close", "27-reset",
    "28-nagle",        "29-far-away",    "30-noisy-line"};

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "captures-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    root_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  std::string path(const std::string& name) const { return (root_ / name).string(); }
  std::ptrdiff_t count() const {
    return std::distance(std::filesystem::directory_iterator(root_), {});
  }

 private:
  std::filesystem::path root_;
};

inline std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void load_recording(const std::string& scenario, trace::Trace& trace) {
  const auto read = trace::read_trace_file(recording_file(scenario), trace);
  REQUIRE_MESSAGE(read.ok(), scenario);
}

// Of each stream the bytes that packets carried. (What a server writes to a connection that was
// reset is in its log, and goes nowhere.)
inline std::map<std::pair<std::uint32_t, trace::Log>, std::string> carried(
    const trace::Trace& trace) {
  std::map<std::pair<std::uint32_t, trace::Log>, std::uint64_t> ends;
  for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
    const trace::Event& event = trace[i];
    if (event.phase != trace::Phase::TracePacket || !event.begins()) continue;
    const bool by_client = event.arg("from") == static_cast<std::uint64_t>(trace::Host::Client);
    auto& end = ends[{event.conn, by_client ? trace::Log::In : trace::Log::Out}];
    end = std::max(end, event.arg("payload_at").value_or(0) + event.arg("payload").value_or(0));
  }
  std::map<std::pair<std::uint32_t, trace::Log>, std::string> streams;
  for (const auto& [stream, end] : ends) {
    const auto excerpt = trace.bytes(stream.first, stream.second, {0, end});
    for (std::size_t i = 0; i < excerpt.data.size(); ++i) {
      if (excerpt.kept[i]) streams[stream] += excerpt.data[i];
    }
  }
  return streams;
}

inline packet::PacketBytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// The packets of a capture; the views live as long as the file does.
inline std::vector<capture::CapturedFrame> frames_of(std::string_view file) {
  capture::CaptureReader reader(file);
  std::vector<capture::CapturedFrame> frames;
  while (true) {
    const auto frame = reader.next();
    REQUIRE_MESSAGE(frame.ok(), (frame.ok() ? "" : frame.error()));
    if (!*frame) return frames;
    frames.push_back(**frame);
  }
}

}  // namespace roundtrip::testing
