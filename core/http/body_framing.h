// How the receiver of a message finds the end of its body, for requests and responses alike: told
// by the request parser, decided by the response writer. Nothing here reads or writes a body.
// RFC 9112 section 6.3.
#pragma once

#include <cstdint>

namespace roundtrip::http {

// NoBody: none follows, and no field frames one. UntilClose, of responses only: the end of the
// connection tells (HTTP/1.0 without a length).
enum class BodyFraming : std::uint8_t { NoBody, Length, Chunked, UntilClose };

}  // namespace roundtrip::http
