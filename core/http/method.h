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

// By length first: a name is compared with the methods that are equally long, and no others.
constexpr Method method_from_name(std::string_view name) {
  switch (name.size()) {
    case 3:
      if (name == "GET") return Method::Get;
      return name == "PUT" ? Method::Put : Method::Other;
    case 4:
      if (name == "POST") return Method::Post;
      return name == "HEAD" ? Method::Head : Method::Other;
    case 5:
      if (name == "PATCH") return Method::Patch;
      return name == "TRACE" ? Method::Trace : Method::Other;
    case 6: return name == "DELETE" ? Method::Delete : Method::Other;
    case 7:
      if (name == "OPTIONS") return Method::Options;
      return name == "CONNECT" ? Method::Connect : Method::Other;
    default: return Method::Other;
  }
}

static_assert([] {
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const MethodRow& row = methods[i];
    if (static_cast<std::size_t>(row.method) != i) return false;
    if (method_from_name(row.name) != row.method) return false;
  }
  return true;
}(), "the table of methods stands in the order of the enum, and every name leads back to its row");

}  // namespace roundtrip::http
