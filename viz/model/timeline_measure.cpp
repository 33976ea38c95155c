// What is measured on the timeline: a band over the lanes, its length and its two moments in the
// ruler, and the moments that a drag snaps to.
#include <algorithm>
#include <cmath>

#include "viz/model/format.h"
#include "viz/model/layout_timeline.h"

namespace roundtrip::viz {

using trace::EventNumber;

namespace {

constexpr std::string_view zoom_words = "Zoom to it";

float width_of(const Ruler& ruler, const std::string& text) {
  return std::ceil(ruler.width(text, Voice::Mono)) + 1;
}

// The three texts in one row of the ruler: the length in the middle of the band, the moments at its
// ends; beside the length, outside the band, where it is too narrow for that.
void place_texts(const Ruler& ruler, const Rect& axis, TimelineMeasure& measure) {
  const std::string from = from_text(measure.told);
  const std::string length = length_text(measure.told);
  const std::string to = to_text(measure.told);
  const float gap = ruler.space(3);
  const float from_px = width_of(ruler, from);
  const float length_px = width_of(ruler, length);
  const float to_px = width_of(ruler, to);
  const Rect& band = measure.band;
  float length_x = std::round(band.center().x - length_px / 2);
  length_x = std::clamp(length_x, axis.x, std::max(axis.x, axis.right() - length_px));
  const bool room = length_x - gap - from_px >= band.x + gap;
  float from_x = room ? band.x + gap : std::min(band.x, length_x) - gap - from_px;
  float to_x =
      room ? band.right() - gap - to_px : std::max(band.right(), length_x + length_px) + gap;
  // Out of the ruler on one side, all of them move.
  float move = std::max(0.f, axis.x - from_x);
  move -= std::max(0.f, to_x + move + to_px - axis.right());
  from_x += move;
  to_x += move;
  length_x += move;
  const auto put = [&](float x, float width, const std::string& text) {
    return fit_text(ruler, {x, axis.y, width, ruler.row_px - ruler.space(1)}, text, Voice::Mono);
  };
  measure.length = put(length_x, length_px, length);
  if (from_x < axis.x - 0.5f) return;  // a ruler too short for three
  measure.from = put(from_x, from_px, from);
  measure.to = put(to_x, to_px, to);
}

}  // namespace

void place_measure(const TraceView& view, const MeasuredSpan& span, const Ruler& ruler,
                   TimelineLayout& layout) {
  TimelineMeasure measure;
  measure.told = measurement(view, span.window());
  measure.anchor = span.anchor;
  measure.under_way = span.under_way;
  const TimeScale& scale = layout.scale;
  const TimeWindow& window = scale.window();
  measure.from_seen = window.contains(measure.told.span.from);
  measure.to_seen = window.contains(measure.told.span.to);
  const auto x_of = [&](Instant at) {
    return std::clamp(std::round(scale.x(at)), layout.plot.x, layout.plot.right());
  };
  measure.band = Rect::from_corners(x_of(measure.told.span.from), layout.axis.y,
                                    x_of(measure.told.span.to), layout.plot.bottom());
  const bool seen = measure.told.span.from <= window.to && measure.told.span.to >= window.from;
  if (seen) {
    place_texts(ruler, layout.axis, measure);
    const auto covers = [&](const TextBox& label) {
      for (const TextBox* box : {&measure.from, &measure.length, &measure.to}) {
        if (!box->empty() && box->rect.inset(-ruler.space(1)).overlaps(label.rect)) return true;
      }
      return false;
    };
    for (TimelineTick& tick : layout.ticks) {
      if (covers(tick.label)) tick.label = {};
    }
    for (TimelineFold& fold : layout.folds) {
      if (covers(fold.label)) fold.label = {};
    }
  }
  layout.measure = std::move(measure);
}

Instant snapped_at(const TimelineLayout& layout, const TraceView& view, Point at, float reach_px) {
  const TimeScale& scale = layout.scale;
  const float x = std::clamp(at.x, layout.plot.x, layout.plot.right());
  Instant nearest = scale.at(x);
  float distance = reach_px;
  const auto offer = [&](Instant edge) {
    const float away = std::abs(scale.x(edge) - x);
    if (!scale.window().contains(edge) || away > distance) return;
    distance = away;
    nearest = edge;
  };
  if (layout.cursor_x) offer(layout.cursor_at);
  for (const TimelineBar& bar : layout.bars) {
    if (at.y < bar.rect.y || at.y >= bar.rect.bottom()) continue;
    for (const EventNumber event : {bar.event, bar.last}) {
      if (view.has(event)) offer(view.trace[event].time);
    }
  }
  return nearest;
}

MeasureLine layout_measure_line(const TimelineMeasure& measure, const Ruler& ruler,
                                const Rect& area) {
  MeasureLine line;
  line.whole = contents_text(measure.told, measure.told.phases.size());
  // Where the place is short, first the words give way, then the button.
  const float zoom_px = std::ceil(ruler.width(zoom_words, Voice::Body)) + ruler.space(6);
  const float gap = ruler.space(2);
  const bool has_zoom = zoom_px <= area.w;
  const float room = area.w - (has_zoom ? zoom_px + gap : 0);
  const auto fits = [&](const std::string& words) {
    return ruler.width(words, Voice::Quiet) + 1 <= room;
  };
  std::string text = line.whole;
  if (!fits(text)) {
    // As many phases as have room.
    text = contents_text(measure.told, 0);
    for (std::size_t phases = 1; phases < measure.told.phases.size(); ++phases) {
      std::string longer = contents_text(measure.told, phases);
      if (!fits(longer)) break;
      text = std::move(longer);
    }
  }
  if (!fits(text)) text = counted(static_cast<std::int64_t>(measure.told.events), "event");
  if (!fits(text)) text.clear();
  Rect rest = area;
  if (!text.empty()) {
    const float words_px = std::min(room, std::ceil(ruler.width(text, Voice::Quiet)) + 1);
    line.words = fit_text(ruler, rest.take_left(words_px, gap), text, Voice::Quiet);
  }
  // The button follows the words.
  if (has_zoom) line.zoom = rest.take_left(zoom_px);
  return line;
}

}  // namespace roundtrip::viz
