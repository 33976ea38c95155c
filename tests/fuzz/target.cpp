// Targets: any path decoded, sent again and decoded once more is the same path, and no parameter of
// any query leads out of its memory. The input is a target, as it stands in a request line.
#include <string>
#include <vector>

#include "core/base/check.h"
#include "core/http/target.h"
#include "tests/fuzz/input.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

bool is_clean(std::string_view path) {
  if (!path.starts_with('/') || path.find("//") != path.npos) return false;
  const std::string ended = std::string(path) + '/';
  return ended.find("/./") == ended.npos && ended.find("/../") == ended.npos;
}

void decode_again(std::string_view path) {
  std::vector<char> sent_room(3 * path.size());
  const auto sent = encode_path(path, sent_room);
  CHECK_THAT(sent, "three times the path was not enough");
  CHECK_THAT(!flaw_in_escapes(*sent), "an escape of ours that is none");
  std::vector<char> room(sent->size());
  const DecodedPath again = decode_path(*sent, room);
  CHECK_THAT(!again.failure && !again.cleaned && again.path == path, "another path comes back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t room_bytes = input.below(64);
  const std::string target(input.text());
  const std::size_t mark = std::min(target.find('?'), target.size());
  const std::string_view query = std::string_view(target).substr(std::min(mark + 1, target.size()));
  std::string raw = target.substr(0, mark);
  if (!raw.empty() && raw[0] != '/') raw.insert(0, "/");

  std::vector<char> out(raw.size() + 1);
  const DecodedPath decoded = decode_path(raw, out);
  if (decoded.failure) {
    CHECK_THAT(decoded.failure->offset < raw.size(), "a failure beyond the path");
  } else {
    CHECK_THAT(!flaw_in_escapes(raw), "a flaw that was decoded");
    CHECK_THAT(is_clean(decoded.path) && decoded.path.size() <= out.size(), "a path in no form");
    decode_again(decoded.path);
    std::vector<char> part(decoded.path.size());
    CHECK_THAT(decode_part(decoded.path, part), "a part that is longer than it was");
  }

  std::vector<char> room(room_bytes);
  for (const std::string_view name : {"a", "name", "", "%"}) {
    const QueryValue value = query_value(query, name, room);
    CHECK_THAT(value.value.size() <= room.size(), "a value beyond its memory");
  }
  return 0;
}
