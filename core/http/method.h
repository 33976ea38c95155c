// Request methods. A method is any token; those of RFC 9110 section 9.3 and PATCH have a value of
// their own, every other token is Other and keeps its spelling in the bytes of the request line.
// Methods are case-sensitive: "get" is Other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roundtrip::http {

enum class Method : std::uint8_t {
  Get, Head, Post, Put, Delete, Connect, Options, Trace, Patch, Other
};

struct MethodRow {
  Method method;
  std::string_view name;
};

inline constexpr std::array<MethodRow, 10> methods{{
    {Method::Get, "GET"},
    {Method::Head, "HEAD"},
    {Method::Post, "POST"},
    {Method::Put, "PUT"},
    {Method::Delete, "DELETE"},
    {Method::Connect, "CONNECT"},
    {Method::Options, "OPTIONS"},
    {Method::Trace, "TRACE"},
    {Method::Patch, "PATCH"},
    {Method::Other, "other"},
}};

constexpr std::string_view method_name(Method method) {
  return methods[static_cast<std::size_t>(method)].name;
}

constexpr Method method_from_name(std::string_view name) {
  for (const MethodRow& row : methods) {
    if (row.method != Method::Other && row.name == name) return row.method;
  }
  return Method::Other;
}

static_assert([] {
  for (std::size_t i = 0; i < methods.size(); ++i) {
    if (static_cast<std::size_t>(methods[i].method) != i) return false;
  }
  return true;
}(), "the table of methods stands in the order of the enum");

}  // namespace roundtrip::http
