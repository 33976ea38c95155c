// Conditional requests (RFC 9110 section 13): whether what the client has is still what the server
// would send. Entity tags are compared strongly, as bytes, or weakly, without their W/. Called by
// handlers that know the tag or the date of what they answer with; nothing is sent here.
// Where a date can't be read, or there is none to compare it with, its field is ignored, as the RFC
// asks for. If-Range with a date asks for that very second, and one that is over.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/http/message.h"

namespace roundtrip::http {

// What the server would answer with now.
struct Representation {
  bool exists = true;
  std::string_view entity_tag;  // with its quotes, and W/ where it is weak; empty: none
  std::optional<std::int64_t> last_modified;  // unix seconds
};

enum class Precondition : std::uint8_t {
  Proceed,
  NotModified,         // 304, without a body
  PreconditionFailed,  // 412
};

struct ConditionalAnswer {
  Precondition precondition = Precondition::Proceed;
  bool range_applies = true;  // the Range field, if there is one, counts (If-Range)
};

// In the order of section 13.2.2. The head's bytes have to be there still; now in unix seconds.
ConditionalAnswer evaluate_conditions(const Request& request, StreamBytes head_bytes,
                                      const Representation& current, std::int64_t now);

// One entity tag with its quotes, taken off the front of a text; empty where none stands there.
std::string_view take_entity_tag(std::string_view& text);
bool strongly_equal(std::string_view left, std::string_view right);
bool weakly_equal(std::string_view left, std::string_view right);

}  // namespace roundtrip::http
