// The parser of multipart/form-data, whole, at every split point and byte by byte: always the same.
#include "core/http/multipart.h"

#include <array>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/core/http/multipart_runner.h"

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

std::string run_every_way(std::string_view body, std::string_view boundary = "AaB03x") {
  MultipartRunner whole(boundary);
  whole.feed(body);
  const std::string told = whole.finish();
  INFO("the body: " << std::string(body));
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    INFO("split at " << cut);
    MultipartRunner split(boundary);
    split.feed(body.substr(0, cut));
    split.feed(body.substr(cut));
    REQUIRE(split.finish() == told);
  }
  MultipartRunner bytewise(boundary);
  for (const char& byte : body) bytewise.feed({&byte, 1});
  REQUIRE(bytewise.finish() == told);
  return told;
}

// A body of one part whose head holds these lines; they begin at byte 10.
std::string with_head(std::string_view lines) {
  return fmt::format("--AaB03x\r\n{}\r\nx\r\n--AaB03x--\r\n", lines);
}
std::string last_line(std::string_view body) {
  const std::string told = run_every_way(body);
  return told.substr(told.rfind('\n') + 1);
}

}  // namespace

TEST_CASE("multipart: a field and a file, as a browser sends them") {
  CHECK(run_every_way("--AaB03x\r\n"
                      "Content-Disposition: form-data; name=\"text\"\r\n\r\n"
                      "some words\r\n"
                      "--AaB03x\r\n"
                      "Content-Disposition: form-data; name=\"up\"; filename=\"a b.txt\"\r\n"
                      "Content-Type: text/plain; charset=utf-8\r\n\r\n"
                      "line 1\r\nline 2\r\n\r\n"
                      "--AaB03x--\r\n") ==
        "part 10+47 [text]\n"
        "data [some words] of text\n"
        "part 79+106 [up] file [a b.txt] text/plain; charset=utf-8\n"
        "data [line 1\r\nline 2\r\n] of up\n"
        "Done");
}

TEST_CASE("multipart: data may look like a boundary for a while") {
  const auto data = [](std::string_view text) {
    const std::string told = run_every_way(fmt::format(
        "--AaB03x\r\nContent-Disposition: form-data; name=n\r\n\r\n{}\r\n--AaB03x--", text));
    REQUIRE(told.ends_with("] of n\nDone"));
    const std::size_t open = told.find("data [") + 6;
    return told.substr(open, told.rfind("] of n") - open);
  };
  for (const std::string_view text :
       {"\r", "\n", "\r\r\n", "\r\n-", "\r\n--AaB03", "\r\n--AaB03\r\n--AaB03", "--AaB03y", "--",
        "\r\n--aab03x", "\r\n\r\n", "-\r\n--\r\n--A", "x\r\n--AaB03-AaB03x"}) {
    INFO(std::string(text));
    CHECK(data(text) == text);
  }
}

TEST_CASE("multipart: what stands before the first boundary and behind the last is ignored") {
  const std::string_view part =
      "--AaB03x \t\r\ncontent-disposition:form-data ;name=\"n\"\r\nX: y\r\n\r\nv\r\n--AaB03x--";
  for (const std::string_view before : {"", "\r\n", "preamble\r\n", "--\r\n--A\r\n\r\r\n"}) {
    for (const std::string_view behind : {"", "\r\n", " \tx\r\nepilogue\r\n--AaB03x\r\n"}) {
      CHECK(run_every_way(fmt::format("{}{}{}", before, part, behind)) ==
            fmt::format("part {}+49 [n]\ndata [v] of n\nDone", before.size() + 12));
    }
  }
  CHECK(run_every_way("--AaB03x--") == "Done");
}

TEST_CASE("multipart: a part may be empty, with its blank line or without") {
  const std::string head = "--AaB03x\r\nContent-Disposition: form-data; name=n\r\n\r\n";
  CHECK(run_every_way(head + "\r\n--AaB03x--") == "part 10+42 [n]\ndata [] of n\nDone");
  CHECK(run_every_way(head + "--AaB03x--") == "part 10+42 [n]\ndata [] of n\nDone");
  CHECK(run_every_way(head + "\r\n\r\n--AaB03x--") == "part 10+42 [n]\ndata [\r\n] of n\nDone");
}

TEST_CASE("multipart: names are tokens or quoted, with quotes escaped and backslashes kept") {
  const auto part = [](std::string_view parameters) {
    const std::string told =
        run_every_way(with_head(fmt::format("Content-Disposition: form-data{}\r\n", parameters)));
    const std::size_t open = told.find('[');
    return told.substr(open, told.find('\n') - open);
  };
  CHECK(part("; name=plain") == "[plain]");
  CHECK(part(";NAME=\"a \\\"quoted\\\" \\\\ name\"") == "[a \"quoted\" \\ name]");
  CHECK(part("; name=n; filename=\"C:\\dir\\f.txt\"") == "[n] file [C:\\dir\\f.txt]");
  CHECK(part("; filename=\"\"; name=\"\"") == "[] file []");
  CHECK(part("; name=n; filename=\"../../etc/passwd\"") == "[n] file [../../etc/passwd]");
  CHECK(part("; name=\"caf\xc3\xa9;=,\"; other=x") == "[caf\xc3\xa9;=,]");
  CHECK(part("; name=n; filename*=UTF-8''x") == "[n]");
}

TEST_CASE("multipart: what breaks a rule is refused at its byte") {
  CHECK(last_line("--AaB03xy\r\n") == "BadDelimiter at 8");
  CHECK(last_line("--AaB03x-x") == "BadDelimiter at 9");
  CHECK(last_line("--AaB03x\rx") == "BadDelimiter at 9");
  CHECK(last_line("--AaB03x \n") == "BadDelimiter at 9");
  CHECK(last_line(with_head("Content-Type: a/b\n")) == "BadPartLineEnd at 27");
  CHECK(last_line(with_head(": x\r\n")) == "BadPartHeader at 10");
  CHECK(last_line(with_head("Name x\r\n")) == "BadPartHeader at 14");
  CHECK(last_line(with_head("Name : x\r\n")) == "BadPartHeader at 14");
  CHECK(last_line(with_head(" folded: x\r\n")) == "BadPartHeader at 10");
  CHECK(last_line(with_head("Name: a\rb\r\n")) == "BadPartHeader at 17");
  CHECK(last_line(with_head("Content-Type: a/b\r\n")) == "MissingDisposition at 29");
  CHECK(last_line(with_head("Content-Disposition: form-data\r\n")) == "MissingDisposition at 42");
  CHECK(last_line(with_head("Content-Disposition: attachment; name=n\r\n")) ==
        "BadDisposition at 31");
  CHECK(last_line(with_head("Content-Disposition: form-data; name\r\n")) == "BadDisposition at 46");
  CHECK(last_line(with_head("Content-Disposition: form-data; name=\"n\r\n")) ==
        "BadDisposition at 49");
  CHECK(last_line(with_head("Content-Disposition: form-data; name=n; name=m\r\n")) ==
        "RepeatedDisposition at 48");
  CHECK(last_line(with_head("Content-Disposition: form-data; name=n\r\n"
                            "Content-Disposition: form-data; name=n\r\n")) ==
        "RepeatedDisposition at 50");
  CHECK(last_line("") == "UnfinishedBody at 0");
  CHECK(last_line("no boundary") == "UnfinishedBody at 11");
  CHECK(last_line("--AaB03x\r\nContent-Disposition: form-data; name=n\r\n\r\nv\r\n--AaB03x") ==
        "UnfinishedBody at 63");
}

TEST_CASE("multipart: limits bite (the head of a part, the number of parts)") {
  const std::string disposition = "Content-Disposition: form-data; name=n\r\n";
  const std::size_t rest = head_room - disposition.size() - 2;
  const auto filler = [](std::size_t bytes) {
    return "X: " + std::string(bytes - 5, 'x') + "\r\n";
  };
  CHECK(last_line(with_head(disposition + filler(rest))) == "Done");
  CHECK(last_line(with_head(disposition + filler(rest + 1))) ==
        fmt::format("PartHeadTooLarge at {}", 10 + head_room));
  const std::string part = "--AaB03x\r\nContent-Disposition: form-data; name=n\r\n\r\nv\r\n";
  CHECK(last_line(part + part + part + "--AaB03x--") == "Done");
  CHECK(last_line(part + part + part + part) == "TooManyParts at 174");
}

TEST_CASE("multipart: the boundary is taken from Content-Type, if it is one") {
  CHECK(multipart_boundary("multipart/form-data; boundary=AaB03x") == "AaB03x");
  CHECK(multipart_boundary("Multipart/Form-Data;charset=utf-8 ; Boundary=\"a b'()+_,-./:=?\"") ==
        "a b'()+_,-./:=?");
  CHECK(multipart_boundary("multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxk") ==
        "----WebKitFormBoundary7MA4YWxk");
  const std::string longest(max_boundary_bytes, 'x');
  CHECK(multipart_boundary("multipart/form-data; boundary=" + longest) == longest);
  for (const char* none :
       {"", "text/plain; boundary=x", "multipart/mixed; boundary=x", "multipart/form-data",
        "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
        "multipart/form-data boundary=x", "multipart/form-data; boundary=\"x \"",
        "multipart/form-data; boundary=\"a\\b\"", "multipart/form-data; boundary=\"a",
        "multipart/form-data; boundary=a#", "multipart/form-data; boundary=a b",
        "multipart/form-data; boundary=a; boundary=b"}) {
    INFO(none);
    CHECK_FALSE(multipart_boundary(none));
  }
  CHECK_FALSE(multipart_boundary("multipart/form-data; boundary=" + longest + "x"));
}

TEST_CASE("multipart: boundaries of every length, and data of every byte, come through") {
  std::string data;
  for (int byte = 0; byte < 256; ++byte) data += static_cast<char>(byte);
  for (std::size_t length = 1; length <= max_boundary_bytes; length += 23) {
    const std::string boundary(length, '-');
    MultipartRunner runner(boundary);
    const std::string body =
        fmt::format("--{0}\r\nContent-Disposition: form-data; name=n\r\n\r\n{1}\r\n--{0}--\r\n",
                    boundary, data);
    for (const char& byte : body) runner.feed({&byte, 1});
    CHECK(runner.finish().find(data) != std::string::npos);
  }
}

TEST_CASE("multipart: every error has a sentence, a status and a section") {
  std::set<std::string_view> names;
  for (const MultipartErrorRow& row : multipart_errors) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(row.sentence.ends_with("."));
    CHECK((row.status == 400 || row.status == 413));
    CHECK(row.section.starts_with("RFC "));
  }
}
