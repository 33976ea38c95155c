#include "core/net/wire/root_door.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <thread>

#include "core/net/wire/host_setup.h"

namespace roundtrip::net {
namespace {

class RootDoor final : public HostDoor {
 public:
  RootDoor(ino_t outside, FileDescriptor client, FileDescriptor server)
      : outside_(outside), name_spaces_{std::move(client), std::move(server)} {}

  FileDescriptor socket(Host host, int domain, int type, int protocol, int& error) override {
    FileDescriptor made;
    error = inside(host, [&] {
      made = FileDescriptor(::socket(domain, type | SOCK_CLOEXEC, protocol));
      return made.is_open() ? 0 : errno;
    });
    return made;
  }

  int set_knob(Host host, const std::string& path, const std::string& value) override {
    return inside(host, [&] { return write_knob(path, value); });
  }

  int network_namespace(Host host) const override {
    return name_spaces_[static_cast<std::size_t>(host)].get();
  }
  int user_namespace() const override { return -1; }

 private:
  // Runs the work on a thread inside the host; returns errno of the way in, or of the work.
  int inside(Host host, const std::function<int()>& work) const {
    int error = 0;
    std::thread([&] {
      error = enter_namespace(network_namespace(host), outside_);
      if (error == 0) error = work();
    }).join();
    return error;
  }

  ino_t outside_;
  std::array<FileDescriptor, 2> name_spaces_;
};

// What would help, of a step that root's rights should have sufficed for.
std::string lift_for(const std::string& step, int error) {
  if (error == EPERM || error == EACCES) {
    return "run as root, or give the program the capability CAP_SYS_ADMIN (in a container: "
           "--cap-add SYS_ADMIN --cap-add NET_ADMIN --device /dev/net/tun)";
  }
  if (step == "open /dev/net/tun") {
    return "load the kernel's module with `modprobe tun` (in a container: --device /dev/net/tun)";
  }
  return {};
}

}  // namespace

MadeHosts make_hosts_by_root(const LabOptions& options) {
  const ino_t outside = network_namespace_inode();
  HostParts client;
  HostParts server;
  std::thread second([&] { server = make_host(options.server, outside); });
  std::thread([&] { client = make_host(options.client, outside); }).join();
  second.join();
  MadeHosts made;
  for (const HostParts* parts : {&client, &server}) {
    if (parts->failed_step == nullptr) continue;
    made.failure = {parts->failed_step, parts->error, lift_for(parts->failed_step, parts->error)};
    return made;
  }
  made.client_tun = std::move(client.tun);
  made.server_tun = std::move(server.tun);
  made.door = std::make_unique<RootDoor>(outside, std::move(client.name_space),
                                         std::move(server.name_space));
  return made;
}

}  // namespace roundtrip::net
