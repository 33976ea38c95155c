#include "core/http/sniff.h"

#include <string>

#include <doctest/doctest.h>

using namespace roundtrip::http;

TEST_CASE("sniff: what the first bytes say") {
  CHECK(sniff_content_type("Hello, World!") == "text/plain; charset=utf-8");
  CHECK(sniff_content_type("") == "text/plain; charset=utf-8");
  CHECK(sniff_content_type("gr\xc3\xbc\xc3\x9f dich\n") == "text/plain; charset=utf-8");
  CHECK(sniff_content_type("{\"a\": 1}") == "text/plain; charset=utf-8");
  CHECK(sniff_content_type("\xEF\xBB\xBFtext") == "text/plain; charset=utf-8");
  CHECK(sniff_content_type("<!DOCTYPE HTML>\n<p>") == "text/html; charset=utf-8");
  CHECK(sniff_content_type(" \r\n\t<h1>Hi</h1>") == "text/html; charset=utf-8");
  CHECK(sniff_content_type("<!-- x") == "text/html; charset=utf-8");
  CHECK(sniff_content_type("<abbr>") == "text/plain; charset=utf-8");
  CHECK(sniff_content_type("<html") == "text/plain; charset=utf-8");
  CHECK(sniff_content_type("\n<?xml version=\"1.0\"?>") == "text/xml; charset=utf-8");
  CHECK(sniff_content_type("%PDF-1.7") == "application/pdf");
  CHECK(sniff_content_type("\x89PNG\r\n\x1A\n....") == "image/png");
  CHECK(sniff_content_type("GIF89a..") == "image/gif");
  CHECK(sniff_content_type("\xFF\xD8\xFF\xE0") == "image/jpeg");
  CHECK(sniff_content_type("\x1F\x8B\x08") == "application/x-gzip");
  CHECK(sniff_content_type(std::string_view("a\0b", 3)) == "application/octet-stream");
  CHECK(sniff_content_type("\x01") == "application/octet-stream");
}

TEST_CASE("sniff: looks at 512 bytes and no further") {
  std::string text(512, 'a');
  text += '\0';
  CHECK(sniff_content_type(text) == "text/plain; charset=utf-8");
  text[511] = '\0';
  CHECK(sniff_content_type(text) == "application/octet-stream");
}
