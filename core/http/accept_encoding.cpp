#include "core/http/accept_encoding.h"

#include "core/http/characters.h"

namespace roundtrip::http {

namespace {

constexpr std::uint32_t full_weight = 1'000;

// "0", "0.5", "1.000": at most three digits behind the point, and nothing above 1.
std::optional<std::uint32_t> weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  std::uint32_t weight = text[0] == '1' ? full_weight : 0;
  std::uint32_t place = 100;
  for (const char c : text.substr(text.size() > 1 ? 2 : 1)) {
    if (!is_digit(c)) return std::nullopt;
    weight += static_cast<std::uint32_t>(c - '0') * place;
    place /= 10;
  }
  if (weight > full_weight) return std::nullopt;
  return weight;
}

}  // namespace

void AcceptEncoding::take(std::string_view list) {
  for_each_in_list(list, [this](std::string_view element) { take_element(element); });
}

void AcceptEncoding::take_element(std::string_view element) {
  const std::size_t semicolon = element.find(';');
  const std::string_view coding = without_blanks_around(element.substr(0, semicolon));
  std::optional<std::uint32_t> weight = full_weight;
  if (semicolon != element.npos) {
    const std::string_view parameter = without_blanks_around(element.substr(semicolon + 1));
    const bool named = parameter.starts_with("q=") || parameter.starts_with("Q=");
    weight = named ? weight_of(parameter.substr(2)) : std::nullopt;
  }
  if (!weight) return;
  if (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip")) gzip_ = weight;
  if (equal_ignoring_case(coding, "identity")) identity_ = weight;
  if (coding == "*") any_ = weight;
}

bool AcceptEncoding::prefers_gzip() const {
  const std::uint32_t gzip = gzip_.value_or(any_.value_or(0));
  return gzip > 0 && gzip >= identity_.value_or(0);
}

AcceptEncoding accept_encoding_of(const Request& request, StreamBytes head_bytes) {
  AcceptEncoding accepted;
  request.for_each_value(head_bytes, "accept-encoding",
                         [&accepted](std::string_view list) { accepted.take(list); });
  return accepted;
}

}  // namespace roundtrip::http
