// Which route answers a request. Patterns are "/path" (any method) or "METHOD /path". A path that
// ends with a slash stands for everything below it ("/" for everything), any other path for itself
// alone, and so does one that ends with "/{$}", for the path without these three (Go's way to name
// "/" and nothing below it). The longest matching path decides, and only then the method: where
// that path is registered for other methods only, the answer is MethodNotAllowed with the list for
// the Allow field (RFC 9110 section 15.5.6). A route for GET answers HEAD as well (section 9.3.2).
// Routes are added before the server starts; matching allocates nothing. Paths are compared byte
// for byte, as sent. Go's ServeMux differs in one point: it lets a shorter path answer where the
// longer one has the wrong method.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

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
      "Its path and method fit, and no path that is more precise does: it answers.",
      "Its path does not fit.",
      "Its path fits, but it is for another method.",
      "It would fit, but one that is more precise was found."};
  return sentences[static_cast<std::size_t>(verdict)];
}

using RouteId = std::size_t;  // routes are numbered from 0 in the order in which they are added

struct Route {
  RouteId id = 0;
  std::string pattern;  // as it was added
  std::string method;   // empty: any
  std::string path;
  bool below = false;  // answers for everything below its path as well
  std::string allow;  // the methods of all routes with this path, for the Allow field
};

enum class RouteOutcome : std::uint8_t { Found, NotFound, MethodNotAllowed };

struct RouteMatch {
  RouteOutcome outcome = RouteOutcome::NotFound;
  RouteId route = 0;       // when Found
  std::string_view allow;  // when MethodNotAllowed: "GET, HEAD"; lives as long as the router
};

class Router {
 public:
  // An error when the pattern is not one, or says what an earlier one has said.
  Result<RouteId> add(std::string_view pattern);

  // Whether any route is for this very method.
  bool knows(std::string_view method) const;

  // In the order in which a Matching considers them: the table that the screen shows.
  const std::vector<Route>& routes() const { return routes_; }
  const Route& route(RouteId id) const;

 private:
  void write_allow(std::string_view path, bool below);

  std::vector<Route> routes_;
};

// One request's way through the routes, pulled a candidate at a time, the longest path first. The
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
  Verdict judge(const Route& route) const;

  const std::vector<Route>& routes_;
  std::string_view method_;
  std::string_view path_;
  std::size_t at_ = 0;
  const Route* decided_ = nullptr;  // the first, so the longest, whose path matches
  RouteMatch match_;
};

RouteMatch match(const Router& router, std::string_view method, std::string_view path);

}  // namespace roundtrip::http
