// The server's own middleware: each is a layer around all handlers, and calls run_inner to go on
// inwards. Registered from the outermost inwards by register_middleware.
#pragma once

#include "core/server/routes.h"

namespace roundtrip::server {

// access log, recover, request id, gzip.
void register_middleware(Routes& routes);

}  // namespace roundtrip::server
