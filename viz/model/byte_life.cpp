#include "viz/model/byte_life.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/http/parser_words.h"
#include "core/http/request_parser.h"
#include "viz/model/byte_life_facts.h"
#include "viz/model/byte_packets.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::Log;
using trace::Phase;
using trace::Provenance;

namespace {

std::string bytes_text(const ByteRange& range) {
  if (range.length == 1) return fmt::format("1 byte, number {}", range.offset);
  return fmt::format("{}, {} to {}", counted(static_cast<std::int64_t>(range.length), "byte"),
                     range.offset, range.end() - 1);
}

struct LifeTeller {
  const TraceView& view;
  const BytePlace& place;
  const LifeFacts& facts;
  std::vector<LifeStep>& steps;

  void add(std::string_view what, std::string words, EventNumber event, Provenance source) {
    steps.push_back({what, std::move(words), event, source, false});
  }
  void unknown(std::string_view what, std::string_view words) {
    add(what, std::string(words), trace::no_event, Provenance::Unknown);
  }
  // Nothing tells it, as far as was searched.
  void unknown(std::string_view what) {
    if (facts.searched_all) return unknown(what, "not observed");
    unknown(what, fmt::format("not among the {} events before and after",
                              count(static_cast<std::int64_t>(most_events_around))));
  }
  const Event& fact(EventNumber event) const { return view.trace[event]; }
  // A kernel's stamp: of the last byte of its range.
  void stamped(std::string_view what, EventNumber event, std::string_view exact,
               std::string_view earlier);

  // The packets themselves, where the wire was seen.
  void carried();
  void acknowledged();
  void seen_otherwise();
  void sent_by_client();
  void brought();
  void parsed(const StreamFields& stream);
  void field(const StreamFields& stream);
  void made();
  void sent();
};

void LifeTeller::stamped(std::string_view what, EventNumber event, std::string_view exact,
                     std::string_view earlier) {
  if (event == trace::no_event) return unknown(what);
  const std::uint64_t last = fact(event).bytes().end() - 1;
  if (last == place.offset) {
    add(what, std::string(exact), event, fact(event).provenance);
  } else {
    add(what, fmt::format("{}: the stamp belongs to byte {}", earlier, last), event,
        Provenance::Inferred);
  }
}

void LifeTeller::carried() {
  constexpr std::size_t most_told = 4;
  const auto packets =
      packets_with(view, place.conn, place.log, {place.offset, 1}, view.end());
  for (std::size_t i = 0; i < std::min(packets.size(), most_told); ++i) {
    std::string words = carrier_text(view, packets[i]);
    const bool last = i + 1 == most_told;
    if (last && packets.size() > most_told) {
      words += fmt::format("; and {} more", packets.size() - most_told);
    }
    add("packet", std::move(words), packets[i].begin, fact(packets[i].begin).provenance);
  }
}

void LifeTeller::acknowledged() {
  const auto packet = acknowledging(view, place.conn, place.log, place.offset);
  if (!packet) return;
  add("acknowledged", fmt::format("by {}", carrier_text(view, *packet)), packet->end,
      fact(packet->end).provenance);
}

// Whoever sees a byte first tells what it is; where somebody saw another there, that is told too.
void LifeTeller::seen_otherwise() {
  const trace::ByteLog* log = view.trace.log(place.conn, place.log);
  if (log == nullptr) return;
  for (const trace::DifferingSighting& other : log->differing) {
    if (!other.range().contains(place.offset)) continue;
    const auto value = static_cast<std::uint8_t>(other.data[place.offset - other.offset]);
    add("sightings", fmt::format("differ: it was seen as “{}”, hex {}, as well", visible(value),
                                 hex_byte(value)),
        trace::no_event, Provenance::Observed);
  }
}

void LifeTeller::sent_by_client() {
  if (facts.client == trace::no_event) return unknown("client");
  add("client", fmt::format("sends {}", bytes_text(fact(facts.client).bytes())), facts.client,
      fact(facts.client).provenance);
}

// The segment, the recv() and the place in the buffer.
void LifeTeller::brought() {
  carried();
  stamped("segment", facts.segment, "it is the last byte of a segment", "had come by then");
  acknowledged();
  if (facts.moved == trace::no_event) return unknown("recv()", "not read by the server");
  const auto asked = arg_of(view, facts.moved, "asked");
  std::string words = fmt::format("brings {}", bytes_text(fact(facts.moved).bytes()));
  if (asked) words += fmt::format(", of up to {}", count(static_cast<std::int64_t>(*asked)));
  add("recv()", std::move(words), facts.moved, fact(facts.moved).provenance);
  if (facts.fill == trace::no_event) return unknown("buffer");
  const Event& fill = fact(facts.fill);
  const auto filled = fill.arg("filled");
  const auto capacity = fill.arg("capacity");
  const std::uint64_t to_end = fill.bytes().end() - place.offset;
  if (!filled || !capacity || *filled < to_end) return unknown("buffer", "its place was not told");
  add("buffer",
      fmt::format("lies at [place {}] of {}", *filled - to_end,
                  counted(static_cast<std::int64_t>(*capacity), "byte")),
      facts.fill, Provenance::Derived);
}

// The state that took the byte; the parser has to be run again from the request's first byte. One
// that only finds that it is over leaves the byte to the next.
std::optional<http::State> state_at(const TraceView& view, const BytePlace& place,
                                    const ByteRange& request) {
  if (place.offset < request.offset) return std::nullopt;
  const std::uint64_t before = place.offset - request.offset;
  if (before > http::max_head_bytes) return std::nullopt;
  const auto bytes = view.trace.bytes(place.conn, Log::In, {request.offset, before + 1});
  if (!bytes.whole) return std::nullopt;
  http::RequestParser parser({}, request.offset);
  const auto read_to = [&](std::size_t length) {
    const http::StreamBytes window{std::string_view(bytes.data).substr(0, length),
                                   request.offset};
    while (parser.next(window).kind == http::StepKind::Told) {
    }
    return parser.state();
  };
  const http::State met = read_to(before);
  const http::ParserMove* move = http::move_between(met, read_to(before + 1));
  return move != nullptr && move->next_reads ? move->to : met;
}

void LifeTeller::parsed(const StreamFields& stream) {
  const auto event = event_for_byte(view, place);
  auto state = state_at(view, place, stream.range);
  if (!event) return unknown("parser", "the parser never took it");
  if (!tells_request_bytes(fact(*event))) {
    // The frame of chunks is read without events of its own; data behind it shows that it was.
    const bool frames = state && http::is_in_chunked_body(*state);
    if (!frames) return unknown("parser", "the parser never took it");
    if (place.offset >= stream.consumed) {
      return unknown("parser", "no event tells of the frame behind the last data");
    }
  }
  const Event& told = fact(*event);
  if (told.phase == Phase::ReadBodyPiece && !state) state = http::State::Body;
  std::string words = "its state is not known: bytes before this one were not kept";
  if (state) words = fmt::format("in [{}]", http::words_of(*state).words);
  if (told.phase == Phase::ReadRejected) {
    const auto error = told.arg("error").value_or(0);
    words += fmt::format(", refuses it: {}",
                         view.trace.symbols().text({static_cast<std::uint32_t>(error)}));
  } else if (state) {
    words += fmt::format(": {}", state_sentence(*state));
  }
  add("parser", std::move(words), *event, state ? Provenance::Derived : told.provenance);
}

void LifeTeller::field(const StreamFields& stream) {
  const int inner = stream.field_at(place.offset);
  if (inner < 0) return unknown("field", "in no field that is known");
  std::string path;
  for (int at = inner; at >= 0; at = stream.fields[static_cast<std::size_t>(at)].parent) {
    const std::string& name = stream.fields[static_cast<std::size_t>(at)].name;
    path = path.empty() ? name : fmt::format("{} › {}", name, path);
  }
  const ByteField& own = stream.fields[static_cast<std::size_t>(inner)];
  // A body's field is one, whichever fact told of this byte.
  EventNumber event = own.event;
  if (own.kind == FieldKind::Body) {
    event =
        place.log == Log::Out ? facts.maker.event : event_for_byte(view, place).value_or(own.event);
  }
  // Of these the name says enough.
  constexpr std::array bare = {FieldKind::Body, FieldKind::Flaw, FieldKind::LineEnd,
                               FieldKind::BlankLine};
  const bool shows_value =
      !own.value.empty() && std::find(bare.begin(), bare.end(), own.kind) == bare.end();
  if (shows_value) path += fmt::format(": {}", own.value);
  add("field", std::move(path), event,
      event == trace::no_event ? Provenance::Unknown : fact(event).provenance);
}

// What made a byte of the answer: the head, the handler, or what is put around chunks.
void LifeTeller::made() {
  const Maker& maker = facts.maker;
  switch (maker.kind) {
    case Maker::Kind::Head:
      return add("written", fmt::format("with the head, {}", bytes_text(fact(maker.event).bytes())),
                 maker.event, fact(maker.event).provenance);
    case Maker::Kind::ChunkSize:
      return add("written", "with the line that tells a chunk's size", maker.event,
                 Provenance::Derived);
    case Maker::Kind::ChunkEnd:
      return add("written", "with the line end that closes a chunk", maker.event,
                 Provenance::Derived);
    case Maker::Kind::LastChunk:
      return add("written", "with the last chunk, which says that no more follow", maker.event,
                 Provenance::Derived);
    case Maker::Kind::Handler:
      break;
    case Maker::Kind::Unknown:
      return unknown("written", "no fact tells by which write");
  }
  add("written",
      fmt::format("by the handler's write [{} of {}], {}: [its byte {}]", maker.number, maker.of,
                  counted(static_cast<std::int64_t>(maker.length), "byte"), maker.place),
      maker.event, Provenance::Derived);
}

void LifeTeller::sent() {
  if (facts.moved == trace::no_event) return unknown("send()", "not handed to the kernel");
  if (facts.flush == trace::no_event) {
    unknown("flush");
  } else {
    std::string words = "empties the buffer";
    if (const auto buffered = fact(facts.flush).arg("buffered")) {
      words = fmt::format("of {}", counted(static_cast<std::int64_t>(*buffered), "byte"));
    }
    if (facts.flush_offset) {
      words += fmt::format(": it lay at [place {}]", place.offset - *facts.flush_offset);
    }
    add("flush", std::move(words), facts.flush, fact(facts.flush).provenance);
  }
  const auto asked = arg_of(view, facts.moved, "asked");
  std::string words = fmt::format("takes {}", bytes_text(fact(facts.moved).bytes()));
  if (asked && *asked != fact(facts.moved).bytes().length) {
    words += fmt::format(", of {}", count(static_cast<std::int64_t>(*asked)));
  }
  // Segments leave while the call goes on: its begin is what comes before them.
  const EventNumber begin = view.index.partner(facts.moved);
  const EventNumber call = begin != trace::no_event && view.has(begin) ? begin : facts.moved;
  if (call != facts.moved) {
    words += fmt::format("; returns at {}", moment(fact(facts.moved).time).text());
  }
  add("send()", std::move(words), call, fact(call).provenance);
  carried();
  stamped("segment", facts.segment, "leaves as the last byte of a segment", "had left by then");
  stamped("ACK", facts.ack, "the client's kernel has it", "acknowledged by then");
  acknowledged();
  if (facts.client == trace::no_event) return unknown("client");
  add("client", fmt::format("has read {}", bytes_text(fact(facts.client).bytes())), facts.client,
      fact(facts.client).provenance);
}

std::string title_of(const TraceView& view, const BytePlace& place) {
  const auto bytes = view.trace.bytes(place.conn, place.log, {place.offset, 1});
  const std::string where = fmt::format("byte {} {}", place.offset,
                                        place.log == Log::In ? "from the client" : "to the client");
  if (!bytes.whole || bytes.data.empty()) return fmt::format("{}: not kept", where);
  const auto value = static_cast<std::uint8_t>(bytes.data.front());
  return fmt::format("{}: “{}”, hex {}", where, visible(value), hex_byte(value));
}

}  // namespace

ByteLife byte_life(const TraceView& view, const Cursor& cursor, const Focus& focus,
                   const BytePlace& place) {
  ByteLife life;
  life.place = place;
  if (view.index.connection(place.conn) == nullptr) return life;
  if (place.log != Log::In && place.log != Log::Out) return life;
  const LifeFacts facts = facts_of_byte(view, place);
  const std::uint32_t request = facts.request != 0         ? facts.request
                                : focus.conn == place.conn ? focus.request
                                                           : 0;
  // The fields as they are once the request is over, wherever the cursor stands.
  const auto* summary = view.index.request(request);
  const Focus whose{place.conn, request};
  const Cursor over{summary != nullptr ? summary->last : cursor.event, {}};
  const bool in = place.log == Log::In;
  const StreamFields stream =
      in ? request_fields(view, over, whose) : response_fields(view, over, whose);
  life.title = title_of(view, place);
  LifeTeller tell{view, place, facts, life.steps};
  tell.seen_otherwise();
  if (in) {
    tell.sent_by_client();
    tell.brought();
    tell.parsed(stream);
    tell.field(stream);
  } else {
    tell.made();
    tell.field(stream);
    tell.sent();
  }
  for (LifeStep& step : life.steps) {
    step.ahead = step.event != trace::no_event && step.event > cursor.event;
  }
  return life;
}

std::string when_text(const TraceView& view, const LifeStep& step) {
  if (!view.has(step.event)) return not_known().text();
  const Event& event = view.trace[step.event];
  const bool inferred = step.source == Provenance::Inferred;
  return marked(moment(event.time).text(), inferred ? Provenance::Inferred : event.provenance);
}

}  // namespace roundtrip::viz
