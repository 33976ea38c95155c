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
  const RouteMatch match =
      router.match(method, path, [&](const Route& route, Verdict verdict) {
        lines.push_back(fmt::format("{}: {}", route.pattern, verdict_name(verdict)));
      });
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
  CHECK(router.route(router.match("GET", "/files/a/b").route).pattern == "/files/");
  CHECK(router.route(router.match("GET", "/files/new/b").route).pattern == "/files/new/");
  CHECK(router.match("GET", "/files").outcome == RouteOutcome::NotFound);
  CHECK(router.route(router.match("PUT", "/item").route).pattern == "PUT /item");
  CHECK(router.route(router.match("PATCH", "/item").route).pattern == "/item");
  CHECK(router.match("GET", "/only").allow == "DELETE");
}

TEST_CASE("router: the Allow list names every method of the path, in order") {
  Router router;
  for (const char* pattern : {"PUT /x", "GET /x", "DELETE /x", "PATCH /y"}) {
    REQUIRE(router.add(pattern).ok());
  }
  CHECK(router.match("POST", "/x").allow == "DELETE, GET, HEAD, PUT");
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
