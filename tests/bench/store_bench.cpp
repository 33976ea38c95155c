// From the ring to the stored block, the index, states at a cursor, and files: with 1,000,000
// events of 10,000 connections, as the window meets them.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <thread>

#include "core/trace/bus.h"
#include "core/trace/file_reader.h"
#include "core/trace/file_writer.h"
#include "core/trace/recorder.h"
#include "core/trace/state.h"

namespace roundtrip::trace {
namespace {

constexpr std::uint32_t connections = 10'000;
constexpr std::size_t total_events = 1'000'000;

// What a request of an accepted connection tells, shortened to its most common phases.
void tell_request(std::uint32_t conn, std::uint32_t request) {
  const Subject who{conn, conn, request};
  const Bytes head{Log::In, {0, 83}};
  begin<Phase::ReadRead>(who, 7, 4096U);
  end<Phase::ReadRead>(who, head, absent, absent, 83U);
  instant<Phase::ReadBufferFill>(who, head, 83U, 0U, 4096U);
  instant<Phase::ReadLineFound>(who, Bytes{Log::In, {0, 21}});
  instant<Phase::ReadLineSplit>(who, Bytes{Log::In, {0, 21}}, 3U, 6U, 8U);
  for (std::uint32_t header = 1; header <= 6; ++header) {
    instant<Phase::ReadHeader>(who, Bytes{Log::In, {21, 22}}, header, 4U, 6U, 14U);
  }
  instant<Phase::ReadHeadersComplete>(who, Bytes{Log::In, {81, 2}}, 3U, 83U);
  instant<Phase::ReadRequestReady>(who, head, absent, KeepAlive::Kept, 3U);
  begin<Phase::TransmitFinish>(who);
  instant<Phase::TransmitFraming>(who, Framing::ContentLength, 13U);
  begin<Phase::TransmitWrite>(who, 7, 130U);
  end<Phase::TransmitWrite>(who, Bytes{Log::Out, {0, 130}}, absent, absent, 130U);
  end<Phase::TransmitFinish>(who, 200U, 13U);
}

// One million events through the real recorder and collector.
std::unique_ptr<Trace> make_trace(std::size_t events) {
  Bus bus(true);
  Collector collector(bus, monotonic_ns());
  auto trace = std::make_unique<Trace>();
  const Collector::Sink sink = [&](const Delivery& delivery) { trace->append(delivery); };
  {
    const ThreadRecording recording(bus);
    std::uint32_t request = 0;
    while (trace->end() < events) {
      for (int i = 0; i < 500; ++i) {
        ++request;
        tell_request(request % connections + 1, request);
      }
      collector.collect(sink, true);
    }
  }
  return trace;
}

const Trace& million() {
  static const std::unique_ptr<Trace> trace = make_trace(total_events);
  return *trace;
}

// A writer that never stops and a collector that takes everything: nothing may be lost.
void ring_to_stored_blocks(benchmark::State& state) {
  std::size_t stored = 0;
  for (auto _ : state) {
    Bus bus(true);
    Collector collector(bus, monotonic_ns());
    while (collector.prepare_piece()) {
    }
    Trace trace(std::size_t{512} << 20);
    const Collector::Sink sink = [&](const Delivery& delivery) { trace.append(delivery); };
    std::atomic<bool> done{false};
    std::size_t told = 0;
    std::thread writer([&] {
      const ThreadRecording recording(bus);
      for (std::uint32_t request = 1; request <= 150'000; ++request) {
        tell_request(request % connections + 1, request);
        told += 18;
      }
      done.store(true, std::memory_order_release);
    });
    while (!done.load(std::memory_order_acquire)) collector.collect(sink);
    writer.join();
    collector.collect(sink, true);
    stored += trace.end();
    // A writer that waited for room longer than the horizon is told as late: an event more each.
    if (trace.end() != told + trace.late_events()) state.SkipWithError("events were lost");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(stored));
}
BENCHMARK(ring_to_stored_blocks)->Unit(benchmark::kMillisecond)->UseRealTime();

void index_a_trace(benchmark::State& state) {
  const Trace& trace = million();
  for (auto _ : state) {
    TraceIndex index(trace);
    benchmark::DoNotOptimize(index.follow());
    state.counters["index bytes an event"] =
        static_cast<double>(index.memory_bytes()) / static_cast<double>(trace.count());
  }
  state.counters["trace bytes an event"] =
      static_cast<double>(trace.memory_bytes()) / static_cast<double>(trace.count());
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(trace.count()));
}
BENCHMARK(index_a_trace)->Unit(benchmark::kMillisecond);

void state_at_a_cursor(benchmark::State& state) {
  const Trace& trace = million();
  TraceIndex index(trace);
  index.follow();
  const StateReader reader(index);
  benchmark::DoNotOptimize(reader.connection_at(1, trace.end() - 1));
  std::uint64_t number = 0;
  for (auto _ : state) {
    number = (number + 7'919) % trace.count();
    const std::uint32_t conn = trace[number].conn;
    benchmark::DoNotOptimize(reader.connection_at(conn, number));
  }
}
BENCHMARK(state_at_a_cursor)->Unit(benchmark::kMicrosecond);

std::string file_in_tmp() {
  return (std::filesystem::temp_directory_path() /
          ("roundtrip-bench-" + std::to_string(getpid()) + ".trace.json"))
      .string();
}

void save_a_file(benchmark::State& state) {
  const Trace& trace = million();
  const std::string path = file_in_tmp();
  for (auto _ : state) {
    const Status saved = TraceFileWriter::save(trace, path);
    if (!saved) state.SkipWithError(saved.error().c_str());
  }
  std::filesystem::remove(path);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(trace.count()));
}
BENCHMARK(save_a_file)->Unit(benchmark::kMillisecond);

void load_a_file(benchmark::State& state) {
  const std::string path = file_in_tmp();
  const Status saved = TraceFileWriter::save(million(), path);
  if (!saved) state.SkipWithError(saved.error().c_str());
  for (auto _ : state) {
    Trace loaded;
    const auto report = read_trace_file(path, loaded);
    if (!report) state.SkipWithError(report.error().c_str());
    if (loaded.count() != million().count()) state.SkipWithError("events are missing");
  }
  std::filesystem::remove(path);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(million().count()));
}
BENCHMARK(load_a_file)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace roundtrip::trace
