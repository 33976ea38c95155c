// The desk with files: saving, opening, and what stands behind them.
#include <fstream>
#include <sstream>

#include "tests/app/desk_driver.h"

namespace roundtrip::app {
namespace {

using namespace viz;

std::string content_of(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void write(const std::string& file, const std::string& text) { std::ofstream(file) << text; }

}  // namespace

TEST_CASE("desk files: a trace is saved beside the screen, opened, and the live one is behind it") {
  const Folder folder;
  DeskDriver driver(live_session());
  driver.send();
  const std::uint64_t count = driver.end();
  driver.act(Save{folder / "a.trace.json"});
  driver.until_rest();
  CHECK(driver.status().good_news);
  CHECK(driver.status().notice.starts_with("Saved "));
  driver.act(Open{folder / "a.trace.json"});
  driver.until_rest();
  CHECK(!driver.status().live);
  CHECK(driver.status().live_behind);
  CHECK(driver.status().file == "a.trace.json");
  CHECK(driver.status().notice == "");
  CHECK(driver.end() == count);
  CHECK(driver.desk.session().trace().info().pid == static_cast<std::uint64_t>(getpid()));
  // Send shows the live one again.
  driver.send();
  CHECK(driver.status().live);
  CHECK(driver.phase() == "connection.connect");
}

TEST_CASE("desk files: a name is proposed that fits what the trace holds, and the folder is said") {
  const Folder folder;
  DeskOptions options;
  options.scenario = "01-hello";
  DeskDriver driver(live_session(), std::move(options));
  const auto proposed = [&driver] {
    driver.act(Save{});
    REQUIRE(driver.status().question);
    CHECK(driver.status().question->folder == std::filesystem::current_path().string());
    const std::string path = driver.status().question->path;
    driver.act(Dismiss{});
    return path;
  };
  // Nothing of the scenario has happened yet.
  CHECK(proposed().starts_with("live-20"));
  driver.send();
  CHECK(proposed() == "01-hello.trace.json");
  driver.send();
  const std::string live = proposed();
  CHECK(live.starts_with("live-20"));
  CHECK(live.size() == std::string("live-2026-11-27-1218.trace.json").size());
  driver.act(Save{folder / "mine.trace.json"});
  driver.until_rest();
  driver.act(Open{folder / "mine.trace.json"});
  driver.until_rest();
  CHECK(proposed() == "mine.trace.json");
}

TEST_CASE("desk files: no file is written over without a warning") {
  const Folder folder;
  const std::string file = folder / "mine.trace.json";
  write(file, "mine");
  DeskDriver driver(live_session());
  driver.send();
  driver.act(Save{file});
  driver.until_rest();
  REQUIRE(driver.status().question);
  CHECK(driver.status().question->problem.find("once more") != std::string::npos);
  CHECK(content_of(file) == "mine");
  // Typing another name, and this one again, is warned of again.
  driver.act(TypePath{file});
  driver.act(Save{file});
  driver.until_rest();
  CHECK(content_of(file) == "mine");
  driver.act(Save{file});
  driver.until_rest();
  CHECK(!driver.status().question);
  CHECK(content_of(file) != "mine");
}

TEST_CASE("desk files: a folder that is not there keeps the question open") {
  const Folder folder;
  DeskDriver driver(live_session());
  driver.send();
  driver.act(Save{folder / "no/such/folder.trace.json"});
  driver.until_rest();
  REQUIRE(driver.status().question);
  CHECK(driver.status().question->save);
  CHECK(driver.status().question->problem != "");
  driver.act(Open{folder / "absent.trace.json"});
  driver.until_rest();
  REQUIRE(driver.status().question);
  CHECK(!driver.status().question->save);
  CHECK(driver.status().question->problem.find("absent.trace.json") != std::string::npos);
}

TEST_CASE("desk files: Open proposes what was saved or opened last, while that is there") {
  const Folder folder;
  DeskDriver driver(live_session());
  driver.send();
  const auto proposed = [&driver] {
    driver.act(Open{});
    REQUIRE(driver.status().question);
    const std::string path = driver.status().question->path;
    driver.act(Dismiss{});
    return path;
  };
  for (const char* name : {"first.trace.json", "second.trace.json"}) {
    driver.act(Save{folder / name});
    driver.until_rest();
    CHECK(proposed() == folder / name);
  }
  driver.act(Open{folder / "first.trace.json"});
  driver.until_rest();
  CHECK(proposed() == folder / "first.trace.json");
  driver.act(Open{folder / "absent.trace.json"});
  driver.until_rest();
  CHECK(proposed() == folder / "first.trace.json");
  std::filesystem::remove(folder / "first.trace.json");
  CHECK(proposed() != folder / "first.trace.json");
}

TEST_CASE("desk files: what can be read of a bad file is shown, and why no more") {
  const Folder folder;
  const std::string good = folder / "good.trace.json";
  DeskDriver driver(live_session());
  driver.send();
  const std::uint64_t count = driver.end();
  driver.act(Save{good});
  driver.until_rest();
  std::string text = content_of(good);
  const std::size_t lie = text.find("\"bytes\":[\"c1.in\",0,");
  REQUIRE(lie != std::string::npos);
  text.replace(lie, 19, "\"bytes\":[\"c1.in\",9999999999999,");
  write(folder / "lie.trace.json", text);
  driver.act(Open{folder / "lie.trace.json"});
  driver.until_rest();
  CHECK(!driver.status().live);
  CHECK(driver.status().notice.find("line ") != std::string::npos);
  CHECK(driver.end() > 10);
  CHECK(driver.end() < count);
}

TEST_CASE("desk files: a trace that names no scenario opens without a complaint") {
  const Folder folder;
  const std::string file = folder / "served.trace.json";
  {
    DeskDriver driver(live_session());
    driver.send();
    driver.act(Save{file});
    driver.until_rest();
  }
  auto opened = Session::open(file);
  REQUIRE(opened.ok());
  DeskDriver driver(std::move(*opened), {.scenario = "", .file = "served.trace.json",
                                         .notice = "", .settings = {}});
  driver.until_rest();
  CHECK(driver.status().notice == "");
  CHECK(!driver.desk.state().lesson);
  CHECK(driver.status().file == "served.trace.json");
  // There is no server: what needs one says so, and nothing else happens.
  driver.act(Send{});
  CHECK(driver.status().notice.find("no server") != std::string::npos);
  driver.act(HoldNext{true});
  driver.act(ChooseScenario{"01-hello"});
  driver.until_rest();
  CHECK(!driver.status().live);
}

TEST_CASE("desk files: a lesson that is chosen while a file is shown starts the server behind it") {
  const Folder folder;
  const std::string file = folder / "a.trace.json";
  DeskDriver driver(live_session());
  driver.send();
  driver.act(Save{file});
  driver.until_rest();
  driver.act(Open{file});
  // At once, while the file may still be read.
  driver.act(ChooseScenario{"02-keep-alive"});
  driver.until("a live server for it", [&] {
    return driver.desk.session().trace().info().scenario == "02-keep-alive" &&
           !driver.desk.restless();
  });
  CHECK(driver.status().live);
  CHECK(!driver.status().live_behind);
}

namespace {

void fail_to_start_anew(bool behind_a_file) {
  const Folder folder;
  const std::string file = folder / "a.trace.json";
  bool fails = true;
  DeskOptions options;
  options.start = [&fails](SessionOptions fresh) -> Result<std::unique_ptr<Session>> {
    if (fails) return Error{"no port is free"};
    return Session::start(std::move(fresh));
  };
  DeskDriver driver(live_session(), options);
  driver.send();
  driver.act(Save{file});
  driver.until_rest();
  if (behind_a_file) driver.act(Open{file});
  driver.until_rest();
  const std::uint64_t end = driver.end();
  driver.act(ChooseScenario{"02-keep-alive"});
  driver.until_rest();
  CHECK(driver.status().notice == "no port is free");
  CHECK(!driver.status().live);
  CHECK(driver.end() >= end);
  // What the old server recorded is still there; what needs a server says that there is none.
  driver.act(Send{});
  CHECK(driver.status().notice.find("no server") != std::string::npos);
  driver.act(HoldNext{true});
  driver.act(ShowLive{});
  driver.until_rest();
  CHECK(driver.end() >= end);
  // The next choice tries again.
  fails = false;
  driver.act(ChooseScenario{"02-keep-alive"});
  driver.until_rest();
  CHECK(driver.status().live);
  driver.send();
  CHECK(driver.phase() == "connection.connect");
}

}  // namespace

TEST_CASE("desk files: a server that can't start anew leaves its trace, and no crash") {
  fail_to_start_anew(false);
}

TEST_CASE("desk files: the same behind a file that is shown") { fail_to_start_anew(true); }

}  // namespace roundtrip::app
