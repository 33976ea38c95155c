#include "core/http/router.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/http/characters.h"
#include "core/http/scan.h"

namespace roundtrip::http {

namespace {

bool path_matches(const Route& route, std::string_view path) {
  return route.path.back() == '/' ? path.starts_with(route.path) : path == route.path;
}

bool method_matches(const Route& route, std::string_view method) {
  return route.method.empty() || route.method == method ||
         (route.method == "GET" && method == "HEAD");
}

// Longer paths first; of equal ones, a named method before any.
bool considered_before(const Route& left, const Route& right) {
  if (left.path.size() != right.path.size()) return left.path.size() > right.path.size();
  if (left.path != right.path) return left.path < right.path;
  return left.method.empty() < right.method.empty();
}

}  // namespace

Result<RouteId> Router::add(std::string_view pattern) {
  const std::size_t space = pattern.find(' ');
  const bool has_method = space != std::string_view::npos;
  const std::string_view method = has_method ? pattern.substr(0, space) : std::string_view{};
  const std::string_view path = has_method ? pattern.substr(space + 1) : pattern;
  if (has_method && !is_token(method)) {
    return Error{fmt::format("the route \"{}\" does not begin with a method or a path", pattern)};
  }
  const char* const end = path.data() + path.size();
  if (path.empty() || path.front() != '/' ||
      end_of_run(characters::target, path.data(), end) != end) {
    return Error{fmt::format(
        "the path of the route \"{}\" has to begin with a slash and hold visible ASCII only",
        pattern)};
  }
  for (const Route& earlier : routes_) {
    if (earlier.path == path && earlier.method == method) {
      return Error{fmt::format("the route \"{}\" is there already, added as \"{}\"", pattern,
                               earlier.pattern)};
    }
  }
  Route route{routes_.size(), std::string(pattern), std::string(method), std::string(path), {}};
  const RouteId id = route.id;
  routes_.insert(std::upper_bound(routes_.begin(), routes_.end(), route, considered_before),
                 std::move(route));
  write_allow(path);
  return id;
}

// The Allow list of a path, in alphabetical order, into every route with that path.
void Router::write_allow(std::string_view path) {
  std::vector<std::string_view> methods;
  for (const Route& route : routes_) {
    if (route.path != path || route.method.empty()) continue;
    methods.push_back(route.method);
    if (route.method == "GET") methods.push_back("HEAD");
  }
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  const std::string allow = fmt::format("{}", fmt::join(methods, ", "));
  for (Route& route : routes_) {
    if (route.path == path) route.allow = allow;
  }
}

const Route& Router::route(RouteId id) const {
  const auto found = std::find_if(routes_.begin(), routes_.end(),
                                  [id](const Route& route) { return route.id == id; });
  CHECK_THAT(found != routes_.end(), "a route that was never added");
  return *found;
}

Verdict Router::judge(const Route& route, std::string_view method, std::string_view path,
                      const Route* decided, const RouteMatch& so_far) {
  if (!path_matches(route, path)) return Verdict::PathDiffers;
  if (decided != nullptr && decided->path.size() > route.path.size()) return Verdict::LessSpecific;
  if (!method_matches(route, method)) return Verdict::MethodDiffers;
  return so_far.outcome == RouteOutcome::Found ? Verdict::LessSpecific : Verdict::Wins;
}

}  // namespace roundtrip::http
