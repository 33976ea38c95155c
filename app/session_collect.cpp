// A session's way from the rings to the owner of the trace: the collector's thread, and the parcels
// in which what it has settled waits.
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>

#include <chrono>

#include "app/session.h"

namespace roundtrip::app {
namespace {

// Of the collector, between two looks at the rings. A ring of the usual size takes a request's
// records for more than 10 ms at the highest rate measured.
constexpr auto pause_when_busy = std::chrono::milliseconds(1);
constexpr auto pause_when_quiet = std::chrono::milliseconds(4);

// So many looks that found nothing, and memory is made ready for a burst: a window has other things
// to do in its first second.
constexpr int quiet_looks_before = 250;

// 2 MiB, a huge page; a larger delivery has a parcel of its own.
constexpr std::size_t parcel_events = 32'768;

// A thread that wakes a thousand times a second would push a worker, or the client, off its core
// each time. A batch thread has its share of the processor and waits for it: see sched(7).
void let_workers_finish() {
  const sched_param none{};
  pthread_setschedparam(pthread_self(), SCHED_BATCH, &none);
}

}  // namespace

// Memory that is touched for the first time costs more than all that is done with it, and the first
// burst of traffic must not wait for it. Without a window that may come at once, and fills all that
// the trace may have within a tenth of a second: so it is made ready before the server listens.
void Session::prepare_headless(std::size_t trace_bytes) {
  while (collector_->prepare_piece()) {
  }
  for (std::size_t ready = 0; ready < trace_bytes; ready += trace::EventBlocks::piece_bytes) {
    HugePages piece = take_huge_pages(trace::EventBlocks::piece_bytes);
    touch_pages(piece.get(), trace::EventBlocks::piece_bytes);
    trace_->give_memory(std::move(piece));
  }
}

// In a window it is made ready a piece at a quiet look. False when all is done.
bool Session::prepare_piece() { return collector_->prepare_piece() || prepare_parcel(); }

bool Session::prepare_parcel() {
  Parcel spare;
  spare.events.resize(parcel_events);
  spare.events.clear();
  const std::lock_guard lock(mutex_);
  spare_parcels_.push_back(std::move(spare));
  return spare_parcels_.size() < most_spare_parcels;
}

// While a trace that others own grows, a piece of memory is ready before its owner needs it.
void Session::prepare_memory() {
  {
    const std::lock_guard lock(mutex_);
    if (!memory_wanted_ || spare_memory_ != nullptr) return;
  }
  HugePages piece = take_huge_pages(trace::EventBlocks::piece_bytes);
  touch_pages(piece.get(), trace::EventBlocks::piece_bytes);
  const std::lock_guard lock(mutex_);
  spare_memory_ = std::move(piece);
}

// The parcel that this delivery goes into; the lock is held. What came late is put in its place
// among the events before it, so these have to be there first.
Session::Parcel& Session::parcel_for(const trace::Delivery& delivery) {
  if (!parcels_.empty()) {
    Parcel& last = parcels_.back();
    const bool fits = last.events.size() + delivery.events.size() <= parcel_events;
    if (last.events.empty() || (fits && delivery.late.empty())) return last;
  }
  if (spare_parcels_.empty()) return parcels_.emplace_back();
  parcels_.push_back(std::move(spare_parcels_.back()));
  spare_parcels_.pop_back();
  return parcels_.back();
}

// On the collector's thread.
void Session::take(const trace::Delivery& delivery) {
  record(delivery);
  if (headless_) {
    const std::lock_guard lock(trace_mutex_);
    trace_->append(delivery);
  }
  const std::lock_guard lock(mutex_);
  if (!headless_) pack(delivery);
  const std::size_t more = delivery.events.size() + delivery.late.size();
  if (waiting_events_ == 0 && more > 0 && tells_news_) eventfd_write(news_fd_, 1);
  waiting_events_ += more;
}

// Into the file, if there is one.
void Session::record(const trace::Delivery& delivery) {
  if (writer_ == nullptr) return;
  const Status written = writer_->write(delivery);
  if (written) return;
  const std::lock_guard lock(mutex_);
  recording_error_ = written.error();
  writer_.reset();
  eventfd_write(news_fd_, 1);
}

// A delivery's spans end with the call, so what it holds is copied into a parcel for the thread
// that owns the trace.
void Session::pack(const trace::Delivery& delivery) {
  Parcel& parcel = parcel_for(delivery);
  parcel.events.insert(parcel.events.end(), delivery.events.begin(), delivery.events.end());
  parcel.late.insert(parcel.late.end(), delivery.late.begin(), delivery.late.end());
  for (trace::ByteSighting piece : delivery.bytes) {
    // The view is made when the parcel is opened; until then only its length counts.
    parcel.byte_memory.append(piece.data);
    parcel.bytes.push_back(piece);
  }
  parcel.settled_to = delivery.settled_to;
  parcel.losses = delivery.losses;
}

bool Session::collect_once(bool flush) {
  return collector_->collect([this](const trace::Delivery& delivery) { take(delivery); }, flush) >
         0;
}

void Session::collect_loop() {
  let_workers_finish();
  bool busy = false;
  int quiet_looks_left = quiet_looks_before;
  bool to_prepare = !headless_ && !bus_->lossless();
  while (true) {
    bool full = false;
    {
      std::unique_lock lock(mutex_);
      const bool soon = busy || (to_prepare && quiet_looks_left <= 0);
      stop_signal_.wait_for(lock, soon ? pause_when_busy : pause_when_quiet,
                            [this] { return stopping_; });
      if (stopping_) return;
      full = !headless_ && waiting_events_ > most_waiting_events_;
    }
    busy = !full && collect_once(false);
    prepare_memory();
    if (busy || !to_prepare || --quiet_looks_left > 0) continue;
    to_prepare = prepare_piece();
  }
}

}  // namespace roundtrip::app
