#include "core/scenario/call_off.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace roundtrip::scenario {

CallOff::CallOff() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

CallOff::~CallOff() {
  if (fd_ >= 0) ::close(fd_);
}

void CallOff::call_off() {
  const std::uint64_t one = 1;
  // An eventfd that is full is readable as well, so nothing is left to do when this fails.
  if (write(fd_, &one, sizeof one) != sizeof one) return;
}

bool CallOff::called_off() const {
  pollfd watched{fd_, POLLIN, 0};
  return poll(&watched, 1, 0) > 0;
}

}  // namespace roundtrip::scenario
