// The reader of trace files over any bytes: a report, or a sentence with a line number, and what
// was read can be indexed, asked for states, saved and read again. The input is the file.
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/trace/file_reader.h"
#include "core/trace/file_writer.h"
#include "core/trace/index.h"
#include "core/trace/state.h"
#include "core/trace/trace_compare.h"
#include "tests/fuzz/input.h"

using namespace roundtrip;
using namespace roundtrip::trace;

namespace {

// A file in memory, with a path by which it can be opened.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view text) : descriptor_(::memfd_create("trace", MFD_CLOEXEC)) {
    CHECK_THAT(::write(descriptor_, text.data(), text.size()) == static_cast<ssize_t>(text.size()),
               "no memory for the input");
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

// Where a trace is saved; gone when the fuzzer ends.
struct SavedFile {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("roundtrip-fuzz-{}.json", ::getpid());
  ~SavedFile() {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
};

void ask_for_states(const Trace& trace) {
  TraceIndex index(trace);
  index.follow();
  CHECK_THAT(!index.lags(), "an index that stays behind");
  const StateReader reader(index);
  const std::uint64_t first = trace.end() - trace.count();
  for (const std::uint64_t number : {first, first + trace.count() / 2, trace.end() - 1}) {
    static_cast<void>(reader.scheduler_at(number));
    static_cast<void>(reader.process_at(number));
    for (const std::uint32_t conn :
         index.connections().first(std::min<std::size_t>(index.connections().size(), 4))) {
      static_cast<void>(reader.connection_at(conn, number));
    }
    static_cast<void>(trace.text(trace[number]));
  }
}

void save_and_read_again(const Trace& trace) {
  static const SavedFile file;
  const Status saved = TraceFileWriter::save(trace, file.path.string());
  CHECK_THAT(saved.ok(), "a trace that can't be saved");
  Trace again;
  const auto report = read_trace_file(file.path.string(), again);
  CHECK_THAT(report.ok() && !report->torn, "what was saved can't be read");
  std::string why;
  if (!same_trace(trace, again, &why)) check_failed("same_trace", why.c_str(), __FILE__, __LINE__);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input(data, size);
  const MemoryFile file(input.text());
  Trace trace;
  const auto report = read_trace_file(file.path(), trace);
  if (!report.ok()) {
    CHECK_THAT(report.error().find("', line ") != std::string::npos, "no line is named");
  }
  if (trace.count() == 0) return 0;
  ask_for_states(trace);
  save_and_read_again(trace);
  return 0;
}
