#include "core/server/new_user.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/trace/json_scanner.h"
#include "core/trace/json_text.h"

namespace roundtrip::server {
namespace {

using trace::JsonScanner;

// The first byte that is not part of valid UTF-8.
std::optional<std::size_t> first_bad_byte(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = trace::utf8_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

class NewUserReader {
 public:
  explicit NewUserReader(std::string_view text) : text_(text), scanner_(text) {}

  NewUserRead read() {
    if (const auto bad = first_bad_byte(text_)) return fail("this byte is no UTF-8", *bad);
    if (!scanner_.begin_object()) return fail(scanner_.error(), scanner_.at());
    std::string_view key;
    std::size_t end = 0;
    while (scanner_.next_member(key)) {
      const bool read = key == "name"    ? take(key, name_, user_name_bytes)
                        : key == "email" ? take(key, email_, user_email_bytes)
                                         : scanner_.skip();
      if (!read) break;
      end = scanner_.at();
    }
    if (!problem_.empty()) return fail(problem_, at_);
    if (!scanner_.ok()) return fail(scanner_.error(), scanner_.at());
    end = scanner_.at();
    if (scanner_.peek() != '\0' || scanner_.at() < text_.size()) {
      return fail("there is more after the object", scanner_.at());
    }
    for (const auto& [name, value] : {std::pair("name", &name_), std::pair("email", &email_)}) {
      if (!*value) return fail(fmt::format("\"{}\" is missing", name), end - 1);
    }
    return {NewUser{std::move(*name_), std::move(*email_)}, {}, 0};
  }

 private:
  static NewUserRead fail(std::string problem, std::size_t at) {
    return {std::nullopt, std::move(problem), at};
  }
  bool refuse(std::string problem, std::size_t at) {
    problem_ = std::move(problem);
    at_ = at;
    return false;
  }

  bool take(std::string_view key, std::optional<std::string>& place, std::size_t most) {
    const bool is_text = scanner_.peek() == '"';
    const std::size_t at = scanner_.at();
    if (!is_text) return refuse(fmt::format("\"{}\" has to be a text", key), at);
    if (place) return refuse(fmt::format("\"{}\" stands here a second time", key), at);
    std::string_view value;
    std::string scratch;
    if (!scanner_.string(value, scratch)) return false;
    if (value.empty()) return refuse(fmt::format("\"{}\" is empty", key), at);
    if (value.size() > most) {
      return refuse(fmt::format("\"{}\" is longer than {} bytes", key, most), at);
    }
    if (key == "email" && !looks_like_an_address(value)) {
      return refuse("an e-mail address has one @ with something on both sides", at);
    }
    place = std::string(value);
    return true;
  }

  // No more than a typing mistake is caught: whether an address works only a letter can tell.
  static bool looks_like_an_address(std::string_view value) {
    const std::size_t sign = value.find('@');
    return sign != std::string_view::npos && sign > 0 && sign + 1 < value.size() &&
           value.find('@', sign + 1) == std::string_view::npos;
  }

  std::string_view text_;
  JsonScanner scanner_;
  std::optional<std::string> name_;
  std::optional<std::string> email_;
  std::string problem_;
  std::size_t at_ = 0;
};

}  // namespace

NewUserRead read_new_user(std::string_view text) { return NewUserReader(text).read(); }

}  // namespace roundtrip::server
