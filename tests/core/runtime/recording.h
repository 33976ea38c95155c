// Recording: bus, collector and trace of one test. The thread that makes it records (a server is
// started and stopped from there); settle() takes what the rings hold, and the checks say what a
// told story must fulfil: no breach, every span ended, nothing lost, nothing left out.
// With `live`, a thread of its own collects all the time, for more facts than a ring holds.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/clock.h"
#include "core/trace/index.h"
#include "core/trace/recorder.h"
#include "core/trace/trace.h"

namespace roundtrip::testing {

class Recording {
 public:
  explicit Recording(bool live = false,
                     std::int64_t epoch_monotonic_ns = monotonic_ns() - 1'000'000'000)
      : collector_(bus_, epoch_monotonic_ns), this_thread_(std::in_place, bus_) {
    trace_.share_symbols(bus_.symbols());
    if (live) collecting_ = std::jthread([this](std::stop_token stop) { collect_until(stop); });
  }
  ~Recording() {
    if (collecting_.joinable()) end_collecting();
  }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  trace::Bus& bus() { return bus_; }
  trace::Trace& trace() { return trace_; }
  // Every delivery goes here too, before it enters the trace.
  std::function<void(const trace::Delivery&)> also;

  // What has settled by now enters the trace; the rings are empty then.
  void drain() {
    const std::lock_guard lock(mutex_);
    collect(false);
  }
  // Everything enters the trace, and the index follows to its end.
  const trace::TraceIndex& settle() {
    if (collecting_.joinable()) end_collecting();
    collect(true);
    index_.emplace(trace_);
    index_->follow();
    return *index_;
  }

  std::size_t count(trace::Phase phase) const {
    return count_if([phase](const trace::Event& event) { return event.phase == phase; });
  }
  // Also while a live recording goes on collecting.
  std::size_t count_if(const std::function<bool(const trace::Event&)>& wanted) const {
    const std::lock_guard lock(mutex_);
    std::size_t found = 0;
    for (auto i = trace_.first(); i < trace_.end(); ++i) found += wanted(trace_[i]) ? 1 : 0;
    return found;
  }
  // The first event of a phase; fails the test when there is none.
  const trace::Event& first(trace::Phase phase) const {
    for (auto i = trace_.first(); i < trace_.end(); ++i) {
      if (trace_[i].phase == phase) return trace_[i];
    }
    FAIL("the trace has no ", std::string(trace::phase_id(phase)));
    return trace_[trace_.first()];
  }
  template <class Value>
  std::vector<Value> all(trace::Phase phase, std::string_view arg) const {
    std::vector<Value> values;
    for (auto i = trace_.first(); i < trace_.end(); ++i) {
      if (trace_[i].phase != phase) continue;
      if (const auto value = trace_[i].arg(arg)) values.push_back(static_cast<Value>(*value));
    }
    return values;
  }

  // No breach, every span ended, no record lost. For every story, also of what was left out.
  void check_story() {
    const trace::TraceIndex& index = settle();
    std::string wrong;
    for (const trace::Violation& violation : index.violations()) {
      wrong += fmt::format("{}: {}\n", line(violation.event), violation.sentence);
    }
    for (auto i = trace_.first(); i < trace_.end(); ++i) {
      if (trace_[i].begins() && index.partner(i) == trace::no_event) {
        wrong += fmt::format("{}: begins and never ends\n", line(i));
      }
    }
    CHECK_MESSAGE(wrong.empty(), wrong.substr(0, 4000));
    CHECK(trace_.losses().lost_records == 0);
  }
  // The same, and everything was told.
  void check_whole() {
    check_story();
    CHECK(trace_.losses().untraced_requests == 0);
    CHECK(trace_.losses().untraced_connections == 0);
  }

  // One event, as a person reads it.
  std::string line(std::uint64_t number) const {
    const trace::Event& event = trace_[number];
    return fmt::format("#{} at {} ns {} {} task {} conn {} request {} thread {}", number + 1,
                       event.time.ns, trace::kind_letter(event.kind), event.row().id, event.task,
                       event.conn, event.request, event.thread);
  }

 private:
  void collect(bool flush) {
    collector_.collect(
        [this](const trace::Delivery& delivery) {
          if (also) also(delivery);
          trace_.append(delivery);
        },
        flush);
  }
  void collect_until(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      collect(false);
      changed_.wait_for(lock, stop, std::chrono::milliseconds(2),
                        [&stop] { return stop.stop_requested(); });
    }
  }
  void end_collecting() {
    collecting_.request_stop();
    collecting_.join();
  }

  trace::Bus bus_;
  trace::Collector collector_;
  trace::Trace trace_;
  std::optional<trace::ThreadRecording> this_thread_;
  std::optional<trace::TraceIndex> index_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread collecting_;
};

}  // namespace roundtrip::testing
