// The desk and what carries connections: another model for the server, and the three side by side.
#include <poll.h>

#include <algorithm>
#include <atomic>

#include "tests/app/desk_driver.h"

namespace roundtrip::app {

using namespace viz;
using trace::Model;

namespace {

// What the trace that is shown says of its server.
std::optional<Model> told_model(const TraceView& view) {
  for (std::uint64_t at = view.first(); at < view.end(); ++at) {
    const trace::Event& event = view.trace[at];
    if (event.phase != trace::Phase::StartupRuntimeInit || !event.begins()) continue;
    return static_cast<Model>(event.arg("model").value_or(99));
  }
  return std::nullopt;
}

DeskOptions with_loads(MeasureLoads measure) {
  DeskOptions options;
  options.scenario = "13-thousand";
  options.measure = std::move(measure);
  return options;
}

}  // namespace

TEST_CASE("desk models: another one starts the server anew on its port, and serves (all three)") {
  DeskDriver driver(live_session());
  driver.until("the server's start", [&] { return told_model(driver.desk.view()).has_value(); });
  CHECK(driver.status().model == Model::Tasks);
  const std::string address = driver.status().address;
  for (const Model model : {Model::Threads, Model::Single, Model::Tasks}) {
    CAPTURE(trace::word(trace::Unit::ModelUnit, model));
    driver.act(ChooseModel{model});
    if (driver.status().question) driver.act(LeaveUnsaved{});
    driver.until_rest();
    CHECK(driver.status().live);
    CHECK(driver.status().model == model);
    CHECK(driver.status().address == address);
    driver.until("its start", [&] { return told_model(driver.desk.view()).has_value(); });
    CHECK(told_model(driver.desk.view()) == model);
    driver.send();
    CHECK(driver.phase() == "connection.connect");
    CHECK(driver.desk.view().index.requests().size() == 1);
    CHECK(driver.desk.view().index.violation_count() == 0);
  }
}

TEST_CASE("desk models: what is not saved does not go before that was asked") {
  DeskDriver driver(live_session());
  driver.send();
  driver.act(ChooseModel{Model::Single});
  REQUIRE(driver.status().question);
  CHECK(driver.status().question->unsaved == 1);
  driver.act(Dismiss{});
  driver.until_rest();
  CHECK(driver.status().model == Model::Tasks);
  // The answer that was not given is not given later, for a lesson.
  driver.act(ChooseScenario{"02-keep-alive"});
  driver.act(LeaveUnsaved{});
  driver.until_rest();
  CHECK(driver.status().model == Model::Tasks);
  // What was chosen stays for the lessons after it.
  driver.act(ChooseModel{Model::Threads});
  driver.until_rest();
  driver.act(ChooseScenario{"01-hello"});
  driver.until_rest();
  CHECK(driver.status().model == Model::Threads);
}

TEST_CASE("desk models: the same again changes nothing") {
  DeskDriver driver(live_session());
  driver.send();
  const std::uint64_t end = driver.end();
  driver.act(ChooseModel{Model::Tasks});
  driver.until_rest();
  CHECK_FALSE(driver.status().question);
  CHECK(driver.end() >= end);
}

TEST_CASE("desk models: a load that was run is kept, for beside one under another model") {
  DeskDriver driver(live_session(2), with_loads(measure_apart));
  driver.until("events", [&] { return driver.end() > 0; });
  CHECK(driver.status().has_load);
  CHECK(driver.desk.state().measured_models == nullptr);
  driver.act(RunAgain{});
  driver.until_rest();
  driver.act(ChooseModel{Model::Single});
  driver.act(LeaveUnsaved{});
  driver.until_rest();
  const auto& measured = driver.desk.state().measured_models;
  REQUIRE(measured != nullptr);
  const auto row = side_by_side(*measured, "/hello", 1'000);
  REQUIRE(row.size() == 3);
  REQUIRE(row[0] != nullptr);
  CHECK(row[0]->traced);
  CHECK(row[0]->workers == 2);
  CHECK(row[0]->answered == 1'000);
  CHECK(row[0]->longest >= row[0]->half);
  CHECK(row[1] == nullptr);
  CHECK(row[2] == nullptr);
}

TEST_CASE("desk models: all three are measured in turn, and stand in the view") {
  std::atomic<int> runs{0};
  DeskDriver driver(live_session(), with_loads([&](const std::string& name,
                                                   const scenario::Scenario& page, Model model,
                                                   const scenario::CallOff*) {
    CHECK(name == "13-thousand");
    CHECK(static_cast<int>(model) == runs % 3);
    LoadReports reports(page.loads.size());
    // The middle of 1, 2 and 3 ms.
    for (scenario::LoadReport& report : reports) {
      report.elapsed = Duration::milliseconds(1 + runs / 3);
      report.answered = 7;
    }
    ++runs;
    return Result<LoadReports>(std::move(reports));
  }));
  driver.until("events", [&] { return driver.end() > 0; });
  driver.act(CompareModels{});
  CHECK(driver.status().comparing);
  driver.until_rest();
  CHECK(runs == 9);
  CHECK_FALSE(driver.status().comparing);
  const auto& measured = driver.desk.state().measured_models;
  REQUIRE(measured != nullptr);
  CHECK(measured->all.size() == 6);
  for (const ModelFigures* one : side_by_side(*measured, "/hello", 1'000)) {
    REQUIRE(one != nullptr);
    CHECK_FALSE(one->traced);
    CHECK(one->elapsed == Duration::milliseconds(2));
  }
  CHECK(driver.desk.state().workspace().active_pane().shown() == ViewId::Load);
}

TEST_CASE("desk models: measuring is called off, and one that fails says why") {
  std::atomic<bool> fails{false};
  DeskDriver driver(live_session(), with_loads([&](const std::string&, const scenario::Scenario&,
                                                   Model, const scenario::CallOff* call_off) {
    if (fails) return Result<LoadReports>(Error{"no more threads"});
    pollfd wait{call_off->fd(), POLLIN, 0};
    poll(&wait, 1, -1);
    return Result<LoadReports>(Error{"it was called off"});
  }));
  driver.until("events", [&] { return driver.end() > 0; });
  driver.act(CompareModels{});
  driver.frame();
  CHECK(driver.status().notice.find("Esc calls it off") != std::string::npos);
  driver.act(Dismiss{});
  driver.until_rest();
  CHECK(driver.status().notice.find("called off") != std::string::npos);
  fails = true;
  driver.act(CompareModels{});
  driver.until_rest();
  CHECK(driver.status().notice == "no more threads");
  CHECK(driver.desk.state().measured_models == nullptr);
}

TEST_CASE("desk models: without a load there is nothing to compare") {
  DeskDriver driver(live_session());
  driver.until("events", [&] { return driver.end() > 0; });
  CHECK_FALSE(driver.status().has_load);
  driver.act(CompareModels{});
  CHECK(driver.status().notice.find("13-thousand") != std::string::npos);
}

TEST_CASE("desk: where one request alone is shown, Send shows the new one alone") {
  DeskDriver driver(live_session());
  driver.send();
  driver.act(OnlyRequest{1});
  CHECK(driver.desk.state().only_request == 1);
  driver.send();
  CHECK(driver.desk.state().only_request == 2);
  driver.act(OnlyRequest{});
  driver.send();
  CHECK(driver.desk.state().only_request == 0);
}

}  // namespace roundtrip::app
