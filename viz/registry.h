// What stands where on the screen in this frame: label → rectangle. Draw functions fill it, so that
// a test can click "transport/next" without knowing pixels, and assert that nothing overlaps,
// leaves the window or is cut short. Plain data: no ImGui here. Cleared at the start of a frame.
// Labels are paths: "timeline/lane/3" lies inside "timeline", so these two may overlap.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "viz/model/geometry.h"

namespace roundtrip::viz {

struct RegistryEntry {
  std::string label;
  Rect rect;
  bool elided = false;  // its text did not fit
};

class Registry {
 public:
  void begin_frame() {
    entries_.clear();
    prefix_.clear();
  }
  void add(std::string_view label, Rect rect, bool elided = false);
  // Labels that are added from here on begin with this: the same panel may stand twice.
  void set_prefix(std::string_view prefix) { prefix_ = prefix; }

  const std::vector<RegistryEntry>& entries() const { return entries_; }
  std::optional<Rect> find(std::string_view label) const;  // the first of that label
  bool has(std::string_view label) const { return find(label).has_value(); }
  // Every label that starts with this, in drawing order.
  std::vector<std::string> labels(std::string_view prefix = "") const;

  // For assertions; each is empty when the screen is sound.
  std::vector<std::pair<std::string, std::string>> overlaps() const;  // parents and children apart
  std::vector<std::string> outside(Rect window) const;
  std::vector<std::string> elided() const;
  std::vector<std::string> duplicates() const;

 private:
  std::vector<RegistryEntry> entries_;
  std::string prefix_;
};

}  // namespace roundtrip::viz
