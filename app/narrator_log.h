// The request log of `serve`: one line for each request whose log line is in the trace, made from
// the trace's own events as they settle, without an index. Remembers the requests under way, and
// the newest that it has told, so that a fact that comes late makes no line a second time.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "app/boxes.h"
#include "core/trace/trace.h"

namespace roundtrip::app {

// What a request asked for, for people; kept until its log line comes.
struct AskedFor {
  std::string method_and_target;
  std::uint32_t conn = 0;
  std::string trouble;  // ": why its handler could not do it"
};

class RequestLog {
 public:
  // No more lines than this a call; the last says how many were left out.
  static constexpr std::size_t most_lines = 200;
  static constexpr std::size_t most_under_way = 100'000;
  // So far back a fact that came late is looked for.
  static constexpr std::uint64_t most_events_back = 65'536;

  // The lines of what is new in the trace since the last call; the first says so where events were
  // evicted before this looked at them.
  Lines follow(const trace::Trace& trace);

 private:
  void go_back(const trace::Trace& trace);

  std::unordered_map<std::uint32_t, AskedFor> under_way_;
  std::uint64_t seen_ = 0;
  std::uint64_t insertions_seen_ = 0;
  // The requests of the newest lines, as many as there can be in most_events_back.
  std::deque<std::uint32_t> told_;
  std::unordered_set<std::uint32_t> is_told_;
};

}  // namespace roundtrip::app
