// The lab as root makes it: each call into a namespace runs on a throw-away thread, because a
// thread that changed its namespace must not go back to other work. Called by lab.cpp only.
#pragma once

#include <memory>

#include "core/net/wire/lab.h"

namespace roundtrip::net {

// What either way of making a lab comes to.
struct MadeHosts {
  std::unique_ptr<HostDoor> door;
  FileDescriptor client_tun;
  FileDescriptor server_tun;
  LabFailure failure;  // where there is no door
};

MadeHosts make_hosts_by_root(const LabOptions& options);

}  // namespace roundtrip::net
