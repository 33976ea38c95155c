// Where our parser and llhttp decide differently, on purpose, each with its reason: the comparison
// takes what is listed here and nothing else. Differences in the framing (where a head, a body or a
// request ends while both accept it) can't be listed.
#pragma once

#include <cstddef>
#include <string_view>

#include "tests/core/http/llhttp/account.h"

namespace roundtrip::http {

// One request of a text about which the two differ.
struct Disagreement {
  std::string_view text;
  std::size_t begin = 0;  // where the request before it ends
  std::size_t index = 0;  // among the requests of the text
  const Account& ours;
  const Account& llhttp;
};

struct Difference {
  std::string_view name;
  std::string_view section;
  std::string_view reason;
  bool (*covers)(const Disagreement&);
  int before_llhttp = 0;  // holds for major versions below this one only; 0: for all
};

// The reason why the two differ; null where there is none.
const Difference* reason_for(const Disagreement& found, int llhttp_major);

}  // namespace roundtrip::http
