// Writing where there is no room or no right: one sentence, and what was recorded stays valid.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>

#include "core/trace/file_reader.h"
#include "core/trace/file_writer.h"
#include "tests/core/trace/file_samples.h"

using namespace roundtrip;
using namespace roundtrip::trace;
using namespace roundtrip::trace::samples;

namespace {

// Files can't grow past this while it lives, as on a disk that is nearly full.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_action_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_limit_);
    const rlimit limit{bytes, old_limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_limit_);
    std::signal(SIGXFSZ, old_action_);
  }

 private:
  rlimit old_limit_{};
  void (*old_action_)(int) = nullptr;
};

bool has(const std::string& sentence, const char* part) {
  return sentence.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("trace file: on a full disk recording ends, and the file ends with a whole line") {
  const Folder folder;
  for (const std::string name : {"full.json", "full.json.gz"}) {
    CAPTURE(name);
    Symbols symbols;
    const std::vector<Batch> batches = batches_of_everything(symbols);
    std::string sentence;
    {
      const FileSizeLimit limit(name.ends_with(".gz") ? 59'999 : 99'999);
      auto writer = TraceFileWriter::open(folder.path(name), sample_info(), symbols);
      REQUIRE(writer.ok());
      for (int round = 0; round < 50 && sentence.empty(); ++round) {
        Batch batch = batches[static_cast<std::size_t>(round) % batches.size()];
        // Time goes on, so that a gzipped file has its flush points.
        for (Event& event : batch.events) event.time = event.time + Duration::seconds(round);
        batch.late.clear();
        batch.settled_to = Instant{} + Duration::seconds(round + 1);
        const Status written = (*writer)->write(batch.delivery());
        if (!written) sentence = written.error();
      }
      const Status again = (*writer)->write(batches[0].delivery());
      REQUIRE_FALSE(again.ok());
      CHECK(again.error() == sentence);
      CHECK_FALSE((*writer)->finish().ok());
    }
    CHECK_MESSAGE(has(sentence, "can't write the trace to '"), sentence);
    CHECK_MESSAGE(has(sentence, "choose a place that takes larger files"), sentence);
    CHECK_MESSAGE(has(sentence, "what was recorded before is kept"), sentence);
    Trace trace;
    const auto report = read_trace_file(folder.path(name), trace);
    REQUIRE_MESSAGE(report.ok(), report.error());
    CHECK_FALSE(report->ended);
    CHECK(trace.count() > 100);
    if (name == "full.json") {
      CHECK_FALSE(report->torn);
      CHECK(read_all(folder.path(name)).back() == '\n');
    }
  }
}

TEST_CASE("trace file: a device without room is said so (ENOSPC)") {
  Symbols symbols;
  const auto writer = TraceFileWriter::open("/dev/full", sample_info(), symbols);
  REQUIRE_FALSE(writer.ok());
  CHECK_MESSAGE(has(writer.error(), "No space left on device; free some room"), writer.error());
  Trace trace;
  const Status saved = TraceFileWriter::save(trace, "/dev/full");
  REQUIRE_FALSE(saved.ok());
  CHECK_MESSAGE(has(saved.error(), "'/dev/full': No space left"), saved.error());
}

TEST_CASE("trace file: a save that fails leaves the old file and nothing beside it") {
  const Folder folder;
  const std::string path = folder.path("t.json");
  write_all(path, "the old one");
  Trace trace;
  fill(trace, batches_of_everything(trace.symbols()));
  {
    const FileSizeLimit limit(50'000);
    const Status saved = TraceFileWriter::save(trace, path);
    REQUIRE_FALSE(saved.ok());
    CHECK_MESSAGE(has(saved.error(), "t.json': File too large"), saved.error());
  }
  CHECK(read_all(path) == "the old one");
  CHECK(folder.count() == 1);
  const Status stopped =
      TraceFileWriter::save(trace, path, [](std::uint64_t, std::uint64_t) { return false; });
  CHECK_FALSE(stopped.ok());
  CHECK(read_all(path) == "the old one");
  CHECK(folder.count() == 1);
}

TEST_CASE("trace file: a place that can't be written is said so (a folder, no such folder)") {
  const Folder folder;
  Symbols symbols;
  const auto directory = TraceFileWriter::open(folder.path(""), sample_info(), symbols);
  REQUIRE_FALSE(directory.ok());
  CHECK(has(directory.error(), "name a file in it"));
  const auto missing = TraceFileWriter::open(folder.path("no/t.json"), sample_info(), symbols);
  REQUIRE_FALSE(missing.ok());
  CHECK(has(missing.error(), "make the folder if it is missing"));
}

TEST_CASE("trace file: saving through a symbolic link keeps the link") {
  const Folder folder;
  write_all(folder.path("real.json"), "old");
  std::filesystem::create_symlink(folder.path("real.json"), folder.path("link.json"));
  Trace trace;
  fill(trace, batches_of_everything(trace.symbols()));
  REQUIRE(TraceFileWriter::save(trace, folder.path("link.json")).ok());
  CHECK(std::filesystem::is_symlink(folder.path("link.json")));
  CHECK(read_all(folder.path("real.json")).starts_with("[\n"));
}
