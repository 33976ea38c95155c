// `doctor`: the ladder of what this machine lets the program see of packets, tried rung by rung.
#include <fmt/format.h>

#include "app/commands.h"
#include "core/net/wire/ladder.h"

namespace roundtrip::app {
namespace {

constexpr std::size_t text_columns = 76;

Lines told(const net::RungFinding& finding) {
  Lines lines = {
      fmt::format("{}  {}", finding.failure ? "no   " : "works", net::rung_name(finding.rung))};
  const auto add = [&lines](std::string_view text) {
    append(lines, indented(wrapped(text, text_columns), 7));
  };
  add(net::rung_gives(finding.rung));
  if (!finding.failure) return lines;
  net::LabFailure why = *finding.failure;
  const std::string lift = std::exchange(why.lift, {});
  add(why.sentence());
  if (!lift.empty()) add("What would help: " + lift);
  return lines;
}

}  // namespace

int do_doctor() {
  Lines lines = {"What of the packets this machine lets Roundtrip see, from the most to the least:",
                 ""};
  std::string_view highest;
  for (const net::RungFinding& finding : net::try_ladder()) {
    append(lines, told(finding));
    if (highest.empty() && !finding.failure) highest = net::rung_name(finding.rung);
  }
  lines.push_back("");
  lines.push_back(fmt::format("The highest rung that works here: {}.", highest));
  net::wait_until_labs_are_gone();
  const TextStyle style = style_for(facts_of_stdout(), false, ColorChoice::Never);
  return print(finished(lines, style)) ? exit_done : exit_failed;
}

}  // namespace roundtrip::app
