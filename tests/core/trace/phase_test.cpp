#include "core/trace/phase.h"

#include <doctest/doctest.h>

#include <string>

namespace roundtrip::trace {

TEST_CASE("phase: every id leads back to its phase, and nothing else does") {
  for (const PhaseRow& row : phase_table) {
    INFO("phase: " << row.id);
    REQUIRE(phase_from_id(row.id) == row.phase);
    CHECK(row_of(row.phase).id == row.id);
    CHECK_FALSE(phase_from_id(std::string(row.id) + "x"));
    CHECK_FALSE(phase_from_id(row.id.substr(0, row.id.size() - 1)));
  }
  CHECK_FALSE(phase_from_id(""));
  CHECK_FALSE(phase_from_id("zzz.last"));
}

TEST_CASE("phase: an id is group.step in small letters") {
  for (const PhaseRow& row : phase_table) {
    INFO("phase: " << row.id);
    const std::string_view group = group_name(row.group());
    CHECK(row.id.starts_with(std::string(group) + "."));
    CHECK(row.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") == std::string_view::npos);
  }
}

TEST_CASE("phase: arguments do not overlap, wide ones are aligned, names differ") {
  for (const PhaseRow& row : phase_table) {
    INFO("phase: " << row.id);
    std::size_t end = 0;
    for (std::size_t i = 0; i < row.arg_count(); ++i) {
      const std::size_t width = unit_width(row.args[i].unit);
      CHECK(row.arg_offset(i) >= end);
      CHECK(row.arg_offset(i) % width == 0);
      end = row.arg_offset(i) + width;
      for (std::size_t j = 0; j < i; ++j) CHECK(row.args[i].name != row.args[j].name);
    }
    CHECK(end <= arg_bytes);
  }
}

TEST_CASE("phase: every legal predecessor can itself be reached from a first phase") {
  PhaseSet reached;
  for (std::size_t round = 0; round < phase_count; ++round) {
    for (const PhaseRow& row : phase_table) {
      if (row.after.empty() || row.after.meets(reached)) reached.add(row.phase);
    }
  }
  for (const PhaseRow& row : phase_table) {
    INFO("phase: " << row.id);
    CHECK(reached.has(row.phase));
  }
}

TEST_CASE("phase: what the gate can hold is a step of the program, never a packet") {
  for (const PhaseRow& row : phase_table) {
    INFO("phase: " << row.id);
    if (row.holdable) CHECK(row.lane == Lane::Program);
    if (row.scope == Scope::Packet) CHECK(row.lane == Lane::Wire);
  }
}

}  // namespace roundtrip::trace
