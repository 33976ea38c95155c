// The boxes that --detail puts below each phase of the journey: the picture book's drawings with
// the real values of this trace. Each function tells one phase; what the trace does not hold is
// left out of its box, or said to be unknown. Used by the narrator.
#pragma once

#include "app/boxes.h"
#include "app/narrator_events.h"

namespace roundtrip::app {

Lines startup_detail(const viz::TraceView& view);
Lines connection_detail(const viz::TraceView& view, const ConnectionFacts& conn);
Lines read_detail(const viz::TraceView& view, const RequestFacts& facts);
Lines handle_detail(const viz::TraceView& view, const RequestFacts& facts);
Lines transmit_detail(const viz::TraceView& view, const RequestFacts& facts);
Lines lifecycle_detail(const viz::TraceView& view, const RequestFacts& facts);

// What was true of a connection just after an event: the box of the connection object.
Lines connection_box(const viz::TraceView& view, std::uint32_t conn, trace::EventNumber event);

// "Go calls this: net.(*conn).Read", from the phase table.
std::string go_line(trace::Phase phase);

// A box of "name  value" lines below a heading; lines without a value are not drawn.
class FactBox {
 public:
  explicit FactBox(std::string title) : title_(std::move(title)) {}
  FactBox& heading(std::string_view text);
  FactBox& add(std::string_view name, const std::optional<std::string>& value);
  FactBox& line(std::string text);
  Lines lines() const;

 private:
  std::string title_;
  Lines content_;
};

}  // namespace roundtrip::app
