// Which route answers a request, by the rules of Go's ServeMux since 1.22 (patterns: pattern.h).
// The most specific pattern wins, whatever the order in which they were added; two of which neither
// is more specific, and that could both match one request, are refused at registration. A route for
// GET answers HEAD as well, unless one for HEAD is there (RFC 9110 section 9.3.2). Where paths
// match and no method does, the answer is MethodNotAllowed with all the methods of those routes,
// for the Allow field (section 15.5.6).
// Routes are added before the server starts; matching allocates nothing. The path has to be in its
// normal form (decode_path in target.h). Other than in Go, patterns have no host, and a request for
// /tree where /tree/ is registered is not redirected here: RouteMatch says that it could be.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/byte_range.h"
#include "core/base/result.h"
#include "core/http/pattern.h"

namespace roundtrip::http {

// Why a route won or lost.
enum class Verdict : std::uint8_t { Wins, PathDiffers, MethodDiffers, LessSpecific };

constexpr std::string_view verdict_name(Verdict verdict) {
  constexpr std::array<std::string_view, 4> names{"Wins", "PathDiffers", "MethodDiffers",
                                                  "LessSpecific"};
  return names[static_cast<std::size_t>(verdict)];
}

constexpr std::string_view verdict_sentence(Verdict verdict) {
  constexpr std::array<std::string_view, 4> sentences{
      "Its path and method fit, and no route that is more precise does: it answers.",
      "Its path does not fit.",
      "Its path fits, but it is for another method.",
      "It would fit, but one that is more precise was found."};
  return sentences[static_cast<std::size_t>(verdict)];
}

using RouteId = std::size_t;  // routes are numbered from 0 in the order in which they are added
using MethodSet = std::uint64_t;  // a bit for each method that any route names
inline constexpr MethodSet all_methods = ~MethodSet{0};

struct Route {
  RouteId id = 0;
  Pattern pattern;
  MethodSet methods = 0;  // that it answers; 0: any
};

enum class RouteOutcome : std::uint8_t { Found, NotFound, MethodNotAllowed };

struct RouteMatch {
  RouteOutcome outcome = RouteOutcome::NotFound;
  RouteId route = 0;      // when Found
  MethodSet allowed = 0;  // when MethodNotAllowed; Router::allow() tells it in words
  // With a slash behind it the path would be that of a subtree, and nothing fits it as exactly:
  // Go redirects there.
  bool slash_missing = false;
};

class Router {
 public:
  // An error when the pattern is not one, or conflicts with an earlier one, which it names.
  Result<RouteId> add(std::string_view pattern);

  // Whether any route is for this very method.
  bool knows(std::string_view method) const;

  // In the order in which a Matching considers them: the table that the screen shows.
  const std::vector<Route>& routes() const { return routes_; }
  const Route& route(RouteId id) const;

  // The value of Allow: "GET, HEAD", in alphabetical order.
  std::string allow(MethodSet methods) const;

  // Where in the path the value of a wildcard of this route stands, empty for a rest of nothing;
  // none where the route has no such wildcard. The path has to be one that the route matches. The
  // value is in normal form (decode_part).
  std::optional<ByteRange> wildcard(RouteId id, std::string_view path,
                                    std::string_view name) const;

 private:
  std::optional<MethodSet> bit_of(std::string_view method);

  std::vector<Route> routes_;
  std::vector<std::string> methods_;  // by bit
};

// One request's way through the routes, pulled a candidate at a time, the most specific first. The
// router, method and path have to outlive it.
class Matching {
 public:
  Matching(const Router& router, std::string_view method, std::string_view path)
      : routes_(router.routes()), method_(method), path_(path) {}

  struct Candidate {
    const Route* route;
    Verdict verdict;
  };
  // Empty when all have been considered; only then match() is the answer.
  std::optional<Candidate> next();
  const RouteMatch& match() const { return match_; }

 private:
  Verdict judge(const Pattern& pattern) const;

  const std::vector<Route>& routes_;
  std::string_view method_;
  std::string_view path_;
  std::size_t at_ = 0;
  bool exact_ = false;  // the winner does not end open
  RouteMatch match_;
};

RouteMatch match(const Router& router, std::string_view method, std::string_view path);

}  // namespace roundtrip::http
