#include "app/narrator_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/narrator_rows.h"
#include "viz/model/describe.h"

namespace roundtrip::app {

using trace::Event;
using trace::Phase;

namespace {

std::string asked_for(const trace::Trace& trace, const Event& line) {
  std::string text = trace.text(line);
  const std::size_t version = text.rfind(" HTTP/");
  if (version != std::string::npos) text.resize(version);
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return shortened(safe(text), 100);
}

}  // namespace

// Late facts have moved what follows them: it is looked at again, and what was told is passed over.
void RequestLog::go_back(const trace::Trace& trace) {
  if (const auto back = trace.insertions().lowest_since(insertions_seen_)) {
    const std::uint64_t least = seen_ - std::min(seen_, most_events_back);
    seen_ = std::min(seen_, std::max(*back, least));
  }
  insertions_seen_ = trace.insertions().count();
  seen_ = std::max(seen_, trace.first());
}

Lines RequestLog::follow(const trace::Trace& trace) {
  Lines lines;
  std::size_t left_out = 0;
  const bool fell_behind = seen_ < trace.first();
  go_back(trace);
  if (fell_behind) {
    lines.push_back("requests are missing here: they left the memory before they could be listed");
  }
  for (; seen_ < trace.end(); ++seen_) {
    const Event& event = trace[seen_];
    const bool note = event.phase == Phase::TraceNote;
    const bool line = event.phase == Phase::TransmitLogLine;
    if (event.phase != Phase::ReadLineFound && !line && !note) continue;
    if (is_told_.contains(event.request)) continue;
    if (event.phase == Phase::ReadLineFound && under_way_.size() < most_under_way) {
      under_way_[event.request] = {asked_for(trace, event), event.conn, {}};
    } else if (note) {
      const auto asked = under_way_.find(event.request);
      const auto text = event.arg("text");
      if (asked == under_way_.end() || !text) continue;
      const auto symbol = static_cast<trace::Symbol>(*text);
      asked->second.trouble = fmt::format(": {}", safe(trace.symbols().text(symbol)));
    } else {
      const auto asked = under_way_.find(event.request);
      const AskedFor nothing{"a request that could not be read", event.conn, {}};
      if (lines.size() < most_lines) {
        const AskedFor& what = asked == under_way_.end() ? nothing : asked->second;
        lines.push_back(plain_spaces(viz::log_line_text(what.method_and_target, event)) +
                        what.trouble);
      } else {
        ++left_out;
      }
      if (asked != under_way_.end()) under_way_.erase(asked);
      if (event.request == 0) continue;
      told_.push_back(event.request);
      is_told_.insert(event.request);
      if (told_.size() > most_events_back) {
        is_told_.erase(told_.front());
        told_.pop_front();
      }
    }
  }
  if (left_out > 0) lines.push_back(fmt::format("and {} more requests", number_text(left_out)));
  return lines;
}

}  // namespace roundtrip::app
