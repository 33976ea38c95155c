#include "app/session.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "app/places.h"
#include "app/version.h"
#include "core/base/check.h"
#include "core/server/startup.h"
#include "core/trace/event_cost.h"
#include "core/trace/file_reader.h"

namespace roundtrip::app {
namespace {

std::string processor_name() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  std::string line;
  while (std::getline(cpuinfo, line)) {
    if (line.starts_with("model name")) {
      const std::size_t colon = line.find(": ");
      return colon == std::string::npos ? std::string{} : line.substr(colon + 2);
    }
  }
  return "unknown processor";
}

}  // namespace

std::string machine_description() {
  utsname kernel{};
  uname(&kernel);
  return fmt::format("{} {}, {}, {} cores", kernel.sysname, kernel.release, processor_name(),
                     std::thread::hardware_concurrency());
}

Result<std::unique_ptr<Session>> Session::start(SessionOptions options) {
  std::unique_ptr<Session> session(new Session);
  session->bus_ = options.lossless
                      ? std::make_unique<trace::Bus>(true, limits::small_ring_records,
                                                     limits::small_byte_ring_bytes)
                      : std::make_unique<trace::Bus>();
  session->most_waiting_events_ = options.lossless ? SIZE_MAX : options.most_waiting_events;
  session->collector_ =
      std::make_unique<trace::Collector>(*session->bus_, server::process_epoch_ns());
  session->headless_ = options.headless;
  session->tells_news_ = options.tells_news;
  session->trace_ = std::make_unique<trace::Trace>(
      options.limit_bytes,
      options.headless ? trace::Trace::Evicted::Forgotten : trace::Trace::Evicted::Remembered);
  session->trace_->share_symbols(session->bus_->symbols());
  session->trace_->info() = {options.scenario, build_name(), machine_description(), tick_source(),
                             session->collector_->epoch_realtime_ns(),
                             static_cast<std::uint64_t>(::getpid()),
                             options.record ? trace::measure_event_cost_ps() : 0};
  session->index_ = std::make_unique<trace::TraceIndex>(*session->trace_);
  session->states_ = std::make_unique<trace::StateReader>(*session->index_);
  if (!options.trace_file.empty()) {
    auto writer = trace::TraceFileWriter::open(options.trace_file.string(),
                                               session->trace_->info(), session->bus_->symbols());
    if (!writer) return Error{writer.error()};
    session->writer_ = std::move(*writer);
  }
  if (options.headless && options.record) session->prepare_headless(options.limit_bytes);
  std::optional<trace::ThreadRecording> recording;
  if (options.record) {
    recording.emplace(*session->bus_, trace::RingSize::Small);
    if (options.main_ticks != 0) {
      server::tell_program_start(*session->bus_, options.main_ticks);
    }
  }
  if (Status prepared = session->prepare_wire(options); !prepared) return Error{prepared.error()};
  options.server.traced = options.record;
  if (options.server.files_folder.empty()) options.server.files_folder = assets_dir() / "files";
  session->server_ = std::make_unique<server::Server>(*session->bus_, options.server);
  if (Status started = session->start_wire(); !started) return Error{started.error()};
  // Where nothing is recorded there is nothing to collect but the counts, and those at the end.
  if (options.record) {
    session->thread_ = std::thread([raw = session.get()] { raw->collect_loop(); });
  }
  return session;
}

// Down the ladder, as far as was asked for: a lab, a capture, what the kernel stamps.
Status Session::prepare_wire(SessionOptions& options) {
  if (options.lab && !options.capture) {
    Result<std::unique_ptr<net::WiredLab>> lab = net::WiredLab::create();
    if (lab) {
      lab_ = std::move(*lab);
      options.server.listen.host = lab_->lab().address(net::Host::Server);
      options.server.listen.sockets = &lab_->sockets(net::Host::Server);
      // Nobody else is there to have taken it.
      if (options.server.listen.port == 0) options.server.listen.port = net::ListenOptions{}.port;
      return Nothing{};
    }
    lab_problem_ = lab.error();
    options.server.also_listen.reset();
  }
  if (!options.record || (!options.capture && lab_problem_.empty())) return Nothing{};
  const auto address = net::parse_address(options.server.listen.host, 0);
  if (options.capture && address && address->family() == AF_INET6) {
    return Error{fmt::format("packets are captured of IPv4 alone, and {} is IPv6: leave out "
                             "--capture, or listen on 127.0.0.1",
                             options.server.listen.host)};
  }
  net::LoopbackCapture::Attempt attempt = net::LoopbackCapture::open();
  capture_ = std::move(attempt.capture);
  if (options.capture && capture_ == nullptr) {
    return Error{fmt::format("packets can't be captured here: {}", attempt.failure.sentence())};
  }
  const auto rung = capture_ != nullptr ? trace::Rung::Capture : trace::Rung::Stamps;
  trace::Symbols& words = bus_->symbols();
  if (lab_problem_.empty()) {
    trace::instant<trace::Phase::TraceWire>(trace::Subject{}, rung);
  } else {
    trace::instant<trace::Phase::TraceWire>(
        trace::Subject{}, rung, words.intern(lab_problem_),
        words.intern("`roundtrip doctor` says what would help"));
  }
  return Nothing{};
}

// The lab before the server; the capture once it is known at which port that listens.
Status Session::start_wire() {
  net::ConnectionNumbers& numbers = server_->connection_numbers();
  if (lab_) {
    if (Status wired = lab_->start(*bus_, numbers); !wired) return wired;
  }
  if (capture_) numbers.remember_accepted();
  if (Status started = server_->start(); !started || !capture_) return started;
  if (const auto failure = capture_->choose(server_->port())) return Error{failure->sentence()};
  capture_->start(*bus_, numbers);
  return Nothing{};
}

Result<std::unique_ptr<Session>> Session::open(const std::filesystem::path& file,
                                               std::string* warning,
                                               const trace::FileProgress& progress) {
  if (std::string capture = capture_sentence(file); !capture.empty()) return Error{capture};
  std::unique_ptr<Session> session(new Session);
  session->file_ = file;
  session->trace_ = std::make_unique<trace::Trace>();
  bool called_off = false;
  const auto report = trace::read_trace_file(
      file.string(), *session->trace_, [&](std::uint64_t done, std::uint64_t total) {
        called_off = progress && !progress(done, total);
        return !called_off;
      });
  if (!report && (called_off || session->trace_->empty())) return Error{report.error()};
  if (warning != nullptr) *warning = report ? report->torn_sentence : report.error();
  session->index_ = std::make_unique<trace::TraceIndex>(*session->trace_);
  session->index_->follow();
  session->states_ = std::make_unique<trace::StateReader>(*session->index_);
  return session;
}

Session::Session() : news_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  CHECK_THAT(news_fd_ >= 0, "an eventfd can't be made");
}

Session::~Session() {
  static_cast<void>(stop());
  close(news_fd_);
}

bool Session::update(std::size_t most) {
  std::deque<Parcel> parcels;
  {
    const std::lock_guard lock(mutex_);
    parcels.swap(parcels_);
    waiting_events_ = 0;
    eventfd_t rings = 0;
    eventfd_read(news_fd_, &rings);
    memory_wanted_ = trace_->wants_memory();
    if (memory_wanted_ && spare_memory_ != nullptr) trace_->give_memory(std::move(spare_memory_));
  }
  bool any = false;
  std::size_t taken = 0;
  for (; !parcels.empty(); parcels.pop_front()) {
    Parcel& parcel = parcels.front();
    if (taken > 0 && taken + parcel.events.size() > most) break;
    taken += parcel.events.size();
    std::size_t at = 0;
    for (trace::ByteSighting& piece : parcel.bytes) {
      const std::size_t length = piece.data.size();
      piece.data = std::string_view(parcel.byte_memory).substr(at, length);
      at += length;
    }
    any = any || !parcel.events.empty() || !parcel.late.empty();
    trace_->append({parcel.bytes, parcel.events, parcel.late, parcel.settled_to, parcel.losses});
    parcel.events.clear();
    parcel.late.clear();
    parcel.bytes.clear();
    parcel.byte_memory.clear();
    const std::lock_guard lock(mutex_);
    if (spare_parcels_.size() < most_spare_parcels) spare_parcels_.push_back(std::move(parcel));
  }
  behind_ = !parcels.empty();
  if (behind_) put_back(std::move(parcels));
  if (headless_) return any;
  const bool indexed = index_->follow(most) > 0;
  if (indexed) tell_breaches();
  return any || indexed;
}

// What one call did not take waits for the next, before what has come meanwhile.
void Session::put_back(std::deque<Parcel> parcels) {
  const std::lock_guard lock(mutex_);
  for (const Parcel& parcel : parcels) {
    waiting_events_ += parcel.events.size() + parcel.late.size();
  }
  std::move(parcels_.begin(), parcels_.end(), std::back_inserter(parcels));
  parcels_ = std::move(parcels);
}

// A breach of order that the index has found becomes a fact of the recording, so that its file
// tells it too; a few at a time, as long as others wait for room in the rings as well.
void Session::tell_breaches() {
  constexpr std::size_t most_at_once = 1'000;
  const auto breaches = index_->violations();
  if (bus_ == nullptr || breaches.empty() || breaches.back().event < breaches_told_to_) return;
  const trace::ThreadRecording recording(*bus_, trace::RingSize::Small);
  std::size_t told = 0;
  for (const trace::Violation& breach : breaches) {
    if (breach.event < breaches_told_to_) continue;
    if (++told > most_at_once) break;
    trace::instant<trace::Phase::TraceViolation>(
        {}, static_cast<std::uint32_t>((*trace_)[breach.event].phase),
        bus_->symbols().intern(breach.sentence), breach.event + 1);
    breaches_told_to_ = breach.event + 1ULL;
  }
}

void Session::stop_serving() {
  if (server_ == nullptr) return;
  server_->stop();
  // The last words of the connections are under way still.
  if (lab_) lab_->stop();
  if (capture_) capture_->stop();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    stop_signal_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  collect_once(true);
}

Status Session::stop() {
  if (server_ == nullptr) return Nothing{};
  stop_serving();
  server_.reset();
  update();
  // What the last update has told, and what was told since.
  collect_once(true);
  update();
  if (writer_ != nullptr) {
    const Status finished = writer_->finish();
    writer_.reset();
    if (!finished) recording_error_ = finished.error();
  }
  if (!recording_error_.empty()) return Error{recording_error_};
  return Nothing{};
}

std::string Session::recording_error() {
  const std::lock_guard lock(mutex_);
  return std::exchange(recording_error_, {});
}

Instant Session::now() const { return {monotonic_ns() - server::process_epoch_ns()}; }

Status Session::save(const std::filesystem::path& file,
                     const trace::FileProgress& progress) const {
  return trace::TraceFileWriter::save(*trace_, file.string(), progress);
}

}  // namespace roundtrip::app
