// Programs on a host: fork, setns, exec. Between fork and exec only system calls: other threads of
// this program may have held any lock when it was forked.
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "core/net/wire/lab.h"

namespace roundtrip::net {
namespace {

// Where a program named without a slash may lie.
std::vector<std::string> places_of(const std::string& program) {
  if (program.find('/') != program.npos) return {program};
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  std::vector<std::string> places;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (end > 0) places.push_back(fmt::format("{}/{}", rest.substr(0, end), program));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return places;
}

// All that the child needs, made before the fork.
struct Launch {
  std::vector<const char*> places;
  std::vector<char*> words;
  std::array<int, 3> streams;
  int user_namespace;
  int network_namespace;
  pid_t parent;
};

// In the child. Returns errno of the step that failed; does not return where all goes well.
int become(const Launch& launch) {
  if (launch.user_namespace >= 0 && setns(launch.user_namespace, CLONE_NEWUSER) != 0) return errno;
  if (setns(launch.network_namespace, CLONE_NEWNET) != 0) return errno;
  // It ends with its parent; where that has gone already, it does not begin. Said here, because a
  // change of user namespace takes it back.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  if (getppid() != launch.parent) return ESRCH;
  std::array<int, 3> streams = launch.streams;
  for (int& fd : streams) {
    // Out of the way first, so that none is overwritten before it is used.
    fd = fcntl(fd, F_DUPFD, 3);
    if (fd < 0) return errno;
  }
  for (int i = 0; i < 3; ++i) {
    if (dup2(streams[static_cast<std::size_t>(i)], i) < 0) return errno;
  }
  close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
  // Signals as a program expects them: ours are ignored or blocked for our own reasons.
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  int error = ENOENT;
  for (const char* place : launch.places) {
    execv(place, launch.words.data());
    if (errno != ENOENT && errno != ENOTDIR) error = errno;
  }
  return error;
}

}  // namespace

Result<pid_t> Lab::start(Host host, const HostProcess& process) {
  if (process.words.empty()) return Error{"a program on a host needs a name"};
  const std::vector<std::string> places = places_of(process.words.front());
  Launch launch{{},
                {},
                {process.input, process.output, process.errors},
                door_->user_namespace(),
                door_->network_namespace(host),
                getpid()};
  for (const std::string& place : places) launch.places.push_back(place.c_str());
  for (const std::string& word : process.words)
    launch.words.push_back(const_cast<char*>(word.c_str()));
  launch.words.push_back(nullptr);
  // The child's end closes at exec; what comes before that is why there was none.
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return Error{fmt::format("no pipe can be made: {}", std::strerror(errno))};
  }
  const FileDescriptor told(ends[0]);
  FileDescriptor tell(ends[1]);
  // Not fork(), whose handlers belong to others: the child has this thread alone, as a change of
  // user namespace asks.
  const pid_t child = _Fork();
  if (child == 0) {
    const int error = become(launch);
    static_cast<void>(!write(tell.get(), &error, sizeof error));
    _exit(127);
  }
  if (child < 0) return Error{fmt::format("no process can be made: {}", std::strerror(errno))};
  tell = FileDescriptor();
  int error = 0;
  ssize_t got;
  do {
    got = read(told.get(), &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof error)) return child;
  waitpid(child, nullptr, 0);
  return Error{fmt::format("'{}' can't be started on the {} host: {}", process.words.front(),
                           host_name(host), std::strerror(error))};
}

}  // namespace roundtrip::net
