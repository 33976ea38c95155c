// Cards: boxes of a picture that stand in columns, each as tall as what it says, in the order in
// which the things happen: down the first column, then down the next. Where there is room they say
// more; where there is little, the one in which something happened last says as much as usual, and
// of the others those that have room left for it; and where not even that is enough, the cards from
// that one on are shown, and the others are named below.
// Called by layouts whose story has more parts than a fixed grid has places for. Pure geometry.
// Unit: pixels.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "viz/model/picture_maker.h"

namespace roundtrip::viz {

// How much a card says.
enum class Telling : std::uint8_t { Short, Usual, Full };

// A column has room for this many letters of running words.
inline constexpr float card_letters = 26;
inline constexpr int most_card_columns = 3;
// All that there is to say is said from this many lines on; else a picture would say more or less
// from one step to the next.
inline constexpr float lines_for_all = 18;

class Cards {
 public:
  // What goes into the box; it is called once for each try.
  using Fill = std::function<void(Telling)>;

  Cards(PictureMaker& maker, const Ruler& ruler, const Rect& area);
  void add(trace::Group group, std::string title, Fill fill);
  // Call once, after all were added. Returns how far down they reach.
  float place();

 private:
  struct Card {
    trace::Group group{};
    std::string title;
    Fill fill;
  };
  struct Laid {
    PictureMaker::Mark from;
    PictureMaker::Mark to;
    float h = 0;
  };

  void set_columns(int columns);
  bool lay(const Card& card, const Rect& rect, Telling telling, Laid& laid);
  bool place_all(const std::vector<Telling>& tellings);
  bool place_all_in_columns(const std::vector<Telling>& tellings, int most);
  void say_more(std::vector<Telling> tellings, const PictureMaker::Mark& before, int most);
  void place_some(std::size_t first);
  float lowest_columns(const std::vector<Laid>& laid) const;
  std::size_t newest_card();
  float column_x(int column) const;

  PictureMaker& maker_;
  const Ruler& ruler_;
  Rect area_;
  float gap_;
  int columns_ = 1;
  float column_w_ = 0;
  float bottom_ = 0;
  std::vector<Card> cards_;
};

}  // namespace roundtrip::viz
