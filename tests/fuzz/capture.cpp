// Captures over any bytes: a trace that can be indexed, asked for states and exported again, or one
// sentence with the file's name and an empty trace. The input is the file.
#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/capture/capture_export.h"
#include "core/capture/capture_import.h"
#include "core/trace/index.h"
#include "core/trace/state.h"
#include "tests/fuzz/input.h"

using namespace roundtrip;

namespace {

// Where the packets are exported; gone when the fuzzer ends.
struct ExportedFile {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("roundtrip-fuzz-{}.pcapng", ::getpid());
  ~ExportedFile() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ExportedFile file;
  const fuzz::Input input(data, size);
  trace::Trace trace;
  const auto report = capture::import_capture_bytes(input.text(), "a.pcapng", "fuzzer", trace);
  if (!report.ok()) {
    CHECK_THAT(report.error().starts_with("'a.pcapng': "), "the file is not named");
    CHECK_THAT(trace.empty(), "a part of a file that was refused");
    return 0;
  }
  trace::TraceIndex index(trace);
  index.follow();
  CHECK_THAT(index.violation_count() == 0, "a capture that breaks an order");
  const trace::StateReader reader(index);
  static_cast<void>(reader.connection_at(1, trace.end() - 1));
  const auto again = capture::export_packets(trace, capture::SeenBy::Sender, file.path.string());
  CHECK_THAT(again.ok(), "packets that can't be exported again");
  CHECK_THAT(again->packets <= report->packets, "more packets than there were");
  return 0;
}
