#include "core/net/wire/helper.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <mutex>

#include "core/net/wire/helper_messages.h"

namespace roundtrip::net {
namespace {

// The number that our socket has in the helper.
constexpr int helper_socket = 3;

class Helper {
 public:
  Helper(FileDescriptor socket, pid_t process) : socket_(std::move(socket)), process_(process) {}
  Helper(Helper&& from) noexcept
      : socket_(std::move(from.socket_)), process_(std::exchange(from.process_, -1)) {}
  Helper& operator=(Helper&&) = delete;
  ~Helper() {
    if (process_ < 0) return;
    socket_ = FileDescriptor();  // upon which it ends
    while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  // One request and its reply; the error is ours where the helper has gone.
  HelperReply ask(const HelperRequest& request, std::vector<FileDescriptor>* descriptors) {
    HelperReply reply;
    int error = send_message(socket_.get(), &request, sizeof request);
    if (error == 0) error = receive_message(socket_.get(), &reply, sizeof reply, descriptors);
    if (error == 0) return reply;
    reply.error = error;
    std::snprintf(reply.step.data(), reply.step.size(), "the helper's answer");
    return reply;
  }

 private:
  FileDescriptor socket_;
  pid_t process_;
};

class HelperDoor final : public HostDoor {
 public:
  HelperDoor(Helper helper, FileDescriptor client, FileDescriptor server, FileDescriptor user)
      : helper_(std::move(helper)),
        name_spaces_{std::move(client), std::move(server)},
        user_(std::move(user)) {}

  FileDescriptor socket(Host host, int domain, int type, int protocol, int& error) override {
    HelperRequest request;
    request.kind = HelperRequest::Kind::Socket;
    request.host = static_cast<std::uint8_t>(host);
    request.domain = domain;
    request.type = type;
    request.protocol = protocol;
    std::vector<FileDescriptor> made;
    const std::lock_guard lock(mutex_);
    error = helper_.ask(request, &made).error;
    if (error == 0 && made.size() != 1) error = EPROTO;
    return error == 0 ? std::move(made.front()) : FileDescriptor();
  }

  int set_knob(Host host, const std::string& path, const std::string& value) override {
    HelperRequest request;
    if (path.size() >= request.path.size() || value.size() >= request.value.size()) return EINVAL;
    request.kind = HelperRequest::Kind::Knob;
    request.host = static_cast<std::uint8_t>(host);
    path.copy(request.path.data(), path.size());
    value.copy(request.value.data(), value.size());
    const std::lock_guard lock(mutex_);
    return helper_.ask(request, nullptr).error;
  }

  int network_namespace(Host host) const override {
    return name_spaces_[static_cast<std::size_t>(host)].get();
  }
  int user_namespace() const override { return user_.get(); }

 private:
  std::mutex mutex_;
  Helper helper_;
  std::array<FileDescriptor, 2> name_spaces_;
  FileDescriptor user_;
};

std::string lift_for(std::string_view step, int error) {
  if (step == "unshare(CLONE_NEWUSER)") {
    return "allow user namespaces: `sysctl kernel.unprivileged_userns_clone=1` or `sysctl "
           "user.max_user_namespaces=1000`, as root; in a container, a seccomp profile forbids it";
  }
  if (step == "open /dev/net/tun" && error == EACCES) {
    return "let users open it: `chmod 666 /dev/net/tun`, as root";
  }
  if (step == "open /dev/net/tun") {
    return "load the kernel's module with `modprobe tun` (in a container: --device /dev/net/tun)";
  }
  if (error == EPERM || error == EACCES) {
    return "a security module takes the rights of user namespaces away: `sysctl "
           "kernel.apparmor_restrict_unprivileged_userns=0`, as root, where it is AppArmor";
  }
  return {};
}

int spawn_helper(const LabOptions& options, int socket, pid_t& process) {
  const std::string number = std::to_string(helper_socket);
  char* const words[] = {const_cast<char*>(options.helper_program.c_str()),
                         const_cast<char*>(options.helper_word.c_str()),
                         const_cast<char*>(number.c_str()), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, socket, helper_socket);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  const int error =
      posix_spawn(&process, options.helper_program.c_str(), &actions, &attributes, words, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

HelperRequest request_for(const LabOptions& options) {
  HelperRequest request;
  for (const Host host : both_hosts) {
    const auto i = static_cast<std::size_t>(host);
    const HostOptions& one = host == Host::Client ? options.client : options.server;
    std::snprintf(request.addresses[i].data(), request.addresses[i].size(), "%s",
                  one.address.c_str());
    request.mtu_bytes[i] = one.mtu_bytes;
  }
  return request;
}

}  // namespace

MadeHosts make_hosts_by_helper(const LabOptions& options) {
  MadeHosts made;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    made.failure = {"socketpair", errno, {}};
    return made;
  }
  FileDescriptor ours(ends[0]);
  FileDescriptor theirs(ends[1]);
  pid_t process = -1;
  if (const int error = spawn_helper(options, theirs.get(), process); error != 0) {
    made.failure = {fmt::format("start {}", options.helper_program), error, {}};
    return made;
  }
  // Held by the helper alone from here on, so that its end is seen.
  theirs = FileDescriptor();
  Helper helper(std::move(ours), process);
  std::vector<FileDescriptor> parts;
  const HelperReply reply = helper.ask(request_for(options), &parts);
  if (reply.error != 0) {
    made.failure = {reply.step.data(), reply.error, lift_for(reply.step.data(), reply.error)};
    return made;
  }
  if (parts.size() != helper_descriptors) {
    made.failure = {"the helper's answer", EPROTO, {}};
    return made;
  }
  made.client_tun = std::move(parts[0]);
  made.server_tun = std::move(parts[1]);
  made.door = std::make_unique<HelperDoor>(std::move(helper), std::move(parts[2]),
                                           std::move(parts[3]), std::move(parts[4]));
  return made;
}

}  // namespace roundtrip::net
