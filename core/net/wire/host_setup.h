// How a host is made: the calls themselves, on a thread that is left inside the new namespace and
// must not be used for anything else afterwards. Called by the lab (root) and by its helper.
// The guard against touching the machine's own network stands here: a thread that is still where
// the program began is not let on. See unshare(2), netdevice(7), the kernel's networking/tuntap.
#pragma once

#include <sys/stat.h>

#include <string>

#include "core/base/file_descriptor.h"
#include "core/net/wire/host.h"

namespace roundtrip::net {

struct HostParts {
  FileDescriptor tun;                 // does not block
  FileDescriptor name_space;          // /proc/thread-self/ns/net
  const char* failed_step = nullptr;  // empty: all went well
  int error = 0;
};

// The network namespace of the calling thread, by its inode; 0 where it can't be read.
ino_t network_namespace_inode();

// Unshares the calling thread's network and builds the host in it. `outside` is where the program
// itself lives; where the thread would still be there, nothing is touched.
HostParts make_host(const HostOptions& options, ino_t outside);

// Moves the calling thread into the namespace; 0 or errno. EPERM where that is `outside`.
int enter_namespace(int name_space, ino_t outside);

// Writes one value below /proc/sys/net, of the namespace the calling thread is in. 0 or errno.
int write_knob(const std::string& path, const std::string& value);

}  // namespace roundtrip::net
