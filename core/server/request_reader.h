// Reading a request: waiting for its first byte, then pulling tokens from the parser and telling
// each, and filling the buffer where the parser needs more.
#pragma once

#include <string_view>

#include "core/server/connection.h"

namespace roundtrip::server {

// What the wait for a request ended with; all but Request set the connection's close reason.
enum class Arrival : std::uint8_t { Request, Closes };
runtime::Async<Arrival> await_request(Connection& conn);

// How reading the head ended.
struct ReadEnd {
  enum class Kind : std::uint8_t {
    Ready,    // the request stands; its body may still be to come
    Refused,  // it breaks a rule or a limit, or took too long: answer `status` and close
    Gone,     // nobody is there to answer
  } kind = Kind::Ready;
  int status = 0;
  std::string_view sentence;
};
runtime::Async<ReadEnd> read_head(Connection& conn);

// Tells that the parser refused, in the head or in the frame of a chunked body.
void tell_rejected(Connection& conn, const http::ParseFailure& failure);

}  // namespace roundtrip::server
