#include "app/narrator.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/narrator_detail.h"
#include "app/narrator_events.h"
#include "app/narrator_rows.h"
#include "app/narrator_summary.h"
#include "app/packets_text.h"
#include "viz/model/browser.h"
#include "viz/model/captured.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::app {

using trace::EventNumber;
using trace::no_event;
using trace::Phase;

namespace {

// The method and target of a request, or what stands for them.
std::string request_name(const viz::TraceView& view, const RequestFacts& facts) {
  const EventNumber split = first_of(view, facts.read, Phase::ReadLineSplit);
  const EventNumber line = first_of(view, facts.read, Phase::ReadLineFound);
  if (split != no_event) {
    const trace::Event& event = view.trace[split];
    const auto part = [&](std::string_view name) {
      const auto range = viz::part_of(event, name);
      return range ? safe(view.trace.bytes(event.conn, event.log, *range).data) : std::string("?");
    };
    return shortened(fmt::format("{} {}", part("method"), part("target")), 60);
  }
  if (line != no_event) return shortened(safe(view.trace.text(view.trace[line])), 60);
  // Not even a line: what was read of it, up to the place where the parser stopped.
  for (const EventNumber number : facts.read) {
    const trace::Event& event = view.trace[number];
    if (event.phase != Phase::ReadBufferFill || !event.has_bytes()) continue;
    const ByteRange range{event.bytes().offset, std::min<std::uint64_t>(event.bytes().length, 80)};
    std::string text = view.trace.bytes(event.conn, event.log, range).data;
    text.resize(std::min(text.find('\r'), text.size()));
    return shortened(fmt::format("\"{}\"", safe(text)), 42);
  }
  return "an incomplete request";
}

std::string answer_words(const Answer& answer) {
  if (!answer.status) return "not answered";
  if (answer.whole) return fmt::format("answered {}", *answer.status);
  if (!answer.finished) return fmt::format("status {}, not finished", *answer.status);
  return fmt::format("answered {}, cut off", *answer.status);
}

class Journey {
 public:
  Journey(const viz::TraceView& view, const NarratorOptions& options)
      : view_(view), options_(options) {}

  std::string tell() {
    heading();
    collect();
    startup();
    for (const ConnectionFacts& conn : connections_) connection(conn);
    if (left_out_ > 0) {
      line(plain_spaces(fmt::format("{} more in this trace are not told here; the window shows "
                                    "all of them.",
                                    viz::counted(static_cast<std::int64_t>(left_out_),
                                                 "connection or request",
                                                 "connections or requests"))));
      line();
    }
    packets();
    line(rule("━", journey_width));
    line();
    append(lines_, summary_lines(view_, connections_));
    return finished(lines_, options_.style);
  }

 private:
  void line(std::string text = {}) { lines_.push_back(std::move(text)); }

  void heading() {
    const trace::TraceInfo& info = view_.trace.info();
    Lines words = {inked(Ink::Strong, "THE JOURNEY OF AN HTTP REQUEST")};
    if (!options_.title.empty()) {
      words.push_back(options_.title);
    } else if (!info.scenario.empty()) {
      words.push_back(info.scenario);
    }
    if (!info.build.empty()) {
      words.push_back(fmt::format("{}, clock {}, {} events", info.build, info.clock,
                                  number_text(view_.end() - view_.first())));
    }
    if (!info.machine.empty()) words.push_back(shortened(info.machine, journey_width - 4));
    append(lines_, boxed(words, journey_width - 4));
    line();
  }

  void collect() {
    for (std::uint64_t number = view_.first(); number < view_.end(); ++number) {
      occurring_.add(view_.trace[number].phase);
    }
    const auto conns = view_.index.connections();
    for (const std::uint32_t conn : conns) {
      if (connections_.size() == most_told_connections) {
        left_out_ += conns.size() - connections_.size();
        break;
      }
      connections_.push_back(facts_of(view_, conn));
    }
  }

  void chapter(trace::Group group, std::string title, std::span<const EventNumber> events) {
    if (events.empty()) return;
    const Ink ink = static_cast<Ink>(static_cast<int>(Ink::Startup) + static_cast<int>(group));
    const Instant zero = view_.trace[events.front()].time;
    const auto rows = rows_of(view_, events, zero);
    if (rows.empty()) return;
    line(rule("━", journey_width));
    line(inked(ink, fmt::format("PHASE {}: {}", static_cast<int>(group) + 1, title)));
    line(rule("━", journey_width));
    line();
    append(lines_, zero_line(zero));
    append(lines_, row_headings());
    append(lines_, row_lines(rows, ink));
    line();
  }

  // Where the times of a table start, on the one clock.
  Lines zero_line(Instant zero) const {
    if (zero == Instant{}) return {};
    return {inked(Ink::Quiet, fmt::format("0 is {} after {}", time_text(zero - Instant{}),
                                          viz::beginning_of_time(view_)))};
  }

  void startup() {
    EventNumbers events;
    for (const EventNumber number : view_.index.startup_events()) {
      if (view_.has(number)) events.push_back(number);
    }
    chapter(trace::Group::Startup, "SERVER STARTUP (once)", events);
    if (options_.detail) append(lines_, startup_detail(view_));
    if (options_.detail) corrections(trace::Group::Startup);
  }

  void connection(const ConnectionFacts& conn) {
    if (!first_connection_) {
      another_connection(conn);
    } else {
      chapter(trace::Group::Connection, fmt::format("CLIENT CONNECTION {}", conn.conn),
              conn.opening);
      by_itself(conn.conn, 0);
      if (options_.detail) {
        append(lines_, connection_detail(view_, conn));
        corrections(trace::Group::Connection);
      }
    }
    first_connection_ = false;
    std::size_t told = 0;
    for (const RequestFacts& request : conn.requests) {
      if (told_requests_ == most_told_requests) {
        left_out_ += conn.requests.size() - told;
        break;
      }
      ++told_requests_;
      ++told;
      if (told_requests_ == 1) {
        whole_request(conn, request);
      } else {
        another_request(conn, request);
      }
    }
    if (conn.requests.empty()) {
      chapter(trace::Group::Lifecycle, "CONNECTION LIFECYCLE", conn.ending);
    }
  }

  void by_itself(std::uint32_t conn, std::uint32_t request) {
    if (viz::sent_by_browser_itself(view_, conn, request)) {
      line(std::string(viz::by_the_browser));
    }
  }

  void held(const RequestFacts& request) {
    if (request.held <= Duration{}) return;
    line(fmt::format("A person held it for [{}] in all: moments include that, lengths do not.",
                     time_text(request.held)));
    line();
  }

  void whole_request(const ConnectionFacts& conn, const RequestFacts& request) {
    const std::string name = request_name(view_, request);
    held(request);
    chapter(trace::Group::Read,
            fmt::format("REQUEST READING AND PARSING (request {}: {})", request.request, name),
            request.read);
    by_itself(conn.conn, request.request);
    if (options_.detail) append(lines_, read_detail(view_, request));
    if (options_.detail) corrections(trace::Group::Read);
    const bool refused = first_of(view_, request.read, Phase::ReadRejected) != no_event;
    chapter(trace::Group::Handle,
            refused ? "THE REFUSAL IS WRITTEN" : "ROUTING AND HANDLER EXECUTION", request.handle);
    if (options_.detail) append(lines_, handle_detail(view_, request));
    if (options_.detail) corrections(trace::Group::Handle);
    chapter(trace::Group::Transmit, "RESPONSE TRANSMISSION", request.transmit);
    if (options_.detail) append(lines_, transmit_detail(view_, request));
    if (options_.detail) corrections(trace::Group::Transmit);
    chapter(trace::Group::Lifecycle, "CONNECTION LIFECYCLE", request.lifecycle);
    if (options_.detail) append(lines_, lifecycle_detail(view_, request));
    if (options_.detail) corrections(trace::Group::Lifecycle);
  }

  // A later connection: one line that says when and from where.
  void another_connection(const ConnectionFacts& conn) {
    line(rule("━", journey_width));
    const EventNumber object = first_of(view_, conn.opening, Phase::ConnectionObject);
    const auto remote = object == no_event ? std::nullopt : arg_text(view_, object, "remote");
    const auto time = connection_time(view_, conn);
    line(inked(Ink::Connection,
               fmt::format("CONNECTION {}: from {}{}", conn.conn, remote.value_or("unknown"),
                           time ? fmt::format(", set up in [{}]", time_text(*time)) : "")));
    by_itself(conn.conn, 0);
    line(rule("━", journey_width));
    line();
  }

  // A later request: its rows of phases 3 to 6, without twigs but where it went otherwise than the
  // first; what is told is what differs.
  void another_request(const ConnectionFacts& conn, const RequestFacts& request) {
    line(inked(Ink::Read, fmt::format("REQUEST {} on connection {}: {}, {}", request.request,
                                      conn.conn, request_name(view_, request),
                                      answer_words(answer_of(view_, request)))));
    held(request);
    by_itself(conn.conn, request.request);
    EventNumbers events;
    for (const EventNumbers* part :
         {&request.read, &request.handle, &request.transmit, &request.lifecycle}) {
      events.insert(events.end(), part->begin(), part->end());
    }
    std::sort(events.begin(), events.end());
    if (events.empty()) return;
    const Instant zero = view_.trace[events.front()].time;
    append(lines_, zero_line(zero));
    append(lines_, row_headings());
    append(lines_, short_row_lines(rows_of(view_, events, zero)));
    const RequestTimes times = times_of(view_, request);
    if (times.whole) {
      const auto part = [](std::string_view name, std::optional<Duration> length) {
        return length ? fmt::format(", {} [{}]", name, time_text(*length)) : std::string();
      };
      const std::string text =
          fmt::format("in all [{}]{}{}{}{}{}", time_text(*times.whole), part("read", times.read),
                      part("parse", times.parse), part("route and execute", times.handle),
                      part("send", times.send), part("between them", times.rest));
      append(lines_, indented(wrapped(text, journey_width - 10), 10));
    }
    line();
  }

  void packets() {
    const Lines packets =
        packet_lines(view_.trace, view_.index, options_.detail ? SIZE_MAX : most_told_packets);
    if (packets.empty()) return;
    line(rule("━", journey_width));
    line(inked(Ink::Strong, "THE PACKETS, in the order in which the wire saw them"));
    line(rule("━", journey_width));
    line();
    append(lines_, packets);
    line();
  }

  // Where the drawn walk errs about this group's phases, of those that occur here.
  void corrections(trace::Group group) {
    if (!options_.corrections || options_.explanations == nullptr) return;
    for (const viz::Correction& one : options_.explanations->corrections) {
      if (trace::row_of(one.phase).group() != group || !occurring_.has(one.phase)) continue;
      if (!std::exchange(corrected_, true)) {
        const std::string_view whose =
            "This program began as a drawn walk through the request cycle of a Go server, and "
            "follows its steps. Where that drawing errs, it is said below; the figures there are "
            "the drawing's (Go, 1 ms each way), not those of this run.";
        append(lines_, wrapped(whose, journey_width));
        line();
      }
      line(inked(Ink::Warning, fmt::format("The drawn walk errs here: {}", one.title)));
      for (const auto& [word, text] : {std::pair<std::string_view, const std::string&>(
                                           "It says: ", one.says),
                                       {"In truth: ", one.truth}, {"Because: ", one.why}}) {
        append(lines_, indented(wrapped(fmt::format("{}{}", word, plain_words(text)),
                                        journey_width - 2), 2));
      }
      line();
    }
  }

  const viz::TraceView& view_;
  const NarratorOptions& options_;
  Lines lines_;
  std::vector<ConnectionFacts> connections_;
  trace::PhaseSet occurring_;
  bool first_connection_ = true;
  bool corrected_ = false;  // whose errors they are was said
  std::size_t told_requests_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace

std::string narrate(const viz::TraceView& view, const NarratorOptions& options) {
  if (view.empty()) return "The trace is empty: nothing was recorded.\n";
  return Journey(view, options).tell();
}

}  // namespace roundtrip::app
