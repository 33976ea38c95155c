// Roundtrip: what the words of the command line ask for, and the exit code.
#include <fcntl.h>
#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "app/commands.h"
#include "core/base/clock.h"
#include "core/net/wire/helper.h"

int main(int count, char** words) {
  const std::uint64_t main_ticks = roundtrip::read_ticks();
  using namespace roundtrip::app;
  // The lab's helper is this program under another name of its work; it has to have one thread.
  if (count == 3 && std::string_view(words[1]) == "lab-helper") {
    return roundtrip::net::run_lab_helper(std::atoi(words[2]));
  }
  // A reader that went away is an error of write(), not the end of the program.
  std::signal(SIGPIPE, SIG_IGN);
  // Where standard output or error was closed, no socket may take its number.
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) < 0) static_cast<void>(open("/dev/null", O_RDONLY | O_CLOEXEC));
  }
  try {
    const ParsedCommandLine parsed = parse_command_line({words + 1, words + count});
    if (!parsed.complaint.empty()) {
      say_error(parsed.complaint);
      return exit_usage;
    }
    if (parsed.command) return run_command(*parsed.command, main_ticks);
    return print(parsed.text) ? exit_done : exit_failed;
  } catch (const std::exception& problem) {
    return fail(fmt::format("the work had to stop: {}", problem.what()));
  }
}
