#include "core/http/accept_encoding.h"

#include "tests/core/http/request_of.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

bool gzip(std::string_view list) {
  AcceptEncoding accepted;
  accepted.take(list);
  return accepted.prefers_gzip();
}

}  // namespace

TEST_CASE("accept encoding: gzip is used where it is acceptable and not liked less") {
  for (const char* list : {"gzip", "gzip, deflate, br", "deflate,GZIP;q=0.001", "x-gzip", "*",
                           "gzip ; Q=1.000", "identity;q=0.5, gzip;q=0.5", "br;q=1, *;q=0.1",
                           "gzip;q=1., deflate"}) {
    INFO(list);
    CHECK(gzip(list));
  }
  for (const char* list : {"", "deflate", "identity", "gzip;q=0", "gzip;q=0.000, *", "*;q=0",
                           "identity, gzip;q=0.9", "gzipped", "gzip;q=2", "gzip;q=1.001",
                           "gzip;q=0.1234", "gzip;q=x", "gzip;level=9", "gzip;q=", "gzip;q=.5"}) {
    INFO(list);
    CHECK_FALSE(gzip(list));
  }
}

TEST_CASE("accept encoding: several fields make one list, and none asks for nothing") {
  const RequestOf several("GET", "Accept-Encoding: br\r\naccept-encoding: gzip\r\n");
  CHECK(accept_encoding_of(several.request, several.bytes()).prefers_gzip());
  const RequestOf none("GET", "");
  CHECK_FALSE(accept_encoding_of(none.request, none.bytes()).prefers_gzip());
}
