// The window's work while requests pour in, without a window: the real server and its collector as
// the window runs them, a load of fixed rate, and 60 frames a second through the desk and the real
// screen, drawn into lists and not rasterized. The same load without any frames comes first.
//   live_bench [SECONDS [REQUESTS_A_SECOND [CONNECTIONS]]]     60 s of 5,000 over 64 otherwise
// The looks take turns, one a second: each preset, following the newest event, resting on it, and
// with everything on the timeline. CPU of a frame is that of the thread that draws: taking in what
// is new, layouts, draw lists, and doing what they ask for.
#include <fmt/format.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <optional>
#include <thread>

#include "app/desk.h"
#include "core/base/clock.h"
#include "core/scenario/load_generator.h"
#include "tests/bench/frame_times.h"
#include "tests/bench/presets.h"
#include "viz/headless.h"
#include "viz/screen.h"

namespace roundtrip::bench {
namespace {

constexpr Duration frame_length = Duration::nanoseconds(1'000'000'000 / 60);
constexpr Duration goal = Duration::milliseconds(16);
constexpr double goal_of_throughput = 0.95;

struct Load {
  std::int64_t seconds = 60;
  std::uint32_t rate = 5'000;
  std::uint32_t connections = 64;
};

std::unique_ptr<app::Session> start_session(bool headless) {
  app::SessionOptions options;
  options.headless = headless;
  options.tells_news = !headless;
  if (headless) options.limit_bytes = limits::headless_trace_bytes;
  options.server.listen.port = 0;
  options.main_ticks = read_ticks();
  auto session = app::Session::start(std::move(options));
  if (session) return std::move(*session);
  fmt::print(stderr, "live_bench: {}\n", session.error());
  std::exit(1);
}

// A load on a thread of its own.
class Loading {
 public:
  Loading(const Load& load, std::uint16_t port) {
    scenario::LoadOptions options;
    options.port = port;
    options.connections = load.connections;
    options.requests_per_second = load.rate;
    options.requests = static_cast<std::uint64_t>(load.seconds) * load.rate;
    thread_ = std::jthread([this, options] {
      result_ = scenario::generate_load(options);
      done_ = true;
    });
  }
  bool done() const { return done_; }
  scenario::LoadReport report() {
    if (thread_.joinable()) thread_.join();
    if (*result_) return **result_;
    fmt::print(stderr, "live_bench: {}\n", result_->error());
    std::exit(1);
  }

 private:
  std::optional<Result<scenario::LoadReport>> result_;
  std::atomic<bool> done_{false};
  std::jthread thread_;
};

// Sixty times a second; a frame that took longer leaves out those that it missed, as a display
// does.
class FrameClock {
 public:
  FrameClock() : timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {
    const timespec step{0, frame_length.ns};
    const itimerspec every{step, step};
    timerfd_settime(timer_, 0, &every, nullptr);
  }
  ~FrameClock() { close(timer_); }
  FrameClock(const FrameClock&) = delete;
  FrameClock& operator=(const FrameClock&) = delete;

  // How many frames are due since the last call; waits for the first.
  std::uint64_t wait() {
    std::uint64_t due = 0;
    return read(timer_, &due, sizeof due) == sizeof due ? due : 1;
  }

 private:
  int timer_;
};

struct Look {
  NamedPreset preset;
  const char* way;
  viz::Actions actions;
};

std::vector<Look> all_looks() {
  std::vector<Look> looks;
  for (const NamedPreset& preset : all_presets) {
    const viz::SetPreset set{preset.preset};
    looks.push_back({preset, "following", {set, viz::FitChapter{}, viz::Follow{true}}});
    looks.push_back({preset, "at rest", {set, viz::FitChapter{}, viz::Follow{false}}});
    looks.push_back({preset, "everything", {set, viz::FitAll{}, viz::Follow{true}}});
  }
  return looks;
}

struct Watched {
  FrameTimes frames;
  FrameTimes news;   // of which to take in what is new
  FrameTimes draws;  // and to lay out and draw
  std::uint64_t left_out = 0;
  scenario::LoadReport load;
  trace::LossCounts losses;
  std::uint64_t events = 0;
  std::uint64_t evicted = 0;
};

Watched watch(const Load& load) {
  Watched watched;
  app::Desk desk(start_session(false), {});
  viz::HeadlessScreen screen(1920, 1080);
  const std::vector<Look> looks = all_looks();
  Loading loading(load, desk.session().server()->port());
  FrameClock clock;
  const std::int64_t start_ns = monotonic_ns();
  std::int64_t last_ns = start_ns;
  std::size_t shown = looks.size();
  while (!loading.done()) {
    watched.left_out += clock.wait() - 1;
    const std::int64_t now_ns = monotonic_ns();
    const auto turn = static_cast<std::size_t>((now_ns - start_ns) / 1'000'000'000) % looks.size();
    const Look& look = looks[turn];
    const std::string name = fmt::format("{}, {}", look.preset.name, look.way);
    watched.frames.measure(name, [&] {
      watched.news.measure(name, [&] {
        desk.update(Duration::nanoseconds(now_ns - last_ns));
        if (turn != shown) desk.act(look.actions);
      });
      watched.draws.measure(name, [&] {
        screen.frame([&](viz::Canvas& canvas) {
          desk.act(draw_screen(desk.view(), desk.cursor(), desk.state(), canvas));
        });
      });
    });
    shown = turn;
    last_ns = now_ns;
  }
  watched.load = loading.report();
  const Status stopped = desk.session().stop();
  if (!stopped) fmt::print(stderr, "live_bench: {}\n", stopped.error());
  watched.losses = desk.session().trace().losses();
  watched.events = desk.session().trace().end();
  watched.evicted = desk.session().trace().first();
  return watched;
}

Watched serve_alone(const Load& load) {
  Watched watched;
  const auto session = start_session(true);
  Loading loading(load, session->server()->port());
  watched.load = loading.report();
  const Status stopped = session->stop();
  if (!stopped) fmt::print(stderr, "live_bench: {}\n", stopped.error());
  watched.losses = session->trace().losses();
  watched.events = session->trace().end();
  watched.evicted = session->trace().first();
  return watched;
}

double throughput(const scenario::LoadReport& report) {
  return static_cast<double>(report.answered) / report.elapsed.in_seconds();
}

void print_load(const char* name, const Watched& watched) {
  const scenario::LoadReport& load = watched.load;
  fmt::print("{}: {:.0f} answers a second ({} due, {} sent, {} answered, {} refused, {} cut off)\n",
             name, throughput(load), load.due, load.sent, load.answered, load.refused,
             load.cut_off + load.broken + load.unanswered());
  fmt::print(
      "  latency from due, ms: median {:.3f}, p90 {:.3f}, p99 {:.3f}, max {:.3f}; sent late "
      "by: p99 {:.3f}, max {:.3f}\n",
      load.latency.percentile(0.5).in_milliseconds(),
      load.latency.percentile(0.9).in_milliseconds(),
      load.latency.percentile(0.99).in_milliseconds(), load.latency.max().in_milliseconds(),
      load.lateness.percentile(0.99).in_milliseconds(), load.lateness.max().in_milliseconds());
  fmt::print(
      "  {} requests traced, {} untraced, {} connections untraced; {} events, {} of them "
      "evicted\n",
      watched.losses.traced_requests, watched.losses.untraced_requests,
      watched.losses.untraced_connections, watched.events, watched.evicted);
}

const char* verdict(bool kept) {
  return kept ? "kept" : "MISSED";
}

int run(const Load& load) {
  const Watched alone = serve_alone(load);
  print_load("without frames", alone);
  const Watched watched = watch(load);
  print_load("with frames", watched);
  print_heading();
  print_row("a live frame", watched.frames, goal);
  print_row("  to take in what is new", watched.news, {});
  print_row("  to lay out and draw", watched.draws, {});
  const std::uint64_t untraced =
      watched.losses.untraced_requests + watched.losses.untraced_connections;
  const double ratio = throughput(watched.load) / throughput(alone.load);
  fmt::print("frames: {} drawn, {} left out\n", watched.frames.count(), watched.left_out);
  fmt::print("largest CPU of a frame: {:.2f} ms, at '{}' (goal {:g}: {})\n",
             watched.frames.max().in_milliseconds(), watched.frames.shown_at_max(),
             goal.in_milliseconds(), verdict(watched.frames.max() <= goal));
  fmt::print("untraced: {} (goal 0: {})\n", untraced, verdict(untraced == 0));
  fmt::print("throughput against the load without frames: {:.3f} (goal {:g}: {})\n", ratio,
             goal_of_throughput, verdict(ratio >= goal_of_throughput));
  return 0;
}

}  // namespace
}  // namespace roundtrip::bench

int main(int count, char** words) {
  roundtrip::bench::Load load;
  if (count > 1) load.seconds = std::max(1, std::atoi(words[1]));
  if (count > 2) load.rate = static_cast<std::uint32_t>(std::max(1, std::atoi(words[2])));
  if (count > 3) load.connections = static_cast<std::uint32_t>(std::max(1, std::atoi(words[3])));
  return roundtrip::bench::run(load);
}
