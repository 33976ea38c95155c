// The ladder: each rung is tried, and one that does not work says at which step and what would
// help.
#include "core/net/wire/ladder.h"

#include <doctest/doctest.h>

#include <set>

#include "tests/core/net/wire/test_lab.h"

using namespace roundtrip;
using namespace roundtrip::net;
using namespace roundtrip::testing;

TEST_CASE("lab ladder: every rung works, or says which step failed") {
  const auto findings = try_ladder(lab_options());
  REQUIRE(findings.size() == all_rungs.size());
  std::set<std::string_view> names;
  for (const RungFinding& finding : findings) {
    names.insert(rung_name(finding.rung));
    CHECK_FALSE(rung_gives(finding.rung).empty());
    if (!finding.failure) {
      MESSAGE(std::string(rung_name(finding.rung)), ": works here");
      continue;
    }
    MESSAGE(std::string(rung_name(finding.rung)), ": ", finding.failure->sentence());
    CHECK_FALSE(finding.failure->step.empty());
    CHECK(finding.failure->error != 0);
  }
  CHECK(names.size() == all_rungs.size());
  CHECK_FALSE(findings.back().failure);
  wait_until_labs_are_gone();
}

TEST_CASE("lab ladder: a lab that can be made is a rung that works") {
  if (make_lab(Lab::Way::Helper) == nullptr) return;
  CHECK_FALSE(try_rung(Rung::LabByHelper, lab_options()).failure);
  LabOptions options = lab_options();
  options.helper_program = "/no/such/program";
  const auto finding = try_rung(Rung::LabByHelper, options);
  REQUIRE(finding.failure);
  CHECK(finding.failure->step == "start /no/such/program");
}
