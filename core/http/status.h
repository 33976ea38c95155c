// Status codes with their reason phrases. Read by the response writer, the error table and the
// screen. RFC 9110 section 15; 428, 429 and 431 from RFC 6585.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace roundtrip::http {

struct StatusRow {
  int code;
  std::string_view reason;
};

inline constexpr std::array<StatusRow, 46> statuses{{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},  // RFC 4918 section 11.5
}};

static_assert([] {
  for (std::size_t i = 1; i < statuses.size(); ++i) {
    if (statuses[i - 1].code >= statuses[i].code) return false;
  }
  return true;
}(), "status codes stand in rising order, each once");

// The reason phrase, or an empty text for a code that the table does not know (which is legal in a
// status line, RFC 9112 section 4).
constexpr std::string_view reason_phrase(int code) {
  for (const StatusRow& row : statuses) {
    if (row.code == code) return row.reason;
  }
  return {};
}

constexpr bool is_status_code(int code) { return code >= 100 && code <= 599; }

// 1xx, 204 and 304 never carry a body, nor a Content-Length of their own making (RFC 9110
// section 6.4.1 and 8.6).
constexpr bool status_allows_body(int code) {
  return code >= 200 && code != 204 && code != 304;
}

}  // namespace roundtrip::http
