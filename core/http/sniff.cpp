#include "core/http/sniff.h"

#include <algorithm>
#include <array>

#include "core/http/characters.h"

namespace roundtrip::http {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view html = "text/html; charset=utf-8";
constexpr std::string_view plain_text = "text/plain; charset=utf-8";
constexpr std::string_view anything = "application/octet-stream";

struct Signature {
  std::string_view start;
  std::string_view type;
};

constexpr std::array<Signature, 9> signatures{{
    {"%PDF-"sv, "application/pdf"},
    {"\xFE\xFF"sv, "text/plain; charset=utf-16be"},
    {"\xFF\xFE"sv, "text/plain; charset=utf-16le"},
    {"\xEF\xBB\xBF"sv, plain_text},
    {"GIF87a"sv, "image/gif"},
    {"GIF89a"sv, "image/gif"},
    {"\x89PNG\r\n\x1A\n"sv, "image/png"},
    {"\xFF\xD8\xFF"sv, "image/jpeg"},
    {"\x1F\x8B\x08"sv, "application/x-gzip"},
}};

// A page begins with one of these, whatever the case of its letters, and a space or > behind it.
constexpr std::array<std::string_view, 17> html_starts{
    "<!doctype html", "<html", "<head",  "<script", "<iframe", "<h1", "<div", "<font", "<table",
    "<a",             "<style", "<title", "<b",      "<body",   "<br", "<p",   "<!--"};

constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

bool begins_like_html(std::string_view text) {
  return std::any_of(html_starts.begin(), html_starts.end(), [text](std::string_view start) {
    if (!equal_ignoring_case(text.substr(0, start.size()), start)) return false;
    if (start == "<!--") return true;
    return text.size() > start.size() && (text[start.size()] == ' ' || text[start.size()] == '>');
  });
}

// Bytes that no text holds: control bytes other than tab, the line ends, form feed and escape.
constexpr bool is_binary(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && !is_space(c) && byte != 0x1B;
}

}  // namespace

std::string_view sniff_content_type(std::string_view body_start) {
  const std::string_view seen = body_start.substr(0, sniffed_bytes);
  for (const Signature& signature : signatures) {
    if (seen.starts_with(signature.start)) return signature.type;
  }
  const auto first = std::find_if_not(seen.begin(), seen.end(), is_space);
  const std::string_view text = seen.substr(static_cast<std::size_t>(first - seen.begin()));
  if (text.starts_with('<')) {
    if (text.starts_with("<?xml")) return "text/xml; charset=utf-8";
    if (begins_like_html(text)) return html;
  }
  return std::none_of(seen.begin(), seen.end(), is_binary) ? plain_text : anything;
}

}  // namespace roundtrip::http
