// The request log of `serve`: one line for each request whose log line is in the trace, made from
// the trace's own events as they settle, without an index. Remembers only requests under way.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "app/boxes.h"
#include "core/trace/trace.h"

namespace roundtrip::app {

// What a request asked for, for people; kept until its log line comes.
struct AskedFor {
  std::string method_and_target;
  std::uint32_t conn = 0;
};

class RequestLog {
 public:
  // No more lines than this a call; the last says how many were left out.
  static constexpr std::size_t most_lines = 200;
  static constexpr std::size_t most_under_way = 100'000;

  // The lines of what is new in the trace since the last call.
  Lines follow(const trace::Trace& trace);

 private:
  std::unordered_map<std::uint32_t, AskedFor> under_way_;
  std::uint64_t seen_ = 0;
};

}  // namespace roundtrip::app
