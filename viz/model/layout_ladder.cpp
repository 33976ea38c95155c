#include "viz/model/layout_ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/ladder_axis.h"
#include "viz/model/ladder_columns.h"
#include "viz/model/ladder_labels.h"
#include "viz/model/ladder_packets.h"
#include "viz/model/picture_maker.h"
#include "viz/model/spread.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::Provenance;

namespace {

std::string heading_of(const LadderFacts& found) {
  const std::uint32_t conn = found.focus.conn;
  switch (found.chapter) {
    case LadderChapter::None:
      return "No client yet";
    case LadderChapter::Handshake:
      return fmt::format("Connection {}: the handshake", conn);
    case LadderChapter::Request:
      if (found.only_packets) return fmt::format("Connection {}: the bytes", conn);
      return fmt::format("Connection {}: request {} and its answer", conn, found.focus.request);
    case LadderChapter::End:
      return fmt::format("Connection {}: the end", conn);
  }
  return {};
}

// Where the pointer may find a line.
struct Touch {
  std::size_t line = 0;
  LadderSide side{};
  float y = 0;
};

class Ladder {
 public:
  Ladder(const TraceView& view, const Cursor& cursor, const ViewState& state, const Ruler& ruler,
         PictureMaker& maker, LadderFacts& found)
      : view_(view), cursor_(cursor), state_(state), ruler_(ruler), maker_(maker), found_(found) {}

  void make() {
    Rect rest = maker_.rest();
    line_px_ = ruler_.line(Voice::Body);
    const Rect names = rest.take_top(line_px_, ruler_.space(1));
    columns_ = LadderColumns(found_, ruler_, rest);
    if (found_.chapter == LadderChapter::None) {
      plot_ = rest;
      draw_columns();
      columns_.name(maker_, ruler_, names, 0);
      return;
    }
    choose_facts(rest);
    say_left_out(rest);
    plot_ = rest;
    make_axis();
    packets_.emplace(view_, cursor_, state_, ruler_, maker_, axis_,
                     LadderWire{x_of(LadderColumn::ClientKernel), x_of(LadderColumn::Kernel),
                                widest_fold() / 2, found_.at_one_point});
    draw_columns();
    draw_now();
    for (const LadderStretch& stretch : found_.stretches) draw_stretch(stretch);
    for (const LadderFact& fact : found_.facts) {
      if (fact.packet) {
        const LadderPackets::Drawn drawn = packets_->draw(fact);
        touches_.push_back({drawn.line, LadderSide::Middle, drawn.y});
      } else {
        draw_fact(fact);
      }
    }
    for (const LadderSide side : ladder_sides) place_touches(side);
    for (const LadderSide side : ladder_sides) label_side(side);
    leave_labels_alone();
    columns_.name(maker_, ruler_, names, unlabelled_);
  }

 private:
  float x_of(LadderColumn column) const { return columns_.x(column); }
  // Where the labels of a side's facts lead to.
  static LadderColumn column_of(LadderSide side) {
    return side == LadderSide::Right ? LadderColumn::Program : LadderColumn::Client;
  }
  float y_of(Instant time) const { return axis_.y(time); }
  bool is_ahead(EventNumber event) const { return event > cursor_.event; }

  // All of the facts as far as they have room, and lines to count what has none.
  void choose_facts(const Rect& rest) {
    const auto rows = [&](float px) {
      return static_cast<std::size_t>(std::max(1.f, std::floor(px / line_px_)));
    };
    merges_ = cut_to_room(found_, rows(rest.h), rows(rest.h - 2 * line_px_));
  }

  void say_left_out(Rect& rest) {
    const auto say = [&](const Rect& line, std::size_t count, bool more, std::string_view which) {
      if (count == 0) return;
      const std::string text = fmt::format("{}{} {}", more ? "at least " : "", count, which);
      const std::string shorter = fmt::format("{}{}", count, more ? "+" : "");
      const float side = columns_.left().w;
      maker_.note({line.x, line.y, side, line.h},
                  ruler_.width(text, Voice::Quiet) <= side ? text : shorter, Voice::Quiet);
    };
    if (found_.earlier + found_.later == 0) return;
    const Rect above = rest.take_top(line_px_);
    const Rect below = rest.take_bottom(line_px_);
    say(above, found_.earlier, found_.more_earlier, "earlier");
    say(below, found_.later, found_.more_later, "later");
  }

  // ---- Time.

  void make_axis() {
    const float half = std::round(line_px_ / 2);
    axis_ = LadderAxis(found_, view_.trace[cursor_.event].time, state_.fold_longer_than,
                       plot_.y + half, plot_.bottom() - half, line_px_ + ruler_.space(1));
  }

  // Each column is a line that breaks where time is folded.
  void draw_columns() {
    float y = plot_.y;
    const auto draw_to = [&](float end) {
      for (const float x : columns_.drawn()) {
        PictureLine made;
        made.from = {x, y};
        made.to = {x, std::max(y, end)};
        made.quiet = true;
        maker_.line(std::move(made));
      }
    };
    for (const Fold& fold : axis_.folds()) {
      draw_to(fold.x);
      y = fold.x + fold.w;
      const std::string text = words_of(fold);
      const float wanted = std::ceil(ruler_.width(text, Voice::MonoQuiet)) + 1;
      // Where the column breaks; beside it where something lasts on it.
      const float x = columns_.fold_x();
      const float left = lasts_through(fold) ? x + ruler_.space(2) : x - wanted / 2;
      maker_.note({left, fold.x + (fold.w - line_px_) / 2, wanted, line_px_}, text,
                  Voice::MonoQuiet, Side::Center);
    }
    draw_to(plot_.bottom());
  }

  static std::string words_of(const Fold& fold) {
    return marked(duration(fold.length()).text(), Provenance::Derived);
  }
  float widest_fold() const {
    float widest = 0;
    for (const Fold& fold : axis_.folds()) {
      widest = std::max(widest, ruler_.width(words_of(fold), Voice::MonoQuiet));
    }
    return std::ceil(widest);
  }

  bool lasts_through(const Fold& fold) const {
    return std::any_of(found_.stretches.begin(), found_.stretches.end(),
                       [&](const LadderStretch& stretch) {
                         const bool ends =
                             stretch.end != trace::no_event && view_.has(stretch.end);
                         return stretch.at == LadderColumn::Kernel &&
                                view_.trace[stretch.begin].time < fold.to &&
                                (!ends || view_.trace[stretch.end].time > fold.from);
                       });
  }

  // How far down the cursor is, also between the facts of the ladder.
  void draw_now() {
    const Instant now = view_.trace[cursor_.event].time;
    if (!axis_.window().contains(now)) return;
    PictureLine made;
    made.from = {x_of(LadderColumn::Client), y_of(now)};
    made.to = {x_of(LadderColumn::Program), y_of(now)};
    made.quiet = true;
    maker_.line(std::move(made));
  }

  void draw_stretch(const LadderStretch& stretch) {
    const trace::Event& begin = view_.trace[stretch.begin];
    const Instant now = view_.trace[cursor_.event].time;
    const bool ended = stretch.end != trace::no_event && view_.has(stretch.end);
    const Instant end = ended ? view_.trace[stretch.end].time : axis_.window().to;
    const Instant until =
        is_ahead(stretch.begin) ? begin.time : std::min(std::max(now, begin.time), end);
    const float half = ruler_.space(0.75f);
    const auto bar = [&](Instant from, Instant to, Filling filling) {
      const float top = std::clamp(y_of(from), plot_.y, plot_.bottom());
      const float bottom = std::clamp(y_of(to), top, plot_.bottom());
      if (bottom - top < 1) return;
      maker_.bar({x_of(stretch.at) - half, top, 2 * half, bottom - top}, begin.row().group(),
                 filling, {{}, begin.provenance});
    };
    bar(begin.time, until, Filling::Filled);
    bar(until, end, Filling::Free);
  }

  // ---- One fact: an arrow whose halves are known each in its own way, or a mark.

  void draw_fact(const LadderFact& fact) {
    const trace::Event& event = view_.trace[fact.event];
    PictureLine line;
    line.group = event.row().group();
    line.done = !is_ahead(fact.event);
    line.link = maker_.link(fact.event);
    if (fact.is_mark()) {
      const float tick = ruler_.space(1.5f);
      const float x = x_of(fact.from.at);
      line.from = {x - tick, y_of(fact.from.time)};
      line.to = {x + tick, y_of(fact.from.time)};
      line.source = fact.from.source;
      line.head = false;
      maker_.line(std::move(line));
      return;
    }
    const float away = ruler_.space(1);
    const float direction = x_of(fact.to.at) > x_of(fact.from.at) ? 1.f : -1.f;
    const Point from{x_of(fact.from.at) + direction * away, y_of(fact.from.time)};
    const Point to{x_of(fact.to.at) - direction * away, y_of(fact.to.time)};
    const Point middle{(from.x + to.x) / 2, (from.y + to.y) / 2};
    line.from = from;
    line.to = to;
    line.source = fact.to.source;
    touches_.push_back({maker_.line_count(), fact.side(), middle.y});
    if (fact.from.source != fact.to.source) {
      PictureLine half = line;
      half.to = middle;
      half.source = fact.from.source;
      half.head = false;
      touches_.back().line = maker_.line_count() + 1;
      maker_.line(std::move(half));
      line.from = middle;
    }
    maker_.line(std::move(line));
  }

  // The pointer finds an arrow at its middle, as far as it is from its neighbours there.
  void place_touches(LadderSide side) {
    std::vector<Touch> lane;
    for (const Touch& touch : touches_) {
      if (touch.side == side) lane.push_back(touch);
    }
    std::stable_sort(lane.begin(), lane.end(),
                     [](const Touch& a, const Touch& b) { return a.y < b.y; });
    const float most = ruler_.space(2);
    const auto [from, to] = columns_.lane(side);
    const float left = from + ruler_.space(2);
    const float wide = to - from - 2 * ruler_.space(2);
    for (std::size_t i = 0; i < lane.size(); ++i) {
      const float above = i == 0 ? most : std::min(most, (lane[i].y - lane[i - 1].y) / 2);
      const float below =
          i + 1 == lane.size() ? most : std::min(most, (lane[i + 1].y - lane[i].y) / 2);
      maker_.line_at(lane[i].line).touch = {left, lane[i].y - above, wide, above + below};
    }
  }

  // ---- The labels of one side.

  // The end at which a fact was told: its label says that time, and so stands as far down. Of two
  // at once the one beside the label.
  Point anchor_of(const LadderFact& fact) const {
    if (fact.packet) return packets_->label_place(fact);
    const LadderColumn side = column_of(fact.side());
    const Instant told = view_.trace[fact.event].time;
    const bool only_to = fact.to.time == told && fact.from.time != told;
    const bool at_from = !only_to && (fact.from.at == side || fact.to.time != told);
    const LadderEnd& end = at_from ? fact.from : fact.to;
    return {x_of(end.at), y_of(end.time)};
  }

  void label_side(LadderSide side) {
    std::vector<LadderLabel> rows = ladder_labels(found_, side, merges_);
    const auto y = [&](const LadderLabel& row) { return anchor_of(found_.facts[row.first]).y; };
    std::stable_sort(rows.begin(), rows.end(),
                     [&](const LadderLabel& a, const LadderLabel& b) { return y(a) < y(b); });
    if (side == LadderSide::Middle) return label_packets(rows);
    std::vector<float> wanted;
    for (const LadderLabel& row : rows) wanted.push_back(y(row));
    const std::vector<float> tops = spread_rows(wanted, line_px_, plot_.y, plot_.bottom());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      label_row(side == LadderSide::Left, rows[i], tops[i]);
    }
  }

  // What is at the cursor or hovered is always labelled, and at length; then what is more than
  // bytes or an ACK, then bytes. Where they crowd, they are brief.
  void label_packets(const std::vector<LadderLabel>& rows) {
    std::vector<PacketLabel> labels;
    for (const LadderLabel& row : rows) {
      const LadderFact& fact = told_by(row);
      const int weight = packets_->is_lit(fact)                ? 3
                         : !fact.plain                         ? 2
                         : fact.packet->seen.payload_bytes > 0 ? 1
                                                               : 0;
      labels.push_back({anchor_of(fact).y, weight});
    }
    place_packet_labels(labels, line_px_, plot_.y, plot_.bottom());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const LadderFact& fact = told_by(rows[i]);
      const PacketLabel& label = labels[i];
      if (!label.placed) {
        unlabelled_ += rows[i].count;
        continue;
      }
      // Beyond where it was seen, a label hides no arrow.
      const bool brief = label.crowded && label.weight < 3 && !found_.only_packets;
      packet_labels_.push_back(packets_->label(fact, rows[i].count, label.top_px, brief));
      if (found_.only_packets) say_when(fact, label.top_px);
    }
  }

  // Where no side tells times, each packet has its own.
  void say_when(const LadderFact& fact, float top) {
    const Rect place{columns_.left().x, top, columns_.left().w, line_px_};
    maker_.note(place, axis_.time_text(view_.trace[fact.event]), Voice::MonoQuiet, Side::Right);
    lead(true, {x_of(LadderColumn::Client), y_of(fact.from.time)}, top + line_px_ / 2);
  }

  // A packet's label is to be pointed at as its arrow is, and lies over it.
  void leave_labels_alone() {
    for (const Touch& touch : touches_) {
      Rect& place = maker_.line_at(touch.line).touch;
      const auto lies_over = [&place](const Rect& label) { return label.overlaps(place); };
      if (std::any_of(packet_labels_.begin(), packet_labels_.end(), lies_over)) place = {};
    }
  }

  // Of several that share a label, the one at the cursor.
  const LadderFact& told_by(const LadderLabel& row) const {
    for (std::size_t i = 0; i < row.count; ++i) {
      const LadderFact& fact = found_.facts[row.first + i];
      if (fact.event == cursor_.event) return fact;
      if (fact.packet && packets_->is_lit(fact)) return fact;
    }
    return found_.facts[row.first];
  }

  void label_row(bool wire, const LadderLabel& row, float top) {
    const LadderFact* fact = &told_by(row);
    Rect place = wire ? columns_.left() : columns_.right();
    place.y = top;
    place.h = line_px_;
    const std::string when = axis_.time_text(view_.trace[fact->event]);
    const float when_px = std::ceil(ruler_.width(when, Voice::MonoQuiet)) + 1;
    const std::string times = row.count > 1 ? fmt::format(" ×{}", row.count) : std::string();
    std::string text = fact->sentence + times;
    const float room = place.w - when_px - ruler_.space(2);
    if (ruler_.width(text, Voice::Body) > room) text = fact->label + times;
    const bool says_when = ruler_.width(text, Voice::Body) <= room;
    if (says_when) {
      const Rect at = wire ? place.take_left(when_px) : place.take_right(when_px);
      maker_.note(at, when, Voice::MonoQuiet, wire ? Side::Left : Side::Right);
    }
    // In very large letters a word alone: what it is of stands where the cursor is.
    if (ruler_.width(text, Voice::Body) > place.w) text = text.substr(0, text.find(' ')) + times;
    const float text_px = std::min(std::ceil(ruler_.width(text, Voice::Body)) + 1, place.w);
    const Rect at = wire ? place.take_right(text_px) : place.take_left(text_px);
    const Side side = wire ? Side::Right : Side::Left;
    if (is_ahead(fact->event)) {
      maker_.note(at, text, Voice::Quiet, side, fact->event);
    } else {
      maker_.note(at, text, view_.trace[fact->event].row().group(), Voice::Body, side, fact->event);
    }
    lead(wire, anchor_of(*fact), top + line_px_ / 2);
  }

  // From the label to what it stands for.
  void lead(bool wire, Point anchor, float label_y) {
    const float side = wire ? 1.f : -1.f;
    const Point label{wire ? columns_.left().right() + ruler_.space(1)
                           : columns_.right().x - ruler_.space(1),
                      label_y};
    const Point column{
        x_of(wire ? LadderColumn::Client : LadderColumn::Program) - side * ruler_.space(0.5f),
        anchor.y};
    const auto draw = [&](Point from, Point to) {
      PictureLine made;
      made.from = from;
      made.to = to;
      made.quiet = true;
      maker_.line(std::move(made));
    };
    draw(label, column);
    if (anchor.x != x_of(wire ? LadderColumn::Client : LadderColumn::Program)) draw(column, anchor);
  }

  const TraceView& view_;
  const Cursor& cursor_;
  const ViewState& state_;
  const Ruler& ruler_;
  PictureMaker& maker_;
  LadderFacts& found_;
  float line_px_ = 0;
  LadderColumns columns_;
  Rect plot_;
  bool merges_ = false;
  LadderAxis axis_;
  std::optional<LadderPackets> packets_;
  std::vector<Touch> touches_;
  std::vector<Rect> packet_labels_;
  std::size_t unlabelled_ = 0;
};

}  // namespace

Picture layout_ladder(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area) {
  LadderFacts found = ladder_facts(view, cursor, state);
  PictureMaker maker(view, cursor, state, ruler, area, "ladder", heading_of(found),
                     found.chapter == LadderChapter::None
                         ? nothing_yet("Packets and calls, as arrows,", Topic::Connection, view,
                                       cursor, state)
                     : found.at_one_point
                         ? "Time runs downwards. Each packet as it passed the place of the "
                           "capture; when it left and arrived is not known."
                     : found.on_wire
                         ? "Time runs downwards. Each packet as it was seen at both ends of the "
                           "wire; what is pale is still to come."
                         : "Time runs downwards. Dashed is inferred, pale is still to come.");
  Ladder(view, cursor, state, ruler, maker, found).make();
  return maker.take();
}

}  // namespace roundtrip::viz
