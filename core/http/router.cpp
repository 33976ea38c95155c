#include "core/http/router.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/check.h"
#include "core/http/characters.h"
#include "core/http/scan.h"

namespace roundtrip::http {

namespace {

constexpr std::string_view only_itself = "/{$}";

bool path_matches(const Route& route, std::string_view path) {
  return route.below ? path.starts_with(route.path) : path == route.path;
}

bool method_matches(const Route& route, std::string_view method) {
  return route.method.empty() || route.method == method ||
         (route.method == "GET" && method == "HEAD");
}

// Longer paths first; of equal ones, the path alone before all below it, a named method before any.
bool considered_before(const Route& left, const Route& right) {
  if (left.path.size() != right.path.size()) return left.path.size() > right.path.size();
  if (left.path != right.path) return left.path < right.path;
  if (left.below != right.below) return right.below;
  return left.method.empty() < right.method.empty();
}

}  // namespace

Result<RouteId> Router::add(std::string_view pattern) {
  const std::size_t space = pattern.find(' ');
  const bool has_method = space != std::string_view::npos;
  const std::string_view method = has_method ? pattern.substr(0, space) : std::string_view{};
  std::string_view path = has_method ? pattern.substr(space + 1) : pattern;
  const bool alone = path.ends_with(only_itself);
  if (alone) path.remove_suffix(only_itself.size() - 1);
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
  const bool below = !alone && path.back() == '/';
  for (const Route& earlier : routes_) {
    if (earlier.path == path && earlier.method == method && earlier.below == below) {
      return Error{fmt::format("the route \"{}\" is there already, added as \"{}\"", pattern,
                               earlier.pattern)};
    }
  }
  Route route{routes_.size(),    std::string(pattern), std::string(method),
              std::string(path), below,                {}};
  const RouteId id = route.id;
  routes_.insert(std::upper_bound(routes_.begin(), routes_.end(), route, considered_before),
                 std::move(route));
  write_allow(path, below);
  return id;
}

// The Allow list of a path, in alphabetical order, into every route with that path.
void Router::write_allow(std::string_view path, bool below) {
  std::vector<std::string_view> methods;
  for (const Route& route : routes_) {
    if (route.path != path || route.below != below || route.method.empty()) continue;
    methods.push_back(route.method);
    if (route.method == "GET") methods.push_back("HEAD");
  }
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  const std::string allow = fmt::format("{}", fmt::join(methods, ", "));
  for (Route& route : routes_) {
    if (route.path == path && route.below == below) route.allow = allow;
  }
}

const Route& Router::route(RouteId id) const {
  const auto found = std::find_if(routes_.begin(), routes_.end(),
                                  [id](const Route& route) { return route.id == id; });
  CHECK_THAT(found != routes_.end(), "a route that was never added");
  return *found;
}

bool Router::knows(std::string_view method) const {
  return std::any_of(routes_.begin(), routes_.end(),
                     [method](const Route& route) { return route.method == method; });
}

Verdict Matching::judge(const Route& route) const {
  if (!path_matches(route, path_)) return Verdict::PathDiffers;
  const bool longer = decided_ != nullptr && (decided_->path.size() > route.path.size() ||
                                              decided_->below != route.below);
  if (longer) return Verdict::LessSpecific;
  if (!method_matches(route, method_)) return Verdict::MethodDiffers;
  return match_.outcome == RouteOutcome::Found ? Verdict::LessSpecific : Verdict::Wins;
}

std::optional<Matching::Candidate> Matching::next() {
  if (at_ == routes_.size()) {
    if (decided_ != nullptr && match_.outcome == RouteOutcome::NotFound) {
      match_ = {RouteOutcome::MethodNotAllowed, 0, decided_->allow};
    }
    return std::nullopt;
  }
  const Route& route = routes_[at_++];
  const Verdict verdict = judge(route);
  if (verdict == Verdict::Wins) match_ = {RouteOutcome::Found, route.id, {}};
  if (verdict != Verdict::PathDiffers && decided_ == nullptr) decided_ = &route;
  return Candidate{&route, verdict};
}

RouteMatch match(const Router& router, std::string_view method, std::string_view path) {
  Matching matching(router, method, path);
  while (matching.next()) {
  }
  return matching.match();
}

}  // namespace roundtrip::http
