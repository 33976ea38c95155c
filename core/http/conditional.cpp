#include "core/http/conditional.h"

#include <algorithm>

#include "core/http/characters.h"
#include "core/http/http_date.h"

namespace roundtrip::http {

namespace {

using Compare = bool (*)(std::string_view, std::string_view);

constexpr bool is_weak(std::string_view tag) { return tag.starts_with("W/"); }
constexpr std::string_view without_weakness(std::string_view tag) {
  return is_weak(tag) ? tag.substr(2) : tag;
}

// Whether a list of tags, or an asterisk, names what is there. What can't be read ends the list.
bool names_current(std::string_view list, const Representation& current, Compare equal) {
  if (without_blanks_around(list) == "*") return current.exists;
  while (current.exists) {
    while (!list.empty() && (is_blank(list[0]) || list[0] == ',')) list.remove_prefix(1);
    const std::string_view tag = take_entity_tag(list);
    if (tag.empty()) return false;
    list = without_blanks_around(list);
    if (!list.empty() && list[0] != ',') return false;
    if (equal(tag, current.entity_tag)) return true;
  }
  return false;
}

struct Fields {
  const Request& request;
  StreamBytes head_bytes;
  std::int64_t now;

  std::optional<std::string_view> value(std::string_view name) const {
    return request.find(head_bytes, name);
  }
  std::optional<std::int64_t> date(std::string_view name) const {
    const auto text = value(name);
    return text ? parse_http_date(*text, now) : std::nullopt;
  }
  // A list may be spread over several fields. Nothing where there is no such field.
  std::optional<bool> any_names(std::string_view name, const Representation& current,
                                Compare equal) const {
    std::optional<bool> named;
    request.for_each_value(head_bytes, name, [&](std::string_view list) {
      named = named.value_or(false) || names_current(list, current, equal);
    });
    return named;
  }
};

bool if_range_holds(const Fields& fields, const Representation& current) {
  const auto text = fields.value("If-Range");
  if (!text) return true;
  std::string_view rest = *text;
  const std::string_view tag = take_entity_tag(rest);
  if (!tag.empty()) return rest.empty() && strongly_equal(tag, current.entity_tag);
  const auto date = parse_http_date(*text, fields.now);
  return date && current.last_modified == date && *date < fields.now;
}

}  // namespace

std::string_view take_entity_tag(std::string_view& text) {
  const std::size_t quote = is_weak(text) ? 2 : 0;
  if (text.size() <= quote || text[quote] != '"') return {};
  for (std::size_t at = quote + 1; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '"') {
      const std::string_view tag = text.substr(0, at + 1);
      text.remove_prefix(tag.size());
      return tag;
    }
    if (byte <= 0x20 || byte == 0x7f) return {};
  }
  return {};
}

bool strongly_equal(std::string_view left, std::string_view right) {
  return !left.empty() && left == right && !is_weak(left);
}

bool weakly_equal(std::string_view left, std::string_view right) {
  return !left.empty() && without_weakness(left) == without_weakness(right);
}

ConditionalAnswer evaluate_conditions(const Request& request, StreamBytes head_bytes,
                                      const Representation& current, std::int64_t now) {
  const Fields fields{request, head_bytes, now};
  const bool reads = request.method == Method::Get || request.method == Method::Head;
  const auto modified = current.last_modified;

  // First what must not have changed, else the request would be done to something else.
  if (const auto match = fields.any_names("If-Match", current, strongly_equal)) {
    if (!*match) return {Precondition::PreconditionFailed, false};
  } else if (const auto date = fields.date("If-Unmodified-Since"); date && modified) {
    if (*modified > *date) return {Precondition::PreconditionFailed, false};
  }
  // Then what the client need not be sent again.
  if (const auto match = fields.any_names("If-None-Match", current, weakly_equal)) {
    if (*match) {
      return {reads ? Precondition::NotModified : Precondition::PreconditionFailed, false};
    }
  } else if (const auto date = fields.date("If-Modified-Since"); date && modified && reads) {
    if (*modified <= *date) return {Precondition::NotModified, false};
  }
  return {Precondition::Proceed, request.method == Method::Get && if_range_holds(fields, current)};
}

}  // namespace roundtrip::http
