#include "tests/core/http/llhttp/request_corpus.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "tests/core/http/mutation.h"

namespace roundtrip::http {
namespace {

using namespace std::string_view_literals;

// ---- requests as they should be -----------------------------------------------------------------

// Those that llhttp knows as well; it takes no others.
constexpr std::array methods = {"GET"sv,    "GET"sv,   "GET"sv,   "POST"sv,     "POST"sv,
                                "PUT"sv,    "HEAD"sv,  "PATCH"sv, "DELETE"sv,   "OPTIONS"sv,
                                "TRACE"sv,  "LOCK"sv,  "MKCOL"sv, "PROPFIND"sv, "M-SEARCH"sv,
                                "REPORT"sv, "MERGE"sv, "COPY"sv,  "PURGE"sv,    "UNSUBSCRIBE"sv};
constexpr std::array segments = {"hello"sv, "a"sv,   "index.html"sv, "%20"sv,   "caf%C3%A9"sv,
                                 "a;b=c"sv, "~me"sv, "x:y@z"sv,      "%2F"sv,   ".."sv,
                                 "(1)"sv,   ""sv,    "$&'*+,=!"sv,   "%25%41"sv};
constexpr std::array queries = {""sv, "?"sv, "?a=b"sv, "?a=b&c=%20"sv, "?q=/?:@"sv, "?x[]=1"sv};
constexpr std::array hosts = {"localhost:8080"sv, "h"sv, "[::1]:80"sv, "a.example"sv, "10.0.0.1"sv};
constexpr std::array names = {
    "User-Agent"sv,      "Accept"sv,          "Cookie"sv,           "X"sv,
    "x-forwarded-for"sv, "If-None-Match"sv,   "Content-Type"sv,     "Hos"sv,
    "Hostess"sv,         "Content-Lengthy"sv, "Transfer-Encoder"sv, "!#$%&'*+-.^_`|~"sv,
    "Expec"sv,           "Connections"sv,     "Keep-Alive"sv,       "TE"sv};
constexpr std::array values = {
    "curl/7.88.1"sv, "*/*"sv,   "a=b; c=d"sv,   ""sv,  "\"W/\\\"x\\\"\""sv, "a  b\tc"sv, "5"sv,
    "chunked"sv,     "close"sv, "\xfc\xff z"sv, ":"sv, "{}[]()<>@,;\\/?="sv};
constexpr std::array blanks = {""sv, " "sv, " "sv, " "sv, "\t"sv, "  \t "sv};
constexpr std::array extensions = {""sv,     ""sv,           ""sv,          ";a"sv,
                                   ";a=b"sv, ";a=\"q r\""sv, ";a;b=c;d=1"sv};
constexpr std::array trailers = {"X-Sum: 1\r\n"sv, "x:\r\n"sv, "Expires: never \r\n"sv,
                                 "A: b\r\nC:\td\r\n"sv};

std::string noise(Dice& dice, std::size_t size) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(dice.below(256));
  return text;
}

std::string some_target(Dice& dice) {
  std::string target = dice.one_in(6) ? fmt::format("http://{}", dice.pick(hosts)) : "";
  for (std::size_t left = 1 + dice.below(3); left > 0; --left) {
    target += fmt::format("/{}", dice.pick(segments));
  }
  return target.append(dice.pick(queries));
}

std::string some_header(Dice& dice) {
  return fmt::format("{}:{}{}{}\r\n", dice.pick(names), dice.pick(blanks), dice.pick(values),
                     dice.pick(blanks));
}

std::string some_chunks(Dice& dice) {
  std::string body;
  for (std::size_t left = dice.below(4); left > 0; --left) {
    const std::string data = noise(dice, 1 + dice.below(20));
    const std::string size = dice.one_in(2) ? fmt::format("{:x}", data.size())
                                            : fmt::format("{:0{}X}", data.size(), dice.below(5));
    body += fmt::format("{}{}\r\n{}\r\n", size, dice.pick(extensions), data);
  }
  body += fmt::format("{}{}\r\n", dice.one_in(4) ? "000" : "0", dice.pick(extensions));
  if (dice.one_in(3)) body += dice.pick(trailers);
  return body + "\r\n";
}

std::string some_request(Dice& dice, bool last) {
  const std::string_view method = dice.pick(methods);
  const bool old = last && dice.one_in(8);
  std::string head =
      fmt::format("{} {} HTTP/1.{}\r\n", method,
                  method == "OPTIONS" && dice.one_in(2) ? "*" : some_target(dice), old ? 0 : 1);
  std::vector<std::string> lines;
  if (!old || dice.one_in(2)) lines.push_back(fmt::format("Host: {}\r\n", dice.pick(hosts)));
  for (std::size_t left = dice.below(4); left > 0; --left) lines.push_back(some_header(dice));
  std::string body;
  if (dice.one_in(3)) {
    body = noise(dice, dice.below(40));
    lines.push_back(fmt::format("{}: {}\r\n", dice.one_in(4) ? "content-length" : "Content-Length",
                                body.size()));
  } else if (!old && dice.one_in(2)) {
    body = some_chunks(dice);
    lines.push_back(fmt::format("Transfer-Encoding:{}{}\r\n", dice.pick(blanks),
                                dice.one_in(4) ? "Chunked" : "chunked"));
  }
  if (!body.empty() && dice.one_in(5)) lines.emplace_back("Expect: 100-continue\r\n");
  if (last && dice.one_in(4)) lines.emplace_back("Connection: close\r\n");
  if (!last && dice.one_in(4)) lines.emplace_back("Connection: keep-alive\r\n");
  for (; !lines.empty();) {
    const auto line = lines.begin() + static_cast<std::ptrdiff_t>(dice.below(lines.size()));
    head += *line;
    lines.erase(line);
  }
  return head + "\r\n" + body;
}

// ---- changes ------------------------------------------------------------------------------------

constexpr std::array line_ends = {"\n"sv,    "\r"sv,    "\r\r\n"sv, "\n\r"sv, "\r\n\r\n"sv,
                                  " \r\n"sv, "\r\n "sv, "\r\n\t"sv, "\n\n"sv, ""sv};
constexpr std::array lines_to_add = {
    // where the body ends
    "Content-Length: 5"sv, "Content-Length: 6"sv, "Content-Length: 0"sv, "content-length: 05"sv,
    "Content-Length: +5"sv, "Content-Length: -1"sv, "Content-Length: 5, 5"sv,
    "Content-Length: 5,6"sv, "Content-Length: 0x5"sv, "Content-Length:"sv, "Content-Length : 5"sv,
    "Content-Length: 5 5"sv, "Content-Length: 99999999999999999999"sv,
    "Content-Length: 18446744073709551621"sv, "Content-Length: 99999999999"sv,
    "Content_Length: 5"sv, "Content-Length\t: 5"sv, "Content-Length: 5\x0b"sv,
    "Transfer-Encoding: chunked"sv, "Transfer-Encoding: identity"sv, "Transfer-Encoding:"sv,
    "Transfer-Encoding: xchunked"sv, "Transfer-Encoding: chunkedx"sv,
    "Transfer-Encoding: gzip, chunked"sv, "Transfer-Encoding: chunked, gzip"sv,
    "Transfer-Encoding: chunked, chunked"sv, "Transfer-Encoding: chunked,"sv,
    "Transfer-Encoding: , chunked"sv, "Transfer-Encoding: chunked;q=1"sv,
    "Transfer-Encoding: \"chunked\""sv,
    "Transfer-Encoding: \x0b"sv
    "chunked"sv,
    "Transfer-Encoding : chunked"sv, "Transfer-Encoding:\r\n chunked"sv,
    "Transfer-Encoding: chunk\xe9"sv, "Transfer-Encoding: chun ked"sv, "TE: trailers"sv,
    // whom it is for, and what it expects
    "Host: other"sv, "Host:"sv, "Host: a b"sv, "Host: user@h"sv, "Host : h"sv, "Host: h/p"sv,
    "Expect: 100-continue"sv, "Expect: 200-ok"sv, "Expect:"sv, "Expect: 100-continue, x"sv,
    "Connection: close"sv, "Connection: keep-alive"sv, "Connection: close, keep-alive"sv,
    "Connection: keep-alive, close"sv, "Connection: Close , x"sv, "Connection: clos"sv,
    "Connection: closed"sv, "Connection: x,,close"sv, "Connection: not close"sv,
    "Proxy-Connection: close"sv, "Upgrade: h2c\r\nConnection: Upgrade"sv, "Upgrade: x"sv,
    "Connection: upgrade"sv,
    // lines that are none
    " folded"sv, "\tfolded"sv, " "sv, ": no name"sv, "no colon"sv, "two words: x"sv, "(x): y"sv,
    "X: a\0b"sv, "X: a\rb"sv, "X: a\x7f"sv, "X: a\x01"sv, "X\0: a"sv, "\xfcnder: a"sv, "X:"sv};
constexpr std::array versions = {
    "HTTP/1.2"sv,  "HTTP/1.9"sv,   "HTTP/2.0"sv, "HTTP/0.9"sv,  "http/1.1"sv,  "HTTP/1.10"sv,
    "HTTP/11.1"sv, "HTTP/ 1.1"sv,  "HTTP/1,1"sv, "HTTP/1."sv,   "HTTP/1"sv,    "HTTP"sv,
    ""sv,          "ICE/1.0"sv,    "RTSP/1.0"sv, "HTTP/1.1 "sv, " HTTP/1.1"sv, "HTTP/1.1 x"sv,
    "HTTP/3.0"sv,  "HTTP/1.1\t"sv, "HTTP/1.0"sv};
constexpr std::array chunk_lines = {"0x5"sv,
                                    "-1"sv,
                                    "+5"sv,
                                    "g"sv,
                                    "5 "sv,
                                    " 5"sv,
                                    "5\t"sv,
                                    "5 ;a"sv,
                                    "5;a "sv,
                                    "5; a=b"sv,
                                    ""sv,
                                    ";a"sv,
                                    "5;"sv,
                                    "5;;"sv,
                                    "5;a="sv,
                                    "5;a=\""sv,
                                    "5;=b"sv,
                                    "5;a=\"b\"c"sv,
                                    "5;a=b c"sv,
                                    "5;a\0"sv,
                                    "5;\xfc"sv,
                                    "5,5"sv,
                                    "5.0"sv,
                                    "ffffffffffffffff"sv,
                                    "10000000000000005"sv,
                                    "00000000000000005"sv,
                                    "0000000000000005"sv,
                                    "0000"sv,
                                    "5;a\rb"sv,
                                    "5\r"sv,
                                    "fffffff"sv};
constexpr std::array before_a_request = {"\r\n"sv,  "\r\n\r\n"sv, "\r\n\r\n\r\n\r\n\r\n"sv,
                                         "\n"sv,    "\r"sv,       " "sv,
                                         "\r\n "sv, "\0"sv,       "\xef\xbb\xbf"sv};
constexpr std::array methods_to_try = {"get"sv,     "GETT"sv, "GE"sv,      "FROB"sv,  "CONNECT"sv,
                                       "G{T"sv,     ""sv,     "GET "sv,    "GET\t"sv, "SOURCE"sv,
                                       "\"GET\""sv, "BREW"sv, "DESCRIBE"sv};
constexpr std::array targets_to_try = {
    "*"sv,       "hello"sv,     "h:80"sv,         "//x"sv,          "http:/x"sv,
    "http://"sv, "http:///p"sv, "http://u@h/p"sv, "http://h h/p"sv, "/%"sv,
    "/%4"sv,     "/%zz"sv,      "/%00"sv,         "/a b"sv,         "/#f"sv,
    "/\x80"sv,   "/\x7f"sv,     "/a\tb"sv,        "/<>\"\\^`{|}"sv, ""sv,
    "?q"sv,      "https://h"sv, "http://h?q"sv,   "ftp+x://h/"sv,   "/?a?b#c#d"sv,
    "/a\0b"sv,   "[::1]:443"sv, "h:80/p"sv};
constexpr std::string_view bytes_of_interest = "\r\n :\t\0\x7f\xff/*?,;0129HTP.Aa-%\"=\x0b"sv;

// The places of a text, as offsets.
std::vector<std::size_t> places_of(std::string_view text, std::string_view what) {
  std::vector<std::size_t> places;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) {
    places.push_back(at);
  }
  return places;
}

void change_line_end(Dice& dice, std::string& text) {
  const auto places = places_of(text, "\r\n");
  if (!places.empty()) text.replace(dice.pick(places), 2, dice.pick(line_ends));
}

void add_line(Dice& dice, std::string& text) {
  const auto places = places_of(text, "\r\n");
  if (places.empty()) return;
  // Mostly in the first head: its lines come first.
  const std::size_t at = places[dice.below(dice.below(places.size()) + 1)];
  text.insert(at, fmt::format("\r\n{}", dice.pick(lines_to_add)));
}

// One word of a request line becomes another: the first, the second or the third.
void change_request_line(Dice& dice, std::string& text) {
  const std::size_t method_end = text.find(' ');
  const std::size_t target_end = text.find(' ', method_end + 1);
  const std::size_t line_end = text.find("\r\n", target_end + 1);
  if (method_end == text.npos || target_end == text.npos || line_end == text.npos) return;
  switch (dice.below(3)) {
    case 0:
      text.replace(0, method_end, dice.pick(methods_to_try));
      break;
    case 1:
      text.replace(method_end + 1, target_end - method_end - 1, dice.pick(targets_to_try));
      break;
    default:
      text.replace(target_end + 1, line_end - target_end - 1, dice.pick(versions));
      break;
  }
}

// What follows the first head and is as long as a chunk's line becomes such a line.
void change_chunk_line(Dice& dice, std::string& text) {
  const std::size_t coding = text.find("hunked\r\n");
  const std::size_t head_end = text.find("\r\n\r\n", coding);
  if (coding == text.npos || head_end == text.npos) return;
  const std::size_t line = head_end + 4;
  const std::size_t line_end = text.find("\r\n", line);
  if (line_end != text.npos) text.replace(line, line_end - line, dice.pick(chunk_lines));
}

void change(Dice& dice, std::string& text) {
  switch (dice.below(16)) {
    case 0:
    case 1:
    case 2:
      return change_line_end(dice, text);
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
      return add_line(dice, text);
    case 8:
    case 9:
      return change_request_line(dice, text);
    case 10:
    case 11:
      return change_chunk_line(dice, text);
    case 12:
      text.insert(0, dice.pick(before_a_request));
      return;
    case 13:
      text.resize(1 + dice.below(text.size()));
      return;
    default:
      return change_bytes(dice, text, bytes_of_interest);
  }
}

}  // namespace

std::vector<CorpusCase> request_corpus(std::size_t valid, std::size_t changed) {
  Dice dice;
  std::vector<CorpusCase> corpus;
  while (corpus.size() < valid + changed) {
    CorpusCase made;
    made.requests = 1 + dice.below(3);
    made.changed = corpus.size() >= valid;
    if (dice.one_in(10)) made.text = "\r\n";
    for (std::size_t i = 1; i <= made.requests; ++i) {
      made.text += some_request(dice, i == made.requests);
    }
    for (std::size_t left = made.changed ? 1 + dice.below(3) : 0; left > 0; --left) {
      if (made.text.empty()) made.text = "\r";
      change(dice, made.text);
    }
    corpus.push_back(std::move(made));
  }
  return corpus;
}

}  // namespace roundtrip::http
