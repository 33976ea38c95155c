// The lifecycle of a connection, from its first wait for bytes to its close: the story that this
// program shows, in one function that reads from top to bottom. Executed as a task on the workers,
// or with blocking waits on a thread of its own.
#pragma once

#include <memory>

#include "core/server/connection.h"

namespace roundtrip::server {

runtime::TaskMain serve(std::unique_ptr<Connection> connection);

}  // namespace roundtrip::server
