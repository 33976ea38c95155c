// The multipart parser over any body, in pieces at any places: it tells the same as over the whole.
// The first line of the input is the Content-Type, of which the boundary comes.
#include "core/base/check.h"
#include "tests/core/http/multipart_runner.h"
#include "tests/fuzz/input.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

constexpr std::size_t bytewise_up_to = 400;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t count = input.below(4);
  std::vector<std::size_t> cuts = input.cuts(count, size);
  const std::size_t line_end = std::min(input.text().find('\n'), input.text().size());
  const auto boundary = multipart_boundary(input.text().substr(0, line_end));
  if (!boundary) return 0;
  CHECK_THAT(!boundary->empty() && boundary->size() <= max_boundary_bytes, "no such boundary");
  const std::string_view body = input.text().substr(std::min(line_end + 1, input.text().size()));

  MultipartRunner whole(*boundary);
  whole.feed(body);
  const std::string told = whole.finish();

  MultipartRunner pieces(*boundary);
  std::size_t fed = 0;
  for (const std::size_t cut : cuts) {
    const std::size_t to = std::min(std::max(cut, fed), body.size());
    pieces.feed(body.substr(fed, to - fed));
    fed = to;
  }
  pieces.feed(body.substr(fed));
  CHECK_THAT(pieces.finish() == told, "pieces are read otherwise");

  if (body.size() <= bytewise_up_to) {
    MultipartRunner bytewise(*boundary);
    for (const char& byte : body) bytewise.feed({&byte, 1});
    CHECK_THAT(bytewise.finish() == told, "single bytes are read otherwise");
  }
  return 0;
}
