// A request as the parser and Request::apply make it of a text, for tests of what reads its fields:
// conditions, Accept-Encoding, the host. The text is kept beside it, for its ranges point there. A
// text that is no whole request fails the test.
#pragma once

#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "core/http/message.h"
#include "core/http/request_parser.h"

namespace roundtrip::http {

struct RequestOf {
  std::string text;
  Request request;

  explicit RequestOf(std::string_view whole) : text(whole) {
    RequestParser parser;
    Step step = parser.next(bytes());
    for (; step.kind == StepKind::Told; step = parser.next(bytes())) request.apply(step.token);
    INFO(text);
    REQUIRE(step.kind == StepKind::Done);
  }
  // A request with these header lines, each with CR and LF.
  RequestOf(std::string_view method, std::string_view lines)
      : RequestOf(std::string(method) + " / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) +
                  "\r\n") {}

  StreamBytes bytes() const { return {text, 0}; }
};

}  // namespace roundtrip::http
