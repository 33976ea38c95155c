// What a target means: its path decoded and cleaned, once and in one place, and parameters looked
// up in its query. Pure; the text that comes out lies in memory of the caller's. Used between the
// parser and the router, and by handlers. It knows no file system.
// The path gets a normal form: every escape is decoded but %2F and %25, which stay as these three
// bytes, so that a slash that was sent as data is no separator, and no escape is decoded twice.
// Whoever uses a part of it (the value of a wildcard) decodes these two with decode_part.
// Dot segments are removed after decoding, so %2e is a dot; ".." above the root stays at the root
// (RFC 3986 section 5.2.4); of slashes that follow one another one remains, as in Go's ServeMux.
// An escape that is none, or that stands for a control byte or NUL, is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/http/parse_error.h"

namespace roundtrip::http {

// The path in its normal form, or why there is none; the failure's offset counts in the raw path.
struct DecodedPath {
  std::string_view path;
  // Slashes or dot segments were removed: Go's ServeMux answers 301 with the clean path then, so
  // that each resource has one name.
  bool cleaned = false;
  std::optional<ParseFailure> failure;
};

// The first escape of a raw path that is none, or that stands for a control byte. The parser asks,
// so that what comes after it may rely on decode_path.
std::optional<ParseFailure> flaw_in_escapes(std::string_view raw);

// The raw path begins with a slash; an empty one, which a whole address may have, means "/". The
// result is never longer than the raw path, or one byte; where out is smaller: RequestLineTooLong.
DecodedPath decode_path(std::string_view raw, std::span<char> out);

// A path in normal form, or a part of it, with the last two escapes decoded as well: what the
// client meant. It may hold a slash, which is data. Nothing where out is smaller than the part.
std::optional<std::string_view> decode_part(std::string_view part, std::span<char> out);

// A path in normal form as it is sent, in Location or a link: every byte that may not stand in a
// path is escaped. Nothing where out is too small; three times the path is enough.
std::optional<std::string_view> encode_path(std::string_view path, std::span<char> out);

// The first parameter with a name, in a query or in a body of the type
// application/x-www-form-urlencoded: "name=value" pairs with & between them, a plus for a space.
// A name without an equals sign has an empty value.
enum class QueryFind : std::uint8_t {
  Found,
  Absent,
  Malformed,  // its value holds an escape that is none
  TooLong,    // its value does not fit
};
struct QueryValue {
  QueryFind found = QueryFind::Absent;
  std::string_view value;  // decoded, in out; any byte may stand in it
};
QueryValue query_value(std::string_view query, std::string_view name, std::span<char> out);

}  // namespace roundtrip::http
