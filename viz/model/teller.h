// Teller: single facts of the connection and the request in focus at a cursor, as a picture shows
// them: with how each is known, and the event that told it. What has not happened at the cursor is
// absent. Every look is bounded by most_facts_looked_at: of a request that told more, its beginning
// and its newest facts are seen. Made by each layout for one frame.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_facts_looked_at = 4'000;

class Teller {
 public:
  // `cursor` is one that the trace has; 0 in the focus where there is none.
  Teller(const TraceView& view, const Cursor& cursor, const ViewState& state);

  const TraceView& view() const { return view_; }
  const Focus& focus() const { return focus_; }
  std::uint64_t upto() const { return upto_; }

  // The fact that told something of how the connection was opened, among its first ones; the
  // newest one of the request in focus. Neither an end; no_event where there is none yet.
  trace::EventNumber opening(trace::Phase phase) const;
  trace::EventNumber newest(trace::Phase phase) const;
  // The first of the request's facts of a phase, and all of them in order, at most `most`.
  trace::EventNumber earliest(trace::Phase phase) const;
  std::vector<trace::EventNumber> all(trace::Phase phase, std::size_t most) const;
  // The request in focus as its facts up to the cursor tell it; its number is 0 before the first.
  trace::RequestState request() const;
  // Of all of these phases together the newest `most`, in order.
  std::vector<trace::EventNumber> latest(const trace::PhaseSet& phases, std::size_t most) const;
  // The newest fact of each of these phases of the connection in focus, whatever request it is of:
  // no ends. One look back for all.
  template <std::size_t count>
  std::array<trace::EventNumber, count> newest_of_connection(
      const std::array<trace::Phase, count>& phases) const {
    std::array<trace::EventNumber, count> found;
    find_newest(phases, found);
    return found;
  }
  // The end of a span that is over at the cursor; no_event until then.
  trace::EventNumber end_of(trace::EventNumber begin) const;

  // A named argument of a fact (or of its end, where that has it), as it is written.
  Told argument(trace::EventNumber event, std::string_view name) const;
  std::optional<std::uint64_t> number(trace::EventNumber event, std::string_view name) const;
  // An argument that is a text; "without a name" where it has none.
  std::string symbol(trace::EventNumber event, std::string_view name) const;
  std::string symbol(trace::Symbol text) const;
  // How long a span took; that it goes on, as `meanwhile`, until it is over.
  Told length(trace::EventNumber begin, std::string_view meanwhile = "inside") const;
  // When something happened, counted from another fact.
  Told since(trace::EventNumber from, trace::EventNumber event) const;
  // Kept bytes as a person reads them; "not kept" where they were not.
  Told text(trace::Log log, const std::optional<ByteRange>& range,
            trace::EventNumber event) const;

 private:
  template <class Found>
  void each_of_request(Found found) const;
  template <class Enough>
  void look_back(Enough enough) const;
  void find_newest(std::span<const trace::Phase> phases,
                   std::span<trace::EventNumber> found) const;

  const TraceView& view_;
  std::uint64_t upto_ = 0;
  Focus focus_;
};

// What a picture says where the connection, or the request, that it is about has not begun: whether
// it lies ahead of the cursor, is still to be sent, or does not come in this trace at all. `what`
// would stand there: "The buffers".
enum class Topic : std::uint8_t { Connection, Request };
bool lies_ahead(const TraceView& view, std::uint64_t upto, Topic topic);
std::string nothing_yet(std::string_view what, Topic topic, const TraceView& view,
                        const Cursor& cursor, const ViewState& state);

// What many facts up to the cursor told together, none of them alone.
inline Told known_from_many(std::string_view text) {
  return {std::string(text), trace::Provenance::Derived};
}

}  // namespace roundtrip::viz
