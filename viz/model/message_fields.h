// The fields of a request and of its answer as they stand at a cursor, in the order in which Go's
// http.Request and http.Response have them: what each says, the fact that told it and the bytes it
// came from. Called by layout_message, which places them. Limit: most_fields_of_a_header.
#pragma once

#include <string>
#include <vector>

#include "viz/model/teller.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_fields_of_a_header = 100;

struct MessageField {
  std::string name;  // "Method"; of an entry of the header map its own
  Told told;
  int importance = 0;  // the lowest gives way first
  bool entry = false;  // of the header map
};

struct MessageFields {
  std::vector<MessageField> fields;
  trace::EventNumber first = trace::no_event;    // the facts that began the object,
  trace::EventNumber refused = trace::no_event;  // and that ended it early
};

MessageFields fields_of_request(const Teller& tell);
MessageFields fields_of_response(const Teller& tell, const Cursor& cursor);

}  // namespace roundtrip::viz
