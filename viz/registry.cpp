#include "viz/registry.h"

#include <set>

namespace roundtrip::viz {
namespace {

// Half a pixel of overlap is rounding, not a fault.
constexpr float slack_px = 0.5f;

bool is_inside_by_path(std::string_view child, std::string_view parent) {
  return child.size() > parent.size() && child.starts_with(parent) && child[parent.size()] == '/';
}

bool related(std::string_view a, std::string_view b) {
  return a == b || is_inside_by_path(a, b) || is_inside_by_path(b, a);
}

}  // namespace

void Registry::add(std::string_view label, Rect rect, bool elided) {
  if (cut_to_) {
    rect = rect.intersection(*cut_to_);
    if (rect.empty()) return;
  }
  entries_.push_back({prefix_ + std::string(label), rect, elided, layer_});
}

std::optional<Rect> Registry::find(std::string_view label) const {
  for (const RegistryEntry& entry : entries_) {
    if (entry.label == label) return entry.rect;
  }
  return std::nullopt;
}

std::vector<std::string> Registry::labels(std::string_view prefix) const {
  std::vector<std::string> found;
  for (const RegistryEntry& entry : entries_) {
    if (entry.label.starts_with(prefix)) found.push_back(entry.label);
  }
  return found;
}

std::vector<std::pair<std::string, std::string>> Registry::overlaps() const {
  std::vector<std::pair<std::string, std::string>> found;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Rect smaller = entries_[i].rect.inset(slack_px);
    for (std::size_t j = i + 1; j < entries_.size(); ++j) {
      if (entries_[i].layer == entries_[j].layer &&
          smaller.overlaps(entries_[j].rect.inset(slack_px)) &&
          !related(entries_[i].label, entries_[j].label)) {
        found.emplace_back(entries_[i].label, entries_[j].label);
      }
    }
  }
  return found;
}

std::vector<std::string> Registry::outside(Rect window) const {
  std::vector<std::string> found;
  for (const RegistryEntry& entry : entries_) {
    if (!window.contains(entry.rect.inset(slack_px))) found.push_back(entry.label);
  }
  return found;
}

std::vector<std::string> Registry::elided() const {
  std::vector<std::string> found;
  for (const RegistryEntry& entry : entries_) {
    if (entry.elided) found.push_back(entry.label);
  }
  return found;
}

std::vector<std::string> Registry::duplicates() const {
  std::set<std::string> seen;
  std::vector<std::string> found;
  for (const RegistryEntry& entry : entries_) {
    if (!seen.insert(entry.label).second) found.push_back(entry.label);
  }
  return found;
}

}  // namespace roundtrip::viz
