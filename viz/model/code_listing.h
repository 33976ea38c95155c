// Two short listings that stand beside each other in the code view: what a Go server does for a
// request, and what this program does, each with the phases that light its lines. Read once by the
// session from assets/code/go.txt and roundtrip.txt and handed to the layout as plain data.
// The format: a line of code, then two spaces, an @ and the phases that light it; "== where" heads
// a part; "-- phase: why" names a phase that has no line; # is a comment. Strict, so that the files
// stay complete: each phase of a request's story has one line or one reason in each of the two.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/trace/phase.h"

namespace roundtrip::viz {

struct CodeLine {
  std::string text;
  bool heading = false;
  trace::PhaseSet phases;
};

struct CodeListing {
  std::vector<CodeLine> lines;
  std::array<std::optional<std::size_t>, trace::phase_count> line_of;
  std::array<std::string, trace::phase_count> reasons;  // why a phase has no line
};

struct CodeListings {
  CodeListing go;
  CodeListing ours;
};

// Whether a listing has to name a phase: not the scheduler's and the trace's own.
bool is_in_listings(trace::Phase phase);

// The errors name file and line.
Result<CodeListing> load_code_listing(const std::filesystem::path& path);
Result<CodeListings> load_code_listings(const std::filesystem::path& assets_dir);

}  // namespace roundtrip::viz
