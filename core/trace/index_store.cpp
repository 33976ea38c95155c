#include "core/trace/index_store.h"

#include <algorithm>

namespace roundtrip::trace {
namespace {

// What the index needs of a phase's row, packed so that the table stays in the cache.
struct Trait {
  PhaseSet after;
  Scope scope = Scope::Process;
  bool scheduler = false;
  bool worker_lane = false;
};
constexpr std::array<Trait, phase_count> traits = [] {
  std::array<Trait, phase_count> all{};
  for (const PhaseRow& row : phase_table) {
    Trait& trait = all[static_cast<std::size_t>(row.phase)];
    trait.after = row.after;
    trait.scope = row.scope;
    trait.scheduler = row.group() == Group::Task;
    trait.worker_lane = row.lane == Lane::Worker;
  }
  return all;
}();
const Trait& trait_of(const Event& event) { return traits[static_cast<std::size_t>(event.phase)]; }

std::uint64_t async_key(const Event& event) {
  return static_cast<std::uint64_t>(event.phase) << 32 | event.id;
}

}  // namespace

void TraceIndex::Store::note(ConnectionRecord& conn, const Event& event) {
  conn.told.phases.add(event.phase);
  if (const auto next = connection_move(event)) conn.state = next;
  if (event.phase == Phase::LifecycleClose && event.ends()) conn.summary.closed = true;
}

void TraceIndex::Store::note(RequestRecord& request, const Event& event, EventNumber number) {
  RequestSummary& summary = request.summary;
  request.told.phases.add(event.phase);
  if (summary.first == no_event) summary.first = number;
  summary.last = number;
  if (summary.conn == 0) summary.conn = event.conn;
  if (event.phase == Phase::ReadRequestReady) {
    summary.ready = number;
  } else if (event.phase == Phase::HandleWriteHeader) {
    summary.status = number;
  } else if (event.phase == Phase::TransmitFinish && event.ends()) {
    summary.finished = number;
    request.finishing_task = event.task;
  }
}

void TraceIndex::Store::note(TaskRecord& task, const Event& event) {
  task.told.phases.add(event.phase);
  if (const auto next = task_move(event)) task.state = next;
  if (event.phase == Phase::TaskCreated) {
    task.summary.name = {static_cast<std::uint32_t>(event.arg(0).value_or(0))};
  }
}

void TraceIndex::Store::take(EventNumber number, const Event& event) {
  if ((number >> node_bits) - first_nodes >= nodes.size()) {
    nodes.push_back(std::make_unique<Nodes>());
  }
  node(number) = {};
  if (event.phase == Phase::TraceBlockEvicted && !beginning_missing) miss_beginning();
  // From the moment of the last look until this one nobody's story is whole.
  if (event.phase == Phase::TraceRecordsLost) losses.push_back(number);

  Owners owners{};
  const auto owner = [&](auto& subjects, Scope scope, std::uint32_t subject_number) {
    auto* record = subject_number == 0 ? nullptr : subjects.find(subject_number);
    if (subject_number == 0 || record != nullptr) return record;
    record = &subjects.add(subject_number);
    record->told.whole = !beginning_missing || is_beginning(scope, event);
    record->summary.first = number;
    record->summary.cut = !record->told.whole;
    return record;
  };
  owners.conn = owner(conns, Scope::Connection, event.conn);
  if (owners.conn != nullptr && owners.conn->told.whole && !owners.conn->state) {
    owners.conn->state = ConnectionState::New;
  }
  owners.request = owner(requests, Scope::Request, event.request);
  owners.task = owner(tasks, Scope::Task, event.task);
  owners.new_request = owners.request != nullptr && owners.request->summary.last == no_event;

  if (event.phase == Phase::TraceRequestUntraced) miss_request(number, owners);
  judge(number, event, owners);
  pair(number, event, owners);
  list(number, event, owners);
}

// What an untraced request did to its connection and its task was never told.
void TraceIndex::Store::miss_request(EventNumber number, const Owners& owners) {
  if (owners.conn != nullptr) owners.conn->untold = std::min(owners.conn->untold, number);
  if (owners.task != nullptr) owners.task->untold = std::min(owners.task->untold, number);
}

void TraceIndex::Store::breach(EventNumber number, std::optional<std::string> sentence) {
  if (!sentence) return;
  ++violation_count;
  if (violations.size() < kept_violations) violations.push_back({number, std::move(*sentence)});
}

void TraceIndex::Store::judge(EventNumber number, const Event& event, const Owners& owners) {
  if (!is_judged(event)) return;
  const Trait& trait = trait_of(event);
  const auto told_by = [this](const auto* record) {
    return record != nullptr && is_whole(*record) ? &record->told : nullptr;
  };
  const Told* told = nullptr;
  switch (trait.scope) {
    case Scope::Process:
      if (losses.empty()) told = &process;
      break;
    case Scope::Connection: told = told_by(owners.conn); break;
    case Scope::Request: told = told_by(owners.request); break;
    case Scope::Task: told = told_by(owners.task); break;
    case Scope::Packet: break;
  }
  if (told != nullptr && !trait.after.empty() && !trait.after.meets(told->phases)) {
    breach(number, breach_of_order(event, *told));
  }
  if (trait.scope == Scope::Request && owners.request != nullptr && is_whole(*owners.request) &&
      owners.request->summary.finished != no_event) {
    breach(number, breach_of_finish(event, owners.request->finishing_task));
  }
  if (trait.scheduler && told_by(owners.task) != nullptr && owners.task->state) {
    if (const auto next = task_move(event)) {
      breach(number, breach_of_move(event, *owners.task->state, *next));
    }
  }
  if (told_by(owners.conn) != nullptr && owners.conn->state) {
    if (const auto next = connection_move(event)) {
      breach(number, breach_of_move(event, *owners.conn->state, *next));
    }
  }
}

std::vector<OpenSpan>& TraceIndex::Store::open_spans(TaskRecord* task, const Event& event) {
  if (task == nullptr) return loose;
  return trait_of(event).worker_lane ? task->runs : task->open;
}

void TraceIndex::Store::pair(EventNumber number, const Event& event, const Owners& owners) {
  const auto& around = owners.task != nullptr ? owners.task->open : loose;
  if (event.kind == Kind::End || event.kind == Kind::AsyncEnd) {
    pair_end(number, event, owners);
    return;
  }
  for (auto span = around.rbegin(); span != around.rend(); ++span) {
    if (owners.task == nullptr && span->conn != event.conn) continue;
    node(number).parent = span->begin;
    break;
  }
  if (event.kind == Kind::AsyncBegin) async_open[async_key(event)] = number;
  if (event.kind != Kind::Begin) return;
  auto& open = open_spans(owners.task, event);
  if (open.size() >= max_open_spans) open.erase(open.begin(), open.begin() + max_open_spans / 2);
  open.push_back({number, event.conn, event.phase, event.thread});
}

void TraceIndex::Store::pair_end(EventNumber number, const Event& event, const Owners& owners) {
  EventNumber begin = no_event;
  if (event.kind == Kind::AsyncEnd) {
    const auto found = async_open.find(async_key(event));
    if (found != async_open.end()) {
      begin = found->second;
      async_open.erase(found);
    }
  } else {
    auto& open = open_spans(owners.task, event);
    const bool on_worker = trait_of(event).worker_lane;
    auto found = open.rend();
    for (auto span = open.rbegin(); span != open.rend(); ++span) {
      if (span->phase != event.phase) continue;
      if (owners.task == nullptr && span->conn != event.conn && span->conn != 0) continue;
      if (found == open.rend()) found = span;
      if (!on_worker || span->thread == event.thread) {
        found = span;
        break;
      }
    }
    if (found != open.rend()) {
      begin = found->begin;
      open.erase(std::next(found).base());
    }
  }
  if (begin == no_event) {
    const bool known = owners.task != nullptr   ? is_whole(*owners.task)
                       : owners.conn != nullptr ? is_whole(*owners.conn) && !beginning_missing
                                                : !beginning_missing && losses.empty();
    if (known) breach(number, breach_of_pairing(event));
    return;
  }
  node(number).partner = begin;
  if (begin < trace.first()) return;
  node(begin).partner = number;
  node(number).parent = node(begin).parent;
  // accept4 tells only at its end which connection it was about: its begin belongs there too.
  if (event.conn == 0 || trace[begin].conn != 0) return;
  EventList& events = owners.conn->summary.events;
  const auto place = std::lower_bound(events.begin(), events.end(), begin);
  if (place != events.end() && *place == begin) return;
  events.insert(static_cast<std::size_t>(place - events.begin()), begin);
  if (begin < owners.conn->summary.first) conns.moved(event.conn);
}

void TraceIndex::Store::list(EventNumber number, const Event& event, const Owners& owners) {
  const Trait& trait = trait_of(event);
  if (owners.conn != nullptr) {
    ConnectionSummary& summary = owners.conn->summary;
    note(*owners.conn, event);
    summary.conn = event.conn;
    summary.events.push_back(number);
    summary.first = summary.events.front();
    summary.last = number;
    if (owners.new_request) summary.requests.push_back(event.request);
  }
  if (owners.request != nullptr) {
    owners.request->summary.request = event.request;
    note(*owners.request, event, number);
  }
  if (owners.task != nullptr) {
    TaskSummary& summary = owners.task->summary;
    note(*owners.task, event);
    summary.task = event.task;
    summary.events.push_back(number);
    summary.first = summary.events.front();
    summary.last = number;
  }
  if (trait.scheduler) scheduler_events.push_back(number);
  if (trait.scope == Scope::Process) {
    process_events.push_back(number);
    process.phases.add(event.phase);
    if (event.row().group() == Group::Startup && startup_events.size() < max_startup_events) {
      startup_events.push_back(number);
    }
  }
  if (event.phase == Phase::TaskRun && event.begins()) {
    const auto worker = event.arg(0).value_or(0);
    if (worker == 0 || worker > max_workers) return;
    if (worker_runs.size() < worker) worker_runs.resize(worker);
    worker_runs[worker - 1].push_back(number);
  }
  if (!event.ends() || event.conn == 0) return;
  if (event.phase == Phase::ConnectionAccept) accepts.push_back(number);
  if (event.phase == Phase::LifecycleClose) closes.push_back(number);
  if (event.phase == Phase::TransmitFinish) finishes.push_back(number);
}

}  // namespace roundtrip::trace
