#include "core/server/data_folder.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace roundtrip::server {

namespace fs = std::filesystem;

DataFolder::~DataFolder() {
  std::error_code ignored;
  if (own_) fs::remove_all(folder_, ignored);
}

Result<fs::path> DataFolder::path() {
  const std::lock_guard lock(mutex_);
  std::error_code error;
  if (!folder_.empty()) {
    fs::create_directories(folder_, error);
    if (!error) return folder_;
    return Error{fmt::format("the data folder {} can't be made: {}", folder_.string(),
                             error.message())};
  }
  std::string name = (fs::temp_directory_path(error) / "roundtrip-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    return Error{fmt::format("no temporary folder can be made: {}", std::strerror(errno))};
  }
  own_ = true;
  folder_ = name;
  return folder_;
}

}  // namespace roundtrip::server
