#include "core/http/pattern.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "core/http/characters.h"
#include "core/http/target.h"

namespace roundtrip::http {

namespace {

constexpr bool is_name(std::string_view text) {
  for (const char c : text) {
    if (!is_letter(c) && !is_digit(c) && c != '_') return false;
  }
  return !text.empty() && !is_digit(text[0]);
}

Error refused(std::string_view pattern, std::string_view why) {
  return Error{fmt::format("the route \"{}\" {}", pattern, why)};
}

// One segment of a pattern. An empty sentence, or what is wrong with it.
std::string_view read_segment(std::string_view text, bool last, Segment& segment) {
  const std::size_t open = text.find('{');
  if (open == text.npos && text.find('}') == text.npos) {
    segment = {text.empty() ? SegmentKind::Rest : SegmentKind::Literal, std::string(text)};
    return {};
  }
  if (open != 0 || text.find('}') != text.size() - 1) {
    return "has a wildcard that is not a whole segment of the path";
  }
  std::string_view name = text.substr(1, text.size() - 2);
  segment.kind = SegmentKind::Wildcard;
  if (name == "$") {
    segment.kind = SegmentKind::End;
    name = {};
  } else if (name.ends_with("...")) {
    segment.kind = SegmentKind::Rest;
    name.remove_suffix(3);
  }
  segment.text = name;
  if (segment.kind != SegmentKind::Wildcard && !last) {
    return "has {$} or a wildcard with dots before its end";
  }
  if (segment.kind != SegmentKind::End && !is_name(name)) {
    return "has a wildcard without a name of letters, digits and _";
  }
  return {};
}

// Of a whole, from the relations of two parts of it.
Relation combined(Relation left, Relation right) {
  if (left == Relation::Disjoint || right == Relation::Disjoint) return Relation::Disjoint;
  if (left == Relation::Same || left == right) return right;
  return right == Relation::Same ? left : Relation::Overlaps;
}

Relation relation_of_methods(const Pattern& left, const Pattern& right) {
  if (left.method == right.method) return Relation::Same;
  if (left.method.empty()) return Relation::MoreGeneral;
  if (right.method.empty()) return Relation::MoreSpecific;
  if (left.method == "GET" && right.method == "HEAD") return Relation::MoreGeneral;
  if (left.method == "HEAD" && right.method == "GET") return Relation::MoreSpecific;
  return Relation::Disjoint;
}

Relation relation_of_segments(const Segment& left, const Segment& right) {
  if (left.kind == right.kind) {
    const bool differ = left.kind == SegmentKind::Literal && left.text != right.text;
    return differ ? Relation::Disjoint : Relation::Same;
  }
  if (left.kind == SegmentKind::Rest) return Relation::MoreGeneral;
  if (right.kind == SegmentKind::Rest) return Relation::MoreSpecific;
  // A wildcard and a literal are left: a segment that is not empty is never the end.
  if (left.kind == SegmentKind::End || right.kind == SegmentKind::End) return Relation::Disjoint;
  return left.kind == SegmentKind::Wildcard ? Relation::MoreGeneral : Relation::MoreSpecific;
}

Relation relation_of_paths(const Pattern& left, const Pattern& right) {
  const std::size_t both = std::min(left.segments.size(), right.segments.size());
  Relation relation = Relation::Same;
  for (std::size_t i = 0; i < both; ++i) {
    relation = combined(relation, relation_of_segments(left.segments[i], right.segments[i]));
  }
  // The shorter one matches what the longer does only where it ends open.
  if (left.segments.size() > both) {
    return right.ends_open() ? combined(relation, Relation::MoreSpecific) : Relation::Disjoint;
  }
  if (right.segments.size() > both) {
    return left.ends_open() ? combined(relation, Relation::MoreGeneral) : Relation::Disjoint;
  }
  return relation;
}

// What makes a pattern specific: literal bytes, then segments that have to be there, then an end.
auto weight(const Pattern& pattern) {
  std::size_t literal_bytes = 0;
  for (const Segment& segment : pattern.segments) {
    const bool literal = segment.kind == SegmentKind::Literal;
    if (literal || segment.kind == SegmentKind::End) literal_bytes += segment.text.size() + 1;
  }
  return std::tuple(literal_bytes, pattern.segments.size(), !pattern.ends_open());
}

}  // namespace

bool Pattern::matches_method(std::string_view name) const {
  return method.empty() || method == name || (method == "GET" && name == "HEAD");
}

bool Pattern::matches_path(std::string_view path) const {
  if (!path.starts_with('/') || !begins(path)) return false;
  for (const Segment& segment : segments) {
    if (path.empty()) return false;
    if (segment.kind == SegmentKind::Rest) return true;
    const std::string_view part = take_segment(path);
    switch (segment.kind) {
      case SegmentKind::Literal:
        if (part != segment.text) return false;
        break;
      case SegmentKind::Wildcard:
        if (part.empty()) return false;
        break;
      case SegmentKind::End: return part.empty() && path.empty();
      case SegmentKind::Rest: break;
    }
  }
  return path.empty();
}

Result<Pattern> parse_pattern(std::string_view text) {
  const std::size_t space = text.find(' ');
  const bool has_method = space != text.npos;
  Pattern pattern{
      std::string(text), std::string(has_method ? text.substr(0, space) : ""), {}, {}};
  const std::string_view raw = has_method ? text.substr(space + 1) : text;
  if (has_method && !is_token(pattern.method)) {
    return refused(text, "does not begin with a method or a path");
  }
  const bool visible = std::all_of(raw.begin(), raw.end(),
                                   [](char c) { return is_in(characters::target, c); });
  if (raw.empty() || raw.front() != '/' || !visible) {
    return refused(text, "needs a path that begins with a slash and holds visible ASCII only");
  }
  std::string normal(raw.size(), '\0');
  const DecodedPath decoded = decode_path(raw, normal);
  if (decoded.failure) return refused(text, "has an escape in its path that is none");
  if (decoded.cleaned) {
    return refused(text, "can never match: its path has empty segments, or . and ..");
  }
  for (std::string_view rest = decoded.path; !rest.empty();) {
    const std::string_view part = take_segment(rest);
    Segment segment;
    const std::string_view flaw = read_segment(part, rest.empty(), segment);
    if (!flaw.empty()) return refused(text, flaw);
    const bool named = segment.kind != SegmentKind::Literal && !segment.text.empty();
    const auto same_name = [&](const Segment& earlier) {
      return earlier.kind != SegmentKind::Literal && earlier.text == segment.text;
    };
    if (named && std::any_of(pattern.segments.begin(), pattern.segments.end(), same_name)) {
      return refused(text, "names two wildcards alike");
    }
    pattern.segments.push_back(std::move(segment));
  }
  if (pattern.segments.size() > max_pattern_segments) {
    return refused(text, fmt::format("has more than {} segments", max_pattern_segments));
  }
  for (const Segment& segment : pattern.segments) {
    if (segment.kind != SegmentKind::Literal) break;
    pattern.beginning += "/" + segment.text;
  }
  return pattern;
}

Relation relation_of(const Pattern& left, const Pattern& right) {
  return combined(relation_of_methods(left, right), relation_of_paths(left, right));
}

bool considered_before(const Pattern& left, const Pattern& right) {
  if (weight(left) != weight(right)) return weight(left) > weight(right);
  // Of equal weight, so the same path, of which the method decides, or paths of which neither is
  // more specific: those stand in alphabetical order.
  const auto shape = [](const Pattern& pattern) {
    std::string text;
    for (const Segment& segment : pattern.segments) {
      const bool literal = segment.kind == SegmentKind::Literal;
      text += literal ? "/" + segment.text : fmt::format("/{{{}}}", static_cast<int>(segment.kind));
    }
    return text;
  };
  const std::string left_shape = shape(left);
  const std::string right_shape = shape(right);
  if (left_shape != right_shape) return left_shape < right_shape;
  const auto rank = [](const Pattern& pattern) {
    return pattern.method.empty() ? 2 : pattern.method == "GET" ? 1 : 0;
  };
  return rank(left) < rank(right);
}

}  // namespace roundtrip::http
