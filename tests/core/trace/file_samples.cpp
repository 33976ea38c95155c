#include "tests/core/trace/file_samples.h"

#include <stdlib.h>

#include <fstream>
#include <iterator>

#include "core/trace/file_writer.h"
#include "core/trace/gzip.h"

namespace roundtrip::trace::samples {
namespace {

constexpr std::string_view request_text = "GET /hello HTTP/1.1\r\nHost: localhost:8080\r\n\r\n";

// A value that fits the unit, another one for each `salt`.
std::uint64_t value_for(Unit unit, std::uint32_t salt, Symbols& symbols) {
  static const std::string texts[] = {"/hello", "say \"hi\" \\ there", "tab\tfeed\nnul\x01.",
                                      "Grüße, 世界 🌍", "GET /"};
  const auto words = unit_words(unit);
  if (!words.empty()) return salt % words.size();
  switch (unit) {
    case Unit::Symbol:
      return symbols.intern(texts[salt % std::size(texts)]).value;
    case Unit::Address:
      if (salt % 3 == 0) return Address::v4(0x7f000001, 8080).packed;
      if (salt % 3 == 1) return Address::v6_loopback(443).packed;
      return Address::named(symbols.intern("fe80::1%eth0"), 80).packed;
    case Unit::PhaseUnit:
      return salt % phase_count;
    case Unit::Flag:
      return salt % 2;
    case Unit::Fd:
      return salt % 2 == 0 ? 7 : 0xffff'ffff;
    case Unit::WideBytes:
      return salt % 2 == 0 ? 0xffff'ffff'ffff'ffff : 1'073'741'824;
    case Unit::Nanoseconds:
      return salt % 2 == 0 ? static_cast<std::uint64_t>(-5) : 1'500'000'000;
    default:
      return salt % 2 == 0 ? 0xffff'ffff : salt;
  }
}

Event event_of(const PhaseRow& row, Kind kind, std::uint32_t salt, Symbols& symbols) {
  Event event;
  event.phase = row.phase;
  event.kind = kind;
  event.provenance = static_cast<Provenance>(salt % 5);
  event.task = salt % 4;
  event.conn = salt % 3;
  event.request = salt % 5 == 0 ? 0 : 0xffff'fffe;
  event.thread = static_cast<std::uint16_t>(salt % 7 == 0 ? 0xffff : salt % 3);
  event.id = kind >= Kind::AsyncBegin ? salt % 2 : salt % 11 == 0 ? 9 : 0;
  event.time.ns = 1'000 + salt * 517;
  if (salt % 2 == 0) event.set_bytes(static_cast<Log>(1 + salt % 3), {salt % 40, salt % 6});
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    if ((salt + i) % 4 != 0) event.set_arg(i, value_for(row.args[i].unit, salt + 1, symbols));
  }
  return event;
}

}  // namespace

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "trace-file-XXXXXX").string();
  root_ = ::mkdtemp(name.data());
}

Folder::~Folder() {
  std::filesystem::remove_all(root_);
}

std::size_t Folder::count() const {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(root_), {}));
}

std::string read_all(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_all(const std::string& path, std::string_view text) {
  // A new file each time: some file systems wait for the disk when an old one is overwritten.
  std::filesystem::remove(path);
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
}

std::string gzipped(std::string_view text) {
  GzipCompressor compressor;
  std::vector<char> packed;
  compressor.add(text, GzipCompressor::Flush::End, packed);
  return {packed.begin(), packed.end()};
}

TraceInfo sample_info() {
  TraceInfo info;
  info.scenario = "01-hello";
  info.build = "roundtrip 0.1.0 \"test\"";
  info.machine = "Linux, 2 cores, Größe";
  info.clock = "TSC";
  info.epoch_realtime_ns = 1'735'732'800'123'456'789;
  info.pid = 4711;
  info.event_cost_ps = 14'250;
  return info;
}

std::vector<Batch> batches_of_everything(Symbols& symbols) {
  std::vector<Batch> batches;
  std::uint32_t salt = 0;
  for (int round = 0; round < 3; ++round) {
    Batch& batch = batches.emplace_back();
    for (const PhaseRow& row : phase_table) {
      for (std::size_t kind = 0; kind < 6; ++kind) {
        batch.events.push_back(event_of(row, static_cast<Kind>(kind), ++salt, symbols));
      }
    }
    batch.settled_to = batch.events.back().time + Duration{100};
    // The request in two pieces, then again as a retransmission that differs in nothing.
    const std::uint64_t cut = 10 + static_cast<std::uint64_t>(round);
    for (const Log log : {Log::In, Log::Out, Log::Wire}) {
      const auto conn = static_cast<std::uint32_t>(round);
      batch.bytes.push_back({conn, log, cut, request_text.substr(cut)});
      batch.bytes.push_back({conn, log, 0, request_text.substr(0, cut)});
      batch.bytes.push_back({conn, log, 5, request_text.substr(5, 20)});
      batch.bytes.push_back({conn, log, 1'000'000, std::string_view("\0\xff\n", 3)});
    }
    batch.losses = {salt, 2, 3, 4, 5};
    if (round == 0) continue;
    for (std::uint32_t i = 0; i < 20; ++i) {
      Event late = event_of(row_of(Phase::ReadSegment), Kind::Instant, i * 7, symbols);
      late.time.ns += 3;
      batch.late.push_back(late);
    }
  }
  return batches;
}

void fill(Trace& trace, const std::vector<Batch>& batches) {
  trace.info() = sample_info();
  for (const Batch& batch : batches) trace.append(batch.delivery());
}

std::string small_file() {
  Folder folder;
  Trace trace;
  Batch batch;
  Symbols& symbols = trace.symbols();
  std::uint32_t salt = 0;
  for (const Phase phase :
       {Phase::StartupListen, Phase::StartupReady, Phase::ConnectionConnect, Phase::ReadRead,
        Phase::ReadLineFound, Phase::ReadLineValid, Phase::HandleRouteCandidate, Phase::TaskRun,
        Phase::LifecycleClose, Phase::TraceHold}) {
    const PhaseRow& row = row_of(phase);
    salt += 3;
    const Kind kind = row.shape == Shape::Span ? Kind::Begin : Kind::Instant;
    batch.events.push_back(event_of(row, kind, salt, symbols));
  }
  batch.bytes.push_back({1, Log::In, 0, request_text});
  batch.bytes.push_back({2, Log::Out, 0, request_text});
  batch.settled_to = batch.events.back().time;
  batch.losses = {1, 0, 0, 0, 0};
  fill(trace, {batch});
  const std::string path = folder.path("small.trace.json");
  if (!TraceFileWriter::save(trace, path)) return {};
  return read_all(path);
}

}  // namespace roundtrip::trace::samples
