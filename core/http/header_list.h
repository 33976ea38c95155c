// The header fields that a handler sets on its response. They are kept as the lines that will be
// sent, "Name: value" CR LF, one after another in one piece of memory: inside the object as long as
// they are few, on the heap beyond. A name or value that could break out of its line is refused.
// What is handed to set, add and remove may not be a part of the list itself.
// RFC 9110 section 5 (names, values), section 5.5 (no CR, LF or NUL).
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace roundtrip::http {

class HeaderList {
 public:
  static constexpr std::size_t inline_bytes = 256;

  // In place of all fields of that name, at the place of the first of them, or at the end.
  Status set(std::string_view name, std::string_view value);
  // Behind the fields that are there, another of the same name included.
  Status add(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  // The first value under this name, whatever the case of its letters; valid until a change.
  std::optional<std::string_view> find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }

  // All lines as they will be sent; valid until a change.
  std::string_view lines() const {
    return spilled_.empty() ? std::string_view(inline_.data(), used_) : std::string_view(spilled_);
  }
  bool empty() const { return lines().empty(); }

  // Calls visit(name, value, line) for each field, in order.
  template <class Visitor>
  void for_each(Visitor&& visit) const {
    for (std::string_view rest = lines(); !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find('\n') + 1);
      const std::size_t colon = line.find(':');
      visit(line.substr(0, colon), line.substr(colon + 2, line.size() - colon - 4), line);
      rest.remove_prefix(line.size());
    }
  }

 private:
  std::size_t next_line_of(std::string_view name, std::size_t at) const;
  std::size_t line_bytes(std::size_t at) const;
  void remove_from(std::size_t at, std::string_view name);
  void replace(std::size_t at, std::size_t old_bytes, std::string_view name,
               std::string_view value);

  std::size_t used_ = 0;
  std::array<char, inline_bytes> inline_;
  std::string spilled_;  // holds everything once inline_ is too small
};

}  // namespace roundtrip::http
