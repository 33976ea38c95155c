// The pattern of a route, read once at registration, as Go's ServeMux has them since 1.22:
// "[METHOD ]/path", where a segment of the path may be {name}, which stands for one segment that is
// not empty, and the last may be {name...}, which stands for all that is left, or {$}, for nothing
// behind the slash. A path that ends with a slash stands for everything below it. Go's host before
// the path is not there: this server is one host.
// Two patterns are compared by what they match: one may be more specific than the other, or they
// overlap, and then neither could be preferred. Called by the router; allocates at registration.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace roundtrip::http {

inline constexpr std::size_t max_pattern_segments = 32;

enum class SegmentKind : std::uint8_t {
  Literal,  // these very bytes, in the normal form of target.h
  Wildcard,  // {name}: any one segment
  Rest,      // {name...}, or a slash at the end (without a name): what is left, if only nothing
  End,       // {$}: nothing is left behind the slash
};

struct Segment {
  SegmentKind kind = SegmentKind::Literal;
  std::string text;  // of a literal; otherwise the name of the wildcard
  bool operator==(const Segment&) const = default;
};

struct Pattern {
  std::string text;    // as it was added
  std::string method;  // empty: any
  std::vector<Segment> segments;
  std::string beginning;  // of every path that it matches: its literal segments up to another

  bool begins(std::string_view path) const { return path.starts_with(beginning); }
  bool matches_method(std::string_view method_name) const;
  bool matches_path(std::string_view path) const;
  bool ends_open() const { return segments.back().kind == SegmentKind::Rest; }
};

// An error in one sentence where the text is no pattern.
Result<Pattern> parse_pattern(std::string_view text);

// How what one pattern matches relates to what another does.
enum class Relation : std::uint8_t { Same, MoreSpecific, MoreGeneral, Overlaps, Disjoint };

// Of requests, so of methods and paths together. HEAD is more specific than GET, which answers it.
Relation relation_of(const Pattern& left, const Pattern& right);

// An order of candidates in which every pattern stands before those that are more general; of
// others the one with the longer literal text.
bool considered_before(const Pattern& left, const Pattern& right);

// Takes the next segment, without its slash, off the front of a path that begins with one.
constexpr std::string_view take_segment(std::string_view& path) {
  const std::size_t end = path.find('/', 1);
  const std::string_view segment = path.substr(1, end == path.npos ? end : end - 1);
  path.remove_prefix(segment.size() + 1);
  return segment;
}

}  // namespace roundtrip::http
