// The values of header fields that have a grammar of their own: dates, ranges, codings, entity tags
// and the parameters of a Content-Type. Each line of the input is taken for each of them.
#include <array>
#include <string>

#include "core/base/check.h"
#include "core/http/accept_encoding.h"
#include "core/http/conditional.h"
#include "core/http/http_date.h"
#include "core/http/multipart.h"
#include "core/http/range.h"
#include "tests/fuzz/input.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

constexpr std::int64_t now = 1'766'917'800;  // in December 2025

void take_date(std::string_view text) {
  const auto seconds = parse_http_date(text, now);
  if (!seconds) return;
  std::array<char, http_date_bytes> written;
  format_http_date(*seconds, written);
  CHECK_THAT(parse_http_date({written.data(), written.size()}, now) == seconds,
             "a date that is not read back");
}

void take_range(std::string_view text, std::uint64_t size) {
  const RangeRequest range = parse_range(text, size);
  if (range.kind == RangeRequest::Kind::Whole) return;
  if (range.kind == RangeRequest::Kind::Part) {
    CHECK_THAT(range.first <= range.last && range.last < size, "a part that is not of the whole");
  }
  CHECK_THAT(!ContentRange(range, size).text().empty(), "a range without words");
}

void take_entity_tags(std::string_view text) {
  while (!text.empty()) {
    const std::size_t before = text.size();
    const std::string_view tag = take_entity_tag(text);
    CHECK_THAT(tag.size() + text.size() <= before, "more was taken than stood there");
    if (tag.empty()) text.remove_prefix(1);
    CHECK_THAT(!strongly_equal(tag, tag) || weakly_equal(tag, tag), "strong, but not weak");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::uint64_t whole = input.below(65'536);
  AcceptEncoding codings;
  for (std::string_view left = input.text(); !left.empty();) {
    const std::size_t end = std::min(left.find('\n'), left.size());
    const std::string line(left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
    take_date(line);
    take_range(line, whole);
    take_entity_tags(line);
    codings.take(line);
    static_cast<void>(multipart_boundary(line));
  }
  static_cast<void>(codings.prefers_gzip());
  return 0;
}
