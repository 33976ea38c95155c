#include "core/http/router.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/check.h"

namespace roundtrip::http {

namespace {

constexpr std::size_t max_methods = 64;  // bits of a MethodSet

constexpr MethodSet bit(std::size_t index) { return MethodSet{1} << index; }

// Whether the path is that of a pattern with a slash at its end, but for this slash.
bool lacks_slash(const Pattern& pattern, std::string_view path) {
  if (!pattern.begins(path)) return false;
  if (!pattern.ends_open() && pattern.segments.back().kind != SegmentKind::End) return false;
  for (std::size_t i = 0; i + 1 < pattern.segments.size(); ++i) {
    const Segment& segment = pattern.segments[i];
    if (path.empty()) return false;
    const std::string_view part = take_segment(path);
    const bool literal = segment.kind == SegmentKind::Literal;
    if (literal ? part != segment.text : part.empty()) return false;
  }
  return path.empty();
}

}  // namespace

// The method's bit, given now where it has none; none where there are too many.
std::optional<MethodSet> Router::bit_of(std::string_view method) {
  const auto found = std::find(methods_.begin(), methods_.end(), method);
  const auto index = static_cast<std::size_t>(found - methods_.begin());
  if (index == max_methods) return std::nullopt;
  if (found == methods_.end()) methods_.emplace_back(method);
  return bit(index);
}

Result<RouteId> Router::add(std::string_view text) {
  Result<Pattern> pattern = parse_pattern(text);
  if (!pattern) return Error{pattern.error()};
  for (const Route& earlier : routes_) {
    const Relation relation = relation_of(*pattern, earlier.pattern);
    if (relation == Relation::Same) {
      return Error{fmt::format("the route \"{}\" matches the same requests as \"{}\", which was "
                               "added before",
                               text, earlier.pattern.text)};
    }
    if (relation == Relation::Overlaps) {
      return Error{fmt::format("the route \"{}\" conflicts with \"{}\": some requests match both, "
                               "and neither is more specific",
                               text, earlier.pattern.text)};
    }
  }
  Route route{routes_.size(), std::move(*pattern), 0};
  if (!route.pattern.method.empty()) {
    const auto own = bit_of(route.pattern.method);
    const auto head = route.pattern.method == "GET" ? bit_of("HEAD") : own;
    if (!own || !head) {
      return Error{fmt::format("the route \"{}\" is one method too many: {} are told apart", text,
                               max_methods)};
    }
    route.methods = *own | *head;
  }
  const RouteId id = route.id;
  const auto before = [](const Route& left, const Route& right) {
    return considered_before(left.pattern, right.pattern);
  };
  routes_.insert(std::upper_bound(routes_.begin(), routes_.end(), route, before),
                 std::move(route));
  return id;
}

const Route& Router::route(RouteId id) const {
  const auto found = std::find_if(routes_.begin(), routes_.end(),
                                  [id](const Route& route) { return route.id == id; });
  CHECK_THAT(found != routes_.end(), "a route that was never added");
  return *found;
}

bool Router::knows(std::string_view method) const {
  return std::any_of(routes_.begin(), routes_.end(), [method](const Route& route) {
    return route.pattern.method == method;
  });
}

std::string Router::allow(MethodSet methods) const {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < methods_.size(); ++i) {
    if ((methods & bit(i)) != 0) names.push_back(methods_[i]);
  }
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, ", "));
}

std::optional<ByteRange> Router::wildcard(RouteId id, std::string_view path,
                                          std::string_view name) const {
  const Pattern& pattern = route(id).pattern;
  CHECK_THAT(pattern.matches_path(path), "a wildcard of a path that its route does not match");
  std::string_view rest = path;
  for (const Segment& segment : pattern.segments) {
    const std::size_t at = path.size() - rest.size() + 1;
    const bool all = segment.kind == SegmentKind::Rest;
    const std::size_t bytes = all ? rest.size() - 1 : take_segment(rest).size();
    const bool named = all || segment.kind == SegmentKind::Wildcard;
    if (named && segment.text == name && !name.empty()) return ByteRange{at, bytes};
  }
  return std::nullopt;
}

Verdict Matching::judge(const Pattern& pattern) const {
  if (!pattern.matches_path(path_)) return Verdict::PathDiffers;
  if (!pattern.matches_method(method_)) return Verdict::MethodDiffers;
  return match_.outcome == RouteOutcome::Found ? Verdict::LessSpecific : Verdict::Wins;
}

std::optional<Matching::Candidate> Matching::next() {
  if (at_ == routes_.size()) {
    if (match_.outcome == RouteOutcome::NotFound && match_.allowed != 0) {
      match_.outcome = RouteOutcome::MethodNotAllowed;
    }
    match_.slash_missing = match_.slash_missing && !exact_;
    return std::nullopt;
  }
  const Route& route = routes_[at_++];
  const Pattern& pattern = route.pattern;
  const Verdict verdict = judge(pattern);
  if (verdict == Verdict::Wins) {
    match_.outcome = RouteOutcome::Found;
    match_.route = route.id;
    exact_ = !pattern.ends_open();
  } else if (verdict == Verdict::MethodDiffers) {
    match_.allowed |= route.methods;
  } else if (verdict == Verdict::PathDiffers && pattern.matches_method(method_)) {
    match_.slash_missing = match_.slash_missing || lacks_slash(pattern, path_);
  }
  return Candidate{&route, verdict};
}

RouteMatch match(const Router& router, std::string_view method, std::string_view path) {
  Matching matching(router, method, path);
  while (matching.next()) {
  }
  return matching.match();
}

}  // namespace roundtrip::http
