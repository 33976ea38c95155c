// Statistics: what is added up of a trace beside its index: a row for every request
// (RequestTable), the totals of every phase (PhaseTotals), the loads (LoadIndex) and the packets
// (PacketIndex). One lives beside each LaneIndex; the session calls follow() after the index's own,
// in bounded portions, layouts only read.
#pragma once

#include "viz/model/load_index.h"
#include "viz/model/packet_index.h"
#include "viz/model/phase_totals.h"

namespace roundtrip::viz {

class Statistics {
 public:
  explicit Statistics(const trace::TraceIndex& index)
      : requests_(index), totals_(index, requests_), loads_(index), packets_(index) {}

  // Takes up to `most` further events. Returns how many it did.
  std::size_t follow(std::size_t most = SIZE_MAX) {
    requests_.follow(most);
    loads_.follow(most);
    packets_.follow(most);
    return totals_.follow(most);
  }
  std::uint64_t followed_to() const { return totals_.followed_to(); }

  const RequestTable& requests() const { return requests_; }
  const PhaseTotals& totals() const { return totals_; }
  const LoadIndex& loads() const { return loads_; }
  const PacketIndex& packets() const { return packets_; }
  std::size_t memory_bytes() const {
    return requests_.memory_bytes() + totals_.memory_bytes() + loads_.memory_bytes() +
           packets_.memory_bytes();
  }

 private:
  RequestTable requests_;
  PhaseTotals totals_;
  LoadIndex loads_;
  PacketIndex packets_;
};

}  // namespace roundtrip::viz
