// A lesson: a scenario's page as the screen has it, with its stops, and how far one has come in it.
// Plain data that the session hands over (the page) and keeps (the place); and where the stops of a
// run stand in its trace. How one goes from stop to stop: lesson_steps.h.
// Stops count from 0 here, from 1 in what people read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "viz/model/trace_view.h"

namespace roundtrip::viz {

struct LessonStop {
  std::string phase;      // its id
  std::uint32_t nth = 1;  // of its events in a run of the lesson, ends not counted
  std::string question;
  std::string answer;
  std::string about = {};  // what a client has sent before it; empty where the phase says enough
  bool operator==(const LessonStop&) const = default;
};

// The page in reading order.
struct LessonPart {
  enum class Kind : std::uint8_t {
    Heading,
    Words,  // a paragraph, without line feeds
    Item,   // of a list
    Sent,   // what a client sends, line by line
    Stop
  } kind = Kind::Words;
  std::string text;
  std::size_t stop = 0;
  std::optional<ByteRange> marked = {};  // in the text: the byte that is wrong
  bool operator==(const LessonPart&) const = default;
};

struct Lesson {
  std::string scenario;  // "01-hello"
  std::string title;
  std::uint32_t minutes = 0;  // that it takes; 0: not told
  std::vector<LessonPart> page;
  std::vector<LessonStop> stops;
  Instant run_from{};  // when its last run began; startup comes before
  bool operator==(const Lesson&) const = default;
};

// Where one is in a lesson: worth keeping between two starts of the program.
struct LessonPlace {
  std::string scenario;
  std::uint32_t reached = 0;  // so many stops: the last of them is the current one
  bool answered = false;      // its answer is shown
  bool operator==(const LessonPlace&) const = default;
};

// Prose in Markdown as parts: headings, paragraphs, items of lists; marks of emphasis are left out.
std::vector<LessonPart> parts_of_prose(std::string_view markdown);

// The parts that lead to a stop, it included; after the last one what the page ends with.
std::vector<const LessonPart*> parts_before_stop(const Lesson& lesson, std::size_t stop);

// "header"; "header, the 2nd"; or what was sent, where that tells stops of one phase apart.
std::string name_of(const LessonStop& stop);

// The stop at an event. A question is about one moment of a run, not about all that are like it;
// further behind the run's beginning than most_events_in_a_run there is none.
inline constexpr std::uint64_t most_events_in_a_run = 100'000;
std::optional<std::size_t> stop_at(const TraceView& view, std::uint64_t event,
                                   const Lesson& lesson);
// The event of a stop; empty where the trace has not come to it.
std::optional<std::uint64_t> event_of_stop(const TraceView& view, const Lesson& lesson,
                                           std::size_t stop);

}  // namespace roundtrip::viz
