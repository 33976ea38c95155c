#include "core/http/router.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace roundtrip;
using namespace roundtrip::http;

namespace {

Router seed_router() {
  Router router;
  for (const char* pattern : {"GET /hello", "POST /echo", "/"}) REQUIRE(router.add(pattern).ok());
  return router;
}

std::string considered(const Router& router, std::string_view method, std::string_view path) {
  std::vector<std::string> lines;
  Matching matching(router, method, path);
  while (const auto candidate = matching.next()) {
    lines.push_back(
        fmt::format("{}: {}", candidate->route->pattern, verdict_name(candidate->verdict)));
  }
  const RouteMatch match = matching.match();
  std::string outcome = "not found";
  if (match.outcome == RouteOutcome::Found) outcome = router.route(match.route).pattern;
  if (match.outcome == RouteOutcome::MethodNotAllowed) outcome = fmt::format("405 {}", match.allow);
  return fmt::format("{} -> {}", fmt::join(lines, ", "), outcome);
}

}  // namespace

TEST_CASE("router: the longest path decides, and then the method") {
  const Router router = seed_router();
  CHECK(considered(router, "GET", "/hello") ==
        "GET /hello: Wins, POST /echo: PathDiffers, /: LessSpecific -> GET /hello");
  CHECK(considered(router, "HEAD", "/hello") ==
        "GET /hello: Wins, POST /echo: PathDiffers, /: LessSpecific -> GET /hello");
  CHECK(considered(router, "POST", "/hello") ==
        "GET /hello: MethodDiffers, POST /echo: PathDiffers, /: LessSpecific -> 405 GET, HEAD");
  CHECK(considered(router, "GET", "/hello/") ==
        "GET /hello: PathDiffers, POST /echo: PathDiffers, /: Wins -> /");
  CHECK(considered(router, "OPTIONS", "*") ==
        "GET /hello: PathDiffers, POST /echo: PathDiffers, /: PathDiffers -> not found");
}

TEST_CASE("router: subtrees, and methods before any method") {
  Router router;
  for (const char* pattern :
       {"/files/", "/files/new/", "/item", "PUT /item", "GET /item", "DELETE /only"}) {
    REQUIRE(router.add(pattern).ok());
  }
  CHECK(router.route(match(router, "GET", "/files/a/b").route).pattern == "/files/");
  CHECK(router.route(match(router, "GET", "/files/new/b").route).pattern == "/files/new/");
  CHECK(match(router, "GET", "/files").outcome == RouteOutcome::NotFound);
  CHECK(router.route(match(router, "PUT", "/item").route).pattern == "PUT /item");
  CHECK(router.route(match(router, "PATCH", "/item").route).pattern == "/item");
  CHECK(match(router, "GET", "/only").allow == "DELETE");
}

TEST_CASE("router: the Allow list names every method of the path, in order") {
  Router router;
  for (const char* pattern : {"PUT /x", "GET /x", "DELETE /x", "PATCH /y"}) {
    REQUIRE(router.add(pattern).ok());
  }
  CHECK(match(router, "POST", "/x").allow == "DELETE, GET, HEAD, PUT");
}

TEST_CASE("router: patterns that are none, or are there already, are refused") {
  Router router = seed_router();
  CHECK(router.add("GET /hello").error() ==
        "the route \"GET /hello\" is there already, added as \"GET /hello\"");
  for (const char* pattern :
       {"", "hello", "GET", "GET hello", " /x", "G(T /x", "GET  /x", "/a b"}) {
    INFO(pattern);
    CHECK_FALSE(router.add(pattern).ok());
  }
  CHECK(router.add("HEAD /hello").ok());
  CHECK(router.routes().size() == 4);
}

TEST_CASE("router: every verdict has its sentence") {
  for (Verdict verdict : {Verdict::Wins, Verdict::PathDiffers, Verdict::MethodDiffers,
                          Verdict::LessSpecific}) {
    CHECK(verdict_sentence(verdict).ends_with("."));
  }
}

TEST_CASE("router: /{$} is the slash alone, and all below it is another route") {
  Router router;
  for (const char* pattern : {"GET /{$}", "GET /files/", "POST /files/{$}"}) {
    REQUIRE(router.add(pattern).ok());
  }
  CHECK(router.route(match(router, "GET", "/").route).pattern == "GET /{$}");
  CHECK(match(router, "GET", "/other").outcome == RouteOutcome::NotFound);
  CHECK(match(router, "POST", "/").allow == "GET, HEAD");
  CHECK(router.route(match(router, "POST", "/files/").route).pattern == "POST /files/{$}");
  CHECK(match(router, "GET", "/files/").allow == "POST");
  CHECK(router.route(match(router, "GET", "/files/x").route).pattern == "GET /files/");
  CHECK_FALSE(router.add("GET /{$}").ok());
  CHECK(router.knows("POST"));
  CHECK_FALSE(router.knows("BREW"));
}
