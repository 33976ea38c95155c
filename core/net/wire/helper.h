// The lab without root: a helper process of this same program makes the hosts inside a user
// namespace and hands descriptors over (unix(7), SCM_RIGHTS). A process of its own, because only
// one with a single thread may enter a user namespace. It lives as long as our end of its socket,
// so nothing of it outlives this process. Called by lab.cpp; `run_lab_helper` is the helper itself.
// See user_namespaces(7).
#pragma once

#include "core/net/wire/root_door.h"

namespace roundtrip::net {

MadeHosts make_hosts_by_helper(const LabOptions& options);

// The helper, called by main before anything else of the program has begun. `socket` is the
// number on the command line. Returns the exit code.
int run_lab_helper(int socket);

}  // namespace roundtrip::net
