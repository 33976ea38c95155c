// The words that the screen shows beside a phase: its explanation in six parts, the picture of its
// group, and where the drawn walk that Roundtrip began as errs. Read once by the session from
// assets/explanations/N-group.md (one file a group) and assets/corrections.md, then handed to the
// panels as plain data. Nothing here knows how they are drawn.
// The format is strict, so that the files stay complete: sections `## phase.id` in the order of the
// phase table, each with the paragraphs `**What**: …`, Why, Look at, Cost, Spec, In Go; in
// corrections `## phase.id: title` with Says, True, Why. Lines of a paragraph are joined by spaces.
#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/trace/phase.h"

namespace roundtrip::viz {

struct Explanation {
  std::string what;     // one or two sentences
  std::string why;      // why it exists
  std::string look_at;  // on the screen, in the bytes
  std::string cost;     // what it usually costs
  std::string spec;     // RFC section or man page, and what it says
  std::string in_go;    // the function in Go and what it does differently
};

struct Correction {
  trace::Phase phase{};
  std::string title;
  std::string says;  // the drawing
  std::string truth;
  std::string why;  // with the arithmetic
};

class Explanations {
 public:
  const Explanation& of(trace::Phase phase) const {
    return by_phase[static_cast<std::size_t>(phase)];
  }
  // One sentence: the group as a step of a parcel's way.
  const std::string& analogy_of(trace::Group group) const {
    return analogies[static_cast<std::size_t>(group)];
  }
  // Empty where the drawing is right.
  std::span<const Correction> corrections_of(trace::Phase phase) const;

  // Filled by load_explanations.
  std::array<Explanation, trace::phase_count> by_phase;
  std::array<std::string, trace::group_count> analogies;
  std::vector<Correction> corrections;  // in the order of the phase table
};

// Reads both from the folder `assets_dir`. The error names file and line.
Result<Explanations> load_explanations(const std::filesystem::path& assets_dir);

}  // namespace roundtrip::viz
