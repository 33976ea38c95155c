#include "core/scenario/page_options.h"

#include <fmt/format.h>

#include <charconv>

namespace roundtrip::scenario {

Result<std::vector<PageOption>> parse_options(std::string_view words) {
  std::vector<PageOption> options;
  std::size_t at = 0;
  while ((at = words.find_first_not_of(" \t", at)) != std::string_view::npos) {
    const std::size_t equals = words.find_first_of("= \t", at);
    if (equals == std::string_view::npos || words[equals] != '=') {
      return Error{"an option behind the fence is written name=value"};
    }
    PageOption option{std::string(words.substr(at, equals - at)), {}};
    at = equals + 1;
    const bool quoted = at < words.size() && words[at] == '"';
    if (quoted) ++at;
    const std::size_t end = quoted ? words.find('"', at) : words.find_first_of(" \t", at);
    if (quoted && end == std::string_view::npos) {
      return Error{"a quotation mark behind the fence is not closed"};
    }
    option.value = words.substr(at, end == std::string_view::npos ? end : end - at);
    at = end == std::string_view::npos ? words.size() : end + (quoted ? 1 : 0);
    for (const PageOption& earlier : options) {
      if (earlier.name == option.name) {
        return Error{fmt::format("the option {} stands twice behind the fence", option.name)};
      }
    }
    options.push_back(std::move(option));
  }
  return options;
}

Result<std::uint32_t> option_number(const PageOption& option, std::uint32_t least,
                                    std::uint32_t most) {
  std::uint32_t number = 0;
  const char* const end = option.value.data() + option.value.size();
  const auto read = std::from_chars(option.value.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end || number < least || number > most) {
    return Error{fmt::format("{}= takes a whole number from {} to {}", option.name, least, most)};
  }
  return number;
}

}  // namespace roundtrip::scenario
