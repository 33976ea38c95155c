#include <string>
#include <vector>

#include "tests/core/http/mutation.h"
#include "tests/core/http/parser_run.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

const std::vector<std::string> seeds{
    "GET /hello HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: curl/7.80.0\r\nAccept: */*\r\n\r\n",
    "POST /echo?a=b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
    "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "\r\nGET http://h:80/p?q HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5;a=b\r\nhello\r\n1 ;c\r\n \r\n0\r\nX: y \r\nZ:\r\n\r\nGET / HTTP/1.0\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nhost:\t[::1]:80 \r\nX:\r\n"
    "A-Header-With-A-Long-Name-Indeed: \xfcz\r\n\r\n"};

const std::string_view bytes_of_interest("\r\n :\t\0\x7f\xff/*?,;0129HTP.Aa-", 24);

std::string mutated(Dice& dice) {
  std::string text = seeds[dice.below(seeds.size())];
  for (std::size_t changes = dice.below(4) + 1; changes > 0; --changes) {
    change_bytes(dice, text, bytes_of_interest);
    if (text.empty()) text = "\r";
  }
  return text;
}

}  // namespace

TEST_CASE("request parser: mutated requests give the same result however they are split") {
  Dice dice;
  ParserLimits tight;
  tight.request_line_bytes = 30;
  tight.head_bytes = 90;
  tight.header_count = 3;
  tight.body_bytes = 9;
  tight.chunk_extension_bytes = 3;
  tight.trailer_bytes = 12;
  for (int round = 0; round < 6'000; ++round) {
    const std::string text = mutated(dice);
    const ParserLimits limits = round % 3 == 0 ? tight : ParserLimits{};
    INFO("round " << round << ", the text: " << text);
    REQUIRE(split_that_differs(text, read_whole(text, limits), limits) == text.npos);
  }
}

TEST_CASE("request parser: noise never does more than fail") {
  Dice dice;
  for (int round = 0; round < 2'000; ++round) {
    std::string noise(dice.below(80) + 1, '\0');
    for (char& c : noise) c = static_cast<char>(dice.below(256));
    REQUIRE(read_bytewise(noise) == read_whole(noise));
  }
}
