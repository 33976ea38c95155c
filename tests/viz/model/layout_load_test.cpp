// The load: what its index adds up, and what the view says of it at a cursor.
#include "viz/model/layout_load.h"

#include <doctest/doctest.h>

#include <memory>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/scene.h"

namespace roundtrip::viz {
namespace {

using trace::Kind;
using trace::Model;
using trace::Phase;
using trace::Story;

constexpr Rect large{0, 0, 1200, 660};

Picture at(const TraceView& view, std::uint64_t event, const Rect& area = large) {
  return picture_at(view, "load", event, area);
}

void sample(Story& story, std::uint32_t answered, std::uint32_t connected, std::uint32_t queue) {
  story.instant<Phase::TraceSample>({}, answered, connected, queue, 4U, std::uint64_t{8} << 20);
  story.instant<Phase::TraceUsage>({}, 1'000 * answered, 500 * answered, 7U, 3U);
}

// So many clients connect and ask, and are answered one after the other, 1 ms apart.
void tell_load(Story& story, Model model, std::uint32_t clients) {
  story.begin<Phase::StartupRuntimeInit>({}, model == Model::Tasks ? 2U : 0U, 8U, model,
                                         std::uint64_t{8} << 20);
  story.end<Phase::StartupRuntimeInit>({});
  story.begin<Phase::TraceLoad>({}, clients, clients, story.symbol("/hello"));
  sample(story, 0, 0, 0);
  const auto conn = [](std::uint32_t number) { return trace::Subject{0, number}; };
  for (std::uint32_t i = 1; i <= clients; ++i) {
    story.tell<Phase::ConnectionConnect>(Kind::AsyncBegin, conn(i)).id = i;
    story.tell<Phase::ConnectionConnect>(Kind::AsyncEnd, conn(i)).id = i;
  }
  sample(story, 0, clients, clients - 1);
  story.begin<Phase::ConnectionAccept>({1});
  story.end<Phase::ConnectionAccept>({1, 1}, 9);
  for (std::uint32_t i = 1; i <= clients; ++i) story.instant<Phase::ReadClientSend>(conn(i));
  story.instant<Phase::TaskRunnable>({2}, trace::WakeSource::Poller, trace::absent, 1U, 4U);
  for (std::uint32_t i = 1; i <= clients; ++i) {
    story.wait(Duration::milliseconds(1));
    story.instant<Phase::TransmitClientRead>(conn(i), 200);
    story.instant<Phase::LifecycleClientClose>(conn(i), false);
  }
  sample(story, clients, 0, 0);
  story.end<Phase::TraceLoad>({}, trace::absent, trace::absent, trace::absent, clients, 0U);
}

}  // namespace

TEST_CASE("load: the index adds up answers, latencies and queues (10 clients)") {
  const Scene scene([](Story& story) { tell_load(story, Model::Tasks, 10); });
  const auto& loads = scene.statistics.loads().loads();
  REQUIRE(loads.size() == 1);
  const LoadRun& load = loads.front();
  CHECK(load.model == Model::Tasks);
  CHECK(load.workers == 2);
  CHECK(load.clients == 10);
  CHECK(load.accepted == 1);
  CHECK(load.samples.size() == 3);
  CHECK(load.answers.size() == 10);
  REQUIRE(load.ended);
  const LoadFigures all = figures_of(load, *load.ended);
  CHECK(all.answered == 10);
  CHECK(all.accept_queue_most == 9);
  CHECK(all.run_queue_most == 5);
  CHECK(all.threads_most == 4);
  REQUIRE(all.newest != nullptr);
  CHECK(all.newest->server_cpu_us == 10'000);
  // The first answer came 1 ms after the last had asked, each other 1 ms and 1 us after.
  CHECK(*all.shortest > Duration::milliseconds(1));
  CHECK(*all.shortest < Duration::microseconds(1'020));
  CHECK(*all.longest > Duration::milliseconds(10));
  CHECK(*all.longest < Duration::microseconds(10'040));
  CHECK(*all.half > *all.shortest);
  CHECK(*all.elapsed == *all.longest);
  CHECK(*all.per_second == doctest::Approx(10e9 / static_cast<double>(all.elapsed->ns)));
}

TEST_CASE("load: figures are those of the cursor, not of the end") {
  const Scene scene([](Story& story) { tell_load(story, Model::Tasks, 10); });
  const std::uint64_t fifth = event_of(scene.view, Phase::LifecycleClientClose, 5);
  CHECK(value_of(at(scene.view, fifth), "Answers", "answered") == "[5 of 10]");
  const std::uint64_t begin = event_of(scene.view, Phase::TraceLoad);
  CHECK(value_of(at(scene.view, begin), "Answers", "answered") == "[0 of 10]");
  CHECK(value_of(at(scene.view, begin), "Latency", "longest") == "not yet");
  const std::uint64_t end = event_of(scene.view, Phase::TraceLoad, 1, true);
  CHECK(value_of(at(scene.view, end), "Answers", "answered") == "[10 of 10]");
  CHECK(value_of(at(scene.view, end), "Queues", "accept queue at most") == "9");
  CHECK(value_of(at(scene.view, end), "Queues", "run queue at most") == "[5]");
}

TEST_CASE("load: before any load the view says what brings one") {
  const Scene scene(tell_hello);
  const Picture picture = at(scene.view, scene.view.end() - 1);
  CHECK(dump(picture).find("13-thousand") != std::string::npos);
  CHECK(value_of(picture, "Answers", "answered") == "not yet");
  CHECK(value_of(picture, "Queues", "accept queue at most") == "not yet");
}

TEST_CASE("load: a second load stands beside the first, and names its model (threads)") {
  const Scene scene([](Story& story) {
    tell_load(story, Model::Tasks, 10);
    tell_load(story, Model::Threads, 10);
  });
  const Picture picture = at(scene.view, scene.view.end() - 1);
  CHECK(dump(picture).find("a thread for each connection") != std::string::npos);
  CHECK(value_of(picture, "Queues", "run queue") == "the kernel's, not seen");
  CHECK(value_of(picture, "Memory", "stack reserved, each").starts_with("8.00"));
  CHECK(dump(picture).find("Loads before") != std::string::npos);
  // Whoever stands in the first sees nothing of the second.
  const Picture first = at(scene.view, event_of(scene.view, Phase::TraceLoad, 1, true));
  CHECK(dump(first).find("Loads before") == std::string::npos);
  CHECK(dump(first).find("tasks on 2 workers") != std::string::npos);
}

TEST_CASE("load: charts stay few columns however many samples there are (4,000)") {
  const Scene scene([](Story& story) {
    story.begin<Phase::TraceLoad>({}, 1U, 1U, story.symbol("/hello"));
    for (int i = 0; i < 4'000; ++i) sample(story, 0, 1, 1);
    story.end<Phase::TraceLoad>({});
  });
  const Picture picture = at(scene.view, scene.view.end() - 1);
  CHECK(picture.bars.size() > 48);
  CHECK(picture.bars.size() <= 6 * 48);
  for (const PictureBar& bar : picture.bars) CHECK(large.contains(bar.rect));
}

TEST_CASE("load: the story at a load's facts is the load") {
  const Scene scene([](Story& story) {
    tell_hello(story);
    tell_load(story, Model::Tasks, 2);
  });
  Cursor cursor;
  cursor.event = event_of(scene.view, Phase::TraceSample);
  CHECK(story_at(scene.view, cursor, {}) == ViewId::Load);
}

namespace {

ModelFigures figures(Model model, std::uint32_t clients, bool traced) {
  ModelFigures one;
  one.target = "/hello";
  one.clients = clients;
  one.model = model;
  one.traced = traced;
  one.answered = clients;
  one.elapsed = Duration::milliseconds(traced ? 20 : 10);
  if (model == Model::Threads) one.stack_reserved_bytes = 8U << 20;
  return one;
}

// The cells of the row of this name, without it.
std::vector<std::string> cells_of(const Picture& picture, std::string_view name) {
  std::vector<std::string> texts;
  for (const PictureBox& box : picture.boxes) {
    for (const PictureRow& row : box.rows) {
      if (row.cells.empty() || row.cells.front().text != name) continue;
      for (std::size_t i = 1; i < row.cells.size(); ++i) texts.push_back(plain(row.cells[i].text));
    }
  }
  return texts;
}

}  // namespace

TEST_CASE("load: models stand side by side once it is over; what was not measured says so") {
  const Scene scene([](Story& story) { tell_load(story, Model::Tasks, 10); });
  MeasuredModels measured;
  put(measured, figures(Model::Tasks, 10, false));
  put(measured, figures(Model::Threads, 10, false));
  put(measured, figures(Model::Single, 11, false));  // another load
  ViewState state;
  state.measured_models = std::make_shared<const MeasuredModels>(measured);
  const auto shown = [&](std::uint64_t event, const Rect& area) {
    return layout_load(scene.view, {event, {}}, state, plain_ruler(), area);
  };
  const std::uint64_t end = event_of(scene.view, Phase::TraceLoad, 1, true);
  for (const Rect& area : {large, story_place}) {
    CAPTURE(area.h);
    const Picture picture = shown(end, area);
    using Texts = std::vector<std::string>;
    CHECK(cells_of(picture, "throughput") == Texts{"1000 /s", "1000 /s", "not measured"});
    CHECK(cells_of(picture, "stack reserved, each") == Texts{"none", "8.00 MiB", "not measured"});
    CHECK(cells_of(picture, "stack used, mean") == Texts{"none", "not measured", "not measured"});
    for (const char* name : {"shortest latency", "half within", "99 of 100 within", "longest",
                             "memory grown, each", "processor, others", "threads waited"}) {
      CAPTURE(name);
      CHECK(cells_of(picture, name).size() == 3);
    }
    for (const PictureBox& box : picture.boxes) CHECK(lies_in(box.rect, area));
  }
  // While it goes on, the figures are those of the cursor.
  const std::uint64_t fifth = event_of(scene.view, Phase::LifecycleClientClose, 5);
  CHECK(cells_of(shown(fifth, large), "throughput").empty());
  CHECK(value_of(shown(fifth, large), "Answers", "answered") == "[5 of 10]");
}

TEST_CASE("load: what was measured with a trace and without are not set side by side") {
  MeasuredModels measured;
  put(measured, figures(Model::Tasks, 10, true));
  put(measured, figures(Model::Single, 10, true));
  auto row = side_by_side(measured, "/hello", 10);
  REQUIRE(row.size() == 3);
  CHECK(row[0] != nullptr);
  CHECK(row[1] == nullptr);
  CHECK(row[2] != nullptr);
  put(measured, figures(Model::Threads, 10, false));
  row = side_by_side(measured, "/hello", 10);
  CHECK(row[0] == nullptr);
  CHECK(row[1] != nullptr);
  CHECK(row[2] == nullptr);
  // The newer takes the older's place.
  ModelFigures again = figures(Model::Threads, 10, false);
  again.threads = 9;
  put(measured, again);
  CHECK(measured.all.size() == 3);
  CHECK(side_by_side(measured, "/hello", 10)[1]->threads == 9);
}

TEST_CASE("load: before any load, what was measured is there all the same") {
  const Scene scene(tell_hello);
  MeasuredModels measured;
  put(measured, figures(Model::Tasks, 10, false));
  put(measured, figures(Model::Tasks, 20, false));
  ViewState state;
  state.measured_models = std::make_shared<const MeasuredModels>(measured);
  const Picture picture =
      layout_load(scene.view, {scene.view.end() - 1, {}}, state, plain_ruler(), {0, 0, 1200, 900});
  CHECK(box_titled(picture, "Three ways to serve 10 clients: GET /hello") != nullptr);
  CHECK(box_titled(picture, "Three ways to serve 20 clients: GET /hello") != nullptr);
}

}  // namespace roundtrip::viz
