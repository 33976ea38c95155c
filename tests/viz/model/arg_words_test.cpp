// Names and values of arguments in words for people.
#include "viz/model/arg_words.h"

#include <doctest/doctest.h>

#include <set>

#include "tests/viz/model/recorded.h"
#include "viz/model/describe.h"

namespace roundtrip::viz {
namespace {

TEST_CASE("argument words: every name has room, and those of one phase differ") {
  for (const trace::PhaseRow& row : trace::phase_table) {
    CAPTURE(row.id);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < row.arg_count(); ++i) {
      const std::string label = arg_label(row.args[i]);
      CAPTURE(label);
      CHECK(label.size() <= most_letters_of_an_arg);
      CHECK(label.find('_') == label.npos);
      CHECK(seen.insert(label).second);
    }
  }
}

TEST_CASE("argument words: a closed set has one for each value, none twice") {
  for (const trace::Unit unit :
       {trace::Unit::ParkReasonUnit, trace::Unit::WakeSourceUnit, trace::Unit::CloseReasonUnit,
        trace::Unit::FramingUnit, trace::Unit::KeepAliveUnit, trace::Unit::RungUnit,
        trace::Unit::DropUnit}) {
    const auto names = trace::unit_words(unit);
    std::set<std::string_view> seen;
    for (std::size_t value = 0; value < names.size(); ++value) {
      CAPTURE(names[value]);
      CHECK(plain_word(unit, value) != "unknown");
      CHECK(seen.insert(plain_word(unit, value)).second);
    }
    CHECK(plain_word(unit, names.size()) == "unknown");
  }
  CHECK(plain_word_of(trace::Unit::TcpStateUnit, trace::TcpState::TimeWait) == "TIME_WAIT");
}

TEST_CASE("argument words: what is told of a recording has no name of the file in it (scenarios)") {
  for (const char* scenario : {"01-hello", "02-keep-alive", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); ++event) {
      for (const ArgText& arg : args_of(told.view, event)) {
        CAPTURE(arg.name);
        CHECK(arg.name.find('_') == std::string::npos);
      }
      const std::string sentence = describe(told.view, event);
      CAPTURE(sentence);
      for (const char* raw : {"acceptable", "peer-closed", "pool_threads", "no-body"}) {
        CHECK(sentence.find(raw) == std::string::npos);
      }
    }
  }
}

}  // namespace
}  // namespace roundtrip::viz
