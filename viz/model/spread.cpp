#include "viz/model/spread.h"

#include <algorithm>
#include <cstddef>

namespace roundtrip::viz {
namespace {

// Rows that touch move as one, to the mean of where each of them would begin it.
struct Cluster {
  std::size_t first = 0;
  std::size_t count = 0;
  double sum = 0;
  float top(float height, float least, float most) const {
    const auto mean = static_cast<float>(sum / static_cast<double>(count));
    const float last = most - height * static_cast<float>(count);
    return std::max(least, std::min(mean, last));
  }
};

}  // namespace

std::vector<float> spread_rows(const std::vector<float>& wanted, float height, float top,
                               float bottom) {
  std::vector<Cluster> clusters;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    Cluster next{i, 1, static_cast<double>(wanted[i] - height / 2)};
    while (!clusters.empty()) {
      const Cluster& before = clusters.back();
      const float end = before.top(height, top, bottom) + height * static_cast<float>(before.count);
      if (end <= next.top(height, top, bottom)) break;
      const double offset = static_cast<double>(height) * static_cast<double>(before.count);
      next.sum = before.sum + next.sum - offset * static_cast<double>(next.count);
      next.first = before.first;
      next.count += before.count;
      clusters.pop_back();
    }
    clusters.push_back(next);
  }
  std::vector<float> tops;
  for (const Cluster& cluster : clusters) {
    for (std::size_t i = 0; i < cluster.count; ++i) {
      tops.push_back(cluster.top(height, top, bottom) + height * static_cast<float>(i));
    }
  }
  return tops;
}

}  // namespace roundtrip::viz
