#include "core/net/wire/lab_sockets.h"

#include <cerrno>

namespace roundtrip::net {

int LabSockets::make(int domain, int type) {
  Result<FileDescriptor> made = lab_.socket(host_, domain, type);
  if (made) return made->release();
  errno = ENETDOWN;
  return -1;
}

}  // namespace roundtrip::net
