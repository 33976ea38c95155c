// The request parser over any bytes, in pieces at any places: it tells the same as over the whole,
// and what it tells lies where it says. With the server's limits, or with tight ones.
#include "core/base/check.h"
#include "core/http/message.h"
#include "core/http/target.h"
#include "tests/core/http/reading.h"
#include "tests/fuzz/input.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

constexpr ParserLimits tight{2, 40, 4, 160, 40, 6, 2, 24};
constexpr std::size_t bytewise_up_to = 300;

// What a handler would ask of a request that was told whole.
void look_at(const Request& request, const StreamBytes& bytes) {
  if (!request.ready) return;
  for (std::size_t i = 0; i < request.header_count(); ++i) {
    CHECK_THAT(is_token(bytes.slice(request.header_name(i))), "a header name that is no token");
    const std::string_view value = bytes.slice(request.header_value(i));
    CHECK_THAT(without_blanks_around(value) == value, "a value with its spaces");
    CHECK_THAT(value.find_first_of(std::string_view("\r\n\0", 3)) == value.npos,
               "a value that ends a line");
  }
  CHECK_THAT(request.version_minor == 0 || request.host_seen, "HTTP/1.1 without a host");
  static_cast<void>(request.host(bytes));
  if (request.url.form == TargetForm::Origin || request.url.form == TargetForm::Absolute) {
    const std::string_view path = bytes.slice(request.url.path);
    std::vector<char> room(path.size() + 1);
    CHECK_THAT(!decode_path(path, room).failure, "a path that was told and can't be decoded");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const ParserLimits limits = input.below(4) == 0 ? tight : ParserLimits{};
  const std::uint64_t at = input.below(2) == 0 ? 0 : 5'000'000'000;
  const std::size_t count = input.below(4);
  const std::vector<std::size_t> cuts = input.cuts(count, size > 12 ? size - 12 : 0);
  const std::string_view text = input.text();

  const Reading whole = read_whole(text, limits, at);
  CHECK_THAT(read_in_pieces(text, cuts, limits, at) == whole, "pieces are read otherwise");
  if (text.size() <= bytewise_up_to) {
    CHECK_THAT(read_bytewise(text, limits, at) == whole, "single bytes are read otherwise");
  }
  if (whole.failure) {
    CHECK_THAT(whole.failure->offset >= at && whole.failure->offset <= whole.stopped_at,
               "a failure at a byte that was not read");
  }

  const StreamBytes bytes{text, at};
  Request request;
  std::size_t told = 0;
  auto end = whole.ends.begin();
  for (const Token& token : whole.tokens) {
    request.apply(token);
    if (end == whole.ends.end() || *end != ++told) continue;
    CHECK_THAT(request.ready && request.body_is_read(), "a request is over before its body");
    look_at(request, bytes);
    request = Request();
    ++end;
  }
  look_at(request, bytes);
  return 0;
}
