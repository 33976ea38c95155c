#include "viz/model/request_table.h"

#include <algorithm>

#include "core/trace/event_blocks.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;

namespace {

constexpr unsigned block_bits = trace::EventBlocks::block_bits;

void only_once(std::vector<std::uint32_t>& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

}  // namespace

std::size_t RequestTable::follow(std::size_t most) {
  const trace::Trace& trace = index_.trace();
  if (const auto back = index_.rewinds().lowest_since(rewinds_seen_)) {
    if (*back < followed_to_) cut_from(*back);
  }
  rewinds_seen_ = index_.rewinds().count();
  if (trace.first() > trimmed_to_) trim_before(trace.first());
  followed_to_ = std::max(followed_to_, trace.first());
  const std::uint64_t end = std::min(index_.indexed_to(), trace.end());
  std::size_t done = 0;
  for (; followed_to_ < end && done < most; ++followed_to_, ++done) take(trace[followed_to_]);
  settle();
  return done;
}

void RequestTable::take(const Event& event) {
  const auto touch = [](std::vector<std::uint32_t>& touched, std::uint32_t number) {
    if (number != 0 && (touched.empty() || touched.back() != number)) touched.push_back(number);
  };
  touch(touched_requests_, event.request);
  touch(touched_conns_, event.conn);
  if (event.phase == trace::Phase::TransmitWrite && event.ends() && event.has_bytes()) {
    touch_kept_back(event);
  }
}

// The requests before whose answers were kept back and are in this write, the event `followed_to_`.
void RequestTable::touch_kept_back(const Event& write) {
  const auto* conn = index_.connection(write.conn);
  if (conn == nullptr) return;
  const auto& requests = conn->requests;
  auto at = write.request != 0
                ? std::lower_bound(requests.begin(), requests.end(), write.request)
                : std::partition_point(requests.begin(), requests.end(), [&](std::uint32_t one) {
                    const auto* told = index_.request(one);
                    return told != nullptr && told->first < followed_to_;
                  });
  while (at != requests.begin()) {
    const auto* told = index_.request(*--at);
    if (told == nullptr) return;
    if (told->finished == trace::no_event || told->finished > followed_to_) continue;
    if (told->finished < index_.trace().first()) return;
    const Event& finish = index_.trace()[told->finished];
    if (!finish.has_bytes() || finish.bytes().end() <= write.bytes().offset) return;
    touched_requests_.push_back(*at);
  }
}

// What was told from there on is told anew. Numbers before stand.
void RequestTable::cut_from(std::uint64_t number) {
  for (Kept& kept : kept_) {
    const auto* told = kept.left ? nullptr : index_.request(kept.request);
    const bool stands = kept.left || (told != nullptr && told->last < number &&
                                      (kept.finished == trace::no_event ||
                                       kept.finished < number));
    if (!stands) touched_requests_.push_back(kept.request);
  }
  for (Connection& conn : conns_) {
    if (conn.set_up && conn.set_up->to >= number) conn.set_up.reset();
    touched_conns_.push_back(conn.conn);
  }
  followed_to_ = number;
}

// Who had its oldest fact among those that left has fewer facts now, or none.
void RequestTable::trim_before(std::uint64_t first) {
  trimmed_to_ = first;
  while (!starts_.empty() && first_start_ < first >> block_bits) {
    const Starts& gone = starts_.front();
    trimmed_requests_.insert(trimmed_requests_.end(), gone.requests.begin(), gone.requests.end());
    touched_conns_.insert(touched_conns_.end(), gone.conns.begin(), gone.conns.end());
    starts_.pop_front();
    ++first_start_;
  }
}

RequestTable::Starts& RequestTable::starts_at(EventNumber number) {
  const std::uint64_t block = number >> block_bits;
  if (starts_.empty()) first_start_ = block;
  while (block < first_start_) {
    starts_.emplace_front();
    --first_start_;
  }
  if (starts_.size() <= block - first_start_) starts_.resize(block - first_start_ + 1);
  return starts_[block - first_start_];
}

void RequestTable::settle() {
  only_once(touched_conns_);
  only_once(touched_requests_);
  for (const std::uint32_t conn : touched_conns_) settle_connection(conn);
  for (const std::uint32_t request : touched_requests_) settle_request(request);
  only_once(trimmed_requests_);
  for (const std::uint32_t request : trimmed_requests_) {
    settle_request(request);
    if (has(request)) start(request);
  }
  touched_conns_.clear();
  touched_requests_.clear();
  trimmed_requests_.clear();
  while (!kept_.empty() && kept_.front().left) {
    kept_.pop_front();
    --left_;
  }
  if (!chunks_changed_) return;
  std::erase_if(conns_, [](const Connection& conn) { return conn.gone; });
  count_chunks();
}

void RequestTable::Short::set(std::uint64_t number) {
  value_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(number, UINT32_MAX - 1) + 1);
}

void RequestTable::settle_request(std::uint32_t request) {
  const trace::RequestSummary* told = index_.request(request);
  auto place = place_of(request);
  const bool is_here = place != kept_.end() && place->request == request;
  if (told == nullptr) {
    if (is_here && !place->left) forget(*place);
    return;
  }
  const bool is_new = !is_here || place->left;
  if (!is_here) place = kept_.insert(place, Kept{});
  else if (place->left) --left_;
  const Kept before = *place;
  const RequestRow row = request_row(index_, request, index_.indexed_to() - 1);
  Kept kept;
  kept.request = request;
  kept.conn = row.conn;
  kept.begun = row.begun;
  kept.known_from = row.known_from;
  kept.finished = row.finished;
  kept.line = row.line;
  const auto keep = [](Short& to, const std::optional<Duration>& length) {
    if (length) to.set(static_cast<std::uint64_t>(std::max<std::int64_t>(0, length->ns)));
  };
  keep(kept.took_ns, row.took);
  keep(kept.ran_ns, row.ran);
  keep(kept.queued_ns, row.queued);
  kept.bytes_in.set(row.bytes_in);
  kept.bytes_out.set(row.bytes_out);
  kept.status = static_cast<std::uint16_t>(row.status.value_or(0));
  *place = kept;
  if (is_new || row.known_from != before.known_from) start(request);
  if (!is_new && before.conn == row.conn) return;
  if (!is_new) count_requests_of(before.conn, -1);
  count_requests_of(row.conn, 1);
}

// Once its oldest fact leaves, it is looked at again. The kernel may tell of it before its begin.
void RequestTable::start(std::uint32_t request) {
  const EventNumber known_from = find(request)->known_from;
  starts_at(std::min(known_from, index_.request(request)->first)).requests.push_back(request);
}

void RequestTable::forget(Kept& kept) {
  count_requests_of(kept.conn, -1);
  kept.left = true;
  ++left_;
}

// One that is gone keeps its place until the end of the portion, for its requests leave after it.
void RequestTable::settle_connection(std::uint32_t number) {
  const trace::ConnectionSummary* told = index_.connection(number);
  auto at = std::lower_bound(
      conns_.begin(), conns_.end(), number,
      [](const Connection& one, std::uint32_t wanted) { return one.conn < wanted; });
  const bool is_here = at != conns_.end() && at->conn == number;
  if (told == nullptr) {
    if (!is_here) return;
    at->gone = chunks_changed_ = true;
    return;
  }
  if (!is_here) {
    at = conns_.insert(at, Connection{number, 0, {}});
    chunks_changed_ = true;
  }
  at->gone = false;
  if (at->first != told->first) {
    at->first = told->first;
    at->set_up.reset();
    starts_at(told->first).conns.push_back(number);
  }
  if (!at->set_up) at->set_up = set_up_of(index_, number);
}

void RequestTable::count_chunks() {
  chunks_changed_ = false;
  chunks_.assign((conns_.size() + chunk - 1) / chunk, 0);
  for (std::size_t i = 0; i < conns_.size(); ++i) chunks_[i / chunk] += conns_[i].requests;
}

std::deque<RequestTable::Kept>::iterator RequestTable::place_of(std::uint32_t request) {
  // Most are asked for while they are new.
  if (kept_.empty() || kept_.back().request < request) return kept_.end();
  return std::lower_bound(
      kept_.begin(), kept_.end(), request,
      [](const Kept& one, std::uint32_t wanted) { return one.request < wanted; });
}

const RequestTable::Kept* RequestTable::find(std::uint32_t request) const {
  const auto at = std::lower_bound(
      kept_.begin(), kept_.end(), request,
      [](const Kept& one, std::uint32_t wanted) { return one.request < wanted; });
  return at != kept_.end() && at->request == request && !at->left ? &*at : nullptr;
}

RequestFigures RequestTable::figures_of(const Kept& kept) const {
  for (const Short& one :
       {kept.took_ns, kept.ran_ns, kept.queued_ns, kept.bytes_in, kept.bytes_out}) {
    if (one.is_large()) return request_row(index_, kept.request, index_.indexed_to() - 1);
  }
  const auto length = [](const Short& ns) -> std::optional<Duration> {
    if (ns.is_absent()) return std::nullopt;
    return Duration::nanoseconds(static_cast<std::int64_t>(ns.number()));
  };
  RequestFigures figures;
  figures.request = kept.request;
  figures.conn = kept.conn;
  figures.begun = kept.begun;
  figures.known_from = kept.known_from;
  figures.finished = kept.finished;
  figures.line = kept.line;
  if (kept.status != 0) figures.status = kept.status;
  figures.bytes_in = kept.bytes_in.number();
  figures.bytes_out = kept.bytes_out.number();
  figures.took = length(kept.took_ns);
  figures.ran = length(kept.ran_ns);
  figures.queued = length(kept.queued_ns);
  return figures;
}

std::optional<RequestFigures> RequestTable::row(std::uint32_t request) const {
  const Kept* kept = find(request);
  return kept == nullptr ? std::nullopt : std::optional(figures_of(*kept));
}

std::optional<RequestFigures> RequestTable::row_at(std::size_t place) const {
  return kept_[place].left ? std::nullopt : std::optional(figures_of(kept_[place]));
}

const RequestTable::Connection* RequestTable::connection(std::uint32_t conn) const {
  const auto at = std::lower_bound(
      conns_.begin(), conns_.end(), conn,
      [](const Connection& one, std::uint32_t wanted) { return one.conn < wanted; });
  return at != conns_.end() && at->conn == conn ? &*at : nullptr;
}

void RequestTable::count_requests_of(std::uint32_t conn, int more) {
  const Connection* counted = connection(conn);
  if (counted == nullptr) return;
  conns_[static_cast<std::size_t>(counted - conns_.data())].requests +=
      static_cast<std::uint32_t>(more);
  chunks_changed_ = true;
}

std::size_t RequestTable::memory_bytes() const {
  std::size_t bytes = kept_.size() * sizeof(Kept) + conns_.capacity() * sizeof(Connection) +
                      (touched_requests_.capacity() + touched_conns_.capacity()) *
                          sizeof(std::uint32_t) +
                      chunks_.capacity() * sizeof(std::uint64_t);
  for (const Starts& starts : starts_) {
    bytes += sizeof starts +
             (starts.requests.capacity() + starts.conns.capacity()) * sizeof(std::uint32_t);
  }
  return bytes;
}

}  // namespace roundtrip::viz
