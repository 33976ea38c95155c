// The desk with a live server: sending, holding, choosing, hovering. tests/app/desk_files_test.cpp
// has files.
#include "app/places.h"
#include "tests/app/desk_driver.h"

namespace roundtrip::app {

using namespace viz;

TEST_CASE("desk: it starts paused on the first phase, live, with its lesson") {
  DeskDriver driver(live_session());
  driver.until("events", [&] { return driver.end() > 0; });
  CHECK(driver.desk.cursor().event == 0);
  CHECK(driver.status().live);
  CHECK(driver.status().address.starts_with("127.0.0.1:"));
  CHECK(driver.status().notice == "");
  REQUIRE(driver.desk.state().lesson);
  CHECK(driver.desk.state().lesson->scenario == "01-hello");
}

TEST_CASE("desk: Send jumps to its request and stays there (two workers)") {
  DeskDriver driver(live_session(2));
  driver.until("events", [&] { return driver.end() > 0; });
  driver.send();
  CHECK(driver.phase() == "connection.connect");
  const std::uint64_t there = driver.desk.cursor().event;
  driver.send();
  CHECK(driver.desk.cursor().event > there);
  CHECK(driver.phase() == "connection.connect");
  CHECK(driver.desk.view().index.violation_count() == 0);
}

TEST_CASE("desk: a Send that fails does not lie in wait for a stranger's request") {
  DeskDriver driver(live_session());
  driver.until("events", [&] { return driver.end() > 0; });
  {
    const NoDescriptors none;
    driver.act(Send{});
    driver.until("the errand's end", [&] { return !driver.status().sending; });
  }
  CHECK(driver.status().notice != "");
  driver.until_rest();
  const std::uint64_t end = driver.end();
  Errand stranger;
  REQUIRE(stranger.send_hello(driver.desk.session()));
  driver.until("a stranger's answer", [&] { return stranger.take_result().has_value(); });
  driver.until("a stranger's request", [&] { return driver.end() > end; });
  CHECK(driver.desk.cursor().event == 0);
}

TEST_CASE("desk: a resting pointer makes no frame") {
  DeskDriver driver(live_session());
  driver.until("events", [&] { return driver.end() > 2; });
  CHECK(driver.desk.act({Hover{}, HoverByte{}, Hover{1}}));
  CHECK(!driver.desk.act({Hover{}, HoverByte{}, Hover{1}}));
  CHECK(driver.desk.act({Hover{}, HoverByte{}, Hover{2}}));
  CHECK(driver.desk.act({Hover{}, HoverByte{}}));
  CHECK(!driver.desk.act({Hover{}, HoverByte{}}));
}

TEST_CASE("desk: a held request goes on phase by phase, and is answered when let go") {
  DeskDriver driver(live_session());
  driver.until("events", [&] { return driver.end() > 0; });
  driver.act(HoldNext{true});
  driver.frame();
  CHECK(driver.status().hold_next);
  driver.act(Send{});
  driver.until("a held request", [&] { return driver.status().held.has_value(); });
  CHECK(driver.status().sending);
  const std::string first = driver.status().held->phase;
  driver.act(ReleaseHeld{true});
  driver.until("the next stop", [&] {
    return driver.status().held && driver.status().held->phase != first;
  });
  driver.act(ReleaseHeld{false});
  driver.until_rest();
  CHECK(!driver.status().held);
  CHECK(driver.status().notice == "");
}

TEST_CASE("desk: a stop that has not come yet runs the lesson, and the view goes there") {
  DeskDriver driver(live_session());
  driver.until("the server's start", [&] {
    return viz::event_of_stop(driver.desk.view(), *driver.desk.state().lesson, 0).has_value();
  });
  REQUIRE(driver.desk.view().index.connections().empty());
  driver.act(viz::GoToStop{0});
  CHECK(driver.phase() == "startup.listen");
  driver.act(viz::GoToStop{2});
  driver.until_rest();
  CHECK(driver.phase() == "read.buffer_fill");
  CHECK(driver.status().notice.empty());
  CHECK(driver.desk.state().lesson_places.back() == viz::LessonPlace{"01-hello", 3, false});
  CHECK(driver.desk.view().index.connections().size() == 1);
  // The next one is there already: nothing runs a second time.
  driver.act(viz::GoToStop{3});
  CHECK(driver.phase() == "read.header");
  CHECK(driver.desk.view().index.connections().size() == 1);
}

TEST_CASE("desk: another lesson starts the server anew, on its port, while frames go on") {
  DeskDriver driver(live_session());
  driver.send();
  const std::string address = driver.status().address;
  driver.act(ChooseScenario{"02-keep-alive"});
  driver.act(viz::LeaveUnsaved{});
  CHECK(driver.status().live);
  driver.until_rest();
  CHECK(driver.status().live);
  CHECK(driver.status().address == address);
  CHECK(driver.status().notice == "");
  CHECK(driver.desk.session().trace().info().scenario == "02-keep-alive");
  // The program's own start is in no trace but the first, and is not missed.
  driver.until("the new server's startup", [&] { return driver.end() > 0; });
  CHECK(driver.desk.view().index.violation_count() == 0);
  driver.act(RunAgain{});
  driver.until_rest();
  CHECK(driver.status().notice == "");
  driver.until("more requests than connections", [&] {
    const auto& index = driver.desk.view().index;
    return index.requests().size() > index.connections().size();
  });
}

TEST_CASE("desk: choosing calls off a request that is held, and the last choice counts") {
  DeskDriver driver(live_session());
  driver.act(HoldNext{true});
  driver.act(Send{});
  driver.until("a held request", [&] { return driver.status().held.has_value(); });
  driver.act(ChooseScenario{"02-keep-alive"});
  driver.act(ChooseScenario{"03-close"});
  driver.act(viz::LeaveUnsaved{});
  driver.until("the last choice", [&] {
    return driver.desk.session().trace().info().scenario == "03-close" &&
           !driver.desk.restless();
  });
  CHECK(driver.status().live);
  CHECK(driver.status().notice == "");
}

TEST_CASE("desk: what is not saved does not go before that was asked") {
  DeskDriver driver(live_session());
  CHECK(driver.desk.may_close());
  driver.send();
  driver.until_rest();
  const std::uint64_t end = driver.end();
  driver.act(ChooseScenario{"02-keep-alive"});
  // Choosing once more is no answer.
  driver.act(ChooseScenario{"03-close"});
  REQUIRE(driver.status().question);
  CHECK(driver.status().question->leaving == viz::Leaving::ForLesson);
  CHECK(driver.status().question->unsaved == 1);
  driver.act(viz::Dismiss{});
  driver.until_rest();
  CHECK_FALSE(driver.status().question);
  CHECK(driver.desk.state().lesson->scenario == "01-hello");
  CHECK(driver.end() >= end);
  // The window's cross asks too, and the second time it is meant.
  CHECK_FALSE(driver.desk.may_close());
  REQUIRE(driver.status().question);
  CHECK(driver.status().question->leaving == viz::Leaving::ForGood);
  CHECK_FALSE(driver.desk.closed());
  CHECK(driver.desk.may_close());
  driver.act(viz::LeaveUnsaved{});
  CHECK(driver.desk.closed());
}

TEST_CASE("desk: what is saved goes without a question, and saving goes on to what was wanted") {
  const Folder folder;
  DeskDriver driver(live_session());
  driver.send();
  driver.until_rest();
  driver.act(ChooseScenario{"02-keep-alive"});
  REQUIRE(driver.status().question);
  driver.act(viz::Save{folder / "first.trace.json"});
  driver.until("the other lesson", [&] {
    return driver.desk.session().trace().info().scenario == "02-keep-alive" &&
           !driver.desk.restless();
  });
  CHECK(std::filesystem::exists(folder / "first.trace.json"));
  CHECK_FALSE(driver.status().question);
  // Where it went is still said beside the new trace.
  CHECK(driver.status().notice.find("first.trace.json") != std::string::npos);
  CHECK(driver.status().good_news);
  driver.send();
  driver.until_rest();
  CHECK_FALSE(driver.desk.may_close());
  driver.act(viz::Save{folder / "second.trace.json"});
  // However often it is asked: what is being written is written to its end.
  if (!driver.desk.closed()) CHECK_FALSE(driver.desk.may_close());
  driver.until("its end", [&] { return driver.desk.closed(); });
  CHECK(std::filesystem::exists(folder / "second.trace.json"));
}

TEST_CASE("desk: a lesson stops the server; what it recorded stays, Send or Run start a new one") {
  for (const bool sends : {true, false}) {
    CAPTURE(sends);
    DeskDriver driver(live_session());
    driver.act(ChooseScenario{"18-shutdown"});
    driver.until("its server", [&] {
      return driver.desk.session().trace().info().scenario == "18-shutdown" &&
             !driver.desk.restless();
    });
    driver.act(RunAgain{});
    driver.until_rest();
    CHECK_FALSE(driver.status().live);
    CHECK(driver.status().stopped);
    CHECK(driver.status().notice.find("The server has stopped") == 0);
    const auto requests = [&] { return driver.desk.view().index.requests().size(); };
    driver.until("its two requests", [&] { return requests() == 2; });
    CHECK(driver.desk.view().index.violation_count() == 0);
    const viz::Action wanted = sends ? viz::Action{viz::Send{}} : viz::Action{RunAgain{}};
    // It is in no file yet: that is asked first.
    driver.act(wanted);
    REQUIRE(driver.status().question);
    CHECK(driver.status().question->leaving == viz::Leaving::ForLesson);
    driver.act(viz::Dismiss{});
    driver.until_rest();
    CHECK(driver.status().stopped);
    driver.act(wanted);
    driver.act(viz::LeaveUnsaved{});
    driver.until_rest();
    driver.until("what was wanted", [&] { return requests() == (sends ? 1 : 2); });
    CHECK(driver.status().live == sends);
    CHECK(driver.status().stopped == !sends);
    if (sends) CHECK(driver.status().notice == "");
  }
}

TEST_CASE("desk: what a stopped server recorded is not lost behind a file") {
  DeskDriver driver(live_session());
  driver.act(ChooseScenario{"18-shutdown"});
  driver.act(RunAgain{});
  driver.until_rest();
  driver.act(RunAgain{});
  driver.until_rest();
  REQUIRE(driver.status().stopped);
  driver.act(viz::Open{recording_of("01-hello").string()});
  driver.until("the file", [&] { return driver.status().file == "01-hello.trace.json"; });
  CHECK_FALSE(driver.status().stopped);
  CHECK(driver.status().live_behind);
  CHECK(driver.status().behind_stopped);
  CHECK_FALSE(driver.desk.may_close());
  driver.act(viz::Dismiss{});
  driver.act(viz::ShowLive{});
  CHECK(driver.status().stopped);
}

TEST_CASE("desk: it ends while a request is held") {
  DeskDriver driver(live_session());
  driver.act(HoldNext{true});
  driver.act(Send{});
  driver.until("a held request", [&] { return driver.status().held.has_value(); });
}

}  // namespace roundtrip::app
