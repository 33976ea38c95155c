#include "viz/model/message_fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/http/characters.h"
#include "core/http/status.h"
#include "core/trace/symbols.h"
#include "viz/model/byte_fields.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Framing;
using trace::KeepAlive;
using trace::Log;
using trace::no_event;
using trace::Phase;
using trace::Provenance;

namespace {

constexpr std::size_t most_letters = 120;

// What was concluded from a fact, not read from bytes.
Told computed(std::string text, EventNumber event) {
  return {std::move(text), Provenance::Derived, event};
}

std::string bytes_text(std::uint64_t bytes) {
  return counted(static_cast<std::int64_t>(bytes), "byte");
}

struct Builder {
  const Teller& tell;
  MessageFields made;
  std::string_view absent = "not yet";

  std::uint32_t conn() const { return tell.focus().conn; }
  std::string text(Log log, ByteRange range) const {
    const auto bytes = tell.view().trace.bytes(conn(), log, range);
    return bytes.whole ? quoted(bytes.data, most_letters) : std::string("not kept");
  }
  Told read(Log log, const std::optional<ByteRange>& range, EventNumber event) const {
    if (!range) return {};
    return {range->empty() ? std::string("empty") : text(log, *range), Provenance::Observed, event,
            ByteSpan{conn(), log, *range}};
  }
  void add(std::string name, int importance, Told told, bool entry = false) {
    told.absent = absent;
    made.fields.push_back({std::move(name), std::move(told), importance, entry});
  }

  void add_entries(const trace::RequestState& request);
  // How a body begins, below its own line.
  void add_beginning(const std::optional<ByteSpan>& body, EventNumber event) {
    if (!body) return;
    ByteRange range = body->range;
    range.length = std::min<std::uint64_t>(range.length, most_letters);
    Told told = read(body->log, range, event);
    told.bytes = body;
    add("begins", 1, std::move(told), true);
  }
  const MessageField* entry(std::string_view name) const {
    const auto found =
        std::find_if(made.fields.begin(), made.fields.end(), [name](const MessageField& one) {
          return one.entry && http::equal_ignoring_case(one.name, name);
        });
    return found == made.fields.end() ? nullptr : &*found;
  }
};

// The header map's own line, and its entries one by one. Those past a number were told together.
void Builder::add_entries(const trace::RequestState& request) {
  const std::size_t own_line = made.fields.size();
  const EventNumber complete = tell.newest(Phase::ReadHeadersComplete);
  add("Header", 8, {});
  std::uint64_t count_so_far = 0;
  EventNumber last = no_event;
  for (const trace::HeaderField& header : request.headers) {
    last = header.event;
    if (header.name.empty()) {
      count_so_far += tell.number(header.event, "merged").value_or(0);
      continue;
    }
    ++count_so_far;
    if (count_so_far > most_fields_of_a_header) continue;
    const ByteRange line{header.name.offset, header.value.end() - header.name.offset};
    Told told = read(Log::In, header.value, header.event);
    told.bytes = ByteSpan{conn(), Log::In, line};
    add(text(Log::In, header.name), 3, std::move(told), true);
  }
  const bool whole = complete != no_event;
  if (!whole && last == no_event) return;
  const auto number = static_cast<std::int64_t>(count_so_far);
  made.fields[own_line].told = whole ? computed(counted(number, "entry", "entries"), complete)
                                     : computed(fmt::format("{} so far", count(number)), last);
}

// ---- What the answer's head says.

struct Answer {
  StreamFields stream;
  EventNumber head = no_event;

  std::optional<ByteRange> range(FieldKind kind) const {
    for (const ByteField& field : stream.fields) {
      if (field.kind == kind) return field.range;
    }
    return std::nullopt;
  }
  const ByteField* header(std::string_view name) const {
    for (const ByteField& field : stream.fields) {
      if (field.kind == FieldKind::Header && http::equal_ignoring_case(field.name, name)) {
        return &field;
      }
    }
    return nullptr;
  }
};

void add_answer_entries(Builder& builder, const Answer& answer) {
  std::int64_t count_of_them = 0;
  const std::size_t own_line = builder.made.fields.size();
  builder.add("Header", 8, {});
  for (const ByteField& field : answer.stream.fields) {
    if (field.kind != FieldKind::Header) continue;
    ++count_of_them;
    if (count_of_them > static_cast<std::int64_t>(most_fields_of_a_header)) continue;
    builder.add(field.name, 3,
                {field.value, Provenance::Observed, field.event,
                 ByteSpan{builder.conn(), Log::Out, field.range}},
                true);
  }
  if (answer.head == no_event) return;
  builder.made.fields[own_line].told =
      computed(counted(count_of_them, "entry", "entries"), answer.head);
}

// Which way the end of the body is told.
void add_answer_framing(Builder& builder, const Answer& answer) {
  const Teller& tell = builder.tell;
  const EventNumber decided = tell.newest(Phase::TransmitFraming);
  Told length;
  Told encoding;
  if (const auto framing = tell.number(decided, "framing")) {
    const bool by_length = *framing == static_cast<std::uint64_t>(Framing::ContentLength);
    const bool chunked = *framing == static_cast<std::uint64_t>(Framing::Chunked);
    const std::uint64_t body = tell.number(decided, "body").value_or(0);
    const bool without = *framing == static_cast<std::uint64_t>(Framing::NoBody);
    length = computed(by_length ? fmt::format("{}", body) : without ? "0" : "not known", decided);
    encoding = computed(chunked ? "chunked" : "none", decided);
  }
  // Once it stands in the head, it has its bytes.
  const auto from_head = [&](Told& told, std::string_view name) {
    if (const ByteField* field = answer.header(name)) {
      told = {field->value, Provenance::Observed, field->event,
              ByteSpan{builder.conn(), Log::Out, field->range}};
    }
  };
  from_head(length, "Content-Length");
  from_head(encoding, "Transfer-Encoding");
  builder.add("ContentLength", 6, std::move(length));
  builder.add("TransferEncoding", 2, std::move(encoding));
}

Told answer_body(const Builder& builder, const Answer& answer, const trace::RequestState& request) {
  const EventNumber written = builder.tell.newest(Phase::HandleWriteBody);
  if (written == no_event) {
    const EventNumber finish = builder.tell.newest(Phase::TransmitFinish);
    return finish == no_event ? Told{} : computed("none", finish);
  }
  ByteRange sent;
  EventNumber last = written;
  for (const ByteField& field : answer.stream.fields) {
    if (field.kind != FieldKind::Body) continue;
    sent = sent.empty() ? field.range : ByteRange{sent.offset, field.range.end() - sent.offset};
    last = field.event;
  }
  Told told{fmt::format("{}, {}", bytes_text(request.written), sent.empty() ? "waiting" : "sent"),
            Provenance::Observed, last};
  if (!sent.empty()) told.bytes = ByteSpan{builder.conn(), Log::Out, sent};
  return told;
}

}  // namespace

MessageFields fields_of_request(const Teller& tell) {
  Builder builder{tell, {}};
  const trace::RequestState request = tell.request();
  builder.made.first = tell.newest(Phase::ReadLineFound);
  builder.made.refused = request.rejected;
  if (request.rejected != no_event) builder.absent = "not read";
  const EventNumber split = tell.newest(Phase::ReadLineSplit);
  const EventNumber ready = tell.newest(Phase::ReadRequestReady);
  const EventNumber complete = tell.newest(Phase::ReadHeadersComplete);

  builder.add("Method", 9, builder.read(Log::In, request.method, split));
  std::optional<ByteRange> url = request.path;
  if (url && request.query) url->length = request.query->end() - url->offset;
  builder.add("URL", 9, builder.read(Log::In, url, tell.newest(Phase::ReadUrl)));
  builder.add("Proto", 6, builder.read(Log::In, request.version, split));
  builder.add_entries(request);

  const auto from_entry = [&](std::string_view name, EventNumber otherwise) {
    const MessageField* entry = builder.entry(name);
    if (entry != nullptr) return entry->told;
    return otherwise == no_event ? Told{} : computed("none", otherwise);
  };
  builder.add("Host", 7, from_entry("Host", complete));
  const trace::ConnectionStateAt conn =
      tell.view().states.connection_at(tell.focus().conn, tell.upto());
  Told remote;
  if (conn.remote) {
    remote = {trace::address_text(*conn.remote, tell.view().trace.symbols()), Provenance::Observed,
              tell.opening(Phase::ConnectionObject)};
  }
  builder.add("RemoteAddr", 4, std::move(remote));
  Told length = from_entry("Content-Length", no_event);
  if (!length.text && ready != no_event) length = computed("0", ready);
  builder.add("ContentLength", 6, std::move(length));
  builder.add("TransferEncoding", 2, from_entry("Transfer-Encoding", complete));

  Told body;
  if (ready != no_event) {
    const std::uint64_t expected = request.content_length.value_or(0);
    const bool chunked = tell.number(ready, "framing").has_value();
    body = computed("none", ready);
    if (expected != 0 || chunked) {
      const EventNumber asked = tell.newest(Phase::ReadBody);
      EventNumber last = ready;
      for (const EventNumber fact :
           {tell.newest(Phase::ReadBodyPiece), asked, tell.end_of(asked)}) {
        if (fact != no_event) last = std::max(last, fact);
      }
      const std::string got = chunked
                                  ? fmt::format("{} in chunks", bytes_text(request.body_got))
                                  : fmt::format("{} of {}",
                                                count(static_cast<std::int64_t>(request.body_got)),
                                                bytes_text(expected));
      body = {got, Provenance::Observed, last};
      // Chunks do not lie in one piece.
      if (request.head && request.body_got > 0 && !chunked) {
        body.bytes = ByteSpan{tell.focus().conn, Log::In, {request.head->end(), request.body_got}};
      }
    }
  }
  builder.add("Body", 8, body);
  builder.add_beginning(body.bytes, body.event);
  const auto stays = tell.number(ready, "keep_alive");
  const bool closes = stays && *stays == static_cast<std::uint64_t>(KeepAlive::Closes);
  builder.add("Close", 5, stays ? computed(closes ? "yes" : "no", ready) : Told{});
  return std::move(builder.made);
}

MessageFields fields_of_response(const Teller& tell, const Cursor& cursor) {
  Builder builder{tell, {}};
  const trace::RequestState request = tell.request();
  const EventNumber status = tell.newest(Phase::HandleWriteHeader);
  builder.made.first = status;
  Answer answer{response_fields(tell.view(), cursor, tell.focus()),
                tell.newest(Phase::TransmitHead)};
  if (answer.head == no_event) answer.stream.fields.clear();

  Told code;
  if (const auto number = tell.number(status, "status")) {
    const std::string_view reason = http::reason_phrase(static_cast<int>(*number));
    code = {fmt::format("{}{}{}", *number, reason.empty() ? "" : " ", reason), Provenance::Observed,
            status};
    const auto from = answer.range(FieldKind::Status);
    const auto to = answer.range(FieldKind::Reason);
    if (from && to) {
      code.bytes = ByteSpan{builder.conn(), Log::Out, {from->offset, to->end() - from->offset}};
    }
  }
  builder.add("Status", 9, std::move(code));
  builder.add("Proto", 6, builder.read(Log::Out, answer.range(FieldKind::Version), answer.head));
  add_answer_entries(builder, answer);
  add_answer_framing(builder, answer);
  Told body = answer_body(builder, answer, request);
  builder.add("Body", 8, body);
  builder.add_beginning(body.bytes, body.event);
  Told close;
  if (answer.head != no_event) {
    close = computed("no", answer.head);
    const ByteField* field = answer.header("Connection");
    if (field != nullptr && http::list_contains(field->value, "close")) {
      close = {"yes", Provenance::Derived, field->event,
               ByteSpan{builder.conn(), Log::Out, field->range}};
    }
  }
  builder.add("Close", 5, std::move(close));
  return std::move(builder.made);
}

}  // namespace roundtrip::viz
