// Whether an answer may go out compressed: what the client says of gzip in Accept-Encoding, with
// its weights (RFC 9110 sections 12.4.2 and 12.5.3). gzip is the one coding that this server would
// use; x-gzip is its old name. Without the field nobody asked for it, so it is not used.
// An element that can't be read counts for nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/http/message.h"

namespace roundtrip::http {

class AcceptEncoding {
 public:
  // One field's value; several make one list.
  void take(std::string_view list);

  // It is acceptable, and the client does not say that it likes the bytes as they are better.
  bool prefers_gzip() const;

 private:
  void take_element(std::string_view element);

  // Weights in thousandths, as far as they were told.
  std::optional<std::uint32_t> gzip_;
  std::optional<std::uint32_t> identity_;
  std::optional<std::uint32_t> any_;
};

AcceptEncoding accept_encoding_of(const Request& request, StreamBytes head_bytes);

}  // namespace roundtrip::http
