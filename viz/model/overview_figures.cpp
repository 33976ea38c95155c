#include "viz/model/overview_figures.h"

#include <algorithm>
#include <cmath>

#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::no_event;
using trace::Provenance;

namespace {

struct Figure {
  std::string_view name;
  Told told;
};

Told length(Duration took, bool inferred, EventNumber event) {
  return {duration(took).text(), inferred ? Provenance::Inferred : Provenance::Derived, event};
}

// Where the request's time went: the first is the sum of the others.
std::vector<Figure> parts_of(const RequestRow& row) {
  const auto part = [&row](const std::optional<Duration>& of) {
    return of ? length(*of, false, row.finished) : Told{};
  };
  return {{"request, read to finish", part(row.took)},
          {"= on a worker", part(row.ran)},
          {"+ in run queues", part(row.queued)},
          {"+ parked", part(row.parked())}};
}

std::vector<Figure> figures_of(const Teller& tell, const FocusFacts& facts,
                               const RequestRow& row) {
  const TraceView& view = tell.view();
  const auto of_group = [&facts](Group group) -> const std::vector<EventNumber>& {
    return facts[static_cast<std::size_t>(group)];
  };
  std::vector<Figure> figures;
  const auto set_up = set_up_of(view.index, tell.focus().conn);
  const bool is_set_up = set_up && set_up->to <= tell.upto();
  figures.push_back(
      {"set-up to first run",
       is_set_up ? length(set_up->took, set_up->inferred, set_up->to) : Told{}});
  const auto bytes = [](std::uint64_t of) {
    return of == 0 ? Told{} : Told{byte_count(of).text()};
  };
  figures.push_back({"parsed", bytes(row.bytes_in)});
  figures.push_back({"sent", bytes(row.bytes_out)});
  std::size_t events = 0;
  for (const Group group : {Group::Read, Group::Handle, Group::Transmit, Group::Lifecycle}) {
    const auto& list = of_group(group);
    events += static_cast<std::size_t>(std::upper_bound(list.begin(), list.end(), tell.upto()) -
                                       list.begin());
  }
  figures.push_back({"its events", {count(static_cast<std::int64_t>(events))}});
  const bool finished = row.finished != no_event;
  figures.push_back({"CPU on workers",
                     row.cpu    ? length(*row.cpu, false, row.finished)
                     : finished ? Told{std::string("not measured")}
                                : Told{}});
  return figures;
}

void place_line(const std::vector<Figure>& figures, PictureMaker& picture, Rect line) {
  const Ruler& ruler = picture.ruler();
  for (const Figure& figure : figures) {
    const std::string value = figure.told.text ? marked(*figure.told.text, figure.told.source)
                                               : std::string("not yet");
    const Voice voice = figure.told.text ? Voice::Mono : Voice::MonoQuiet;
    const float name_px = std::ceil(ruler.width(figure.name, Voice::Quiet)) + 2;
    const float value_px = std::ceil(ruler.width(value, voice)) + 2;
    if (name_px + ruler.space(1) + value_px > line.w) return;
    picture.note(line.take_left(name_px, ruler.space(1)), figure.name, Voice::Quiet);
    picture.note(line.take_left(value_px, ruler.space(4)), value, voice, Side::Left,
                 figure.told.event);
  }
}

}  // namespace

void place_overview_figures(const Teller& tell, const FocusFacts& facts, PictureMaker& picture,
                            Rect lines) {
  const float line = picture.ruler().line(Voice::Body);
  const RequestRow row = request_row(tell.view().index, tell.focus().request, tell.upto());
  std::vector<Figure> parts = parts_of(row);
  std::vector<Figure> others = figures_of(tell, facts, row);
  if (lines.h >= 2 * line) {
    place_line(parts, picture, lines.take_top(line));
  } else {
    others.insert(others.begin(), std::move(parts.front()));
  }
  place_line(others, picture, lines);
}

}  // namespace roundtrip::viz
