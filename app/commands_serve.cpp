// `serve`: the server without a window, until SIGINT or SIGTERM. One thread waits for everything:
// signals, news of the recording, the keyboard where a request is to be held. The log of requests
// and what is said about a held one come from the trace, like everything else on a screen.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "app/commands.h"
#include "app/narrator_log.h"
#include "app/narrator_rows.h"
#include "app/places.h"
#include "app/session.h"
#include "app/stop_signals.h"
#include "viz/model/arg_words.h"
#include "viz/model/describe.h"
#include "viz/model/explanations.h"
#include "viz/model/format.h"

namespace roundtrip::app {
namespace {

// What `serve` says while it runs, as this terminal can show it.
void say(std::string_view text) {
  static const TextStyle style = style_for(facts_of_stdout(), false, ColorChoice::Auto);
  print(finished(text, style));
}

// Holding a request from the keyboard: tells each stop, and steps or lets go as the lines say.
class HoldDesk {
 public:
  HoldDesk(Session& session, const ServeCommand& command)
      : session_(session), lanes_(session.index()), statistics_(session.index()) {
    if (auto words = viz::load_explanations(assets_dir())) words_ = std::move(*words);
    session_.server()->gate().hold_next({std::nullopt, command.hold_method, command.hold_path});
    say("the next matching request will be held: Enter steps to its next phase, g and Enter "
          "lets it go\n");
  }

  // What is to be said of the stops that are new in the trace.
  std::string follow(const trace::Trace& trace) {
    std::string text;
    seen_ = std::max(seen_, trace.first());
    for (; seen_ < trace.end(); ++seen_) {
      const trace::Event& event = trace[seen_];
      if (event.phase == trace::Phase::TraceHold && event.begins()) text += stop_text(trace, event);
      if (event.phase == trace::Phase::TransmitCleanup && event.request == held_request_) {
        text += fmt::format(
            "request {} is answered; the hold ends with it, later requests pass\n", event.request);
        held_request_ = 0;
      }
    }
    return text;
  }

  // Reads the keyboard. False when nothing more will come.
  bool listen() {
    char bytes[256];
    const ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (got <= 0) {
      let_go("nobody is at the keyboard");
      return false;
    }
    for (const char c : std::string_view(bytes, static_cast<std::size_t>(got))) {
      if (c != '\n') {
        line_ += c;
        continue;
      }
      obey();
      line_.clear();
    }
    return true;
  }

  void let_go(std::string_view why) {
    server::PhaseGate& gate = session_.server()->gate();
    if (!gate.armed()) return;
    gate.let_go(session_.server()->runtime());
    say(fmt::format("{}: the gate is open\n", why));
  }

 private:
  void obey() {
    if (line_ == "g") {
      let_go("let go");
    } else if (!line_.empty()) {
      say("Enter alone steps to the next phase, g and Enter let the request go\n");
    } else if (!session_.server()->gate().step(session_.server()->runtime())) {
      say("nothing is held\n");
    }
  }

  std::string stop_text(const trace::Trace& trace, const trace::Event& hold) {
    held_request_ = hold.request;
    const auto at = hold.arg("phase");
    if (!at || *at >= trace::phase_count) return {};
    const auto phase = static_cast<trace::Phase>(*at);
    // A request has its number when its first bytes are there to be parsed.
    const std::string who = hold.request != 0 ? fmt::format("request {}", hold.request)
                                              : fmt::format("connection {}", hold.conn);
    std::string text = fmt::format("held at {} ({})\n  {}\n", trace::phase_id(phase), who,
                                   words_.of(phase).what);
    // The arguments are those of the newest fact of this phase, told just before the stop.
    const std::uint64_t oldest = std::max(trace.first(), seen_ > 10'000 ? seen_ - 10'000 : 0);
    for (std::uint64_t number = seen_; number > oldest; --number) {
      const trace::Event& event = trace[number - 1];
      if (event.task != hold.task) continue;
      if (event.phase == phase) text += args_of(event);
      if (event.phase == phase || event.phase == trace::Phase::TraceRelease) break;
    }
    return text;
  }

  std::string args_of(const trace::Event& event) const {
    const trace::Trace& trace = session_.trace();
    const viz::TraceView view{trace, session_.index(), session_.states(), lanes_,
                              statistics_};
    const trace::PhaseRow& row = event.row();
    std::string text;
    for (std::size_t i = 0; i < row.arg_count(); ++i) {
      if (const auto value = event.arg(i)) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", viz::arg_label(row.args[i]),
                            plain_spaces(viz::value_text(view, row.args[i], *value)));
      }
    }
    if (event.has_bytes() && !trace.text(event).empty()) {
      text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ",
                          shortened(safe(trace.text(event)), 60));
    }
    return text.empty() ? text : "  " + text + "\n";
  }

  Session& session_;
  // Empty: only what a view has to have.
  viz::LaneIndex lanes_;
  viz::Statistics statistics_;
  viz::Explanations words_;
  std::string line_;
  std::uint64_t seen_ = 0;
  std::uint32_t held_request_ = 0;
};

constexpr int news_pause_ms = 4;

Duration seconds(double value) {
  return Duration::nanoseconds(static_cast<std::int64_t>(value * 1e9));
}

SessionOptions options_from(const ServeCommand& command, std::uint64_t main_ticks) {
  SessionOptions options;
  options.main_ticks = main_ticks;
  options.record = !command.no_trace;
  options.headless = true;
  options.tells_news = !command.quiet || command.hold;
  options.limit_bytes = limits::headless_trace_bytes;
  options.trace_file = command.trace_file;
  options.capture = command.capture;
  options.server.listen.host = command.host;
  options.server.listen.port = command.port;
  options.server.listen.backlog = command.backlog;
  options.server.workers = command.workers;
  options.server.model = model_from(command.model);
  options.server.timeouts.header = seconds(command.header_timeout_s);
  options.server.timeouts.read = seconds(command.read_timeout_s);
  options.server.timeouts.write = seconds(command.write_timeout_s);
  options.server.timeouts.idle = seconds(command.idle_timeout_s);
  options.server.timeouts.handler = seconds(command.handler_timeout_s);
  options.server.shutdown_grace = seconds(command.shutdown_grace_s);
  options.server.max_connections = command.max_connections;
  options.server.memory_bytes = command.max_memory_bytes;
  options.server.parser.body_bytes = command.max_body_bytes;
  http::ParserLimits& parser = options.server.parser;
  parser.head_bytes = static_cast<std::uint32_t>(command.max_header_bytes);
  parser.request_line_bytes =
      std::min(parser.request_line_bytes, parser.head_bytes - http::line_end_bytes);
  options.server.data_folder = command.data_folder;
  options.server.files_folder = command.files_folder;
  if (command.observed_per_second) {
    options.server.observed_requests_per_second = *command.observed_per_second;
  }
  return options;
}

// What the server's limits have cost, when it has stopped.
void tell_limits(server::Server& server, const ServeCommand& command) {
  const std::uint32_t cut = server.cut_requests();
  if (cut > 0) {
    say(fmt::format("the grace of {:g} s was over: {} cut\n", command.shutdown_grace_s,
                    viz::counted(cut, "request")));
  }
  const std::uint64_t refused = server.memory().refused();
  if (refused > 0) {
    say(fmt::format("the memory limit was reached: {} answered 503\n",
                    viz::counted(static_cast<std::int64_t>(refused), "request")));
  }
}

// Until a signal comes. False when the recording came to an early end.
bool serve_until_signal(Session& session, const ServeCommand& command,
                        const StopSignals& signals) {
  std::optional<HoldDesk> desk;
  if (command.hold) desk.emplace(session, command);
  bool keyboard = command.hold;
  RequestLog log;
  bool recorded = true;
  const auto tell_news = [&] {
    std::string text;
    {
      // A slow terminal must not hold up the recording: nothing is printed in here.
      const auto still = session.still();
      if (!command.quiet) {
        for (const std::string& line : log.follow(session.trace())) text += line + "\n";
      }
      if (desk) text += desk->follow(session.trace());
    }
    if (!text.empty()) say(text);
    const std::string problem = session.recording_error();
    if (problem.empty()) return;
    recorded = false;
    say_error(problem);
  };
  bool resting = false;  // after news, so that what comes in quick succession is taken together
  while (true) {
    pollfd waits[3] = {{signals.fd(), POLLIN, 0},
                       {resting ? -1 : session.news_fd(), POLLIN, 0},
                       {keyboard ? STDIN_FILENO : -1, POLLIN, 0}};
    if (poll(waits, 3, resting ? news_pause_ms : -1) < 0) continue;
    if (waits[0].revents != 0) break;
    resting = waits[1].revents != 0;
    if (resting) {
      session.update(0);
      tell_news();
    }
    if (waits[2].revents != 0) keyboard = desk->listen();
  }
  if (desk) desk->let_go("stopping");
  session.stop_serving();
  tell_limits(*session.server(), command);
  static_cast<void>(session.stop());
  tell_news();
  return recorded;
}

}  // namespace

int do_serve(const ServeCommand& command, std::uint64_t main_ticks) {
  const StopSignals signals;
  auto started = Session::start(options_from(command, main_ticks));
  if (!started) return fail(started.error());
  Session& session = **started;
  const std::string address =
      trace::address_text(session.server()->address(), session.bus()->symbols());
  const std::string carries =
      command.model == "tasks"
          ? viz::counted(static_cast<std::int64_t>(command.workers), "worker")
          : std::string(command.model == "threads" ? "a thread for each connection" : "one thread");
  say(fmt::format("listening on http://{} ({}{}); Ctrl+C stops\n", address, carries,
                  command.no_trace ? ", tracing off" : ""));
  const bool recorded = serve_until_signal(session, command, signals);
  const trace::LossCounts& losses = session.trace().losses();
  if (command.no_trace) {
    say("stopped; tracing was off\n");
  } else {
    say(fmt::format("stopped: {} traced, {} untraced, {}\n",
                    viz::counted(static_cast<std::int64_t>(losses.traced_requests), "request"),
                    viz::count(static_cast<std::int64_t>(losses.untraced_requests)),
                    viz::counted(static_cast<std::int64_t>(session.trace().end()), "event")));
    if (!command.trace_file.empty()) {
      say(fmt::format("the trace {} {}\n", recorded ? "is in" : "ends early in",
                      command.trace_file));
    }
  }
  return recorded ? exit_done : exit_failed;
}

}  // namespace roundtrip::app
