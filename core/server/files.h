// Opening files for handlers, with names that come from the network: a name can't lead out of its
// folder, whatever it holds (openat2(2), RESOLVE_BENEATH). All of it may wait for the disk, so it
// belongs on the blocking pool.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>

#include "core/base/file_descriptor.h"
#include "core/base/result.h"

namespace roundtrip::server {

// A regular file to read; empty where there is none of this name below the folder.
struct OpenedFile {
  FileDescriptor descriptor;
  std::uint64_t bytes = 0;
  std::int64_t modified_s = 0;  // unix seconds
  std::int64_t modified_ns = 0;
};
std::optional<OpenedFile> open_below(const std::string& folder, const std::string& name);

// What a client calls a file, as a name that it may have in a folder: the part behind the last
// slash or backslash, of letters, digits and . - _ only, which neither begins with a dot nor is
// longer than 100 bytes. "file" where nothing is left.
std::string safe_file_name(std::string_view name);

}  // namespace roundtrip::server
