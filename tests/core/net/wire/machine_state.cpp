#include "tests/core/net/wire/machine_state.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace fs = std::filesystem;

namespace roundtrip::testing {
namespace {

std::size_t entries_of(const fs::path& folder) {
  std::error_code error;
  const fs::directory_iterator all(folder, error);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string interfaces() {
  std::vector<std::string> lines;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return {};
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    char address[INET6_ADDRSTRLEN] = "";
    if (one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET) {
      inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(one->ifa_addr)->sin_addr, address,
                sizeof address);
    } else if (one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET6) {
      inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6*>(one->ifa_addr)->sin6_addr, address,
                sizeof address);
    }
    lines.push_back(one->ifa_name + (" " + std::to_string(one->ifa_flags)) + " " + address + "\n");
  }
  freeifaddrs(first);
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

}  // namespace

std::string machine_network() {
  std::string text = interfaces();
  std::vector<std::string> settings;
  std::error_code error;
  for (fs::recursive_directory_iterator at("/proc/sys/net", error), end; at != end;
       at.increment(error)) {
    // Counts that change by themselves, not settings.
    const std::string name = at->path().filename();
    if (name.ends_with("_count") || name == "random" || name.ends_with("entropy")) continue;
    if (at->is_regular_file(error)) {
      settings.push_back(at->path().string() + ": " + text_of(at->path()));
    }
  }
  std::sort(settings.begin(), settings.end());
  for (const std::string& one : settings) text += one;
  return text;
}

std::size_t open_descriptors() {
  return entries_of("/proc/self/fd");
}
std::size_t running_threads() {
  return entries_of("/proc/self/task");
}

std::size_t child_processes() {
  std::size_t count = 0;
  for (const auto& task : fs::directory_iterator("/proc/self/task")) {
    std::istringstream children(text_of(task.path() / "children"));
    count += static_cast<std::size_t>(
        std::distance(std::istream_iterator<int>(children), std::istream_iterator<int>()));
  }
  return count;
}

}  // namespace roundtrip::testing
