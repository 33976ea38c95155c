#include "core/server/gzip_body.h"

#include "core/base/check.h"
#include "core/http/characters.h"

namespace roundtrip::server {

bool GzipBody::helps(std::string_view content_type) {
  const std::string_view type =
      http::without_blanks_around(content_type.substr(0, content_type.find(';')));
  if (type.size() > 5 && http::equal_ignoring_case(type.substr(0, 5), "text/")) return true;
  for (const std::string_view known :
       {"application/json", "application/javascript", "application/xml", "image/svg+xml"}) {
    if (http::equal_ignoring_case(type, known)) return true;
  }
  return false;
}

GzipBody::GzipBody() {
  // The quickest level: what it leaves undone costs more time than it saves. 16 asks for gzip.
  const int made = deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8,
                                Z_DEFAULT_STRATEGY);
  CHECK_THAT(made == Z_OK, "zlib could not be made ready");
}

GzipBody::~GzipBody() { deflateEnd(&stream_); }

std::string_view GzipBody::take(std::string_view plain, Take how) {
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream_.avail_in = static_cast<uInt>(plain.size());
  coded_.clear();
  int said = Z_OK;
  do {
    const std::size_t before = coded_.size();
    coded_.resize(before + 4096);
    stream_.next_out = reinterpret_cast<Bytef*>(coded_.data() + before);
    stream_.avail_out = 4096;
    said = deflate(&stream_, how == Take::Last    ? Z_FINISH
                             : how == Take::Flush ? Z_SYNC_FLUSH
                                                  : Z_NO_FLUSH);
    coded_.resize(coded_.size() - stream_.avail_out);
  } while (said == Z_OK && stream_.avail_out == 0);
  return coded_;
}

}  // namespace roundtrip::server
