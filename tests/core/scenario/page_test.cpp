// Pages: what they become, what is wrong with them and on which line, and that no text does harm.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "core/scenario/limits.h"
#include "tests/core/scenario/recorded_run.h"
#include "tests/source_dir.h"

namespace roundtrip::scenario {

namespace {

std::string page(std::string_view rest) {
  return fmt::format("# T\n\n```http\nGET / HTTP/1.1\n\n```\n{}", rest);
}

std::string error_of(std::string_view text) {
  const Result<Scenario> scenario = parse_scenario(text, "99-test");
  return scenario ? std::string("none") : scenario.error();
}

std::string bytes_of(std::string_view block) {
  return parsed(fmt::format("# T\n```http\n{}\n```\n", block)).steps.at(0).bytes;
}

}  // namespace

TEST_CASE("page: title, prose, steps and stops come in reading order") {
  const Scenario scenario = parsed(
      "# A title\n\nFirst words.\n\n```json settings\n{\"minutes\": 7, \"idle_timeout_ms\": 90}\n"
      "```\n\n```http client=2 repeat=3 pause_ms=40 status=200 label=\"three times\"\n"
      "GET / HTTP/1.1\n"
      "\n```\nMore words.\n```stop at=read.header nth=2\nquestion: Which\n  one?\nanswer: This.\n"
      "```\n\n```text\nkept as it is\n```\n");
  CHECK_EQ(scenario.title, "A title");
  CHECK_EQ(scenario.settings.minutes, 7);
  CHECK_EQ(scenario.settings.idle_timeout_ms, 90);
  CHECK_FALSE(scenario.settings.workers);
  REQUIRE_EQ(scenario.page.size(), 5);
  CHECK_EQ(scenario.page[0].prose, "First words.");
  CHECK(scenario.page[1].kind == PageItem::Kind::Step);
  CHECK_EQ(scenario.page[2].prose, "More words.");
  CHECK(scenario.page[3].kind == PageItem::Kind::Stop);
  CHECK_EQ(scenario.page[4].prose, "```text\nkept as it is\n```");
  const Step& step = scenario.steps.at(0);
  CHECK_EQ(step.client, 2);
  CHECK_EQ(step.repeat, 3);
  CHECK_EQ(step.pause_ms, 40);
  CHECK(step.then == Then::Read);
  CHECK_EQ(step.status, 200);
  CHECK_EQ(step.label, "three times");
  CHECK_EQ(step.line, 9);
  CHECK_EQ(step.bytes, "GET / HTTP/1.1\r\n\r\n");
  CHECK_EQ(step.shown, "GET / HTTP/1.1\n");
  CHECK_EQ(scenario.stops.at(0).question, "Which one?");
  CHECK_EQ(scenario.stops.at(0).answer, "This.");
  CHECK(scenario.stops.at(0).at == trace::Phase::ReadHeader);
  CHECK_EQ(scenario.stops.at(0).nth, 2);
}

TEST_CASE("page: a load stands alone, with its clients, target and label") {
  const Scenario scenario = parsed(
      "# T\n```json settings\n{\"model\": \"threads\"}\n```\n"
      "```load clients=1000 target=/slow?ms=5 label=\"a crowd\"\n```\n```load\n```\n");
  CHECK(scenario.settings.model == trace::Model::Threads);
  REQUIRE_EQ(scenario.loads.size(), 2);
  CHECK_EQ(scenario.loads[0].clients, 1'000);
  CHECK_EQ(scenario.loads[0].target, "/slow?ms=5");
  CHECK_EQ(scenario.loads[0].label, "a crowd");
  CHECK_EQ(scenario.loads[0].line, 5);
  CHECK_EQ(scenario.loads[1].clients, 1);
  CHECK_EQ(scenario.loads[1].target, "/hello");
  CHECK(scenario.page[0].kind == PageItem::Kind::Load);
  CHECK_EQ(scenario.page[1].index, 1);
}

TEST_CASE("page: a mark behind the last byte marks nothing, and is refused") {
  CHECK_EQ(error_of("# T\n```http\nGET / HTTP/1.1\\^\\\n```\n"),
           "99-test, line 2: \\^ marks a byte, and none follows it");
}

TEST_CASE("page: what is wrong with a load is named with its line") {
  CHECK_EQ(error_of("# T\n```load clients=0\n```\n"),
           "99-test, line 2: clients= takes a whole number from 1 to 20000");
  CHECK_EQ(error_of("# T\n```load target=hello\n```\n"),
           "99-test, line 2: target= is a path, such as /hello");
  CHECK_EQ(error_of("# T\n```load target=\"/a b\"\n```\n"),
           "99-test, line 2: target= is a path, such as /hello");
  CHECK_EQ(error_of("# T\n```load rate=3\n```\n"),
           "99-test, line 2: a load knows clients=, target= and label=");
  CHECK_EQ(error_of("# T\n```load\nGET /\n```\n"),
           "99-test, line 3: nothing stands in a load's block");
  CHECK_EQ(error_of("# T\n```json settings\n{\"model\": \"fibers\"}\n```\n```load\n```\n"),
           "99-test, line 2: the setting \"model\" is tasks, threads or single");
}

TEST_CASE("page: expectations hold on a rung, and may be negative") {
  const Scenario scenario =
      parsed(page("```expect on=stamps\nread.segment not read.rejected\n```\n"));
  REQUIRE_EQ(scenario.expectations.size(), 2);
  CHECK(scenario.expectations[0].occurs);
  CHECK(scenario.expectations[0].on == Rung::Stamps);
  CHECK_FALSE(scenario.expectations[1].occurs);
}

TEST_CASE("page: escapes give exact bytes") {
  CHECK_EQ(bytes_of("a"), "a\r\n");
  CHECK_EQ(bytes_of("a\\\nb"), "ab\r\n");
  CHECK_EQ(bytes_of("a\\r\\n\\t\\\\\\x00\\xfF\\"), std::string("a\r\n\t\\\0\xff", 7));
  CHECK_EQ(bytes_of("\\{ab*3}c\\"), "abababc");
  CHECK_EQ(bytes_of("\\{x\\r\\n*2}\\"), "x\r\nx\r\n");
  CHECK_EQ(bytes_of("\\{a*0}\\"), "");
  CHECK_EQ(bytes_of(""), "\r\n");
}

TEST_CASE("page: a mark stands for no byte and tells where") {
  const Step step = parsed("# T\n```http\nab\nc\\^d\n```\n").steps.at(0);
  CHECK_EQ(step.bytes, "ab\r\ncd\r\n");
  CHECK_EQ(step.blamed_at, 5);
}

TEST_CASE("page: what is shown is what goes out, shortened, and the byte that is blamed") {
  const auto shown = [](std::string_view block) {
    const Step step = parsed(fmt::format("# T\n```http\n{}\n```\n", block)).steps.at(0);
    std::string text = step.shown;
    if (!step.shown_blamed) return text;
    text.insert(step.shown_blamed->end(), ">");
    return text.insert(step.shown_blamed->offset, "<");
  };
  CHECK_EQ(shown("G\\^{T / HTTP/1.1\nHost: a\n"), "G<{>T / HTTP/1.1\nHost: a\n");
  CHECK_EQ(shown("GET /\\{a*7995}\\^a HTTP/1.1"), "GET /[7995 \u00d7 a]<a> HTTP/1.1");
  CHECK_EQ(shown("\\{X: 1\\r\\n*99}\\\n\\^X: 1"), "[99 \u00d7 X: 1\\r\\n]\n<X>: 1");
  CHECK_EQ(shown("GET /hello\\^\nHost: a"), "GET /hello<\\r>\\n\nHost: a");
  CHECK_EQ(shown("Host: a\\^\\n\\\nAccept: b"), "Host: a<\\n>\nAccept: b");
  CHECK_EQ(shown("Host: loc\\"), "Host: loc");
}

TEST_CASE("page: line ends of another system are the same page") {
  const std::string text = "# T\n\n```http\nGET / HTTP/1.1\n\n```\n";
  std::string other;
  for (const char c : text) other += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK_EQ(parsed(other).steps.at(0).bytes, parsed(text).steps.at(0).bytes);
}

TEST_CASE("page: what is wrong is said in a sentence with its line") {
  const auto says = [](std::string_view text, std::string_view line, std::string_view part) {
    const std::string error = error_of(text);
    INFO(error);
    CHECK(error.find(fmt::format("99-test, line {}: ", line)) == 0);
    CHECK(error.find(part) != std::string::npos);
  };
  says("", "1", "title");
  says("no title\n", "1", "title");
  says("# T\n\nwords\n", "3", "no http block");
  says("# T\n```http\nGET\n", "2", "not closed");
  says(page("```stop at=read.heder\nquestion: a\nanswer: b\n```\n"), "7", "names no phase");
  says(page("```stop at=read.header\nquestion: a\n```\n"), "7", "answer");
  says(page("```stop at=read.header nth=0\nquestion: a\nanswer: b\n```\n"), "7", "nth=");
  says(page("\n```expect\nread.header\nread.nothing\n```\n"), "10", "read.header");
  says(page("```expect on=wire\nread.header\n```\n"), "7", "on=lab");
  says(page("```expect\nread.header not\n```\n"), "8", "not");
  says(page("```http client=0\n```\n"), "7", "client=");
  says(page("```http client=65\n```\n"), "7", "client=");
  says(page("```http repeat=x\n```\n"), "7", "repeat=");
  says(page("```http pause_ms=0\n```\n"), "7", "pause_ms=");
  says(page("```http pause_ms=10001\n```\n"), "7", "pause_ms=");
  says(page("```http then=later\n```\n"), "7", "then=");
  says(page("```http colour=red\n```\n"), "7", "client=");
  says(page("```http client\n```\n"), "7", "name=value");
  says(page("```http label=\"a\n```\n"), "7", "quotation mark");
  says(page("```http client=1 client=1\n```\n"), "7", "twice");
  says(page("```http then=close status=200\n```\n"), "7", "status=");
  says(page("```http then=on answers=2\n```\n"), "7", "answers=");
  says(page("```http then=close repeat=2\n```\n"), "7", "repeated");
  says(page("```http then=close\n```\n```http\n```\n"), "9", "closed on line 7");
  says(page("```http closed_port=65536\n```\n"), "7", "closed_port=");
  says(page("```http closed_port=9 then=reset\n```\n"), "7", "only step");
  says(page("```http\n```\n```http closed_port=9\n```\n"), "9", "only step");
  says(page("```http client=2 closed_port=9\n```\n```http client=2\n```\n"), "9",
       "closed on line 7");
  says(page("```http closed_port=9\nGET / HTTP/1.1\n```\n"), "7", "sends nothing");
  const std::string stop = "```http then=stop\n```\n";
  says(page("```http then=stop repeat=2\n```\n"), "7", "repeatedly");
  says(page(stop + stop), "9", "stops on line 7 already");
  says(page(stop + "```http client=2\n```\n"), "9", "accepts nobody");
  says(page(stop + "```load\n```\n"), "9", "no load");
  says(page("```json settings\n{\"together\": true}\n```\n" + stop), "10", "in order");
  says(page("```http\nfirst\nbad \\q escape\n```\n"), "9", "no escape");
  says(page("```http\n\\x4\n```\n"), "8", "hexadecimal");
  says(page("```http\n\\^a\\^b\n```\n"), "8", "twice");
  says(page("```http\n\\{a*99999999999}\n```\n"), "8", "at most");
  says(page("```http\n\\{a*9999999999999999999999}\n```\n"), "8", "\\{text*9}");
  says(page("```http\n\\{a\n```\n"), "8", "\\{text*9}");
  says(page("```json settings\n[1]\n```\n"), "7", "object");
  says(page("```json settings\n{\"workers\": 0}\n```\n"), "7", "workers");
  says(page("```json settings\n{\"workers\": \"two\"}\n```\n"), "7", "workers");
  says(page("```json settings\n{\"colour\": 1}\n```\n"), "7", "no setting");
  says(page("```json settings\n{}\n```\n```json settings\n{}\n```\n"), "10", "line 7");
}

TEST_CASE("page: limits are named and hold") {
  CHECK(error_of(std::string(limits::page_bytes + 1, '#')).find("longer than") !=
        std::string::npos);
  CHECK(error_of(page(std::string(limits::line_bytes + 1, 'a') + "\n")).find("line 7: the line") !=
        std::string::npos);
  std::string many = "# T\n";
  for (std::size_t i = 0; i <= limits::steps; ++i) many += "```http\na\n```\n";
  CHECK(error_of(many).find("http blocks") != std::string::npos);
  const std::string large =
      fmt::format("# T\n```http repeat=9\n\\{{a*{}}}\n```\n", limits::step_bytes - 2);
  CHECK(error_of(large).find("sends more than") != std::string::npos);
  const std::string deep = std::string(4000, '[') + std::string(4000, ']');
  CHECK(error_of(page("```json settings\n" + deep + "\n```\n")).find("JSON") != std::string::npos);
}

TEST_CASE("page: no mutation of a shipped page does harm") {
  std::mt19937 random(1);
  for (const char* id : {"02-keep-alive", "03-close", "04-bad-request"}) {
    std::ifstream file(fmt::format("{}/scenarios/{}.md", source_dir(), id));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    REQUIRE_FALSE(text.empty());
    const std::string_view signs = "`=\\{}*^\"\n#:0 9x\r";
    for (int round = 0; round < 400; ++round) {
      std::string changed = text;
      for (int i = 0; i < 1 + round % 8; ++i) {
        const std::size_t at = random() % changed.size();
        switch (random() % 4) {
          case 0: changed[at] = static_cast<char>(random()); break;
          case 1: changed[at] = signs[random() % signs.size()]; break;
          case 2: changed.erase(at, random() % 40); break;
          default: changed.insert(at, changed.substr(random() % changed.size(), 60)); break;
        }
      }
      const Result<Scenario> scenario = parse_scenario(changed, "99-test");
      if (!scenario) CHECK_EQ(scenario.error().find("99-test, line "), 0);
    }
    for (std::size_t cut = 0; cut < text.size(); cut += 7) {
      const Result<Scenario> scenario = parse_scenario(text.substr(0, cut), "99-test");
      if (!scenario) CHECK_EQ(scenario.error().find("99-test, line "), 0);
    }
  }
}

TEST_CASE("pages: a missing file and a missing folder are said in a sentence") {
  const Result<Scenario> none = load_scenario("/nowhere/01-none.md");
  REQUIRE_FALSE(none);
  CHECK(none.error().find("/nowhere/01-none.md") != std::string::npos);
  CHECK_FALSE(list_scenarios("/nowhere"));
  CHECK_FALSE(load_scenario("/tmp"));
}

TEST_CASE("page: without minutes of its own it takes one a stop and one for 100 words") {
  std::string words;
  for (int i = 0; i < 101; ++i) words += "word\n";
  const std::string stop = "```stop at=read.header\nquestion: Which?\nanswer: This.\n```\n";
  CHECK_EQ(minutes_of(parsed(page(""))), 0);
  CHECK_EQ(minutes_of(parsed(page(words))), 2);
  CHECK_EQ(minutes_of(parsed(page(words + stop))), 3);
  CHECK_EQ(minutes_of(parsed(page("```json settings\n{\"minutes\": 9}\n```\n" + words))), 9);
}

TEST_CASE("pages: one that can't be run is listed with its problem") {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / "roundtrip_scenario_list_test";
  fs::create_directories(folder);
  std::ofstream(folder / "02-broken.md") << "no title\n";
  std::ofstream(folder / "01-good.md") << page("");
  std::ofstream(folder / "README.md") << "not a scenario\n";
  const auto entries = list_scenarios(folder);
  fs::remove_all(folder);
  if (!entries) FAIL(entries.error());
  REQUIRE_EQ(entries->size(), 2);
  CHECK_EQ((*entries)[0].id, "01-good");
  CHECK_EQ((*entries)[0].title, "T");
  CHECK((*entries)[1].problem.find("02-broken, line 1") == 0);
}

}  // namespace roundtrip::scenario
