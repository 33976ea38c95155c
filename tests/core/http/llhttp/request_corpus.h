// Requests to compare parsers over, the same at every run: such as every parser has to accept, and
// such as came of them by one to three changes of the kind that attacks are made of. Used by the
// comparison with llhttp; the fuzzer of the request parser begins with some of them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace roundtrip::http {

struct CorpusCase {
  std::string text;
  // As it was made, before any change: so many whole requests.
  std::size_t requests = 0;
  bool changed = false;
};

std::vector<CorpusCase> request_corpus(std::size_t valid, std::size_t changed);

}  // namespace roundtrip::http
