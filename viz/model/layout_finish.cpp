#include "viz/model/layout_finish.h"

#include <fmt/format.h>

#include <algorithm>

#include "viz/model/answer_bytes.h"
#include "viz/model/answer_parts.h"
#include "viz/model/cards.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/keep_alive_card.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Framing;
using trace::Group;
using trace::no_event;
using trace::Phase;
using trace::Provenance;

namespace {

constexpr std::size_t most_chunks_counted = 4'000;

std::string bytes_text(std::uint64_t bytes) {
  return counted(static_cast<std::int64_t>(bytes), "byte");
}
std::string number_text(std::uint64_t number) { return count(static_cast<std::int64_t>(number)); }

struct Builder {
  const Teller& tell;
  const trace::RequestState& request;
  PictureMaker& maker;
  EventNumber finish = no_event;
  EventNumber framing = no_event;
  EventNumber head = no_event;
};

// ---- How the end of the body is told.

std::string framing_text(Framing framing, std::optional<std::uint64_t> body) {
  switch (framing) {
    case Framing::NoBody: return "no body";
    case Framing::ContentLength:
      return body ? fmt::format("Content-Length: {}", *body) : "Content-Length";
    case Framing::Chunked: return "in chunks";
    case Framing::UntilClose: return "by the close";
  }
  return {};
}

std::string why_framing(const Builder& builder, Framing framing, Telling telling) {
  const auto& tell = builder.tell;
  const bool in_finish = builder.finish != no_event && builder.framing > builder.finish;
  const bool full = telling == Telling::Full;
  switch (framing) {
    case Framing::NoBody: return "Answers with this status never have a body.";
    case Framing::ContentLength:
      if (!in_finish) return "The handler had said the length before it wrote.";
      return fmt::format("The whole body, {}, was still here: it could be counted.{}",
                         bytes_text(tell.number(builder.framing, "body").value_or(0)),
                         full ? " The client reads so many bytes after the blank line, and knows "
                                "that the answer is over." : "");
    case Framing::Chunked:
      return fmt::format("The body had to leave its buffer before its length was known: each "
                         "piece says its own.{}",
                         full ? " A piece of length 0 ends it." : "");
    case Framing::UntilClose:
      return "The length was not known, and HTTP/1.0 knows no chunks: the end of the connection "
             "ends the body.";
  }
  return {};
}

void add_chunks(const Builder& builder) {
  const auto& tell = builder.tell;
  const auto chunks = tell.latest({Phase::TransmitChunk}, most_chunks_counted);
  if (chunks.empty()) return;
  const EventNumber newest = chunks.back();
  const trace::Event& event = tell.view().trace[newest];
  const std::uint64_t data = event.arg("data").value_or(0);
  const std::uint64_t around = event.bytes().length - std::min(event.bytes().length, data);
  builder.maker.row("chunks so far",
                    {fmt::format("{}{}", chunks.size() == most_chunks_counted ? "at least " : "",
                                 number_text(chunks.size())),
                     Provenance::Derived, no_event});
  builder.maker.row("the last one",
                    {fmt::format("{} + {} around it", number_text(data), number_text(around)), {},
                     newest, ByteSpan{event.conn, event.log, event.bytes()}});
}

void add_framing(const Builder& builder, Telling telling) {
  PictureMaker& maker = builder.maker;
  maker.happened(builder.finish);
  const auto framing = builder.tell.number(builder.framing, "framing");
  if (!framing) {
    maker.row("decided", {});
    if (telling != Telling::Short) {
      maker.words("It is decided when the head is written: now, or earlier, when the body no "
                  "longer had room in its buffer.", Voice::Quiet);
    }
    return;
  }
  const auto decided = static_cast<Framing>(*framing);
  maker.row("", {framing_text(decided, builder.tell.number(builder.framing, "body")), {},
                 builder.framing});
  if (decided == Framing::Chunked) add_chunks(builder);
  if (telling != Telling::Short) maker.words(why_framing(builder, decided, telling), Voice::Quiet);
}

// ---- The head.

std::string quoted_line(const Builder& builder, const ByteSpan& span) {
  constexpr std::size_t most_letters = 36;
  return quoted(builder.tell.view().trace.bytes(span.conn, span.log, span.range).data,
                most_letters);
}

void add_head(const Builder& builder, Telling telling) {
  PictureMaker& maker = builder.maker;
  const auto parts = head_parts(builder.tell, builder.head);
  if (parts.empty()) {
    maker.row("written", {});
    if (telling != Telling::Short) {
      maker.words("Status line, headers and a blank line, in front of the body.", Voice::Quiet);
    }
    return;
  }
  const trace::Event& event = builder.tell.view().trace[builder.head];
  std::vector<Stretch> stretches;
  std::vector<std::string> labels;
  labels.reserve(parts.size());
  for (const HeadPart& part : parts) {
    labels.push_back(number_text(part.bytes));
    stretches.push_back({part.bytes, Filling::Filled, labels.back(), false, no_event, part.span});
  }
  const std::uint64_t whole = builder.tell.number(builder.head, "head").value_or(0);
  Told told{bytes_text(whole), {}, builder.head};
  if (event.has_bytes()) told.bytes = ByteSpan{event.conn, event.log, event.bytes()};
  maker.strip("in all", told, whole, stretches);
  if (telling == Telling::Short) return;
  if (telling == Telling::Usual) {
    std::string sum;
    for (const HeadPart& part : parts) {
      sum += fmt::format("{}{} {}", sum.empty() ? "" : " + ", part.bytes, part.name);
    }
    maker.words(sum, Voice::Quiet);
    return;
  }
  for (const HeadPart& part : parts) {
    maker.row(part.span ? quoted_line(builder, *part.span) : part.name,
              {byte_count(part.bytes).text(), {}, builder.head, part.span});
  }
}

// ---- Buffer, kernel, packet.

void add_segments(const Builder& builder, const PacketFacts& facts, Telling telling) {
  PictureMaker& maker = builder.maker;
  const std::uint64_t payload = facts.payload_bytes;
  const std::uint64_t with_tcp = payload + facts.tcp_bytes;
  const std::uint64_t whole = with_tcp + facts.ip_bytes;
  const auto sum = [&](std::uint64_t bytes) {
    return Told{byte_count(bytes).text(), facts.source, facts.payload.event};
  };
  const Stretch data{payload, Filling::Filled, "payload"};
  const Stretch tcp{facts.tcp_bytes, Filling::Consumed, "TCP"};
  const Stretch ip{facts.ip_bytes, Filling::Consumed, "IP"};
  const std::array<Gauge, 3> lines{{
      {"payload", facts.payload, {{whole - payload, Filling::Free}, data}},
      {fmt::format("TCP, {} more", facts.tcp_bytes), sum(with_tcp),
       {{facts.ip_bytes, Filling::Free}, tcp, data}},
      {fmt::format("IP, {} more", facts.ip_bytes), sum(whole), {ip, tcp, data}}}};
  if (!maker.gauges(lines, whole)) maker.stretches(lines.back().stretches, whole);
  const bool several = facts.most_payload && *facts.most_payload > 0 &&
                       payload > *facts.most_payload;
  if (several) {
    maker.words(fmt::format("More than one segment holds ({} at most): there are several, each "
                            "with headers of its own.", number_text(*facts.most_payload)),
                Voice::Quiet);
  }
  if (telling == Telling::Short) return;
  if (facts.payload.source == Provenance::Inferred) {
    maker.words("~: this packet was not observed; send() took so much.", Voice::Quiet);
  }
  if (telling == Telling::Usual) {
    maker.words(facts.on_wire    ? "This wire has no network card, no Ethernet frame."
                : facts.loopback ? "Loopback: the device lo, no network card."
                                 : "A network card adds 14 bytes (Ethernet).", Voice::Quiet);
    return;
  }
  if (facts.on_wire) {
    maker.words("The headers as they were on the wire, which has no network card and no Ethernet "
                "frame.", Voice::Quiet);
    return;
  }
  maker.words(facts.loopback ? "On loopback the device is lo, and there is no network card: the "
                               "kernel hands the packet over to itself."
                             : "A network card puts an Ethernet frame of 14 bytes more around it.",
              Voice::Quiet);
  maker.words(!facts.time_stamps  ? "Whether TCP's header has time-stamps (12 bytes) nobody saw."
              : *facts.time_stamps ? "The client's SYN offered time-stamps: 12 bytes in each TCP "
                                     "header, where the server agreed."
                                   : "The client's SYN offered no time-stamps.",
              Voice::Quiet);
}

void add_packet(const Builder& builder, Telling telling) {
  PictureMaker& maker = builder.maker;
  const EventNumber flush = builder.tell.newest(Phase::TransmitFlush);
  const EventNumber write = builder.tell.newest(Phase::TransmitWrite);
  const PacketFacts facts = packet_facts(builder.tell);
  if (telling != Telling::Short || !facts.payload.text) {
    const auto& tell = builder.tell;
    const AnswerBytes answer =
        answer_bytes(tell.view().index, tell.focus().request, tell.upto());
    const EventNumber taken = answer.kept_back ? answer.carrier : tell.end_of(write);
    const auto buffered = tell.number(flush, "buffered");
    const std::uint64_t written = tell.number(taken, "written").value_or(0);
    if (answer.kept_back) {
      maker.row("write buffer",
                {"kept for the next answer", {}, tell.end_of(builder.finish)});
    } else {
      maker.row("write buffer",
                buffered ? Told{byte_count(*buffered).text(), {}, flush} : Told{});
    }
    maker.row("send() took", taken == no_event ? Told{}
                                               : Told{byte_count(written).text(), {}, taken});
    const std::uint64_t own =
        taken != no_event ? answer.part_of(tell.view().trace[taken]).length : written;
    if (own < written) {
      maker.words(fmt::format("One send() for the answers of several requests: {} of it are this "
                              "one's.", byte_count(own).text()), Voice::Quiet);
    }
  }
  if (facts.payload.text) {
    add_segments(builder, facts, telling);
  } else if (telling != Telling::Short) {
    maker.words("The kernel puts TCP's and IP's headers in front, and sends it.", Voice::Quiet);
  }
}

// ---- What is written down, and what is thrown away.

std::string asked_text(const Builder& builder) {
  const auto& request = builder.request;
  const auto& trace = builder.tell.view().trace;
  if (!request.line) return "a request that could not be read";
  std::string text = trace.bytes(builder.tell.focus().conn, trace::Log::In, *request.line).data;
  text.resize(std::min(text.size(), text.rfind(" HTTP/")));
  return quoted(text, 60);
}

void add_log(const Builder& builder, Telling telling) {
  PictureMaker& maker = builder.maker;
  const auto& tell = builder.tell;
  const EventNumber line = tell.newest(Phase::TransmitLogLine);
  const EventNumber cleanup = tell.newest(Phase::TransmitCleanup);
  maker.happened(line);
  if (line != no_event) {
    const std::string text = log_line_text(asked_text(builder), tell.view().trace[line]);
    if (!maker.words_if_whole(text, Voice::Body)) maker.row("line", {"written", {}, line});
  } else if (cleanup != no_event) {
    maker.words("None: the request did not pass the access log.", Voice::Quiet);
  } else {
    maker.row("line", {});
  }
  const EventNumber end = tell.end_of(builder.finish);
  if (telling != Telling::Short || end == no_event) {
    maker.row("body left unread", tell.argument(cleanup, "unread"));
  }
  if (telling != Telling::Short || end != no_event) {
    maker.row("the whole finish", tell.since(builder.finish, end));
  }
  // Three clocks run over one request, each from a beginning of its own.
  if (line != no_event && telling != Telling::Short) {
    maker.words_if_whole("The log counts from the wake that brought the request, the request's bar "
                         "below from its first step.", Voice::Quiet);
  }
  if (telling == Telling::Full) {
    maker.words("What of the request's body nobody read would stand in the way of the next "
                "request: then the connection closes.", Voice::Quiet);
  }
}

}  // namespace

Picture layout_finish(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area) {
  const Teller tell(view, cursor, state);
  const Focus focus = tell.focus();
  const bool over = tell.end_of(tell.newest(Phase::TransmitFinish)) != no_event;
  PictureMaker maker(view, cursor, state, ruler, area, "finish",
                     over ? "The answer is finished" : "How the answer is finished",
                     focus.request == 0
                         ? nothing_yet("How an answer is finished", Topic::Request, view, cursor,
                                       state)
                         : "From the handler's return to the packet, and whether the connection "
                           "stays.");
  const trace::RequestState request = view.states.connection_at(focus.conn, cursor.event).request;
  const Builder builder{tell, request, maker, tell.newest(Phase::TransmitFinish),
                        tell.newest(Phase::TransmitFraming), tell.newest(Phase::TransmitHead)};
  Cards cards(maker, ruler, maker.rest());
  cards.add(Group::Transmit, "1 How its end is told",
            [&](Telling telling) { add_framing(builder, telling); });
  cards.add(Group::Transmit, "2 The head", [&](Telling telling) { add_head(builder, telling); });
  cards.add(Group::Transmit, "3 From buffer to packet",
            [&](Telling telling) { add_packet(builder, telling); });
  cards.add(Group::Transmit, "4 Log line, cleanup",
            [&](Telling telling) { add_log(builder, telling); });
  cards.add(Group::Lifecycle, "5 Does it stay?",
            [&](Telling telling) { add_keep_alive(maker, tell, telling); });
  cards.place();
  return maker.take();
}

}  // namespace roundtrip::viz
