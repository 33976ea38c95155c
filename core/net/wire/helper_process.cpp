// The helper's own side. It has one thread and does one thing after the other.
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "core/net/wire/helper.h"
#include "core/net/wire/helper_messages.h"
#include "core/net/wire/host_setup.h"

namespace roundtrip::net {
namespace {

struct Hosts {
  ino_t outside = 0;
  std::array<FileDescriptor, 2> name_spaces;
};

HelperReply failed(const char* step, int error) {
  HelperReply reply;
  reply.error = error;
  std::snprintf(reply.step.data(), reply.step.size(), "%s", step);
  return reply;
}

bool write_file(const char* path, const std::string& text) {
  const FileDescriptor file(open(path, O_WRONLY | O_CLOEXEC));
  return file.is_open() &&
         write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// A user namespace in which this user stays who it is.
const char* enter_user_namespace() {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (unshare(CLONE_NEWUSER) != 0) return "unshare(CLONE_NEWUSER)";
  if (!write_file("/proc/self/setgroups", "deny")) return "write /proc/self/setgroups";
  if (!write_file("/proc/self/uid_map", fmt::format("{0} {0} 1", user))) {
    return "write /proc/self/uid_map";
  }
  if (!write_file("/proc/self/gid_map", fmt::format("{0} {0} 1", group))) {
    return "write /proc/self/gid_map";
  }
  return nullptr;
}

// Answers the first request: makes the hosts and hands over all that belongs to them.
int make(int socket, const HelperRequest& request, Hosts& hosts) {
  const auto refuse = [socket](const char* step, int error) {
    const HelperReply reply = failed(step, error);
    return send_message(socket, &reply, sizeof reply);
  };
  hosts.outside = network_namespace_inode();
  if (const char* step = enter_user_namespace()) return refuse(step, errno);
  const FileDescriptor user(open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC));
  if (!user.is_open()) return refuse("open /proc/self/ns/user", errno);
  std::array<FileDescriptor, 2> tuns;
  for (const Host host : both_hosts) {
    const auto i = static_cast<std::size_t>(host);
    HostParts parts = make_host({request.addresses[i].data(), request.mtu_bytes[i]}, hosts.outside);
    if (parts.failed_step != nullptr) return refuse(parts.failed_step, parts.error);
    tuns[i] = std::move(parts.tun);
    hosts.name_spaces[i] = std::move(parts.name_space);
  }
  const HelperReply reply;
  return send_message(socket, &reply, sizeof reply,
                      {tuns[0].get(), tuns[1].get(), hosts.name_spaces[0].get(),
                       hosts.name_spaces[1].get(), user.get()});
}

int answer(int socket, const HelperRequest& request, Hosts& hosts) {
  if (request.kind == HelperRequest::Kind::Make) return make(socket, request, hosts);
  HelperReply reply;
  reply.error = enter_namespace(hosts.name_spaces[request.host % 2].get(), hosts.outside);
  FileDescriptor made;
  if (reply.error == 0 && request.kind == HelperRequest::Kind::Socket) {
    made = FileDescriptor(::socket(request.domain, request.type | SOCK_CLOEXEC, request.protocol));
    reply.error = made.is_open() ? 0 : errno;
  } else if (reply.error == 0) {
    reply.error = write_knob(request.path.data(), request.value.data());
  }
  return made.is_open() ? send_message(socket, &reply, sizeof reply, {made.get()})
                        : send_message(socket, &reply, sizeof reply);
}

}  // namespace

int run_lab_helper(int socket) {
  if (socket <= STDERR_FILENO || fcntl(socket, F_SETFD, FD_CLOEXEC) != 0) return 2;
  // What else the program had open is none of ours: a port would stay taken.
  close_range(3, static_cast<unsigned>(socket) - 1, 0);
  close_range(static_cast<unsigned>(socket) + 1, ~0u, 0);
  // Ctrl+C in the terminal is for the program; the helper ends when the program lets go.
  setsid();
  Hosts hosts;
  HelperRequest request;
  while (receive_message(socket, &request, sizeof request) == 0) {
    if (answer(socket, request, hosts) != 0) break;
  }
  return 0;
}

}  // namespace roundtrip::net
