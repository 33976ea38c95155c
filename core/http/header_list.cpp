#include "core/http/header_list.h"

#include <cstring>

#include <fmt/format.h>

#include "core/http/characters.h"
#include "core/http/scan.h"

namespace roundtrip::http {

namespace {

Status check_field(std::string_view name, std::string_view value) {
  if (!is_token(name)) {
    return Error{fmt::format("a header can't be named \"{}\": letters, digits and hyphens will do",
                             name.substr(0, 40))};
  }
  const char* const end = value.data() + value.size();
  if (end_of_run(characters::value, value.data(), end) != end) {
    return Error{fmt::format(
        "the value of the header {} holds a line end or another control byte", name)};
  }
  return Nothing{};
}

}  // namespace

Status HeaderList::add(std::string_view name, std::string_view value) {
  Status checked = check_field(name, value);
  if (checked.ok()) replace(lines().size(), 0, name, without_blanks_around(value));
  return checked;
}

Status HeaderList::set(std::string_view name, std::string_view value) {
  Status checked = check_field(name, value);
  if (!checked.ok()) return checked;
  value = without_blanks_around(value);
  const std::size_t place = next_line_of(name, 0);
  if (place == std::string_view::npos) {
    replace(lines().size(), 0, name, value);
    return checked;
  }
  replace(place, line_bytes(place), name, value);
  remove_from(place + line_bytes(place), name);
  return checked;
}

void HeaderList::remove(std::string_view name) { remove_from(0, name); }

void HeaderList::remove_from(std::size_t at, std::string_view name) {
  while ((at = next_line_of(name, at)) != std::string_view::npos) {
    replace(at, line_bytes(at), {}, {});
  }
}

std::size_t HeaderList::line_bytes(std::size_t at) const {
  return lines().find('\n', at) + 1 - at;
}

// The place of the first field of that name, from the start of a line on.
std::size_t HeaderList::next_line_of(std::string_view name, std::size_t at) const {
  for (; at < lines().size(); at += line_bytes(at)) {
    const std::string_view rest = lines().substr(at);
    if (equal_ignoring_case(rest.substr(0, rest.find(':')), name)) return at;
  }
  return std::string_view::npos;
}

std::optional<std::string_view> HeaderList::find(std::string_view name) const {
  const std::size_t at = next_line_of(name, 0);
  if (at == std::string_view::npos) return std::nullopt;
  return lines().substr(at + name.size() + 2, line_bytes(at) - name.size() - 4);
}

// Puts one line in the place of old bytes; without a name, nothing.
void HeaderList::replace(std::size_t at, std::size_t old_bytes, std::string_view name,
                         std::string_view value) {
  const std::size_t new_bytes = name.empty() ? 0 : name.size() + value.size() + 4;
  const std::size_t total = lines().size() - old_bytes + new_bytes;
  if (spilled_.empty() && total <= inline_bytes) {
    char* const place = inline_.data() + at;
    std::memmove(place + new_bytes, place + old_bytes, used_ - at - old_bytes);
    if (new_bytes > 0) fmt::format_to(place, "{}: {}\r\n", name, value);
  } else {
    if (spilled_.empty()) spilled_.assign(inline_.data(), used_);
    std::string line;
    if (new_bytes > 0) line = fmt::format("{}: {}\r\n", name, value);
    spilled_.replace(at, old_bytes, line);
  }
  used_ = spilled_.empty() ? total : 0;
}

}  // namespace roundtrip::http
