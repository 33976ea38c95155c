#include "core/http/router.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
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
        fmt::format("{}: {}", candidate->route->pattern.text, verdict_name(candidate->verdict)));
  }
  const RouteMatch match = matching.match();
  std::string outcome = "not found";
  if (match.outcome == RouteOutcome::Found) outcome = router.route(match.route).pattern.text;
  if (match.outcome == RouteOutcome::MethodNotAllowed) {
    outcome = fmt::format("405 {}", router.allow(match.allowed));
  }
  return fmt::format("{} -> {}", fmt::join(lines, ", "), outcome);
}

// The pattern that answers; empty where none does.
std::string winner(const Router& router, std::string_view method, std::string_view path) {
  const RouteMatch found = match(router, method, path);
  if (found.outcome != RouteOutcome::Found) return {};
  return router.route(found.route).pattern.text;
}

std::string allowed(const Router& router, std::string_view method, std::string_view path) {
  const RouteMatch found = match(router, method, path);
  CHECK((found.allowed != 0) == (found.outcome == RouteOutcome::MethodNotAllowed));
  return router.allow(found.allowed);
}

Router router_of(std::initializer_list<const char*> patterns) {
  Router router;
  for (const char* pattern : patterns) {
    const Result<RouteId> added = router.add(pattern);
    INFO(pattern);
    REQUIRE_MESSAGE(added.ok(), (added.ok() ? "" : added.error()));
  }
  return router;
}

// What is said of the second pattern when the first is there; empty where both may be.
std::string conflict(std::string_view first, std::string_view second) {
  Router router;
  REQUIRE(router.add(first).ok());
  const Result<RouteId> added = router.add(second);
  return added.ok() ? "" : added.error();
}

}  // namespace

TEST_CASE("router: the most specific route that fits path and method answers") {
  const Router router = seed_router();
  CHECK(considered(router, "GET", "/hello") ==
        "GET /hello: Wins, POST /echo: PathDiffers, /: LessSpecific -> GET /hello");
  CHECK(considered(router, "HEAD", "/hello") ==
        "GET /hello: Wins, POST /echo: PathDiffers, /: LessSpecific -> GET /hello");
  CHECK(considered(router, "POST", "/hello") ==
        "GET /hello: MethodDiffers, POST /echo: PathDiffers, /: Wins -> /");
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
  CHECK(winner(router, "GET", "/files/a/b") == "/files/");
  CHECK(winner(router, "GET", "/files/new/b") == "/files/new/");
  CHECK(match(router, "GET", "/files").outcome == RouteOutcome::NotFound);
  CHECK(winner(router, "PUT", "/item") == "PUT /item");
  CHECK(winner(router, "PATCH", "/item") == "/item");
  CHECK(allowed(router, "GET", "/only") == "DELETE");
}

TEST_CASE("router: the Allow list names every method of the path, in order") {
  Router router;
  for (const char* pattern : {"PUT /x", "GET /x", "DELETE /x", "PATCH /y"}) {
    REQUIRE(router.add(pattern).ok());
  }
  CHECK(allowed(router, "POST", "/x") == "DELETE, GET, HEAD, PUT");
}

TEST_CASE("router: patterns that are none, or are there already, are refused") {
  Router router = seed_router();
  CHECK(router.add("GET /hello").error() ==
        "the route \"GET /hello\" matches the same requests as \"GET /hello\", which was added "
        "before");
  for (const char* pattern :
       {"", "hello", "GET", "GET hello", " /x", "G(T /x", "GET  /x", "/a b",
        "/a//b", "/a/../b", "/%4", "/%00", "/{}", "/{a}b", "/b{a}", "/{a", "/a}", "/{a.b}",
        "/{1a}", "/{a}/{a}", "/{a}/{a...}", "/{$}/x", "/{a...}/x", "/{...}", "/{a...}/"}) {
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
  CHECK(winner(router, "GET", "/") == "GET /{$}");
  CHECK(match(router, "GET", "/other").outcome == RouteOutcome::NotFound);
  CHECK(allowed(router, "POST", "/") == "GET, HEAD");
  CHECK(winner(router, "POST", "/files/") == "POST /files/{$}");
  CHECK(winner(router, "GET", "/files/") == "GET /files/");
  CHECK(allowed(router, "PUT", "/files/") == "GET, HEAD, POST");
  CHECK(winner(router, "GET", "/files/x") == "GET /files/");
  CHECK_FALSE(router.add("GET /{$}").ok());
  CHECK(router.knows("POST"));
  CHECK_FALSE(router.knows("BREW"));
}

TEST_CASE("router: 405 is for paths only that nothing else answers, with the methods of all") {
  const Router router = router_of({"GET /a/{x}", "PUT /a/b", "DELETE /a/", "/c/"});
  CHECK(considered(router, "GET", "/a/b") ==
        "PUT /a/b: MethodDiffers, GET /a/{x}: Wins, DELETE /a/: MethodDiffers, /c/: PathDiffers "
        "-> GET /a/{x}");
  CHECK(allowed(router, "POST", "/a/b") == "DELETE, GET, HEAD, PUT");
  CHECK(allowed(router, "POST", "/a/c") == "DELETE, GET, HEAD");
  CHECK(allowed(router, "POST", "/a/c/d") == "DELETE");
  CHECK(winner(router, "POST", "/c/d") == "/c/");
  CHECK(match(router, "POST", "/d").outcome == RouteOutcome::NotFound);
}

TEST_CASE("router: the order in which routes are added changes nothing") {
  std::vector<std::string> patterns{"/{a}/{b}", "/x/{b}", "GET /x/y", "/{a}/", "/", "/x/{b}/{$}",
                                    "/x/{b}/{rest...}", "GET /x/{other}", "HEAD /x/y"};
  std::sort(patterns.begin(), patterns.end());
  std::string first;
  for (int round = 0; round < 500; ++round) {
    Router router;
    for (const std::string& pattern : patterns) REQUIRE(router.add(pattern).ok());
    std::string told;
    for (const char* path : {"/x/y", "/x/z", "/x/z/", "/x/z/w", "/x/", "/w/z", "/w"}) {
      for (const char* method : {"GET", "HEAD", "PUT"}) {
        told += fmt::format("{} {} -> {}\n", method, path, winner(router, method, path));
      }
    }
    if (first.empty()) first = told;
    REQUIRE(told == first);
    std::next_permutation(patterns.begin(), patterns.end());
    std::rotate(patterns.begin(), patterns.begin() + round % 5, patterns.end());
  }
  CHECK(first ==
        "GET /x/y -> GET /x/y\nHEAD /x/y -> HEAD /x/y\nPUT /x/y -> /x/{b}\n"
        "GET /x/z -> GET /x/{other}\nHEAD /x/z -> GET /x/{other}\nPUT /x/z -> /x/{b}\n"
        "GET /x/z/ -> /x/{b}/{$}\nHEAD /x/z/ -> /x/{b}/{$}\nPUT /x/z/ -> /x/{b}/{$}\n"
        "GET /x/z/w -> /x/{b}/{rest...}\nHEAD /x/z/w -> /x/{b}/{rest...}\n"
        "PUT /x/z/w -> /x/{b}/{rest...}\nGET /x/ -> /{a}/\nHEAD /x/ -> /{a}/\nPUT /x/ -> /{a}/\n"
        "GET /w/z -> /{a}/{b}\nHEAD /w/z -> /{a}/{b}\nPUT /w/z -> /{a}/{b}\n"
        "GET /w -> /\nHEAD /w -> /\nPUT /w -> /\n");
}

TEST_CASE("router: routes that overlap are refused, and the sentence names both") {
  CHECK(conflict("/{a}/b", "/a/{b}") ==
        "the route \"/a/{b}\" conflicts with \"/{a}/b\": some requests match both, and neither is "
        "more specific");
  CHECK(conflict("GET /", "/index.html").find("conflicts") != std::string::npos);
  CHECK(conflict("/{a}/b/", "/a/").find("conflicts") != std::string::npos);
  CHECK(conflict("/{a}", "/{b}").find("matches the same") != std::string::npos);
  CHECK(conflict("/a/", "/a/{rest...}").find("matches the same") != std::string::npos);
  CHECK(conflict("/a%41", "/aA").find("matches the same") != std::string::npos);
  for (const auto& [first, second] :
       {std::pair{"/{a}/b", "/a/b"}, {"/a/", "/a/{$}"}, {"/a", "/a/"}, {"/{a}", "/{a}/"},
        {"GET /{a}/b", "POST /a/{b}"}, {"GET /a", "HEAD /a"}, {"/{a}", "/{$}"},
        {"/{a}/{$}", "/a/{b}"}, {"/", "/{a}/{b}"}, {"/a%2Fb", "/a/b"}}) {
    INFO(first << " and " << second);
    CHECK(conflict(first, second) == "");
    CHECK(conflict(second, first) == "");
  }
}

TEST_CASE("router: wildcards have values, which are parts of the path") {
  const Router router =
      router_of({"/users/{user}/posts/{post}", "/files/{path...}", "/plain/", "/in/{lang}/{$}"});
  const auto value = [&](std::string_view path, std::string_view name) -> std::string {
    const RouteMatch found = match(router, "GET", path);
    REQUIRE(found.outcome == RouteOutcome::Found);
    const auto range = router.wildcard(found.route, path, name);
    return range ? fmt::format("[{}]", path.substr(range->offset, range->length)) : "none";
  };
  CHECK(value("/users/ann/posts/17", "user") == "[ann]");
  CHECK(value("/users/ann/posts/17", "post") == "[17]");
  CHECK(value("/users/ann/posts/17", "posts") == "none");
  CHECK(value("/files/a/b.txt", "path") == "[a/b.txt]");
  CHECK(value("/files/", "path") == "[]");
  CHECK(value("/files/a%2Fb", "path") == "[a%2Fb]");
  CHECK(value("/plain/x", "") == "none");
  CHECK(value("/in/en/", "lang") == "[en]");
}

TEST_CASE("router: a wildcard is one segment that is not empty, an escaped slash is inside it") {
  const Router router = router_of({"/a/{x}", "/b/{x}/c"});
  CHECK(winner(router, "GET", "/a/y") == "/a/{x}");
  CHECK(winner(router, "GET", "/a/y%2Fz") == "/a/{x}");
  for (const char* path : {"/a/", "/a", "/a/y/", "/a/y/z", "/b//c", "/b/c", "*", ""}) {
    INFO(path);
    CHECK(winner(router, "GET", path) == "");
  }
}

TEST_CASE("router: a path that lacks the slash of a subtree says so, unless it is one itself") {
  const Router router = router_of({"/tree/", "/", "/both/", "/both", "GET /got/{x}/{$}"});
  CHECK(match(router, "GET", "/tree").slash_missing);
  CHECK(winner(router, "GET", "/tree") == "/");
  CHECK(match(router, "GET", "/got/it").slash_missing);
  for (const char* path : {"/both", "/tree/", "/tree/x", "/other", "/"}) {
    INFO(path);
    CHECK_FALSE(match(router, "GET", path).slash_missing);
  }
  CHECK_FALSE(match(router, "PUT", "/got/it").slash_missing);
}
