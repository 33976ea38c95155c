// Inside the request parser: its reading place, and the names of the fields that it heeds. Shared
// by the files that make up the parser; nobody else includes it.
#pragma once

#include "core/http/characters.h"
#include "core/http/request_parser.h"

namespace roundtrip::http {

inline constexpr std::uint32_t version_bytes = 8;

// The reading place, as pointers into the window. stop is where the window ends or a limit bites,
// whichever comes first.
struct RequestParser::Cursor {
  const char* at;
  const char* stop;
  const char* head;  // the first byte of the request, or of what is read when that is not the head
  const char* end;
  std::uint64_t position_at_end;

  bool stopped() const { return at == stop; }
  std::uint32_t in_head() const { return static_cast<std::uint32_t>(at - head); }
  std::uint64_t position() const { return position_at_end - static_cast<std::uint64_t>(end - at); }
  void limit_head_to(std::uint32_t bytes) { stop = end - head > bytes ? head + bytes : end; }
};

// Five names decide about the request as a whole; no two of them are equally long.
inline RequestParser::Field RequestParser::field_named(const char* name, std::uint32_t length) {
  switch (length) {
    case 4: return spells(name, "host") ? Field::Host : Field::Other;
    case 6: return spells(name, "expect") ? Field::Expect : Field::Other;
    case 10: return spells(name, "connection") ? Field::Connection : Field::Other;
    case 14: return spells(name, "content-length") ? Field::ContentLength : Field::Other;
    case 17: return spells(name, "transfer-encoding") ? Field::TransferEncoding : Field::Other;
    default: return Field::Other;
  }
}

}  // namespace roundtrip::http
