// FileLines: turns events, bytes and what a trace says about itself into the lines of a trace file
// (file_format.h), at several million events a second: all that is fixed about a phase is prepared
// once, the rest is copied and counted out. Called by TraceFileWriter; it does no output.
// A moment before the trace's epoch is written as 0.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/trace/bus.h"
#include "core/trace/json_text.h"
#include "core/trace/trace.h"

namespace roundtrip::trace {

class FileLines {
 public:
  // The symbols must outlive this object.
  explicit FileLines(const Symbols& symbols) : symbols_(symbols) {}

  void add_header(const TraceInfo& info);
  // What was evicted before the first event, and the states that it led to.
  void add_base(const StateBase& base, std::uint64_t evicted);
  void add_event(const Event& event);
  void add_bytes(const ByteSighting& piece);
  void add_foreign(std::string_view line);
  void add_losses(const LossCounts& losses);
  void add_end(Instant settled_to, const LossCounts& losses);

  // The lines so far; clear() when they are written.
  std::string_view view() const { return out_.view(); }
  std::size_t size() const { return out_.size(); }
  void clear() { out_.clear(); }

 private:
  friend class BaseWriter;
  void add_meta_front(std::string_view name);
  void add_count(std::string_view key, std::uint64_t value);
  std::uint64_t lane_of(const Event& event);
  void name_lane(std::uint64_t lane, const Event& event);
  void add_args(const Event& event);
  void add_arg(Unit unit, std::uint64_t value);
  void add_symbol(std::uint32_t number);
  void add_address(std::uint64_t packed);
  void add_loss_counts(const LossCounts& losses);
  void end_args();

  const Symbols& symbols_;
  TextBuffer out_;
  std::deque<std::string> symbol_texts_;  // by number, escaped; empty: not asked for yet
  std::vector<bool> named_tasks_;
  std::unordered_set<std::uint64_t> named_lanes_;
  // Which worker runs which task now: the end of a run does not say it again.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> running_;
};

// The keys of a phase's arguments in a file: their names, with a tail where a name is reserved.
const std::array<std::string, max_args>& file_arg_keys(Phase phase);
// How the lines of a phase begin, up to the time.
std::string_view file_line_front(Phase phase, Kind kind);

// "c1.in"; and back, false where it is not the name of a log.
std::string log_name(std::uint32_t conn, Log log);
bool log_from_name(std::string_view name, std::uint32_t& conn, Log& log);

}  // namespace roundtrip::trace
