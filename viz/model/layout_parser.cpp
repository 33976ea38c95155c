#include "viz/model/layout_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/format.h"
#include "viz/model/parser_boxes.h"

namespace roundtrip::viz {

using http::State;
using trace::EventNumber;
using trace::Group;
using trace::Log;
using trace::no_event;
using trace::Phase;
using trace::Provenance;

namespace {

// "'E', hex 45"; what has no sign of its own by its name.
std::string byte_words(const FilmByte& byte) {
  if (!byte.kept) return "not kept";
  const std::string hex = hex_byte(byte.value);
  switch (byte.value) {
    case ' ':
      return fmt::format("space, hex {}", hex);
    case '\r':
      return fmt::format("CR, hex {}", hex);
    case '\n':
      return fmt::format("LF, hex {}", hex);
    case '\t':
      return fmt::format("tab, hex {}", hex);
    default:
      break;
  }
  const bool plain = byte.value > ' ' && byte.value < 0x7f;
  return plain ? fmt::format("'{}', hex {}", static_cast<char>(byte.value), hex)
               : fmt::format("hex {}", hex);
}

// What a state reads, as far as it has room: "the target", else "target"; of a header's parts what
// they are.
std::string_view label_of(http::State reader, const Ruler& ruler, float width_px) {
  const std::string_view words = http::words_of(reader).words;
  if (ruler.width(words, Voice::Body) <= width_px) return words;
  for (const std::string_view article : {"the ", "a header's "}) {
    if (words.starts_with(article)) return words.substr(article.size());
  }
  return words;
}

struct Builder {
  const Teller& tell;
  const Cursor& cursor;
  const Ruler& ruler;
  PictureMaker& maker;
  ParserFilm film;
  Rect rest;
  bool tall = false;  // room for each step in a box of its own

  float line() const { return ruler.line(Voice::Body); }
  // Each of four boxes side by side has room for a name and a short value.
  bool is_wide() const { return rest.w >= ruler.width("0", Voice::Mono) * 80; }

  EventNumber last_fact() const;

  void add_bytes();
  std::string byte_title() const;
  float middle_px() const;
  float side_px() const;
  bool has_left() const { return middle_px() + 2 * least_side_px() <= rest.w; }
  float least_side_px() const {
    return std::ceil(ruler.width("before the", Voice::Strong)) + ruler.space(12);
  }
  std::string decision_text() const;
  float lines_needed() const;
  void add_decision(float height_px);
  void add_decision_over();
};

// The newest event of those that the parser tells.
EventNumber Builder::last_fact() const {
  EventNumber last = no_event;
  for (const Phase phase : {Phase::ReadLineFound, Phase::ReadLineSplit, Phase::ReadLineValid,
                            Phase::ReadUrl, Phase::ReadHeader, Phase::ReadHeadersComplete,
                            Phase::ReadRequestReady, Phase::ReadRejected}) {
    const EventNumber event = tell.newest(phase);
    if (event != no_event && (last == no_event || event > last)) last = event;
  }
  return last;
}

// ---- The bytes, and below them the states that read them.

void Builder::add_bytes() {
  const float cell_px = std::ceil(ruler.width("00", Voice::Mono)) + ruler.space(1);
  const auto count = static_cast<std::size_t>(std::max(1.f, std::floor(rest.w / cell_px)));
  const std::vector<FilmByte> bytes = film_bytes(tell, film, count);
  const Rect cells = rest.take_top(ruler.row_px, ruler.space(1));
  const Rect hexes = tall ? rest.take_top(line(), ruler.space(1)) : Rect{};
  const Rect states = rest.take_top(line(), ruler.space(2));
  const auto left_of = [&](std::size_t index) {
    return rest.x + static_cast<float>(index) * cell_px;
  };
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const FilmByte& byte = bytes[i];
    const bool marked = film.byte == byte.offset;
    const Filling filling = marked        ? Filling::Marked
                            : byte.reader ? Filling::Filled
                                          : Filling::Free;
    maker.byte({left_of(i), cells.y, cell_px - 1, cells.h}, Group::Read, filling,
               byte.kept && byte.arrived ? visible(byte.value) : std::string_view(),
               {tell.focus().conn, Log::In, {byte.offset, 1}});
    if (tall && byte.kept && byte.arrived) {
      maker.note({left_of(i), hexes.y, cell_px - 1, hexes.h}, hex_byte(byte.value),
                 Voice::MonoQuiet, Side::Center);
    }
  }
  for (std::size_t from = 0; from < bytes.size();) {
    std::size_t to = from + 1;
    while (to < bytes.size() && bytes[to].reader == bytes[from].reader) ++to;
    if (bytes[from].reader) {
      const Rect place{left_of(from), states.y, static_cast<float>(to - from) * cell_px - 1,
                       states.h};
      const ByteSpan span{tell.focus().conn, Log::In, {bytes[from].offset, to - from}};
      const bool now = film.byte && span.range.contains(*film.byte);
      maker.bar(place, Group::Read, now ? Filling::Filled : Filling::Free,
                {std::string(label_of(*bytes[from].reader, ruler, place.w - ruler.space(2))),
                 Provenance::Derived, no_event, span});
    }
    from = to;
  }
}

// ---- What the last byte decided.

std::string Builder::byte_title() const {
  if (!film.byte) return film.refusal ? "No more bytes" : "No byte yet";
  // Also where it is the head as a whole that breaks a rule.
  if (!http::reads_bytes(film.before)) return "No further byte";
  const auto one = tell.view().trace.bytes(tell.focus().conn, Log::In, {*film.byte, 1});
  const FilmByte byte{*film.byte, static_cast<std::uint8_t>(one.data[0]), one.whole, true, {}};
  return fmt::format("Byte {}: {}", count(static_cast<std::int64_t>(*film.byte)), byte_words(byte));
}

// Words need more room in a refusal; where it is narrow, they get what the state before has.
float Builder::middle_px() const {
  if (!film.refusal) return std::floor(rest.w * (is_wide() ? 0.4f : 0.36f));
  const float half = std::floor(rest.w * 0.5f);
  return half + 2 * least_side_px() <= rest.w ? half : std::floor(rest.w * 0.62f);
}

std::string Builder::decision_text() const {
  if (film.refusal) return film.refusal->sentence;
  return std::string(film.move != nullptr ? film.move->sentence
                                          : "The first byte of a request comes next.");
}

// Of each of the two beside the middle, where both have room.
float Builder::side_px() const {
  return std::floor((rest.w - middle_px() - 2 * ruler.space(5)) / 2);
}

// The decision stands whole; the states beside it, too, where that takes few lines more.
float Builder::lines_needed() const {
  constexpr std::size_t most_of_a_side = 4;
  const auto lines_of = [this](std::string_view text, float width_px) {
    Rect endless{0, 0, width_px - ruler.space(6), 1e6f};
    return wrap_text(ruler, endless, text, Voice::Body).size();
  };
  const bool long_title =
      ruler.width(byte_title(), Voice::Strong) > middle_px() - ruler.space(6);
  std::size_t lines = lines_of(decision_text(), middle_px()) + (long_title ? 1 : 0);
  if (has_left() && !film.refusal) {
    for (const http::State state : {film.before, film.after}) {
      lines = std::max(lines, std::min(lines_of(http::state_sentence(state), side_px()),
                                       most_of_a_side));
    }
  }
  return static_cast<float>(lines);
}

// What the last byte decided has a line more or less, so that the request has its room below.
void Builder::add_decision_over() {
  const float least = is_wide() ? 2 : 3;
  // A refusal has more to say, and where it is wide lines are longer.
  const float most = film.refusal ? (tall ? 4 : 5) : is_wide() ? 3 : 4;
  const float lines =
      std::floor((rest.h - maker.box_px(4) - ruler.space(2) - maker.box_px(0)) / line());
  const float few = std::max(lines_needed(), std::clamp(lines, least, most));
  const bool alone = rest.h < maker.box_px(few) + ruler.space(2) + maker.box_px(1);
  add_decision(alone ? rest.h : maker.box_px(few));
}

void Builder::add_decision(float height_px) {
  const Rect row = rest.take_top(height_px, ruler.space(2));
  const float gap = ruler.space(5);
  const bool three = has_left();
  const float middle_w = middle_px();
  const float side_w = three ? side_px() : 0;
  const float middle_x = three ? row.x + side_w + gap : row.x;
  const Rect middle{middle_x, row.y, middle_w, row.h};
  const Rect right = Rect::from_corners(middle.right() + gap, row.y, row.right(), row.bottom());
  const bool begun = film.byte.has_value() || film.refusal.has_value();

  if (three) {
    maker.box({row.x, row.y, side_w, row.h}, Group::Read, http::words_of(film.before).words);
    if (begun) maker.done();
    const std::string_view whole = http::state_sentence(film.before);
    // Where it is narrow, the first part of the sentence says enough.
    if (!maker.words_if_whole(whole, Voice::Quiet)) {
      const std::string first(whole.substr(0, whole.find_first_of(";:,.")));
      maker.words_if_whole(first + ".", Voice::Quiet);
    }
  }

  maker.box(middle, Group::Read, byte_title());
  maker.happened(last_fact());
  if (film.refusal) {
    maker.alarm();
    if (!maker.words_if_whole(decision_text())) maker.words("It breaks a rule.");
  } else if (film.move != nullptr) {
    maker.done();
    maker.chosen();
    maker.words(decision_text());
    maker.words_if_whole(http::words_of(film.move->from).section, Voice::Quiet);
    if (!film.told.empty()) {
      maker.words_if_whole(fmt::format("An event tells: {}", fmt::join(film.told, ", ")),
                           Voice::Quiet);
    }
  } else {
    maker.words(decision_text(), Voice::Quiet);
  }

  maker.box(right, Group::Read, http::words_of(film.after).words);
  if (film.refusal) {
    maker.done();
    maker.alarm();
    maker.happened(film.refusal->event);
    maker.words_if_whole(film.refusal->section, Voice::Quiet);
    if (film.refusal->status != 0) {
      maker.words_if_whole(fmt::format("The answer is {}.", film.refusal->status));
    }
  } else {
    if (begun) maker.done();
    maker.words_if_whole(http::state_sentence(film.after), Voice::Quiet);
  }
  const std::size_t last = maker.box_count() - 1;
  if (three) maker.arrow(last - 2, last - 1, begun);
  maker.arrow(last - 1, last, begun);
}

}  // namespace

Picture layout_parser(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area) {
  const Teller tell(view, cursor, state);
  const bool none = tell.focus().request == 0;
  constexpr std::string_view sentence =
      "What it was reading, what this byte decides, what it reads next. Shift → steps one byte.";
  const bool narrow = ruler.width(sentence, Voice::Quiet) > area.w - ruler.space(2);
  PictureMaker maker(view, cursor, state, ruler, area, "parser", "The parser reads byte by byte",
                     none ? nothing_yet("Its bytes, states and decisions", Topic::Request, view,
                                        cursor, state)
                     : narrow ? "Each byte decides what may follow."
                              : sentence);
  Builder builder{tell, cursor, ruler, maker, parser_film(tell, cursor), maker.rest()};
  builder.tall = builder.rest.h >= builder.line() * 20 && builder.is_wide();
  builder.add_bytes();
  builder.add_decision_over();
  add_parsed_request(tell, builder.film, ruler, maker, builder.rest, builder.tall);
  return maker.take();
}

}  // namespace roundtrip::viz
