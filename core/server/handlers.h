// The server's own handlers and middleware: what it answers without anybody writing code.
// Registered by Server::start when nothing else was; `GET /hello` is what the lessons are about.
// A client's bodies are not kept: /echo answers piece by piece.
#pragma once

#include "core/server/routes.h"

namespace roundtrip::server {

// GET /hello, POST /echo, / and the access log, in this order.
Status register_builtin(Routes& routes);

}  // namespace roundtrip::server
