// What TraceIndex keeps, and how it takes one event after another. Only index*.cpp includes this;
// the contract is index.h. Memory: 8 bytes an event for the pairs, 4 for each list an event is in.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <iterator>
#include <unordered_map>

#include "core/trace/index.h"
#include "core/trace/validate.h"

namespace roundtrip::trace {

// A begun span that waits for its end.
struct OpenSpan {
  EventNumber begin = no_event;
  std::uint32_t conn = 0;
  Phase phase{};
  std::uint16_t thread = 0;
};
inline constexpr std::size_t max_open_spans = 1024;  // of one task; older ones stay unfinished
inline constexpr std::uint32_t max_workers = 1024;
inline constexpr std::size_t max_startup_events = 4096;  // a startup has tens

// From where on a subject's story has gaps: a request of its that was not traced (no_event: none).
struct ConnectionRecord {
  ConnectionSummary summary;
  Told told;
  EventNumber untold = no_event;
  std::optional<ConnectionState> state;
};
struct RequestRecord {
  RequestSummary summary;
  Told told;
  std::uint32_t finishing_task = 0;
};
struct TaskRecord {
  TaskSummary summary;
  Told told;
  EventNumber untold = no_event;
  std::optional<TaskState> state;
  std::vector<OpenSpan> open;  // program spans, the innermost last
  std::vector<OpenSpan> runs;  // task.run; two overlap for a moment where a task changes worker
};

// Records by their subject's number, and the numbers in order of the first event that is here. An
// event goes to the subjects that are there, or adds them, so that the order as a rule is that of
// adding; where the oldest events go, only the subjects that told them change their place.
template <class Record>
class Subjects {
 public:
  Record* find(std::uint32_t number) {
    if (last_record_ != nullptr && last_number_ == number) return last_record_;
    const auto place = places_.find(number);
    if (!place) return nullptr;
    last_number_ = number;
    return last_record_ = &records_[*place];
  }
  const Record* find(std::uint32_t number) const {
    const auto place = places_.find(number);
    return place ? &records_[*place] : nullptr;
  }
  Record& add(std::uint32_t number) {
    std::uint32_t place = static_cast<std::uint32_t>(records_.size());
    if (free_.empty()) {
      records_.emplace_back();
    } else {
      place = free_.back();
      free_.pop_back();
    }
    places_.add(number, place);
    order_.push_back(number);
    last_number_ = number;
    return *(last_record_ = &records_[place]);
  }
  // Calls visit(number, record) for each; those that it returns false for are dropped.
  template <class Visit>
  void keep_if(Visit&& visit) {
    last_record_ = nullptr;
    settle();
    std::erase_if(order_, [&](std::uint32_t number) {
      if (visit(number, records_[*places_.find(number)])) return false;
      drop(number);
      return true;
    });
    settled_ = order_.size();
  }
  std::span<const std::uint32_t> order() {
    settle();
    return order_;
  }
  // The events before `first` are gone; `numbers` are those who told them, each once or more. Calls
  // visit(number, record) for those that are here; where it returns false, drops it.
  template <class Visit>
  void forget_before(EventNumber first, std::vector<std::uint32_t>& numbers, Visit&& visit) {
    last_record_ = nullptr;
    settle();
    const auto changed =
        std::partition_point(order_.begin(), order_.end(), [&](std::uint32_t number) {
          return first_of(number) < first;
        });
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    for (const std::uint32_t number : numbers) {
      const auto place = places_.find(number);
      if (place && !visit(number, records_[*place])) drop(number);
    }
    move_up(changed);
  }
  // The first event of this one has become an earlier one.
  void moved(std::uint32_t number) {
    // Where it is the newest, its place is not settled yet.
    if (settled_ == order_.size() || order_.back() != number) settled_ = 0;
  }
  const std::deque<Record>& records() const { return records_; }
  std::size_t memory_bytes() const {
    return places_.memory_bytes() + records_.size() * sizeof(Record) +
           (order_.capacity() + free_.capacity()) * sizeof(std::uint32_t);
  }

 private:
  EventNumber first_of(std::uint32_t number) const {
    return records_[*places_.find(number)].summary.first;
  }
  bool before(std::uint32_t a, std::uint32_t b) const {
    return std::pair(first_of(a), a) < std::pair(first_of(b), b);
  }
  void drop(std::uint32_t number) {
    const std::uint32_t place = *places_.find(number);
    records_[place] = {};
    free_.push_back(place);
    places_.remove(number);
  }
  // Those that were added since the last time follow those before, but for what was moved.
  void settle() {
    const auto in_order = [this](std::uint32_t a, std::uint32_t b) { return before(a, b); };
    const auto from = order_.begin() + static_cast<std::ptrdiff_t>(settled_ > 0 ? settled_ - 1 : 0);
    if (!std::is_sorted(from, order_.end(), in_order)) sort();
    settled_ = order_.size();
  }
  void sort() {
    std::vector<std::pair<EventNumber, std::uint32_t>> firsts;
    firsts.reserve(order_.size());
    for (const std::uint32_t number : order_) firsts.emplace_back(first_of(number), number);
    std::sort(firsts.begin(), firsts.end());
    order_.clear();
    for (const auto& [first, number] : firsts) order_.push_back(number);
  }
  // Those before `changed` have lost their first events: they leave, or move up to their new place.
  void move_up(std::vector<std::uint32_t>::iterator changed) {
    const auto in_order = [this](std::uint32_t a, std::uint32_t b) { return before(a, b); };
    std::vector<std::uint32_t> here;
    std::copy_if(order_.begin(), changed, std::back_inserter(here),
                 [this](std::uint32_t number) { return places_.find(number).has_value(); });
    std::sort(here.begin(), here.end(), in_order);
    const auto begin = changed - static_cast<std::ptrdiff_t>(here.size());
    auto to = begin;
    for (const std::uint32_t number : here) {
      const auto place = std::lower_bound(changed, order_.end(), number, in_order);
      to = std::move(changed, place, to);
      *to++ = number;
      changed = place;
    }
    order_.erase(order_.begin(), begin);
    settled_ = order_.size();
  }

  NumberTable places_;
  std::deque<Record> records_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> order_;
  std::size_t settled_ = 0;  // so many of order_ stand in their places
  std::uint32_t last_number_ = 0;
  Record* last_record_ = nullptr;
};

struct TraceIndex::Store {
  struct Node {
    EventNumber partner = no_event;
    EventNumber parent = no_event;
  };
  static constexpr unsigned node_bits = 12;
  static constexpr std::uint64_t node_mask = (1U << node_bits) - 1;
  using Nodes = std::array<Node, node_mask + 1>;

  explicit Store(const Trace& of) : trace(of) {}

  Node& node(std::uint64_t number) {
    return (*nodes[(number >> node_bits) - first_nodes])[number & node_mask];
  }
  // The next event. Numbers come without a gap.
  void take(EventNumber number, const Event& event);

  // What an event says of its subjects; used by take and again after going back.
  static void note(ConnectionRecord& conn, const Event& event);
  static void note(RequestRecord& request, const Event& event, EventNumber number);
  static void note(TaskRecord& task, const Event& event);

  // The lists that belong to no subject.
  std::array<EventList*, 7> common_lists() {
    return {&process_events, &startup_events, &scheduler_events, &accepts, &closes, &finishes,
            &losses};
  }

  // The stack that a span of this event lies in.
  std::vector<OpenSpan>& open_spans(TaskRecord* task, const Event& event);

  // Going back (index_rewind.cpp).
  void cut(EventNumber to, EventNumber indexed_to);
  void forget_before(EventNumber first);

  const Trace& trace;
  std::deque<std::unique_ptr<Nodes>> nodes;
  std::uint64_t first_nodes = 0;
  Subjects<ConnectionRecord> conns;
  Subjects<RequestRecord> requests;
  Subjects<TaskRecord> tasks;
  Told process;
  std::vector<OpenSpan> loose;  // spans of no task
  std::unordered_map<std::uint64_t, EventNumber> async_open;
  EventList process_events;
  EventList startup_events;
  EventList scheduler_events;
  std::vector<EventList> worker_runs;
  EventList accepts;
  EventList closes;
  EventList finishes;
  std::vector<Violation> violations;
  std::uint64_t violation_count = 0;
  EventList losses;  // where records were lost: each place's begin and end
  // Who has lost events since the index forgot last; a number may stand more than once.
  std::vector<std::uint32_t> evicted_conns;
  std::vector<std::uint32_t> evicted_requests;
  std::vector<std::uint32_t> evicted_tasks;
  bool anyone_evicted = false;  // not only those
  bool beginning_missing = false;  // the trace's oldest part was evicted, here or before saving

  // From here on nothing is known to begin with the trace.
  void miss_beginning() {
    beginning_missing = true;
    process.whole = false;
  }
  // Whether all is known that this subject has told: order may be judged by it.
  template <class Record>
  bool is_whole(const Record& record) const {
    if constexpr (requires { record.untold; }) {
      if (record.untold != no_event) return false;
    }
    return record.told.whole &&
           (losses.empty() ||
            (record.summary.first > losses.back() && !trace[losses.back()].begins()));
  }

 private:
  struct Owners {
    ConnectionRecord* conn;
    RequestRecord* request;
    TaskRecord* task;
    bool new_request;
  };
  void pair(EventNumber number, const Event& event, const Owners& owners);
  void pair_end(EventNumber number, const Event& event, const Owners& owners);
  void miss_request(EventNumber number, const Owners& owners);
  void judge(EventNumber number, const Event& event, const Owners& owners);
  void list(EventNumber number, const Event& event, const Owners& owners);
  void breach(EventNumber number, std::optional<std::string> sentence);
};

}  // namespace roundtrip::trace
