#include "tests/core/net/wire/test_lab.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace roundtrip::testing {

using net::Lab;

namespace {

std::string words_for(Lab::Way way) {
  return way == Lab::Way::Root ? "lab by root" : "lab by helper";
}

bool only_helper() {
  const char* asked = std::getenv("ROUNDTRIP_LAB");
  return asked != nullptr && std::strcmp(asked, "helper") == 0;
}

// Said once, not by every test.
void say_rung(const std::string& words) {
  static std::string said;
  if (said == words) return;
  said = words;
  MESSAGE("runs on this rung: ", words);
}

}  // namespace

net::LabOptions lab_options() {
  net::LabOptions options;
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  options.helper_program = self.parent_path() / "wire_test_helper";
  return options;
}

std::unique_ptr<Lab> make_lab(const net::LabOptions& options) {
  std::string why;
  for (const Lab::Way way : {Lab::Way::Root, Lab::Way::Helper}) {
    if (way == Lab::Way::Root && only_helper()) continue;
    Lab::Attempt attempt = Lab::create(way, options);
    if (attempt.lab != nullptr) {
      say_rung(words_for(way));
      return std::move(attempt.lab);
    }
    why += words_for(way) + ": " + attempt.failure.sentence() + "\n";
  }
  MESSAGE("left out, no lab can be made here:\n", why);
  return nullptr;
}

std::unique_ptr<Lab> make_lab(Lab::Way way) {
  if (way == Lab::Way::Root && only_helper()) return nullptr;
  Lab::Attempt attempt = Lab::create(way, lab_options());
  if (attempt.lab == nullptr) {
    MESSAGE("left out, no ", words_for(way), ": ", attempt.failure.sentence());
  }
  return std::move(attempt.lab);
}

}  // namespace roundtrip::testing
