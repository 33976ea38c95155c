// The runner: a scenario's clients against a running server, and what came of it. The same call
// serves Send in the window, `run` and the tests. Nothing sleeps to wait: the clients wait for
// bytes, for the end of a connection, or for the server's own time-outs.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/net/wire/wired_lab.h"
#include "core/scenario/client.h"
#include "core/scenario/load_generator.h"
#include "core/scenario/scenario.h"
#include "core/server/server.h"
#include "core/trace/index.h"

namespace roundtrip::scenario {

// One step, done once.
struct StepReport {
  std::size_t step = 0;  // its index in Scenario::steps
  std::uint32_t client = 0;
  std::uint32_t conn = 0;
  std::uint64_t sent_from = 0;      // where its bytes lie in what the client sent
  std::vector<Response> responses;  // as a rule one
  bool server_closed = false;       // the client saw the end
  bool reset = false;               // by a RST
  Duration elapsed;                 // connecting left out
};

struct RunReport {
  std::vector<StepReport> steps;  // in the order in which they were done
  std::vector<LoadReport> loads;  // of each load of the page, in its order
  Duration elapsed;

  // The connection of a client; 0 for one that never connected.
  std::uint32_t conn_of(std::uint32_t client) const;
};

struct RunOptions {
  Duration step_time = limits::step_time;  // longer where a teacher may hold a request
  const CallOff* call_off = nullptr;
  net::WiredLab* lab = nullptr;  // that the server listens in; null: this machine's loopback
};

// What the page asks for, over what the server would be otherwise.
server::ServerOptions apply_settings(const Scenario& scenario, server::ServerOptions base);

// Runs all clients, then the loads; returns when the last is done, and where the page stops the
// server, when that has ended. From any thread but a worker; the threads that act as clients record
// on `bus`. An error names the page and the line.
Result<RunReport> run_scenario(const Scenario& scenario, server::Server& server, trace::Bus& bus,
                               const RunOptions& options = {});

// Whether every answer has the status that the page says, and a load none but good ones.
Status check_answers(const Scenario& scenario, const RunReport& report);

// Whether the parser stopped at every byte that the page marks, and nowhere else.
Status check_blamed_bytes(const Scenario& scenario, const RunReport& report,
                          const trace::Trace& trace);

// How the wire was seen in this trace.
Rung rung_of(const trace::Trace& trace);

// Whether the phases that the page expects occurred, from event `from` on. The sentence names all
// that are missing and all that should not be there.
Status check_expectations(const Scenario& scenario, const trace::Trace& trace,
                          const trace::TraceIndex& index, std::uint64_t from = 0);

// The event at which a stop stands in a run that began with event `from`; empty when it was not
// reached.
std::optional<std::uint64_t> find_stop(const Stop& stop, const trace::Trace& trace,
                                       std::uint64_t from = 0);

}  // namespace roundtrip::scenario
