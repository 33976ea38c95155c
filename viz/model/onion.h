// The onion of middleware: a frame for each layer that a request has gone into, the outer around
// the inner, with when it was gone into and left, counted from the response writer. What lies
// inside is placed by whoever calls, between making the onion and its frames. Layers that have no
// room are counted in the name of the last. Called by the layout of the handler, once a frame.
#pragma once

#include <string>
#include <vector>

#include "viz/model/teller.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_layers_shown = 8;

class Onion {
 public:
  // The newest layers of the request in focus, in `area`.
  Onion(const Teller& tell, const Ruler& ruler, const Rect& area);

  // What is left for the handler.
  const Rect& inside() const { return inside_; }
  // Once it is known how far down the inside reaches.
  void add_frames(PictureMaker& maker, float bottom);

 private:
  struct Layer {
    std::string name;
    std::string in;
    std::string out;
    trace::EventNumber event = trace::no_event;
    bool over = false;
    Rect rect;
  };
  void add_layers(const Teller& tell, std::size_t fit);
  std::string told_of(const Layer& layer, const Ruler& ruler, float room) const;

  std::vector<Layer> layers_;
  Rect inside_;
  bool with_foot_ = false;
  float line_px_ = 0;
  float pad_px_ = 0;
};

}  // namespace roundtrip::viz
