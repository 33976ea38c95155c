// Where the chapters of a connection lie for its ladder, in numbers of events: the handshake, each
// request with its answer, the end. Facts about one chapter that came while another was under way
// stand in both; a packet stands where what it carries does. Made by ladder_facts for one frame.
#pragma once

#include "viz/model/ladder_facts.h"

namespace roundtrip::viz {

class LadderChapters {
 public:
  LadderChapters(const TraceView& view, const trace::ConnectionSummary& conn, const Focus& focus);

  LadderChapter at(trace::EventNumber event) const;
  std::size_t request_place() const { return place_; }
  bool holds(LadderChapter chapter, trace::EventNumber number) const;
  // No fact of the chapter lies outside.
  trace::EventNumber from(LadderChapter chapter) const;
  trace::EventNumber to(LadderChapter chapter) const;

 private:
  void find_request();
  void find_beginning();
  void find_end();
  bool belongs_to_request(const trace::Event& event, trace::EventNumber number) const;
  trace::EventNumber opening_after(const trace::RequestSummary& before,
                                   trace::EventNumber until) const;

  const TraceView& view_;
  const trace::ConnectionSummary& conn_;
  const Focus& focus_;
  bool captured_ = false;  // no request is known: its packets lie between handshake and end
  std::size_t place_ = 0;
  const trace::RequestSummary* request_ = nullptr;
  const trace::RequestSummary* before_ = nullptr;
  const trace::RequestSummary* after_ = nullptr;
  const trace::RequestSummary* last_request_ = nullptr;
  trace::EventNumber opening_ = 0;                     // of the request's packets
  trace::EventNumber next_opening_ = trace::no_event;  // of the next one's
  trace::EventNumber beginning_ = trace::no_event;     // of the first request
  trace::EventNumber end_ = trace::no_event;           // of the connection's
};

}  // namespace roundtrip::viz
