// RequestTable: the figures of every request that the trace has, and for every connection how many
// requests there are. It follows a TraceIndex as LaneIndex does: the session calls follow() after
// the index's own, in bounded portions; layouts only read. Requests whose facts were evicted leave
// with them, and late facts make it go back; what is loaded has the same rows as what was live.
// Memory: 48 bytes a request, about 1 an event. Figures too large for that are looked up anew.
#pragma once

#include <deque>
#include <span>
#include <vector>

#include "viz/model/request_row.h"

namespace roundtrip::viz {

class RequestTable {
 public:
  struct Connection {
    std::uint32_t conn = 0;
    std::uint32_t requests = 0;  // that have a row
    std::optional<SetUp> set_up;
    trace::EventNumber first = trace::no_event;
    bool gone = false;  // leaves with the end of the portion
  };
  // Sums over so many connections, so that a row of a long table is found quickly.
  static constexpr std::size_t chunk = 256;

  explicit RequestTable(const trace::TraceIndex& index) : index_(index) {}

  // Takes up to `most` further events that the index has taken. Returns how many it did.
  std::size_t follow(std::size_t most = SIZE_MAX);
  std::uint64_t followed_to() const { return followed_to_; }

  // Empty for a request that no kept event bears.
  std::optional<RequestFigures> row(std::uint32_t request) const;
  bool has(std::uint32_t request) const { return find(request) != nullptr; }
  // All requests by their numbers; of one that has left, its place may still be there, empty.
  std::size_t places() const { return kept_.size(); }
  std::optional<RequestFigures> row_at(std::size_t place) const;
  std::size_t request_count() const { return kept_.size() - left_; }

  // By number. Null for one that is not there.
  std::span<const Connection> connections() const { return conns_; }
  const Connection* connection(std::uint32_t conn) const;
  // How many requests each chunk of the connections has.
  std::span<const std::uint64_t> chunks() const { return chunks_; }
  std::size_t memory_bytes() const;

 private:
  // A number in four bytes: absent, itself, or only that it is larger.
  class Short {
   public:
    void set(std::uint64_t number);
    bool is_absent() const { return value_ == 0; }
    bool is_large() const { return value_ == UINT32_MAX; }
    std::uint64_t number() const { return value_ - 1; }

   private:
    std::uint32_t value_ = 0;
  };
  struct Kept {
    std::uint32_t request = 0;
    std::uint32_t conn = 0;
    trace::EventNumber begun = trace::no_event;
    trace::EventNumber known_from = trace::no_event;
    trace::EventNumber finished = trace::no_event;
    trace::EventNumber line = trace::no_event;
    Short took_ns;
    Short ran_ns;
    Short queued_ns;
    Short bytes_in;
    Short bytes_out;
    std::uint16_t status = 0;  // 0: none
    bool left = false;
  };
  static_assert(sizeof(Kept) == 48);
  // Who has its oldest fact in a block of the trace's events.
  struct Starts {
    std::vector<std::uint32_t> requests;
    std::vector<std::uint32_t> conns;
  };

  void take(const trace::Event& event);
  void touch_kept_back(const trace::Event& write);
  void cut_from(std::uint64_t number);
  void trim_before(std::uint64_t first);
  void settle();
  void settle_request(std::uint32_t request);
  void settle_connection(std::uint32_t number);
  void start(std::uint32_t request);
  void forget(Kept& kept);
  void count_requests_of(std::uint32_t conn, int more);
  void count_chunks();
  std::deque<Kept>::iterator place_of(std::uint32_t request);
  const Kept* find(std::uint32_t request) const;
  Starts& starts_at(trace::EventNumber number);
  RequestFigures figures_of(const Kept& kept) const;

  const trace::TraceIndex& index_;
  std::uint64_t followed_to_ = 0;
  std::uint64_t rewinds_seen_ = 0;
  std::uint64_t trimmed_to_ = 0;
  std::deque<Kept> kept_;  // by request
  std::size_t left_ = 0;   // of them
  std::vector<Connection> conns_;
  std::vector<std::uint64_t> chunks_;
  std::deque<Starts> starts_;
  std::uint64_t first_start_ = 0;  // the block of the first of them
  // Whose facts have changed in this portion.
  std::vector<std::uint32_t> touched_requests_;
  std::vector<std::uint32_t> touched_conns_;
  std::vector<std::uint32_t> trimmed_requests_;
  bool chunks_changed_ = false;
};

}  // namespace roundtrip::viz
