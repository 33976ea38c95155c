// The end of a connection: half-close, drain, close, and what follows from them for the wire.
// Called by the lifecycle once, with the close reason set; the descriptor is gone afterwards.
// RFC 9112, section 9.6; RFC 9293, section 3.6.
#pragma once

#include "core/server/connection.h"

namespace roundtrip::server {

runtime::Async<> close_connection(Connection& conn);

}  // namespace roundtrip::server
