// The server's own handlers and middleware: what it answers without anybody writing code, a file
// for each kind (builtin_*.cpp). Registered by Server::start when nothing else was; `GET /hello` is
// what the first lessons are about.
#pragma once

#include <initializer_list>
#include <string_view>

#include "core/server/routes.h"

namespace roundtrip::server {

// All of them, and the middleware around them.
Status register_builtin(Routes& routes);

struct BuiltinRoute {
  std::string_view pattern;
  HandlerFunction function;
  std::string_view name;
};
Status register_all(Routes& routes, std::initializer_list<BuiltinRoute> list);

// What a handler could not do for want of disk, lock or whole file becomes a note of the trace and
// a line of the log. `sentence` is also the answer's.
void tell_trouble(Exchange& exchange, std::string_view sentence);
// The server's memory limit does not let it hold what this request needs: told and counted; the
// answer, 503, says when to ask again.
void refuse_for_memory(Exchange& exchange);

Status register_pages(Routes& routes);  // /, /hello, /echo
Status register_users(Routes& routes);  // /api/users
Status register_slow(Routes& routes);   // /slow, /stream
Status register_files(Routes& routes);  // /files/…
Status register_upload(Routes& routes);  // /upload

}  // namespace roundtrip::server
