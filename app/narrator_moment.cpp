#include <fmt/format.h>

#include "app/narrator.h"
#include "app/narrator_detail.h"
#include "app/narrator_rows.h"
#include "viz/model/captured.h"
#include "viz/model/describe.h"

namespace roundtrip::app {

using trace::Event;

namespace {

void add_bytes(const viz::TraceView& view, const Event& event, Lines& lines) {
  if (!event.has_bytes() || event.bytes().empty()) return;
  const ByteRange range{event.bytes().offset, std::min<std::uint64_t>(event.bytes().length, 256)};
  const auto bytes = view.trace.bytes(event.conn, event.log, range);
  constexpr std::string_view whose[] = {"", "of what the client sends",
                                        "of what the server sends", "of the packet's headers"};
  lines.push_back(fmt::format("{} from offset {} {}", bytes_text(event.bytes().length),
                              number_text(event.bytes().offset),
                              whose[static_cast<std::size_t>(event.log)]));
  append(lines, indented(hex_view(bytes.data, range.offset, bytes.kept), 2));
  lines.emplace_back();
}

}  // namespace

std::string narrate_moment(const viz::TraceView& view, std::uint64_t number,
                           const NarratorOptions& options) {
  const Event& event = view.trace[number];
  const trace::PhaseRow& row = event.row();
  FactBox box(fmt::format("EVENT {} OF {}: {}", number_text(number + 1), number_text(view.end()),
                          row.id));
  for (std::string& line : wrapped(plain_spaces(viz::describe(view, number)), journey_width - 8)) {
    box.line(std::move(line));
  }
  box.heading("What is known");
  box.add("time", with_source(time_text(event.time - Instant{}), event.provenance) +
                      fmt::format(" since {}", viz::beginning_of_time(view)));
  box.add("about", viz::subject_text(view, number));
  box.add("how we know", std::string(trace::provenance_word(event.provenance)));
  for (const viz::ArgText& arg : viz::args_of(view, number)) {
    box.add(arg.name, plain_spaces(viz::marked(arg.value, arg.provenance)));
  }
  const std::string length = plain_spaces(viz::took_text(view, number));
  if (!length.empty()) {
    // At the begin the end is still to come.
    box.add(event.ends() ? "from begin to end" : "will end after", length);
  }
  box.add("specification", row.spec.empty() ? std::nullopt : std::optional(plain_words(row.spec)));
  box.add("Go calls this", std::string(row.go));
  Lines lines = box.lines();
  lines.emplace_back();
  if (options.explanations != nullptr) {
    const viz::Explanation& words = options.explanations->of(event.phase);
    for (const std::string* text : {&words.what, &words.why}) {
      append(lines, wrapped(plain_words(*text), journey_width));
    }
    lines.emplace_back();
  }
  add_bytes(view, event, lines);
  if (event.conn != 0) {
    append(lines, connection_box(view, event.conn, static_cast<trace::EventNumber>(number)));
  }
  return finished(lines, options.style);
}

}  // namespace roundtrip::app
