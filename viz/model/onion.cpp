#include "viz/model/onion.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/cards.h"
#include "viz/model/describe.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

// The frames take no more than this of the height.
constexpr float most_of_frames = 0.35f;

std::string time_at(const Teller& tell, EventNumber writer, EventNumber event) {
  const Told told = tell.since(writer, event);
  return told.text ? marked(*told.text, told.source) : std::string("not measured");
}

// Of the layers from one on inwards: the newest way in or out.
EventNumber newest_of(const Teller& tell, const std::vector<EventNumber>& entered,
                      std::size_t from) {
  EventNumber newest = entered[from];
  for (std::size_t i = from; i < entered.size(); ++i) {
    const EventNumber out = tell.end_of(entered[i]);
    newest = std::max(newest, out == no_event ? entered[i] : out);
  }
  return newest;
}

}  // namespace

Onion::Onion(const Teller& tell, const Ruler& ruler, const Rect& area)
    : inside_(area),
      with_foot_(area.h >= lines_for_all * ruler.line(Voice::Body)),
      line_px_(ruler.line(Voice::Body)),
      pad_px_(ruler.space(2)) {
  const float px = line_px_ + 2 * pad_px_ + (with_foot_ ? line_px_ : 0);
  add_layers(tell, static_cast<std::size_t>(std::max(1.f, area.h * most_of_frames / px)));
  for (Layer& layer : layers_) {
    layer.rect = inside_;
    inside_ = inside_.inset(pad_px_, 0);
    inside_.take_top(line_px_ + pad_px_);
    inside_.take_bottom(with_foot_ ? line_px_ + pad_px_ : pad_px_);
  }
}

// Of a refused request none is gone into.
void Onion::add_layers(const Teller& tell, std::size_t fit) {
  const auto entered = tell.all(Phase::HandleMiddleware, most_layers_shown);
  if (entered.empty() && tell.newest(Phase::ReadRejected) == no_event) {
    layers_.push_back({"Middleware: none gone into yet", {}, {}, no_event, false, {}});
  }
  const EventNumber writer = tell.newest(Phase::HandleResponseWriter);
  for (std::size_t i = 0; i < std::min(entered.size(), fit); ++i) {
    const bool last_of_many = i + 1 == fit && entered.size() > fit;
    const EventNumber in = entered[i];
    const EventNumber out = tell.end_of(in);
    layers_.push_back({last_of_many ? fmt::format("and {} more layers", entered.size() - i)
                                    : tell.symbol(in, "middleware"),
                       time_at(tell, writer, in),
                       out == no_event ? std::string("not yet") : time_at(tell, writer, out),
                       last_of_many ? newest_of(tell, entered, i) : out == no_event ? in : out,
                       out != no_event, {}});
  }
}

// Each frame ends below what is inside it.
void Onion::add_frames(PictureMaker& maker, float bottom) {
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    bottom += with_foot_ ? line_px_ + pad_px_ : pad_px_;
    layer->rect.h = std::min(layer->rect.h, bottom - layer->rect.y);
  }
  for (const Layer& layer : layers_) {
    const float room = layer.rect.w - 4.5f * pad_px_ -
                       maker.ruler().width(layer.name, Voice::Strong);
    maker.frame(layer.rect, trace::Group::Handle, layer.name, told_of(layer, maker.ruler(), room),
                with_foot_ ? "out " + layer.out : std::string(), layer.event, layer.over);
  }
}

// As much of it as has room beside the name.
std::string Onion::told_of(const Layer& layer, const Ruler& ruler, float room) const {
  if (layer.in.empty()) return {};
  const std::string in = "in " + layer.in;
  for (const std::string& text :
       {with_foot_ ? in : fmt::format("{}, out {}", in, layer.out),
        with_foot_ ? in : fmt::format("{} to {}", layer.in, layer.out)}) {
    if (ruler.width(text, Voice::MonoQuiet) <= room) return text;
  }
  return {};
}

}  // namespace roundtrip::viz
