// The packets of a ladder whose wire was seen, between the columns of the two kernels: each an
// arrow in the time that it took, as far as it got, with its label on it. One that was lost ends in
// a cross, one that was held waits in the middle, a copy begins there; one that was seen on its way
// only leads there, and its label stands where it would go on. Called by layout_ladder, which
// chooses the packets and the rows of their labels. Unit: pixels.
#pragma once

#include "viz/model/ladder_axis.h"
#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

// Where the two columns stand.
struct LadderWire {
  float client_x = 0;
  float server_x = 0;
  float folds_px = 0;  // of what stands on the server kernel's column where time is folded, a half
  bool one_point = false;  // packets were seen in the middle only
  float middle_x() const { return (client_x + server_x) / 2; }
};

class LadderPackets {
 public:
  LadderPackets(const TraceView& view, const Cursor& cursor, const ViewState& state,
                const Ruler& ruler, PictureMaker& maker, const LadderAxis& axis,
                const LadderWire& wire)
      : view_(view),
        cursor_(cursor),
        state_(state),
        ruler_(ruler),
        maker_(maker),
        axis_(axis),
        wire_(wire) {}

  // The line that the pointer may find, and how far down.
  struct Drawn {
    std::size_t line = 0;
    float y = 0;
  };
  Drawn draw(const LadderFact& fact);
  // Where its label wants to be; and the label, with its place. `count`: so many share it;
  // `brief`: without its numbers, so that much of the arrow is seen.
  Point label_place(const LadderFact& fact) const;
  Rect label(const LadderFact& fact, std::size_t count, float top, bool brief);
  // Whether it is at the cursor or hovered.
  bool is_lit(const LadderFact& fact) const {
    const Link link = link_of(fact);
    return link.at_cursor || link.hovered;
  }

 private:
  bool is_ahead(trace::EventNumber event) const { return event > cursor_.event; }
  float x_of(const LadderEnd& end) const {
    return end.at == LadderColumn::ClientKernel ? wire_.client_x : wire_.server_x;
  }
  // Where the label of one that was seen on its way has its room.
  bool only_passes(const LadderFact& fact) const;
  Rect beyond(const LadderFact& fact) const;
  Link link_of(const LadderFact& fact) const;
  void draw_leg(const LadderFact& fact, Instant begin, Point from, Instant end, Point to,
                bool head);
  void draw_wait(const LadderFact& fact);
  void draw_cross(Point at, trace::EventNumber dropped);

  const TraceView& view_;
  const Cursor& cursor_;
  const ViewState& state_;
  const Ruler& ruler_;
  PictureMaker& maker_;
  const LadderAxis& axis_;
  LadderWire wire_;
};

// Coloured by what it is of: the handshake, bytes each way with what acknowledges them, the end.
trace::Group group_of(const SeenPacket& packet);

}  // namespace roundtrip::viz
