#include "core/trace/vocabulary.h"

#include <doctest/doctest.h>

#include <vector>

namespace roundtrip::trace {
namespace {

constexpr Unit closed_sets[] = {Unit::ConnectionStateUnit, Unit::TcpStateUnit,
                                Unit::TaskStateUnit,       Unit::ParkReasonUnit,
                                Unit::WakeSourceUnit,      Unit::CloseReasonUnit,
                                Unit::TimeoutKindUnit,     Unit::FramingUnit,
                                Unit::KeepAliveUnit};

// The states that can be reached from the first one.
template <class State>
std::size_t reachable(State first, std::size_t count) {
  std::vector<bool> seen(count, false);
  std::vector<State> waiting{first};
  seen[static_cast<std::size_t>(first)] = true;
  std::size_t found = 1;
  while (!waiting.empty()) {
    const State from = waiting.back();
    waiting.pop_back();
    for (std::size_t next = 0; next < count; ++next) {
      if (seen[next] || !may_follow(from, static_cast<State>(next))) continue;
      seen[next] = true;
      ++found;
      waiting.push_back(static_cast<State>(next));
    }
  }
  return found;
}

}  // namespace

TEST_CASE("vocabulary: the words of every closed set lead back to their values") {
  for (const Unit unit : closed_sets) {
    const auto words = unit_words(unit);
    REQUIRE(words.size() > 1);
    for (std::uint32_t value = 0; value < words.size(); ++value) {
      CHECK_FALSE(words[value].empty());
      CHECK(unit_value(unit, words[value]) == value);
    }
    CHECK_FALSE(unit_value(unit, "no such word"));
  }
  CHECK(unit_words(Unit::Bytes).empty());
  CHECK(word(Unit::KeepAliveUnit, static_cast<KeepAlive>(99)) == "unknown");
}

TEST_CASE("vocabulary: provenance reads back, kinds have their letters") {
  for (const Provenance provenance :
       {Provenance::Observed, Provenance::Derived, Provenance::Inferred, Provenance::Injected,
        Provenance::Unknown}) {
    CHECK(provenance_from_word(provenance_word(provenance)) == provenance);
  }
  CHECK_FALSE(provenance_from_word("guessed"));
  CHECK(kind_letter(Kind::Begin) == "B");
  CHECK(kind_letter(Kind::AsyncInstant) == "n");
}

TEST_CASE("vocabulary: every state is reached from the first, and has its sentence") {
  CHECK(reachable(ConnectionState::New, unit_words(Unit::ConnectionStateUnit).size()) == 6);
  CHECK(reachable(TcpState::Closed, unit_words(Unit::TcpStateUnit).size()) == 11);
  CHECK(reachable(TaskState::Created, unit_words(Unit::TaskStateUnit).size()) == 6);
  for (std::uint32_t i = 0; i < 6; ++i) {
    CHECK_FALSE(state_sentence(static_cast<ConnectionState>(i)).empty());
    CHECK_FALSE(state_sentence(static_cast<TaskState>(i)).empty());
  }
  for (std::uint32_t i = 0; i < 11; ++i) {
    CHECK_FALSE(state_sentence(static_cast<TcpState>(i)).empty());
  }
}

TEST_CASE("vocabulary: closed and done lead nowhere") {
  for (std::uint32_t next = 0; next < 6; ++next) {
    CHECK_FALSE(may_follow(ConnectionState::Closed, static_cast<ConnectionState>(next)));
    CHECK_FALSE(may_follow(TaskState::Done, static_cast<TaskState>(next)));
  }
  CHECK_FALSE(may_follow(static_cast<TaskState>(77), TaskState::Running));
}

}  // namespace roundtrip::trace
