// `lab`: a program on the client host, such as curl, against the server on the server host, and the
// packets between them told at the end.
#include <fmt/format.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "app/commands.h"
#include "app/packets_text.h"
#include "app/session.h"
#include "app/stop_signals.h"
#include "core/base/clock.h"

namespace roundtrip::app {
namespace {

net::LinkSettings link_of(const LabCommand& command) {
  net::LinkSettings link;
  link.delay = Duration{static_cast<std::int64_t>(command.delay_ms * 1e6)};
  link.loss = command.loss_percent / 100;
  link.bits_per_second = command.kbit_per_second * 1000;
  link.seed = command.seed;
  return link;
}

std::string packets_of(const Session& live) {
  Lines lines = packet_lines(live.trace(), live.index());
  if (lines.empty()) lines.emplace_back("no packet was seen");
  lines.emplace(lines.begin());
  return finished(lines, style_for(facts_of_stdout(), false, ColorChoice::Never));
}

// What the program itself said at its end; as a shell has it where a signal ended it.
int exit_of(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return exit_failed;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// A program's end closes its sockets, and their last packets are on the way still: the server ends
// its own side when they come, if that does not take too long.
void await_farewell(const server::Server& server, Duration delay) {
  const std::int64_t until = monotonic_ns() + Duration::seconds(1).ns + 8 * delay.ns;
  while (server.open_connections() > 0 && monotonic_ns() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

int do_lab(const LabCommand& command, std::uint64_t main_ticks) {
  SessionOptions options;
  options.lossless = true;
  options.limit_bytes = 0;
  options.lab = true;
  options.main_ticks = main_ticks;
  options.trace_file = command.trace_file;
  options.server.listen.port = 0;  // the usual one: nobody else is there
  if (command.port) {
    options.server.also_listen.emplace();
    options.server.also_listen->port = *command.port;
  }
  auto session = Session::start(std::move(options));
  if (!session) return fail(session.error());
  Session& live = **session;
  if (live.lab() == nullptr) {
    return fail(fmt::format("no lab can be made here: {}; `roundtrip doctor` says what helps",
                            live.lab_problem()));
  }
  for (const net::Host from : net::both_hosts) live.lab()->set_link(from, link_of(command));
  if (!command.quiet) {
    const trace::Symbols& words = live.bus()->symbols();
    std::string doors = trace::address_text(live.server()->address(), words);
    if (const auto second = live.server()->second_address()) {
      doors += fmt::format(" and http://{}", trace::address_text(*second, words));
    }
    say_error(fmt::format("the server listens on http://{}, the program runs on {}", doors,
                          live.lab()->lab().address(net::Host::Client)));
  }
  net::HostProcess process;
  process.words = command.words;
  const auto started = live.lab()->lab().start(net::Host::Client, process);
  const int result = started ? exit_of(*started) : exit_failed;
  await_farewell(*live.server(), link_of(command).delay);
  const Status stopped = live.stop();
  if (!started) return fail(started.error());
  if (!command.quiet && !print(packets_of(live))) {
    return fail("the packets could not be written to standard output");
  }
  if (!stopped) return fail(stopped.error());
  if (!command.quiet && !command.trace_file.empty()) {
    print(fmt::format("\nthe trace is in {}\n", command.trace_file));
  }
  return result;
}

}  // namespace roundtrip::app
