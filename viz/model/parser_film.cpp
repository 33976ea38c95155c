#include "viz/model/parser_film.h"

#include <algorithm>

#include "core/http/request_parser.h"
#include "core/trace/symbols.h"
#include "viz/model/byte_fields.h"

namespace roundtrip::viz {

using http::State;
using http::Step;
using http::StepKind;
using trace::EventNumber;
using trace::Log;
using trace::no_event;
using trace::Phase;

namespace {

// Where each byte decides something: in a head, and in a chunked body. Of a body with a length only
// its ends count.
bool is_filmed(State state) { return state < State::Body || http::is_in_chunked_body(state); }

// The parser over the bytes of one request, as far as they are kept without a hole.
struct Rerun {
  std::uint64_t begin = 0;
  std::string text;
  http::RequestParser parser;
  State before = State::RequestStart;  // where it stood before the last pull

  Rerun(std::string kept_text, std::uint64_t from)
      : begin(from), text(std::move(kept_text)), parser({}, from) {}

  std::uint64_t end() const { return begin + text.size(); }
  void restart() { parser = http::RequestParser({}, begin); }
  Step pull(std::uint64_t upto) {
    before = parser.state();
    return parser.next({std::string_view(text).substr(0, upto - begin), begin});
  }
  // Reads on up to a byte and hands out what is told. False at a flaw.
  template <class Told>
  bool read_to(std::uint64_t upto, Told told) {
    while (is_filmed(parser.state())) {
      const Step step = pull(upto);
      if (step.kind == StepKind::Failed) return false;
      if (step.kind != StepKind::Told) return true;
      told(step.token);
    }
    return true;
  }
};

Rerun rerun_of(const TraceView& view, std::uint32_t conn, ByteRange range) {
  range.length = std::min<std::uint64_t>(range.length, http::max_head_bytes);
  auto kept = view.trace.bytes(conn, Log::In, range);
  const auto hole = std::find(kept.kept.begin(), kept.kept.end(), false);
  kept.data.resize(static_cast<std::size_t>(hole - kept.kept.begin()));
  return {std::move(kept.data), range.offset};
}

// Which tokens the events up to the cursor have told.
struct Gate {
  trace::RequestState facts;
  bool url = false;
  std::size_t headers = 0;
  bool open = false;  // stepping by byte: whatever the bytes tell

  bool passes(const http::Token& token) const {
    if (open) return true;
    if (std::holds_alternative<http::RequestLineFound>(token)) return facts.line.has_value();
    if (std::holds_alternative<http::RequestLineSplit>(token)) return facts.method.has_value();
    if (std::holds_alternative<http::RequestLineValid>(token)) return facts.major.has_value();
    if (std::holds_alternative<http::Url>(token)) return url;
    if (std::holds_alternative<http::Header>(token)) {
      return facts.head.has_value() || facts.headers.size() > headers;
    }
    if (std::holds_alternative<http::HeadersComplete>(token)) return facts.head.has_value();
    return facts.ready;
  }
  void count(const http::Token& token) {
    headers += std::holds_alternative<http::Header>(token) ? 1 : 0;
  }
};

struct Builder {
  const Teller& tell;
  const Cursor& cursor;
  ParserFilm& film;
  Rerun& rerun;
  Gate gate;

  void take(const http::Token& token) {
    gate.count(token);
    film.request.apply(token);
    film.line_found |= std::holds_alternative<http::RequestLineFound>(token);
    film.line_split |= std::holds_alternative<http::RequestLineSplit>(token);
    film.line_valid |= std::holds_alternative<http::RequestLineValid>(token);
    film.url_found |= std::holds_alternative<http::Url>(token);
    film.head_complete |= std::holds_alternative<http::HeadersComplete>(token);
  }
  void moved(State from, State to) {
    const bool first = film.move == nullptr;
    // By byte it is the byte that counts, with all that it led to; by event the last step of it.
    if (first || !cursor.consumed) {
      film.before = from;
      film.move = http::move_between(from, to);
    }
    film.after = to;
  }

  bool read_last_byte();
  void read_body();
  void look_ahead();
  void refuse();
};

// False where the byte breaks a rule.
bool Builder::read_last_byte() {
  const std::uint64_t upto = std::min(film.consumed, rerun.end());
  film.byte = upto - 1;
  if (!rerun.read_to(upto - 1, [this](const http::Token& token) { take(token); })) return false;
  film.before = film.after = rerun.parser.state();
  for (bool first = true; is_filmed(rerun.parser.state()); first = false) {
    const http::RequestParser stood = rerun.parser;
    const Step step = rerun.pull(upto);
    if (step.kind == StepKind::Failed) return false;
    if (step.kind == StepKind::Told && !gate.passes(step.token)) {
      rerun.parser = stood;
      return true;
    }
    if (step.kind != StepKind::Told) {
      if (first) moved(rerun.before, rerun.parser.state());
      return true;
    }
    if (!cursor.consumed) film.told.clear();
    film.told.push_back(http::words_of(step.token));
    take(step.token);
    moved(rerun.before, rerun.parser.state());
  }
  return true;
}

// Of a body with a length only that counts.
void Builder::read_body() {
  const http::Request& request = film.request;
  if (!request.ready || !request.content_length || film.consumed <= request.head.end()) return;
  const bool last = film.consumed >= request.head.end() + *request.content_length;
  film.byte = film.consumed - 1;
  film.before = State::Body;
  film.after = last ? State::BodyEnd : State::Body;
  film.move = http::move_between(film.before, film.after);
  film.told = {"body"};
}

// What lies in the buffer behind the cursor.
void Builder::look_ahead() {
  std::size_t headers = 0;
  rerun.restart();
  rerun.read_to(std::min(rerun.end(), std::max(film.arrived, film.consumed)),
                [&headers](const http::Token& token) {
                  headers += std::holds_alternative<http::Header>(token) ? 1 : 0;
                });
  film.headers_ahead = headers - std::min(headers, film.request.header_count());
}

// Run again up to the byte at which the parser stopped, which need not be the one to blame.
void Builder::refuse() {
  const EventNumber event = tell.newest(Phase::ReadRejected);
  FilmRefusal refusal;
  const auto ignore = [](const http::Token&) {};
  rerun.restart();
  const bool failed = !rerun.read_to(rerun.end(), ignore);
  std::uint64_t stopped = rerun.parser.position();
  if (failed) {
    const http::ParseFailure failure = rerun.pull(rerun.end()).failure;
    refusal = {failure.offset, failure.status(), std::string(failure.sentence()),
               std::string(failure.section()), no_event};
  }
  if (event != no_event) {
    const std::uint64_t at = tell.number(event, "at").value_or(film.consumed);
    // A server with limits of its own stops where this parser goes on.
    if (!failed || at != refusal.offset) stopped = std::clamp(at, film.range.offset, rerun.end());
    refusal = {at, static_cast<int>(tell.number(event, "status").value_or(0)),
               tell.symbol(event, "error"), tell.symbol(event, "rfc"), event};
  }
  rerun.restart();
  const bool before_it = rerun.read_to(std::min(stopped, rerun.end()), ignore);
  film.before = before_it ? rerun.parser.state() : rerun.before;
  film.after = State::Failed;
  film.move = nullptr;
  film.told.clear();
  film.byte.reset();
  if (refusal.offset < std::max(film.arrived, film.consumed)) {
    film.byte = refusal.offset;
  } else {
    // No byte is to blame, as where time was up: all that had arrived was read.
    film.consumed = std::max(film.consumed, film.arrived);
  }
  // The blank line is to blame for what the head lacks: its LF was read last.
  const ByteRange head = film.request.head;
  if (film.head_complete && refusal.offset + 2 == head.end()) film.byte = head.end() - 1;
  film.refusal = std::move(refusal);
}

}  // namespace

ParserFilm parser_film(const Teller& tell, const Cursor& cursor) {
  ParserFilm film;
  const TraceView& view = tell.view();
  const Focus focus = tell.focus();
  if (focus.conn == 0) return film;
  const StreamFields stream = request_fields(view, cursor, focus);
  film.range = stream.range;
  film.arrived = stream.arrived;
  film.consumed = stream.consumed;
  Rerun rerun = rerun_of(view, focus.conn, stream.range);
  Builder builder{tell, cursor, film, rerun, {}};
  builder.gate.facts = tell.request();
  builder.gate.url = tell.newest(Phase::ReadUrl) != no_event;
  builder.gate.open = cursor.consumed.has_value();
  bool whole = true;
  if (stream.consumed > stream.range.offset && !rerun.text.empty()) {
    whole = builder.read_last_byte();
    builder.read_body();
  }
  builder.look_ahead();
  const EventNumber rejected = builder.gate.facts.rejected;
  const bool told = rejected != no_event &&
                    (!cursor.consumed || *cursor.consumed >= view.trace[rejected].bytes().end());
  if (told || (!whole && cursor.consumed)) builder.refuse();
  return film;
}

std::vector<FilmByte> film_bytes(const Teller& tell, const ParserFilm& film, std::size_t count) {
  count = std::min(count, most_film_bytes);
  const std::uint64_t end = std::max(film.range.end(), film.consumed);
  const std::uint64_t about = film.byte.value_or(film.consumed);
  const std::uint64_t behind = count * 3 / 5;
  const std::uint64_t last_start = end - std::min<std::uint64_t>(end, count);
  std::uint64_t start = about - std::min(about, behind);
  // What the event at the cursor tells of is seen from its first byte on, where it has the room.
  const trace::Event& told = tell.view().trace[tell.upto()];
  if (told.has_bytes() && told.log == Log::In && told.conn == tell.focus().conn) {
    const std::uint64_t first = told.bytes().offset;
    if (first < start && about - first < count) start = first;
  }
  start = std::max(std::min(start, last_start), film.range.offset);
  if (start >= end) return {};
  const ByteRange shown{start, std::min<std::uint64_t>(count, end - start)};
  const auto bytes = tell.view().trace.bytes(tell.focus().conn, Log::In, shown);
  Rerun rerun = rerun_of(tell.view(), tell.focus().conn,
                         {film.range.offset, shown.end() - film.range.offset});
  const auto ignore = [](const http::Token&) {};
  bool goes_on = rerun.read_to(std::min(start, rerun.end()), ignore);
  std::vector<FilmByte> all;
  for (std::uint64_t at = start; at < shown.end(); ++at) {
    const auto index = static_cast<std::size_t>(at - start);
    FilmByte one{at, static_cast<std::uint8_t>(bytes.data[index]), bytes.kept[index],
                 at < film.arrived, std::nullopt};
    if (at < film.consumed) {
      const State before = rerun.parser.state();
      one.reader = before;
      if (is_filmed(before) && at < rerun.end() && goes_on) {
        if (rerun.pull(at + 1).kind == StepKind::Failed) goes_on = false;
        const http::ParserMove* move = http::move_between(before, rerun.parser.state());
        if (move != nullptr && move->next_reads) one.reader = move->to;
        goes_on = goes_on && rerun.read_to(at + 1, ignore);
      }
    }
    all.push_back(one);
  }
  return all;
}

}  // namespace roundtrip::viz
