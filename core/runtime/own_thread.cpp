#include "core/runtime/own_thread.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <vector>

#include "core/base/check.h"
#include "core/base/clock.h"

namespace roundtrip::runtime {

OwnThread::OwnThread() : wake_fd_(eventfd(0, EFD_CLOEXEC)) {
  if (wake_fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

OwnThread::~OwnThread() {
  close(wake_fd_);
}

void OwnThread::wake() {
  const std::uint64_t one = 1;
  CHECK_THAT(write(wake_fd_, &one, sizeof one) == sizeof one, "an eventfd takes a wake");
}

void OwnThread::await_wake() {
  std::uint64_t wakes = 0;
  while (read(wake_fd_, &wakes, sizeof wakes) < 0) {
    CHECK_THAT(errno == EINTR, "an eventfd can be waited for");
  }
}

OwnThread::End OwnThread::sleep(PollSource* source, PollSource::Direction direction,
                                Instant deadline) {
  const bool reads = direction == PollSource::Direction::Read;
  // A peer that will send no more is nothing to a writer.
  const auto wanted = static_cast<short>(reads ? POLLIN | POLLRDHUP : POLLOUT);
  pollfd waits[2] = {{wake_fd_, POLLIN, 0}, {source != nullptr ? source->fd() : -1, wanted, 0}};
  while (true) {
    timespec left{};
    if (deadline != no_deadline) {
      const std::int64_t left_ns = std::max<std::int64_t>(0, deadline.ns - monotonic_ns());
      left = {left_ns / 1'000'000'000, left_ns % 1'000'000'000};
    }
    const int ready = ppoll(waits, 2, deadline != no_deadline ? &left : nullptr, nullptr);
    if (ready < 0) {
      CHECK_THAT(errno == EINTR, "poll with two descriptors");
      continue;
    }
    if (ready == 0) return End::TimedOut;
    if (waits[0].revents != 0) {
      await_wake();
      return End::Woken;
    }
    const short got = waits[1].revents;
    if ((got & POLLERR) != 0) source->drain_errors();
    if ((got & (POLLRDHUP | POLLHUP)) != 0) source->note_hung_up();
    // POLLERR alone may be nothing but time-stamps; a real error comes with POLLHUP or POLLIN.
    if ((got & (wanted | POLLHUP | POLLNVAL)) != 0) return End::Ready;
  }
}

std::uint32_t OwnThread::resident_stack_bytes() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  void* stack = nullptr;
  std::size_t stack_bytes = 0;
  const bool known = pthread_attr_getstack(&attributes, &stack, &stack_bytes) == 0;
  pthread_attr_destroy(&attributes);
  if (!known) return 0;
  const auto page_bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages((stack_bytes + page_bytes - 1) / page_bytes);
  if (mincore(stack, stack_bytes, pages.data()) != 0) return 0;
  const auto resident = std::count_if(pages.begin(), pages.end(),
                                      [](unsigned char page) { return (page & 1U) != 0; });
  return static_cast<std::uint32_t>(static_cast<std::size_t>(resident) * page_bytes);
}

std::uint64_t reserved_stack_bytes() {
  pthread_attr_t attributes;
  std::size_t bytes = 0;
  if (pthread_getattr_default_np(&attributes) != 0) return 0;
  pthread_attr_getstacksize(&attributes, &bytes);
  pthread_attr_destroy(&attributes);
  return bytes;
}

}  // namespace roundtrip::runtime
