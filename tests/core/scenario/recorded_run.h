// A scenario run against a server of its own, recorded without loss, as the tests look at it.
// Made for the tests of this folder; nothing of it is part of the program.
// When the run returns, the server has stopped and everything is in the trace.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "core/scenario/runner.h"
#include "core/server/startup.h"
#include "core/trace/index.h"
#include "tests/source_dir.h"

namespace roundtrip::scenario {

inline Scenario shipped(const std::string& id) {
  Result<Scenario> scenario = load_scenario(source_dir() + "/scenarios/" + id + ".md");
  if (!scenario) FAIL(scenario.error());
  return std::move(*scenario);
}

inline Scenario parsed(std::string_view text) {
  Result<Scenario> scenario = parse_scenario(text, "99-test");
  if (!scenario) FAIL(scenario.error());
  return std::move(*scenario);
}

struct RecordedRun {
  explicit RecordedRun(const Scenario& of, unsigned workers = 0) : scenario(of) {
    trace::Collector collector(bus, server::process_epoch_ns());
    trace.share_symbols(bus.symbols());
    {
      const std::uint64_t main_ticks = read_ticks();
      const trace::ThreadRecording recording(bus);
      server::tell_program_start(bus, main_ticks);
      server::ServerOptions options;
      options.listen.port = 0;
      options.files_folder = source_dir() + "/assets/files";
      options = apply_settings(scenario, options);
      std::unique_ptr<net::WiredLab> lab = scenario.settings.wire ? make_lab(options) : nullptr;
      in_lab = lab != nullptr;
      if (workers != 0) options.workers = workers;
      server::Server server(bus, options);
      if (lab) REQUIRE(lab->start(bus, server.connection_numbers()).ok());
      const Status started = server.start();
      if (!started) FAIL(started.error());
      RunOptions how;
      how.lab = lab.get();
      Result<RunReport> result = run_scenario(scenario, server, bus, how);
      if (!result) FAIL(result.error());
      report = std::move(*result);
      server.stop();
      if (lab) lab->stop();
    }
    collector.collect([this](const trace::Delivery& delivery) { trace.append(delivery); }, true);
    index.follow();
  }

  // Where none can be made the page runs on the loopback, and that is said.
  static std::unique_ptr<net::WiredLab> make_lab(server::ServerOptions& options) {
    auto lab = net::WiredLab::create();
    if (!lab) {
      MESSAGE("no lab: " << lab.error());
      return nullptr;
    }
    options.listen = {(*lab)->lab().address(net::Host::Server), 8080, options.listen.backlog};
    options.listen.sockets = &(*lab)->sockets(net::Host::Server);
    return std::move(*lab);
  }

  std::size_t count(trace::Phase phase) const {
    std::size_t events = 0;
    for (std::uint64_t i = trace.first(); i < trace.end(); ++i) {
      if (trace[i].phase == phase && !trace[i].ends()) ++events;
    }
    return events;
  }
  // The nth event of a phase, from 1; ends left out.
  const trace::Event& event(trace::Phase phase, std::uint32_t nth = 1) const {
    Stop stop;
    stop.at = phase;
    stop.nth = nth;
    const auto number = find_stop(stop, trace);
    if (!number) FAIL(fmt::format("{} number {} did not occur", trace::phase_id(phase), nth));
    return trace[*number];
  }
  std::string breaches() const {
    std::string text;
    for (const trace::Violation& violation : index.violations()) {
      text += fmt::format("event {}: {}\n", violation.event, violation.sentence);
    }
    return text;
  }

  const Scenario& scenario;
  trace::Bus bus{true};
  trace::Trace trace;
  trace::TraceIndex index{trace};
  RunReport report;
  bool in_lab = false;
};

inline std::string sentence_of(const Status& status) { return status ? "" : status.error(); }

}  // namespace roundtrip::scenario
