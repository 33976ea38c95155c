// The program that tests start as the lab's helper: what roundtrip itself does on its hidden word.
// With hold-lab it makes a lab with a program on a host, says so on standard output, and waits to
// be killed.
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "core/net/wire/helper.h"

using namespace roundtrip::net;

namespace {

int hold_lab(Lab::Way way) {
  Lab::Attempt attempt = Lab::create(way);
  if (attempt.lab == nullptr) return 1;
  if (!attempt.lab->start(Host::Client, {{"sleep", "600"}}).ok()) return 1;
  static_cast<void>(!write(STDOUT_FILENO, "y", 1));
  pause();
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  const std::string_view word = words[1];
  if (word == "lab-helper") return run_lab_helper(std::atoi(words[2]));
  if (word != "hold-lab") return 2;
  return hold_lab(std::string_view(words[2]) == "root" ? Lab::Way::Root : Lab::Way::Helper);
}
