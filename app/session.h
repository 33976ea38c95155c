// Session: one recording as the program holds it: the bus, the server that writes to it, the
// collector thread that empties the rings, and the trace with its index and states that everything
// on screen and in text is computed from. A session is live (a server runs in it) or opened from a
// file; nothing that reads the trace can tell which.
// The trace belongs to the thread that calls update(); the collector thread never touches it, but
// for a headless session's (SessionOptions). Any thread may start, open and stop serving; save only
// reads, so that it may run beside readers while nobody calls update().
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/huge_pages.h"
#include "core/net/wire/loopback_capture.h"
#include "core/net/wire/wired_lab.h"
#include "core/server/server.h"
#include "core/trace/file_writer.h"
#include "core/trace/index.h"
#include "core/trace/state.h"
#include "core/trace/trace.h"

namespace roundtrip::app {

struct SessionOptions {
  server::ServerOptions server;
  // `serve`: nobody looks at more than what has just happened. The collector's own thread appends
  // to the trace, which has no index and no memory of what was evicted; to read it, hold still().
  bool headless = false;
  bool tells_news = true;           // false: news_fd tells of trouble only
  bool lossless = false;            // `run`: writers wait rather than leave requests out
  bool record = true;               // false: serve with tracing off
  std::size_t limit_bytes = limits::trace_bytes;  // of the trace in memory; 0: none
  // How many events may wait for the owner of the trace before the rings are left to fill up: then
  // whole requests go untraced, and are counted, until the owner has caught up. A lossless session
  // has no such limit: its writers would wait for an owner who waits for them.
  std::size_t most_waiting_events = 4'000'000;
  std::filesystem::path trace_file;  // written as it happens; empty: none
  bool lab = false;      // the server listens in a lab; else a capture, where that can be had
  bool capture = false;  // on the loopback, with a capture: an error where it can't be had
  std::string scenario;              // its id, for the file's header
  std::uint64_t main_ticks = 0;      // read first thing in main; 0: don't tell the program's start
};

// What this machine is, for the header of a trace and beside figures.
std::string machine_description();

class Session {
 public:
  // Starts the server and the recording.
  static Result<std::unique_ptr<Session>> start(SessionOptions options);
  // Opens a saved trace as far as it can be read: `warning` is the sentence that says where it
  // ends. An error when nothing could be read, or `progress` called it off.
  static Result<std::unique_ptr<Session>> open(const std::filesystem::path& file,
                                               std::string* warning = nullptr,
                                               const trace::FileProgress& progress = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Takes what the collector has settled since the last call into the trace, about `most` events
  // of it, and indexes at most so many. Returns whether anything was new. Call it once a frame, or
  // in a loop.
  bool update(std::size_t most = SIZE_MAX);
  // The last update left something for the next.
  bool behind() const { return behind_ || index_->indexed_to() < trace_->end(); }
  // Of a headless session: nothing is appended for as long as this is held.
  [[nodiscard]] std::unique_lock<std::mutex> still() { return std::unique_lock(trace_mutex_); }
  // A descriptor to poll: readable while the collector has something that update() has not taken.
  int news_fd() const { return news_fd_; }

  // The event that stays, and all after it, when older ones leave (it is held or selected); empty:
  // none does. It may cost up to twice the trace's limit.
  void pin(std::optional<std::uint64_t> number) { trace_->pin(number); }

  // The first half of stop, on any thread: the server ends gracefully and everything settles.
  // Whoever owns the trace has to keep away from the server meanwhile.
  void stop_serving();
  // Stops the server gracefully, takes in everything that was recorded and completes the file.
  Status stop();
  bool live() const { return server_ != nullptr && server_->running(); }

  server::Server* server() { return server_.get(); }
  // The lab that the server listens in, where one was asked for and could be made; the sentence
  // says why there is none.
  net::WiredLab* lab() { return lab_.get(); }
  const std::string& lab_problem() const { return lab_problem_; }
  // Packets are seen on the loopback as they pass.
  bool captures() const { return capture_ != nullptr; }
  trace::Bus* bus() { return bus_.get(); }
  const trace::Trace& trace() const { return *trace_; }
  const trace::TraceIndex& index() const { return *index_; }
  const trace::StateReader& states() const { return *states_; }
  // Where it was read from; empty for a live one.
  const std::filesystem::path& file() const { return file_; }
  // What went wrong while recording to the file, once; empty when all is well.
  std::string recording_error();

  // Now, on the trace's clock.
  Instant now() const;

  Status save(const std::filesystem::path& file, const trace::FileProgress& progress = {}) const;

 private:
  static constexpr std::size_t most_spare_parcels = 6;

  // A delivery with memory of its own, on its way from the collector thread to the trace.
  struct Parcel {
    std::vector<trace::Event, HugePageAllocator<trace::Event>> events;
    std::vector<trace::Event> late;
    std::vector<trace::ByteSighting> bytes;
    std::string byte_memory;
    Instant settled_to;
    trace::LossCounts losses;
  };

  Session();
  Status prepare_wire(SessionOptions& options);
  Status start_wire();
  void collect_loop();
  void prepare_headless(std::size_t trace_bytes);
  bool prepare_piece();
  bool prepare_parcel();
  void prepare_memory();
  void put_back(std::deque<Parcel> parcels);
  void record(const trace::Delivery& delivery);
  Parcel& parcel_for(const trace::Delivery& delivery);
  void pack(const trace::Delivery& delivery);
  bool collect_once(bool flush);
  void take(const trace::Delivery& delivery);
  void tell_breaches();

  std::unique_ptr<trace::Bus> bus_;
  std::unique_ptr<trace::Collector> collector_;
  std::unique_ptr<net::WiredLab> lab_;
  std::string lab_problem_;
  std::unique_ptr<net::LoopbackCapture> capture_;
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<trace::TraceFileWriter> writer_;
  std::unique_ptr<trace::Trace> trace_;
  std::unique_ptr<trace::TraceIndex> index_;
  std::unique_ptr<trace::StateReader> states_;

  std::filesystem::path file_;
  bool headless_ = false;
  bool behind_ = false;
  bool tells_news_ = true;
  std::mutex trace_mutex_;  // of a headless session

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable stop_signal_;
  int news_fd_ = -1;
  std::deque<Parcel> parcels_;
  std::vector<Parcel> spare_parcels_;
  HugePages spare_memory_;  // for the trace's next events
  bool memory_wanted_ = false;
  std::uint64_t breaches_told_to_ = 0;  // events before this number
  std::size_t waiting_events_ = 0;
  std::size_t most_waiting_events_ = 0;
  std::string recording_error_;
  bool stopping_ = false;
};

}  // namespace roundtrip::app
