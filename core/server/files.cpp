#include "core/server/files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/http/characters.h"

namespace roundtrip::server {

std::optional<OpenedFile> open_below(const std::string& folder, const std::string& name) {
  const FileDescriptor root(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.is_open()) return std::nullopt;
  open_how how{};
  // O_NONBLOCK: a FIFO would make us wait for its writer.
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  OpenedFile file;
  file.descriptor = FileDescriptor(static_cast<int>(
      syscall(SYS_openat2, root.get(), name.c_str(), &how, sizeof how)));
  struct stat facts {};
  if (!file.descriptor.is_open() || fstat(file.descriptor.get(), &facts) != 0) return std::nullopt;
  if (!S_ISREG(facts.st_mode)) return std::nullopt;
  file.bytes = static_cast<std::uint64_t>(facts.st_size);
  file.modified_s = facts.st_mtim.tv_sec;
  file.modified_ns = facts.st_mtim.tv_nsec;
  return file;
}

std::string safe_file_name(std::string_view name) {
  constexpr std::size_t most_bytes = 100;
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != name.npos) name.remove_prefix(slash + 1);
  while (!name.empty() && name.front() == '.') name.remove_prefix(1);
  std::string safe(name.substr(0, most_bytes));
  for (char& c : safe) {
    const bool harmless = http::is_letter(c) || http::is_digit(c) || c == '.' || c == '-';
    if (!harmless) c = '_';
  }
  return safe.empty() ? "file" : safe;
}

}  // namespace roundtrip::server
