// Search in 1,000,000 events: how long until the first hit is there, for words that are everywhere,
// only in the middle, only in the last event, and nowhere; and how long the longest slice takes,
// since a frame waits for one. The same for the log's filter. All times are of CPU: the window
// searches a slice a frame, so `slices_to_first_hit` says in which frame the hit is seen.
#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <memory>

#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"

namespace roundtrip::viz {
namespace {

constexpr std::uint64_t wanted_events = 1'000'000;
constexpr int connections = 64;

const Scene& million() {
  static const std::unique_ptr<Scene> scene = std::make_unique<Scene>([](trace::Story& story) {
    story.startup();
    std::vector<trace::Story::Conn> conns;
    for (int i = 0; i < connections; ++i) conns.push_back(story.open());
    std::size_t turn = 0;
    bool half = false;
    while (story.events().size() < wanted_events) {
      const bool middle = !half && story.events().size() > wanted_events / 2;
      half = half || middle;
      story.ask(conns[turn++ % conns.size()],
                trace::Story::curl_request(middle ? "/middle" : "/hello"), "Hello, World!");
    }
    story.ask(conns[0], trace::Story::curl_request("/the-last"), "Hello, World!");
  });
  return *scene;
}

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}
double milliseconds_of(auto&& work) {
  const double from = cpu_ms();
  work();
  return cpu_ms() - from;
}

std::shared_ptr<const Explanations> explanations() {
  static const auto words = [] {
    auto read = load_explanations(ROUNDTRIP_SOURCE_DIR "/assets");
    return std::make_shared<const Explanations>(read ? std::move(*read) : Explanations());
  }();
  return words;
}

// Types the words, then lets one slice after the other pass, as frames do.
template <class Found>
void search(benchmark::State& state, const Action& ask, Found found) {
  const Scene& scene = million();
  double first_hit_ms = 0;
  double longest_ms = 0;
  double slices = 0;
  double slices_to_hit = 0;
  for (auto _ : state) {
    ViewState view_state;
    Cursor cursor;
    view_state.palette.mode = PaletteMode::Search;
    view_state.explanations = explanations();
    double passed_ms = 0;
    bool hit = false;
    slices = 0;
    Action next = ask;
    do {
      const double took_ms = milliseconds_of([&] { apply(view_state, cursor, scene.view, next); });
      next = Advance{};
      passed_ms += took_ms;
      longest_ms = std::max(longest_ms, took_ms);
      ++slices;
      if (!hit && found(view_state)) {
        hit = true;
        first_hit_ms = passed_ms;
        slices_to_hit = slices;
      }
    } while (searching(view_state, scene.view));
  }
  state.counters["first_hit_ms"] = first_hit_ms;
  state.counters["longest_slice_ms"] = longest_ms;
  state.counters["slices"] = slices;
  state.counters["slices_to_first_hit"] = slices_to_hit;
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(scene.trace.count()));
}

void search_trace(benchmark::State& state, const char* words) {
  search(state, TypePalette{words}, [](const ViewState& view) {
    return !view.palette.search.in_bytes.empty() || !view.palette.search.in_values.empty();
  });
}
BENCHMARK_CAPTURE(search_trace, everywhere, "user-agent")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_trace, status, "200")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_trace, middle, "/middle")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_trace, last, "/the-last")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(search_trace, nowhere, "no such thing")->Unit(benchmark::kMillisecond);

void filter_log(benchmark::State& state, const char* words) {
  search(state, SetLogFilter{words}, [](const ViewState& view) { return !view.log_found.empty(); });
}
BENCHMARK_CAPTURE(filter_log, everywhere, "header")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(filter_log, nowhere, "no such thing")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace roundtrip::viz
