// DataFolder: where handlers keep files: the database, uploads. The folder that the options name is
// used and stays. Where they name none, one of the server's own is made under the temporary folder
// when a handler first asks, and goes with the server. Safe to use from any thread.
#pragma once

#include <filesystem>
#include <mutex>

#include "core/base/result.h"

namespace roundtrip::server {

class DataFolder {
 public:
  explicit DataFolder(std::filesystem::path named) : folder_(std::move(named)) {}
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  // The folder, which is there from now on; one sentence where it can't be made.
  Result<std::filesystem::path> path();

 private:
  std::mutex mutex_;
  std::filesystem::path folder_;
  bool own_ = false;
};

}  // namespace roundtrip::server
