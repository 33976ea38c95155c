#include "viz/model/parser_boxes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Group;
using trace::Log;
using trace::no_event;
using trace::Phase;
using trace::Provenance;

namespace {

constexpr std::size_t steps_of_the_line = 4;

// One of the four steps of the request line.
struct LineStep {
  std::string_view name;
  EventNumber event = no_event;
  bool done = false;
  std::vector<std::pair<std::string_view, Told>> values;
};

struct Builder {
  const Teller& tell;
  const ParserFilm& film;
  const Ruler& ruler;
  PictureMaker& maker;
  std::vector<EventNumber> header_facts = {};

  float line() const { return ruler.line(Voice::Body); }
  float width_of_brackets() const { return ruler.width("[]", Voice::Mono); }
  // Bytes of the request as they are read, as far as they have room; also in brackets, as what
  // no fact tells is set.
  std::string text(ByteRange range, float width_px, bool in_brackets) const;
  // Told by a fact; where the cursor stands between two facts, by the bytes alone.
  Told told(std::string value, EventNumber event, ByteRange range) const {
    const Provenance source = event == no_event ? Provenance::Derived : Provenance::Observed;
    return {std::move(value), source, event, ByteSpan{tell.focus().conn, Log::In, range}};
  }
  // What has not been told: of a refused request it never will be.
  Told absent() const {
    Told none;
    if (film.refusal) none.absent = "not read";
    return none;
  }

  std::array<LineStep, steps_of_the_line> line_steps(float line_px, float part_px) const;
  void add_line(const Rect& place);
  void add_line_in_boxes(Rect place);
  void add_header(std::size_t index, float width_px);
  void add_headers(const Rect& place);
  void add_go(const Rect& place);
};

std::string Builder::text(ByteRange range, float width_px, bool in_brackets) const {
  if (in_brackets) width_px -= width_of_brackets();
  const float letter = ruler.width("0", Voice::Mono);
  const auto most = static_cast<std::size_t>(std::max(1.f, std::floor(width_px / letter)));
  const auto bytes = tell.view().trace.bytes(
      tell.focus().conn, Log::In, {range.offset, std::min<std::uint64_t>(range.length, most + 1)});
  if (!bytes.whole) return "not kept";
  return fit_text(ruler, {0, 0, width_px, line()}, quoted(bytes.data, most), Voice::Mono).text;
}

// ---- The request line.

std::array<LineStep, steps_of_the_line> Builder::line_steps(float line_px, float part_px) const {
  const http::Request& request = film.request;
  std::array<LineStep, steps_of_the_line> steps{
      {{"1 found", tell.newest(Phase::ReadLineFound), film.line_found, {}},
       {"2 split", tell.newest(Phase::ReadLineSplit), film.line_split, {}},
       {"3 validated", tell.newest(Phase::ReadLineValid), film.line_valid, {}},
       {"4 URL", tell.newest(Phase::ReadUrl), film.url_found, {}}}};
  const auto add = [&](LineStep& step, std::string_view name, std::string value, ByteRange range) {
    step.values.emplace_back(name,
                             step.done ? told(std::move(value), step.event, range) : absent());
  };
  const auto part = [&](const LineStep& step, ByteRange range, float width_px) {
    return step.done ? text(range, width_px, step.event == no_event) : std::string();
  };
  const ByteRange line_end{request.line.offset,
                           request.line.length < 2 ? 0 : request.line.length - 2};
  add(steps[0], "line", part(steps[0], line_end, line_px), request.line);
  add(steps[0], "length", counted(static_cast<std::int64_t>(request.line.length), "byte"),
      request.line);
  add(steps[1], "method", part(steps[1], request.method_text, part_px), request.method_text);
  add(steps[1], "target", part(steps[1], request.target, part_px), request.target);
  add(steps[1], "version", part(steps[1], request.version_text, part_px), request.version_text);
  const bool known = request.method != http::Method::Other;
  add(steps[2], "method", known ? "known" : "unknown", request.method_text);
  add(steps[2], "version", fmt::format("{}.{}", request.version_major, request.version_minor),
      request.version_text);
  const auto or_none = [&](ByteRange range) {
    return range.empty() ? std::string("none") : part(steps[3], range, part_px);
  };
  if (!request.url.authority.empty()) {
    add(steps[3], "host", or_none(request.url.authority), request.url.authority);
  }
  add(steps[3], "path", or_none(request.url.path), request.url.path);
  add(steps[3], "query", or_none(request.url.query), request.url.query);
  return steps;
}

// In one box, a line for each step.
void Builder::add_line(const Rect& place) {
  maker.box(place, Group::Read, "The request line, in four steps");
  const float name_px = std::ceil(ruler.width("3 validated", Voice::Quiet)) + ruler.space(3);
  const float width_px = place.w - ruler.space(6) - name_px;
  const auto steps = line_steps(width_px, width_px);
  const auto joined = [](const LineStep& step, std::string_view between) {
    std::string all;
    for (const auto& [name, value] : step.values) {
      all += (all.empty() ? "" : std::string(between)) + value.text.value_or("");
    }
    return all;
  };
  // Where not all have room, the one that was done last stays in sight.
  const std::size_t room = std::min(maker.lines_in(place), steps.size());
  const auto done = static_cast<std::size_t>(
      std::count_if(steps.begin(), steps.end(), [](const LineStep& one) { return one.done; }));
  const std::size_t from = std::min(done - std::min(done, room), steps.size() - room);
  for (const LineStep& step : std::span(steps).subspan(from, room)) {
    Told value = step.values.front().second;
    if (step.done && &step == &steps[0]) value.bytes->range = film.request.line;
    if (step.done && &step == &steps[1]) value.text = joined(step, " · ");
    if (step.done && &step == &steps[2]) {
      value.text = fmt::format("{} method, HTTP {}", *step.values[0].second.text,
                               *step.values[1].second.text);
    }
    if (step.done && &step == &steps[3]) {
      const bool none = film.request.url.query.empty();
      value.text = fmt::format("path {}, {}", *step.values[step.values.size() - 2].second.text,
                               none ? "no query" : "query " + *step.values.back().second.text);
      value.bytes->range = film.request.target;
    }
    if (value.text) {
      const float brackets_px = value.source == Provenance::Derived ? width_of_brackets() : 0;
      value.text =
          fit_text(ruler, {0, 0, width_px - brackets_px, line()}, *value.text, Voice::Mono).text;
    }
    maker.row(step.name, value);
  }
}

void Builder::add_line_in_boxes(Rect place) {
  const float gap = ruler.space(5);
  const float w = std::floor((place.w - 3 * gap) / 4);
  const float name_px = std::ceil(ruler.width("version", Voice::Quiet)) + ruler.space(3);
  const float inner_px = w - ruler.space(6);
  const auto steps = line_steps(inner_px, inner_px - name_px);
  for (const LineStep& step : steps) {
    maker.box(place.take_left(w, gap), Group::Read, step.name);
    maker.happened(step.event);
    for (const auto& [name, value] : step.values) maker.row(name, value);
    if (&step != &steps[0]) {
      const std::size_t box = maker.box_count() - 1;
      maker.arrow(box - 1, box, step.done);
    }
  }
}

// ---- The headers.

void Builder::add_header(std::size_t index, float width_px) {
  const http::Request& request = film.request;
  if (index >= request.header_count()) {
    return maker.row(fmt::format("header {}", index + 1), absent());
  }
  const auto shortened = [this](const std::string& words, float width) {
    return fit_text(ruler, {0, 0, width, line()}, words, Voice::Quiet).text;
  };
  const EventNumber event = index < header_facts.size() ? header_facts[index] : no_event;
  const ByteRange range = request.header_name(index);
  const ByteRange value = request.header_value(index);
  const std::string name = shortened(text(range, width_px, false), std::floor(width_px * 0.45f));
  const float value_px = width_px - ruler.width(name, Voice::Quiet) - ruler.space(3);
  maker.row(name, told(value.empty() ? "empty" : text(value, value_px, event == no_event), event,
                       {range.offset, value.end() - range.offset}));
}

// Where not all have room, what was read last stays in sight, and one that comes.
void Builder::add_headers(const Rect& place) {
  header_facts = tell.all(Phase::ReadHeader, http::max_header_count);
  const std::size_t done = film.request.header_count();
  const std::size_t all = done + film.headers_ahead;
  // How many will come, the parser does not know before the blank line.
  maker.box(place, Group::Read,
            film.head_complete ? fmt::format("The header map: {}", done)
                               : fmt::format("The header map: {} so far", done));
  const std::size_t rows = all + 1;  // the blank line ends them
  const std::size_t room = std::min(maker.lines_in(place), rows);
  const std::size_t last = film.head_complete ? all : done - std::min<std::size_t>(done, 1);
  const std::size_t until = std::max(room, std::min(last + (room > 1 ? 2 : 1), rows));
  const std::size_t from = until - room;
  for (std::size_t i = from; i < until; ++i) {
    if (i == from && from > 0 && room > 2) {
      maker.words(fmt::format("{} before", from + 1), Voice::Quiet);
    } else if (i < all) {
      add_header(i, place.w - ruler.space(6));
    } else {
      const ByteRange head = film.request.head;
      const std::string length = counted(static_cast<std::int64_t>(head.length), "byte");
      maker.row("blank line",
                film.head_complete
                    ? told(length + " of head", tell.newest(Phase::ReadHeadersComplete), head)
                    : absent());
    }
  }
}

void Builder::add_go(const Rect& place) {
  maker.box(place, Group::Read, "In Go");
  maker.dotted();
  maker.words_if_whole(
      "ReadMIMEHeader reads the head line by line into a map from a name to a "
      "list of values.",
      Voice::Quiet);
  maker.words_if_whole("Then Host is taken out of the map: it becomes a field of the request.",
                       Voice::Quiet);
}

}  // namespace

void add_parsed_request(const Teller& tell, const ParserFilm& film, const Ruler& ruler,
                        PictureMaker& maker, Rect rest, bool tall) {
  if (rest.h < maker.box_px(1)) return;
  Builder builder{tell, film, ruler, maker};
  const float gap = ruler.space(2);
  if (tall) {
    builder.add_line_in_boxes(rest.take_top(maker.box_px(3), gap));
    builder.add_headers(rest.take_left(std::floor(rest.w * 0.6f), gap));
    return builder.add_go(rest);
  }
  builder.add_line(rest.take_left(std::floor((rest.w - gap) * 0.55f), gap));
  builder.add_headers(rest);
}

}  // namespace roundtrip::viz
