// What a parser makes of a connection's bytes: the requests it took, and where it refused. Made of
// our parser's reading and of llhttp's answer alike, so that the two can be laid side by side.
// Offsets count from the first byte of the text. Used by the comparison with llhttp only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/parse_error.h"
#include "tests/core/http/reading.h"

namespace roundtrip::http {

// A request whose head is complete.
struct Taken {
  std::string method;
  std::string target;
  std::string version;
  std::vector<std::string> headers;   // name, value, name, value, …
  std::vector<std::string> trailers;  // as the headers
  std::string body;                   // as much of its data as has come
  bool keep_alive = false;
  bool upgrade = false;  // told by llhttp only: the client may go on in another protocol
  std::size_t head_end = 0;
  std::optional<std::size_t> end;  // absent while the body is not complete
};

struct Refusal {
  std::string code;
  std::size_t at = 0;
  std::optional<ParseError> ours;
};

struct Account {
  std::vector<Taken> requests;  // all but the last are complete
  std::optional<Refusal> refusal;

  std::string text() const;
};

Account account_of(const Reading& reading, std::string_view text);
// One line of what llhttp.js prints.
Account account_of_line(const std::string& line);

// Whether a name is among the fields, whatever the case of its letters.
bool has_field(const std::vector<std::string>& fields, std::string_view name);

// The bytes as they would stand in a C string.
std::string escaped(std::string_view bytes);

}  // namespace roundtrip::http
