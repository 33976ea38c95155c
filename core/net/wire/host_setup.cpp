#include "core/net/wire/host_setup.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace roundtrip::net {
namespace {

constexpr const char* own_namespace = "/proc/thread-self/ns/net";
constexpr const char* interface_name = "tun0";
// Under a bulk transfer 500 packets, the usual length, overflow.
constexpr std::uint32_t transmit_queue_packets = 20'000;

// What every host begins with. A kernel without one of them does well enough.
constexpr const char* first_knobs[][2] = {
    // The wire carries what a connection says, and no neighbours being looked for.
    {"ipv6/conf/all/disable_ipv6", "1"},
    {"ipv6/conf/default/disable_ipv6", "1"},
    {"ipv4/ip_forward", "0"},
    {"ipv4/conf/all/rp_filter", "0"},
    {"ipv4/conf/default/rp_filter", "0"},
    {"ipv4/tcp_congestion_control", "reno"},
    // A connection learns nothing from the one before it, so that a scenario repeats.
    {"ipv4/tcp_no_metrics_save", "1"},
    // A server of a user without privileges may listen on port 80 of its host.
    {"ipv4/ip_unprivileged_port_start", "0"},
};

ifreq request_for(const char* name) {
  ifreq request{};
  std::snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  return request;
}

bool set_address(int control, unsigned long call, const std::string& text) {
  ifreq request = request_for(interface_name);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (inet_pton(AF_INET, text.c_str(), &address.sin_addr) != 1) {
    errno = EINVAL;
    return false;
  }
  std::memcpy(&request.ifr_addr, &address, sizeof address);
  return ioctl(control, call, &request) == 0;
}

bool set_mtu(int control, std::uint32_t bytes) {
  ifreq request = request_for(interface_name);
  request.ifr_mtu = static_cast<int>(bytes);
  return ioctl(control, SIOCSIFMTU, &request) == 0;
}

// By rtnetlink(7): the ioctl for it wants rights over the machine itself. Where the kernel does not
// take it, a bulk transfer loses packets inside the host, and is slower.
void set_queue_length() {
  struct {
    nlmsghdr header;
    ifinfomsg link;
    rtattr attribute;
    std::uint32_t packets;
  } request{};
  static_assert(sizeof request == NLMSG_LENGTH(sizeof(ifinfomsg)) + RTA_LENGTH(4));
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_NEWLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.link.ifi_index = static_cast<int>(if_nametoindex(interface_name));
  request.attribute.rta_type = IFLA_TXQLEN;
  request.attribute.rta_len = RTA_LENGTH(sizeof request.packets);
  request.packets = transmit_queue_packets;
  const FileDescriptor route(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (route.is_open()) static_cast<void>(!send(route.get(), &request, sizeof request, 0));
}

bool bring_up(int control, const char* name) {
  ifreq request = request_for(name);
  if (ioctl(control, SIOCGIFFLAGS, &request) != 0) return false;
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
  return ioctl(control, SIOCSIFFLAGS, &request) == 0;
}

// The interface with its address. Returns the step that failed, errno being why.
const char* make_interface(const HostOptions& options, FileDescriptor& tun) {
  // An open binds the descriptor to the namespace that its thread is in.
  tun = FileDescriptor(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!tun.is_open()) return "open /dev/net/tun";
  ifreq request = request_for(interface_name);
  // Without IFF_VNET_HDR each packet has its checksum and is no longer than the MTU.
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(tun.get(), TUNSETIFF, &request) != 0) return "ioctl(TUNSETIFF)";
  const FileDescriptor control(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!control.is_open()) return "socket(AF_INET)";
  const int fd = control.get();
  if (!set_mtu(fd, options.mtu_bytes)) return "ioctl(SIOCSIFMTU)";
  set_queue_length();
  if (!set_address(fd, SIOCSIFADDR, options.address)) return "ioctl(SIOCSIFADDR)";
  if (!set_address(fd, SIOCSIFNETMASK, "255.255.255.0")) return "ioctl(SIOCSIFNETMASK)";
  if (!bring_up(fd, interface_name)) return "ioctl(SIOCSIFFLAGS)";
  if (!bring_up(fd, "lo")) return "ioctl(SIOCSIFFLAGS) of lo";
  return nullptr;
}

}  // namespace

ino_t network_namespace_inode() {
  struct stat facts {};
  return stat(own_namespace, &facts) == 0 ? facts.st_ino : 0;
}

HostParts make_host(const HostOptions& options, ino_t outside) {
  HostParts parts;
  const auto failed = [&parts](const char* step, int error) -> HostParts&& {
    parts.failed_step = step;
    parts.error = error;
    return std::move(parts);
  };
  if (outside == 0) return failed("stat /proc/thread-self/ns/net", ENOENT);
  if (unshare(CLONE_NEWNET) != 0) return failed("unshare(CLONE_NEWNET)", errno);
  // From here on the thread changes interfaces and settings: only of a namespace that is new.
  const ino_t inside = network_namespace_inode();
  if (inside == 0 || inside == outside) return failed("a network namespace of its own", EPERM);
  parts.name_space = FileDescriptor(open(own_namespace, O_RDONLY | O_CLOEXEC));
  if (!parts.name_space.is_open()) return failed("open /proc/thread-self/ns/net", errno);
  for (const auto& [path, value] : first_knobs) write_knob(path, value);
  if (const char* step = make_interface(options, parts.tun)) return failed(step, errno);
  return parts;
}

int enter_namespace(int name_space, ino_t outside) {
  struct stat facts {};
  if (fstat(name_space, &facts) != 0) return errno;
  if (outside == 0 || facts.st_ino == outside) return EPERM;
  return setns(name_space, CLONE_NEWNET) == 0 ? 0 : errno;
}

int write_knob(const std::string& path, const std::string& value) {
  if (path.empty() || path.find("..") != path.npos) return EINVAL;
  // Resolved for the calling thread: /proc/sys/net is that of its namespace.
  const FileDescriptor file(open(("/proc/sys/net/" + path).c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) return errno;
  const ssize_t written = write(file.get(), value.data(), value.size());
  return written == static_cast<ssize_t>(value.size()) ? 0 : written < 0 ? errno : EIO;
}

}  // namespace roundtrip::net
