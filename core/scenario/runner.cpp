#include "core/scenario/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

#include "core/base/clock.h"
#include "core/scenario/wire_hand.h"

namespace roundtrip::scenario {
namespace {

// Asks the server to stop, as SIGTERM would, on a thread of its own: stopping takes until the last
// request is answered, and meanwhile the clients go on. Its end waits for the server's.
class ServerStop {
 public:
  ServerStop(server::Server& server, trace::Bus& bus) : server_(server), bus_(bus) {}

  void ask() {
    stopping_ = std::jthread([this] {
      const trace::ThreadRecording recording(bus_, trace::RingSize::Small);
      trace::instant<trace::Phase::TraceNote>(
          trace::Subject{}, bus_.symbols().intern("the server is asked to stop, as by SIGTERM"));
      server_.stop();
    });
  }

 private:
  server::Server& server_;
  trace::Bus& bus_;
  std::jthread stopping_;
};

// The clients of one thread, each with its connection while it has one.
class Script {
 public:
  Script(const Scenario& scenario, const ClientTarget& target, ServerStop& server_stop)
      : scenario_(scenario), target_(target), server_stop_(server_stop) {}

  // Does the steps with these indexes, in this order. A client closes after its last one.
  Status run(const std::vector<std::size_t>& steps) {
    std::map<std::uint32_t, std::size_t> last;
    for (const std::size_t index : steps) last[scenario_.steps[index].client] = index;
    for (const std::size_t index : steps) {
      const Step& step = scenario_.steps[index];
      for (std::uint32_t i = 0; i < step.repeat; ++i) {
        const Status done = act(index);
        if (!done) {
          return Error{fmt::format("{}, line {}: {}", scenario_.id, step.line, done.error())};
        }
      }
      const auto client = clients_.find(step.client);  // none: it was refused
      if (last[step.client] == index && client != clients_.end()) client->second->leave();
    }
    return Nothing{};
  }

  std::vector<StepReport> take_reports() { return std::move(reports_); }

 private:
  Status act(std::size_t index) {
    const Step& step = scenario_.steps[index];
    if (step.closed_port) return be_refused(step);
    std::unique_ptr<Client>& client = clients_[step.client];
    if (!client) {
      ClientTarget target = target_;
      target.nagle = step.nagle;
      Result<std::unique_ptr<Client>> connected = Client::connect(target);
      if (!connected) return Error{connected.error()};
      client = std::move(*connected);
    }
    const Status paused = client->pause(Duration::milliseconds(step.pause_ms));
    if (!paused) return paused;
    StepReport report;
    report.step = index;
    report.client = step.client;
    report.conn = client->conn();
    report.sent_from = client->sent_bytes();
    const std::int64_t begun_ns = monotonic_ns();
    const Status sent = client->send(step.bytes);
    if (!sent) return sent;
    const Status followed = follow(step, *client, report);
    if (!followed) return followed;
    report.elapsed = Duration{monotonic_ns() - begun_ns};
    reports_.push_back(std::move(report));
    return Nothing{};
  }

  Status be_refused(const Step& step) {
    ClientTarget target = target_;
    target.port = step.closed_port;
    return Client::be_refused(target);
  }

  // What a client does when it has sent.
  Status follow(const Step& step, Client& client, StepReport& report) {
    const bool to_head = step.bytes.starts_with("HEAD ");
    switch (step.then) {
      case Then::Read:
        for (std::uint32_t i = 0; i < step.answers; ++i) {
          Result<Response> response = client.read_response(to_head);
          if (!response) return Error{response.error()};
          report.responses.push_back(std::move(*response));
        }
        break;
      case Then::On: break;
      case Then::Interim: return client.read_interim();
      case Then::Closed: {
        Result<Client::Ending> ending = client.read_until_closed(to_head);
        if (!ending) return Error{ending.error()};
        report.responses = std::move(ending->responses);
        report.server_closed = true;
        report.reset = ending->reset;
        break;
      }
      case Then::Close: client.close(false); break;
      case Then::Reset: client.close(true); break;
      case Then::Stop: server_stop_.ask(); break;
    }
    return Nothing{};
  }

  const Scenario& scenario_;
  ClientTarget target_;
  ServerStop& server_stop_;
  std::map<std::uint32_t, std::unique_ptr<Client>> clients_;
  std::vector<StepReport> reports_;
};

// Acts up to the first of these are done at once.
bool waits(const WireAct& act) {
  return act.kind == WireAct::Kind::Await || act.kind == WireAct::Kind::Pause;
}

void tell_refused(const std::vector<std::string>& sentences, trace::Bus& bus) {
  const trace::ThreadRecording recording(bus, trace::RingSize::Small);
  for (const std::string& sentence : sentences) {
    trace::instant<trace::Phase::TraceNote>(trace::Subject{}, bus.symbols().intern(sentence));
  }
}

// The steps that one thread does: all of them in the page's order, or those of one client.
std::vector<std::vector<std::size_t>> steps_by_thread(const Scenario& scenario) {
  std::vector<std::vector<std::size_t>> threads;
  std::map<std::uint32_t, std::size_t> thread_of;
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    const std::uint32_t key = scenario.settings.together ? scenario.steps[i].client : 0;
    const auto [place, fresh] = thread_of.try_emplace(key, threads.size());
    if (fresh) threads.emplace_back();
    threads[place->second].push_back(i);
  }
  return threads;
}

// On a thread of its own: it records, and is measured apart from all others.
Result<LoadReport> run_load(const Load& load, server::Server& server, trace::Bus& bus,
                            const RunOptions& options) {
  LoadOptions asked;
  asked.port = server.port();
  asked.target = load.target;
  asked.connections = load.clients;
  asked.requests_per_second = limits::load_requests_per_second;
  asked.requests = load.clients;
  asked.patience = options.step_time;
  asked.closes = true;
  asked.server = &server;
  Result<LoadReport> report = Error{};
  std::thread clients([&] {
    std::optional<trace::ThreadRecording> recording;
    if (server.options().traced) recording.emplace(bus);
    report = generate_load(asked, options.call_off);
  });
  clients.join();
  if (report && options.call_off != nullptr && options.call_off->called_off()) {
    return Error{"the run was called off"};
  }
  return report;
}

}  // namespace

std::uint32_t RunReport::conn_of(std::uint32_t client) const {
  for (const StepReport& step : steps) {
    if (step.client == client) return step.conn;
  }
  return 0;
}

server::ServerOptions apply_settings(const Scenario& scenario, server::ServerOptions base) {
  const Settings& settings = scenario.settings;
  const auto apply = [](const std::optional<std::uint32_t>& milliseconds, Duration& to) {
    if (milliseconds) to = Duration::milliseconds(*milliseconds);
  };
  apply(settings.header_timeout_ms, base.timeouts.header);
  apply(settings.read_timeout_ms, base.timeouts.read);
  apply(settings.write_timeout_ms, base.timeouts.write);
  apply(settings.idle_timeout_ms, base.timeouts.idle);
  apply(settings.handler_timeout_ms, base.timeouts.handler);
  apply(settings.drain_ms, base.drain);
  apply(settings.database_delay_ms, base.database_delay);
  if (settings.times_as_fast) base.times_as_fast = *settings.times_as_fast;
  server::Timeouts& times = base.timeouts;
  for (Duration* time : {&times.header, &times.read, &times.write, &times.idle, &times.handler,
                         &base.drain, &base.database_delay}) {
    *time = *time / base.times_as_fast;
  }
  if (settings.workers) base.workers = *settings.workers;
  if (settings.model) base.model = *settings.model;
  if (settings.wire && settings.wire->backlog) base.listen.backlog = *settings.wire->backlog;
  if (settings.observed_per_second) {
    base.observed_requests_per_second = *settings.observed_per_second;
  }
  return base;
}

Result<RunReport> run_scenario(const Scenario& scenario, server::Server& server, trace::Bus& bus,
                               const RunOptions& options) {
  if (!server.running()) return Error{"the server is not running, so nothing can be sent to it"};
  ClientTarget target{server.address(), &server.connection_numbers(), options.step_time,
                      options.call_off};
  std::optional<WireHand> hand;
  if (options.lab != nullptr) {
    target.sockets = &options.lab->sockets(net::Host::Client);
    hand.emplace(*options.lab, options.step_time, options.call_off);
    if (scenario.settings.wire) tell_refused(hand->set(*scenario.settings.wire), bus);
  }
  const auto scripts = steps_by_thread(scenario);
  std::mutex mutex;
  RunReport report;
  std::optional<Error> problem;
  const std::int64_t begun_ns = monotonic_ns();
  {
    ServerStop server_stop(server, bus);
    std::vector<std::jthread> threads;
    if (hand && !scenario.wire_acts.empty()) {
      // What is to be held first is held before anybody connects.
      const std::vector<WireAct>& acts = scenario.wire_acts;
      const auto first = std::find_if(acts.begin(), acts.end(), waits);
      const Status begun = hand->act({acts.begin(), first});
      if (!begun) return Error{fmt::format("{}, {}", scenario.id, begun.error())};
      threads.emplace_back([&, rest = std::vector<WireAct>(first, acts.end())] {
        const Status done = hand->act(rest);
        const std::lock_guard lock(mutex);
        if (!done && !problem) problem = Error{fmt::format("{}, {}", scenario.id, done.error())};
      });
    }
    for (const std::vector<std::size_t>& steps : scripts) {
      threads.emplace_back([&] {
        const trace::ThreadRecording recording(bus, trace::RingSize::Small);
        Script script(scenario, target, server_stop);
        const Status done = script.run(steps);
        const std::lock_guard lock(mutex);
        if (!done && !problem) problem = Error{done.error()};
        for (StepReport& step : script.take_reports()) report.steps.push_back(std::move(step));
      });
    }
  }
  if (hand) hand->let_go();
  if (problem) return *problem;
  for (const Load& load : scenario.loads) {
    const Result<LoadReport> done = run_load(load, server, bus, options);
    if (!done) {
      return Error{fmt::format("{}, line {}: {}", scenario.id, load.line, done.error())};
    }
    report.loads.push_back(*done);
  }
  report.elapsed = Duration{monotonic_ns() - begun_ns};
  return report;
}

}  // namespace roundtrip::scenario
