#include "core/server/upload_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace roundtrip::server {

UploadFile::~UploadFile() {
  if (!growing_.empty()) unlink(growing_.c_str());
}

Error UploadFile::problem(std::string_view doing) {
  const int error = errno;
  // The disk's, the user's share of it, or what one file may have.
  no_room_ = error == ENOSPC || error == EDQUOT || error == EFBIG;
  return Error{fmt::format("the upload {} can't be {}: {}{}", name_, doing, std::strerror(error),
                           error == ENOSPC ? "; make room on the disk" : "")};
}

std::size_t UploadFile::gather(std::string_view bytes) {
  if (waiting_.capacity() == 0) waiting_.reserve(gathered_bytes);
  const std::size_t count = std::min(bytes.size(), gathered_bytes - waiting_.size());
  waiting_.append(bytes.substr(0, count));
  return count;
}

Status UploadFile::open() {
  if (file_.is_open()) return Nothing{};
  const auto folder = folder_.path();
  if (!folder) return Error{folder.error()};
  uploads_ = (*folder / "uploads").string();
  std::error_code error;  // where it can't be made, the file can't either, and says why
  std::filesystem::create_directories(uploads_, error);
  growing_ = uploads_ + "/.upload-XXXXXX";
  file_ = FileDescriptor(mkostemp(growing_.data(), O_CLOEXEC));
  if (file_.is_open()) return Nothing{};
  growing_.clear();
  return problem("made");
}

Status UploadFile::write_out() {
  if (const Status opened = open(); !opened) return Error{opened.error()};
  std::string_view rest = waiting_;
  while (!rest.empty()) {
    const ssize_t written = write(file_.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return problem("written");
    rest.remove_prefix(static_cast<std::size_t>(written));
    bytes_ += static_cast<std::uint64_t>(written);
  }
  waiting_.clear();
  return Nothing{};
}

Result<std::string> UploadFile::keep() {
  if (const Status written = write_out(); !written) return Error{written.error()};
  if (fsync(file_.get()) != 0) return problem("brought to the disk");
  constexpr int most_of_one_name = 10'000;
  for (int number = 1; number < most_of_one_name; ++number) {
    const std::string name = number == 1 ? name_ : fmt::format("{}-{}", number, name_);
    const std::string path = uploads_ + "/" + name;
    // Nobody's file is written over, also not one that comes at the same time.
    if (renameat2(AT_FDCWD, growing_.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) {
      growing_.clear();
      return name;
    }
    if (errno != EEXIST) break;
  }
  return problem("named");
}

}  // namespace roundtrip::server
