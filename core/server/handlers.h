// The server's own handlers and middleware: what it answers without anybody writing code.
#pragma once

#include "core/server/routes.h"

namespace roundtrip::server {

// GET /hello, POST /echo, / and the access log, in this order.
Status register_builtin(Routes& routes);

}  // namespace roundtrip::server
