// UploadFile: a file that comes from the network. It grows under a name that nobody looks for, and
// gets its own when it is whole and on the disk (fsync(2), then rename(2)); one that is given up
// leaves nothing. Bytes gather in memory, so that the disk is asked in large pieces. All calls but
// gather() wait for the disk and belong on the blocking pool.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/server/data_folder.h"
#include "core/server/files.h"

namespace roundtrip::server {

class UploadFile {
 public:
  static constexpr std::size_t gathered_bytes = 512 * 1024;

  // Goes into the folder's "uploads". `name` is one of safe_file_name's; where it is taken there, a
  // number goes before it.
  UploadFile(DataFolder& folder, std::string name) : folder_(folder), name_(std::move(name)) {}
  ~UploadFile();
  UploadFile(const UploadFile&) = delete;
  UploadFile& operator=(const UploadFile&) = delete;

  // Takes what fits; the rest is handed in again after write_out().
  std::size_t gather(std::string_view bytes);
  std::size_t gathered() const { return waiting_.size(); }
  bool is_full() const { return waiting_.size() >= gathered_bytes; }

  Status write_out();
  // The file is whole: on the disk, and under its name, which is returned.
  Result<std::string> keep();
  std::uint64_t bytes() const { return bytes_; }
  // What failed, failed for want of room on the disk.
  bool no_room() const { return no_room_; }

 private:
  Status open();
  Error problem(std::string_view doing);

  DataFolder& folder_;
  std::string name_;
  std::string uploads_;  // the path of that folder
  std::string growing_;  // its path as long as it grows
  FileDescriptor file_;
  std::string waiting_;
  std::uint64_t bytes_ = 0;
  bool no_room_ = false;
};

}  // namespace roundtrip::server
