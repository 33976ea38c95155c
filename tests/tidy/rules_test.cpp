#include <doctest/doctest.h>

#include "tests/tidy/rules.h"
#include "tests/tidy/tree.h"

using namespace roundtrip::tidy;

namespace {

std::string repeated(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) {
    all += text;
  }
  return all;
}

std::size_t broken_includes(const std::string& path, const std::string& include) {
  return check_includes(source_file(path, "#include " + include + "\n")).size();
}

}  // namespace

TEST_CASE("source text: comments and literals are no code") {
  CHECK(without_words("a; // b\nc;") == "a;     \nc;");
  CHECK(without_words("a /* b\nc */ d") == "a     \n     d");
  CHECK(without_words(R"(f("x\"y", 'z', 1'000);)") == R"(f(      ,    , 1'000);)");
  CHECK(without_words("R\"q(a)\" b)q\" c") == "             c");
}

TEST_CASE("source text: columns are characters, not bytes") {
  CHECK(columns_in("a → b") == 5);
}

TEST_CASE("includes: a room may include what its arrows point at") {
  CHECK(broken_includes("core/http/a.cpp", "\"core/base/result.h\"") == 0);
  CHECK(broken_includes("core/http/a.cpp", "\"core/http/token.h\"") == 0);
  CHECK(broken_includes("core/server/a.h", "\"core/net/listener.h\"") == 0);
  CHECK(broken_includes("core/scenario/a.h", "\"core/server/server.h\"") == 0);
  CHECK(broken_includes("viz/a.h", "\"viz/model/cursor.h\"") == 0);
  CHECK(broken_includes("viz/a.h", "<imgui.h>") == 0);
  CHECK(broken_includes("app/a.cpp", "<GLFW/glfw3.h>") == 0);
  CHECK(broken_includes("core/net/a.cpp", "<sys/socket.h>") == 0);
  CHECK(broken_includes("tests/viz/a.cpp", "\"core/server/server.h\"") == 0);
}

TEST_CASE("includes: a wall is not crossed") {
  CHECK(broken_includes("core/base/a.h", "\"core/trace/event.h\"") == 1);
  CHECK(broken_includes("core/http/a.cpp", "\"core/trace/event.h\"") == 1);
  CHECK(broken_includes("core/net/a.h", "\"core/server/server.h\"") == 1);
  CHECK(broken_includes("core/server/a.h", "\"core/scenario/runner.h\"") == 1);
  CHECK(broken_includes("viz/a.h", "\"core/server/server.h\"") == 1);
  CHECK(broken_includes("viz/model/a.h", "\"viz/theme.h\"") == 1);
  CHECK(broken_includes("viz/model/a.h", "<imgui.h>") == 1);
  CHECK(broken_includes("viz/a.cpp", "<GLFW/glfw3.h>") == 1);
  CHECK(broken_includes("core/http/a.h", "<netinet/in.h>") == 1);
  CHECK(broken_includes("core/trace/a.cpp", "\"tests/tidy/rules.h\"") == 1);
}

TEST_CASE("includes: our headers are named from the root") {
  CHECK(broken_includes("core/http/a.cpp", "\"token.h\"") == 1);
  CHECK(broken_includes("core/http/a.cpp", "\"../base/result.h\"") == 1);
  const auto findings = check_includes(source_file("viz/a.cpp", "\n  # include \"b.h\"\n"));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].text().starts_with("viz/a.cpp:2: \"b.h\" is in no room"));
}

TEST_CASE("length: at most 450 lines of what is code") {
  CHECK(check_length(source_file("app/a.cpp", repeated(450, "\n"))).empty());
  CHECK(check_length(source_file("app/a.cpp", repeated(451, "\n"))).size() == 1);
  CHECK(check_length(source_file("assets/a.md", repeated(451, "\n"))).empty());
}

TEST_CASE("columns: at most 100") {
  CHECK(check_columns(source_file("app/a.h", repeated(100, "→"))).empty());
  const auto findings = check_columns(source_file("app/a.sh", "\n" + repeated(101, "x")));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].line == 2);
}

TEST_CASE("marks: unfinished work is found, words that contain a mark are not") {
  const std::string mark = std::string("TO") + "DO";
  CHECK(check_marks(source_file("app/a.cpp", "// " + mark + ": later\n")).size() == 1);
  CHECK(check_marks(source_file("scenarios/a.md", mark)).size() == 1);
  CHECK(check_marks(source_file("app/a.cpp", "int MASTO" + mark + "N;\n")).empty());
}

TEST_CASE("header: opens with a comment and has its guard") {
  CHECK(check_header(source_file("app/a.h", "// One.\n// Two.\n#pragma once\n")).empty());
  CHECK(check_header(source_file("app/a.h", "// One.\n#pragma once\n")).size() == 1);
  CHECK(check_header(source_file("app/a.h", "// One.\n// Two.\nint a;\n")).size() == 1);
  CHECK(check_header(source_file("app/a.cpp", "int a;\n")).empty());
}

TEST_CASE("waits: no test sleeps") {
  const std::string sleep = "  std::this_thread::sleep_for(1s);\n";
  CHECK(check_waits(source_file("tests/core/net/a.cpp", sleep)).size() == 1);
  CHECK(check_waits(source_file("tests/core/net/a.cpp", "// no usleep here\n")).empty());
  CHECK(check_waits(source_file("core/runtime/a.cpp", sleep)).empty());
}

TEST_CASE("switches: one over states has no default, others may") {
  const auto broken = [](const std::string& body) {
    return check_switches(source_file("core/http/a.cpp", "switch (x) {\n" + body + "}\n")).size();
  };
  CHECK(broken("case State::Head: return 1;\ndefault: return 2;\n") == 1);
  CHECK(broken("case http::State::Head: { f(); } break;\ndefault: return 2;\n") == 1);
  CHECK(broken("case State::Head: return 1;\n") == 0);
  CHECK(broken("case TcpState::Listen: return 1;\ndefault: return 2;\n") == 1);
  CHECK(broken("case Unit::Bytes: return 1;\ndefault: return 2;\n") == 0);
  CHECK(broken("case 'a': return 1;\ndefault: return 2;\n") == 0);
  CHECK(broken("case State::Head: switch (c) { case 'a': break; default: break; }\n") == 0);
}

TEST_CASE("top level: holds the rooms and what git ignores") {
  const std::string ignored = "/build/\n/build-*/\n*.swp\n";
  CHECK(check_top_level({"app", "build", "build-tsan", "README.md", ".a.swp"}, ignored).empty());
  const auto findings = check_top_level({"core", "notes.md"}, ignored);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].path == "notes.md");
}

TEST_CASE("exceptions: cover one rule in one file, with a reason, as long as it is broken") {
  const auto exceptions = parse_exceptions("# why\n\napp/a.cpp length A table.\n");
  REQUIRE(exceptions.size() == 1);
  CHECK(exceptions[0].reason == "A table.");
  const Finding length{"app/a.cpp", 451, "length", "too long"};
  const Finding columns{"app/a.cpp", 7, "columns", "too wide"};
  const auto left = without_exceptions({length, columns}, exceptions);
  REQUIRE(left.size() == 1);
  CHECK(left[0].rule == "columns");
  const auto stale = without_exceptions({columns}, exceptions);
  REQUIRE(stale.size() == 2);
  CHECK(stale[1].text().starts_with("tests/tidy/exceptions.txt:3: the file keeps the rule now"));
  CHECK(without_exceptions({length}, parse_exceptions("app/a.cpp length\n")).size() == 1);
}
