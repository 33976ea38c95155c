// Scenario: one lesson that runs. A scenario file (`scenarios/NN-name.md`) is a page to read: a
// title, prose, what clients send, where to stop and what to ask there, and which phases must
// occur. This header turns a page into values; runner.h runs them, the screen shows them. Parsing
// touches nothing but the text: any text gives a Scenario or one sentence with the line number.
//
// The fenced blocks of a page, by the first word behind the fence:
//   json settings  the server's time-outs and limits, the minutes that the lesson takes
//   http           one step of one client: the bytes that it sends, and what it waits for then.
//                    client=2       which connection (1 unless told); opened at its first step
//                    repeat=3       the step is done three times
//                    pause_ms=30    the client waits so long before it sends, each time
//                    then=read      wait for a whole answer (so unless told); answers=2: for two
//                    then=on        wait for nothing: the next step follows
//                    then=interim   wait for 100 Continue: the next step sends the body
//                    then=closed    read until the server closes, by a time-out if need be
//                    then=close     the client closes;  then=reset  it closes with a RST
//                    then=stop      the server is asked to stop, as by SIGTERM; once a page, and
//                                   only clients that are connected by then go on
//                    nagle=on       of a client's first step: its kernel may keep small pieces back
//                    closed_port=9  the client asks for this port of the server's host, at which
//                                   nobody listens, and is refused: nothing stands in the block
//                    status=404     what the answer's status has to be
//                    label="…"      a few words for menus and reports
//                  Every line ends with CR and LF on the wire. A backslash at a line's end leaves
//                  them out. \r \n \t \\ \xHH stand for one byte; \{text*900} repeats; \^ stands
//                  for no byte and marks the one at which the parser has to stop.
//   load           clients that connect and then ask all at once, each once and then it closes;
//                  nothing stands in the block. It begins when the page's steps are done.
//                    clients=1000   how many
//                    target=/hello  what they ask for (so unless told)
//                    label="…"      a few words for the page and reports
//   wire           what a hand does to packets meanwhile, an act a line (wire_script.h); needs the
//                  setting "wire", which says how the wire between the two hosts is
//   stop           at=read.header nth=2, then `question:` and `answer:`; nth counts from 1 in a run
//   expect         ids of phases that must occur, `not` before one that must not; `on=stamps`
//                  where the kernel's stamps can be had
// Every other block is prose. Limits: limits.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/byte_range.h"
#include "core/base/result.h"
#include "core/scenario/wire_script.h"
#include "core/trace/phase.h"

namespace roundtrip::scenario {

// What the page asks of the server. Absent: as the server is.
struct Settings {
  std::optional<std::uint32_t> header_timeout_ms;
  std::optional<std::uint32_t> read_timeout_ms;
  std::optional<std::uint32_t> write_timeout_ms;
  std::optional<std::uint32_t> idle_timeout_ms;
  std::optional<std::uint32_t> drain_ms;
  std::optional<std::uint32_t> workers;
  std::optional<std::uint32_t> observed_per_second;  // requests that the kernel is asked about
  std::optional<std::uint32_t> handler_timeout_ms;
  std::optional<std::uint32_t> times_as_fast;        // as the page says: all of the server's times
  std::optional<std::uint32_t> database_delay_ms;    // injected before each question to it
  std::optional<trace::Model> model;
  std::optional<WireSettings> wire;                  // the page runs in the lab, where there is one
  std::optional<std::uint32_t> minutes;              // that the lesson takes
  bool together = false;  // clients act at once; else step by step in the page's order
};

// What a client waits for when it has sent a step's bytes.
enum class Then : std::uint8_t { Read, On, Interim, Closed, Close, Reset, Stop };
std::string_view word(Then then);

struct Step {
  std::uint32_t client = 1;
  std::uint32_t repeat = 1;
  std::uint32_t pause_ms = 0;
  std::uint32_t answers = 1;
  Then then = Then::Read;
  bool nagle = false;  // of a client's first step: TCP_NODELAY is off
  std::optional<std::uint16_t> closed_port;  // it has to be refused there, and sends nothing
  std::optional<int> status;
  std::string label;
  std::string bytes;                       // exactly what goes out
  std::optional<std::uint64_t> blamed_at;  // in these bytes: where the parser has to stop
  // The block as a person reads it: a repetition as [7995 × a], control bytes as they are written.
  std::string shown;
  std::optional<ByteRange> shown_blamed;  // what stands in it for the byte at blamed_at
  std::size_t line = 0;                    // of its fence, from 1
};

// Many clients at once.
struct Load {
  std::uint32_t clients = 1;
  std::string target = "/hello";
  std::string label;
  std::size_t line = 0;
};

// Where a lesson stops, so that the student predicts before seeing.
struct Stop {
  trace::Phase at{};
  std::uint32_t nth = 1;
  std::string question;
  std::string answer;
  std::size_t line = 0;
};

// How the wire is seen, best first. Expectations may hold on one rung and not on another.
enum class Rung : std::uint8_t { Lab, Capture, Stamps, Inferred };
std::optional<Rung> rung_from_word(std::string_view word);

struct Expectation {
  trace::Phase phase{};
  bool occurs = true;
  std::optional<Rung> on;  // on this rung or a better one; absent: always
  std::size_t line = 0;
};

// The page in reading order: prose, and where the blocks stand in it.
struct PageItem {
  enum class Kind : std::uint8_t { Prose, Step, Load, Stop } kind = Kind::Prose;
  std::string prose;      // Markdown
  std::size_t index = 0;  // of the step, the load or the stop
};

struct Scenario {
  std::string id;     // "01-hello"
  std::string title;  // "Hello"
  Settings settings;
  std::vector<PageItem> page;
  std::vector<Step> steps;
  std::vector<Load> loads;
  std::vector<WireAct> wire_acts;  // of all wire blocks
  std::vector<Stop> stops;
  std::vector<Expectation> expectations;

  // The clients that appear, in order of their first step.
  std::vector<std::uint32_t> clients() const;
};

// How many minutes the lesson takes: as the page says; where it says nothing, one for each stop and
// one for every words_a_minute words of prose, rounded up.
inline constexpr std::uint32_t words_a_minute = 100;
std::uint32_t minutes_of(const Scenario& scenario);

// `id` names the page in errors and becomes Scenario::id.
Result<Scenario> parse_scenario(std::string_view text, std::string id);
Result<Scenario> load_scenario(const std::filesystem::path& file);

struct ScenarioEntry {
  std::string id;
  std::filesystem::path file;
  std::string title;
  std::uint32_t minutes = 0;
  std::string problem;  // why it can't be run; empty when it can
};
// The files NN-name.md of a folder, in order of their names.
Result<std::vector<ScenarioEntry>> list_scenarios(const std::filesystem::path& folder);

}  // namespace roundtrip::scenario
