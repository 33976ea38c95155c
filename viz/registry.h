// What stands where on the screen in this frame: label → rectangle. Draw functions fill it, so
// that a test can click "transport/next" without knowing pixels, and assert that nothing overlaps,
// leaves the window or is cut short. Plain data: no ImGui here. Cleared at the start of a frame.
// Labels are paths: "timeline/lane/3" lies inside "timeline", so these two may overlap. What is
// laid over the screen (a sheet, a drawer) is a layer of its own and covers what lies under it.
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
  int layer = 0;        // 0 is the screen itself
};

class Registry {
 public:
  void begin_frame() {
    entries_.clear();
    prefix_.clear();
    layer_ = 0;
    cut_to_.reset();
  }
  // What is added until `lower` lies over what there is.
  void raise() { ++layer_; }
  void lower() { --layer_; }
  // Until it is called without one: of what is added only the part in this rectangle is there.
  void cut_to(std::optional<Rect> rect) { cut_to_ = rect; }
  void add(std::string_view label, Rect rect, bool elided = false);
  // Labels that are added from here on begin with this: the same panel may stand twice.
  void set_prefix(std::string_view prefix) { prefix_ = prefix; }

  const std::vector<RegistryEntry>& entries() const { return entries_; }
  std::optional<Rect> find(std::string_view label) const;  // the first of that label
  bool has(std::string_view label) const { return find(label).has_value(); }
  // Every label that starts with this, in drawing order.
  std::vector<std::string> labels(std::string_view prefix = "") const;

  // For assertions; each is empty when the screen is sound.
  // Parents and children may overlap, and layers.
  std::vector<std::pair<std::string, std::string>> overlaps() const;
  std::vector<std::string> outside(Rect window) const;
  std::vector<std::string> elided() const;
  std::vector<std::string> duplicates() const;

 private:
  std::vector<RegistryEntry> entries_;
  std::string prefix_;
  int layer_ = 0;
  std::optional<Rect> cut_to_;
};

}  // namespace roundtrip::viz
