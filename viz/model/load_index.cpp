#include "viz/model/load_index.h"

#include <algorithm>

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::Phase;

namespace {

std::uint32_t small(const Event& event, std::string_view name) {
  return static_cast<std::uint32_t>(event.arg(name).value_or(0));
}

}  // namespace

std::size_t LoadIndex::follow(std::size_t most) {
  const trace::Trace& trace = index_.trace();
  if (const auto back = index_.rewinds().lowest_since(rewinds_seen_)) {
    if (*back < followed_to_) go_back_to(*back);
  }
  rewinds_seen_ = index_.rewinds().count();
  followed_to_ = std::max(followed_to_, trace.first());
  const std::uint64_t until =
      index_.indexed_to() - followed_to_ > most ? followed_to_ + most : index_.indexed_to();
  const std::uint64_t from = followed_to_;
  for (; followed_to_ < until; ++followed_to_) {
    take(static_cast<EventNumber>(followed_to_));
  }
  return followed_to_ - from;
}

// A load that the fact lies in, or comes before, is taken anew from its beginning.
void LoadIndex::go_back_to(std::uint64_t number) {
  followed_to_ = number;
  while (!loads_.empty() && (loads_.back().end == trace::no_event || loads_.back().end >= number)) {
    followed_to_ = std::min<std::uint64_t>(followed_to_, loads_.back().begin);
    loads_.pop_back();
  }
  open_ = false;
  clients_.clear();
  run_queue_ = 0;
}

void LoadIndex::take(EventNumber number) {
  const Event& event = index_.trace()[number];
  if (event.phase == Phase::StartupRuntimeInit && event.begins()) {
    model_ = static_cast<trace::Model>(event.arg("model").value_or(0));
    workers_ = small(event, "workers");
    reserved_stack_bytes_ = event.arg("stack");
  } else if (event.phase == Phase::TraceLoad && event.begins()) {
    begin(number, event);
  } else if (open_) {
    take_of_load(loads_.back(), number, event);
  }
}

void LoadIndex::begin(EventNumber number, const Event& event) {
  if (loads_.size() >= most_loads) loads_.erase(loads_.begin());
  LoadRun& load = loads_.emplace_back();
  load.begin = number;
  load.begun = event.time;
  load.model = model_;
  load.workers = workers_;
  load.reserved_stack_bytes = reserved_stack_bytes_;
  load.clients = small(event, "clients");
  load.requests = small(event, "requests");
  load.target = trace::Symbol{small(event, "target")};
  open_ = true;
  clients_.clear();
  run_queue_ = 0;
}

void LoadIndex::take_of_load(LoadRun& load, EventNumber number, const Event& event) {
  switch (event.phase) {
    case Phase::TraceLoad:
      load.end = number;
      load.ended = event.time;
      open_ = false;
      clients_.clear();
      break;
    case Phase::ConnectionConnect:
      if (event.begins() && !load.first_connect) load.first_connect = event.time;
      break;
    case Phase::ConnectionAccept:
      if (!event.ends() || !event.arg("fd")) break;
      if (!load.first_accept) load.first_accept = event.time;
      load.last_accept = event.time;
      ++load.accepted;
      break;
    case Phase::ReadClientSend:
      if (!load.first_ask) load.first_ask = event.time;
      clients_.try_emplace(event.conn, Client{event.time, std::nullopt});
      break;
    case Phase::TransmitClientRead: {
      const auto client = clients_.find(event.conn);
      if (client != clients_.end()) client->second.read = event.time;
      break;
    }
    case Phase::LifecycleClientClose: {
      const auto client = clients_.find(event.conn);
      if (client == clients_.end()) break;
      if (client->second.read && load.answers.size() < LoadRun::most_answers) {
        load.answers.push_back({*client->second.read, *client->second.read - *load.first_ask});
      } else if (client->second.read) {
        ++load.answers_not_kept;
      }
      clients_.erase(client);
      break;
    }
    case Phase::TaskRunnable:
      run_queue_ = std::max(run_queue_, event.arg("queue") ? small(event, "queue") + 1 : 0);
      break;
    case Phase::TaskDone:
      if (const auto stack = event.arg("stack")) {
        ++load.stacks;
        load.stack_bytes += *stack;
      }
      break;
    case Phase::TraceSample:
      if (load.samples.size() >= LoadRun::most_samples) break;
      load.samples.push_back({number,
                              event.time,
                              small(event, "answered"),
                              small(event, "connected"),
                              small(event, "accept_queue"),
                              small(event, "threads"),
                              std::exchange(run_queue_, 0),
                              event.arg("resident").value_or(0),
                              {},
                              0,
                              0,
                              0});
      break;
    case Phase::TraceUsage:
      if (load.samples.empty()) break;
      load.samples.back().server_cpu_us = event.arg("server_cpu");
      load.samples.back().clients_cpu_us = event.arg("clients_cpu").value_or(0);
      load.samples.back().switches = event.arg("switches").value_or(0);
      load.samples.back().preemptions = event.arg("preemptions").value_or(0);
      break;
    default:
      break;
  }
}

const LoadRun* LoadIndex::load_at(EventNumber event) const {
  const auto after =
      std::upper_bound(loads_.begin(), loads_.end(), event,
                       [](EventNumber number, const LoadRun& load) { return number < load.begin; });
  return after == loads_.begin() ? nullptr : &*(after - 1);
}

std::size_t LoadIndex::memory_bytes() const {
  std::size_t bytes = loads_.capacity() * sizeof(LoadRun);
  for (const LoadRun& load : loads_) {
    bytes +=
        load.samples.capacity() * sizeof(LoadSample) + load.answers.capacity() * sizeof(LoadAnswer);
  }
  return bytes;
}

LoadFigures figures_of(const LoadRun& load, Instant until) {
  LoadFigures figures;
  // Answers are told when their client closes, a little after they were read.
  std::vector<Duration> latencies;
  Instant last;
  for (const LoadAnswer& answer : load.answers) {
    if (answer.at > until) continue;
    latencies.push_back(answer.latency);
    last = std::max(last, answer.at);
  }
  figures.answered = latencies.size();
  if (!latencies.empty()) {
    std::sort(latencies.begin(), latencies.end());
    const auto at = [&](double share) {
      const auto place = static_cast<std::size_t>(share * static_cast<double>(latencies.size()));
      return latencies[std::min(place, latencies.size() - 1)];
    };
    figures.shortest = latencies.front();
    figures.half = at(0.5);
    figures.nearly_all = at(0.99);
    figures.longest = latencies.back();
    figures.elapsed = last - *load.first_ask;
    if (figures.elapsed->ns > 0) {
      figures.per_second =
          static_cast<double>(latencies.size()) * 1e9 / static_cast<double>(figures.elapsed->ns);
    }
  }
  for (const LoadSample& sample : load.samples) {
    if (sample.at > until) break;
    if (figures.newest == nullptr) figures.resident_before = sample.resident_bytes;
    figures.newest = &sample;
    figures.accept_queue_most = std::max(figures.accept_queue_most, sample.accept_queue);
    figures.run_queue_most = std::max(figures.run_queue_most, sample.run_queue);
    figures.threads_most = std::max(figures.threads_most, sample.threads);
    figures.resident_most = std::max(figures.resident_most, sample.resident_bytes);
  }
  return figures;
}

}  // namespace roundtrip::viz
