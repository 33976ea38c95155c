// What the tests of trace files share: a place for files, and a trace that has every phase, kind
// and provenance in it, arguments present and absent, texts that need escaping, split bytes.
// Times are in ns from the trace's epoch.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/trace/trace.h"

namespace roundtrip::trace::samples {

// A directory that is gone again at the end of a test.
class Folder {
 public:
  Folder();
  ~Folder();
  std::string path(const std::string& name) const { return (root_ / name).string(); }
  std::size_t count() const;

 private:
  std::filesystem::path root_;
};

std::string read_all(const std::string& path);
void write_all(const std::string& path, std::string_view text);
std::string gzipped(std::string_view text);

// A batch of facts as the collector would deliver it; it owns what the delivery's spans show.
struct Batch {
  std::vector<Event> events;
  std::vector<Event> late;
  std::vector<ByteSighting> bytes;
  Instant settled_to;
  LossCounts losses;
  Delivery delivery() const { return {bytes, events, late, settled_to, losses}; }
};

TraceInfo sample_info();

// Several batches with everything in them, some of it late. Symbols are interned in `symbols`.
std::vector<Batch> batches_of_everything(Symbols& symbols);

void fill(Trace& trace, const std::vector<Batch>& batches);

// A small text of a trace, for damaging: header, a request of a few events, bytes, the end.
std::string small_file();

}  // namespace roundtrip::trace::samples
