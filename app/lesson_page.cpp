#include "app/lesson_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace roundtrip::app {
namespace {

// What was sent last before a stop: of use where the lesson asks about one phase several times.
std::string about(const scenario::Scenario& page, std::size_t stop) {
  const auto same = [&](const scenario::Stop& other) { return other.at == page.stops[stop].at; };
  if (std::count_if(page.stops.begin(), page.stops.end(), same) == 1) return "";
  std::string sent;
  for (const scenario::PageItem& item : page.page) {
    if (item.kind == scenario::PageItem::Kind::Step) sent = page.steps[item.index].label;
    if (item.kind == scenario::PageItem::Kind::Stop && item.index == stop) break;
  }
  return sent;
}

}  // namespace

viz::Lesson lesson_of(const scenario::Scenario& page) {
  using Kind = scenario::PageItem::Kind;
  viz::Lesson lesson;
  lesson.scenario = page.id;
  lesson.title = page.title;
  lesson.minutes = scenario::minutes_of(page);
  for (const scenario::PageItem& item : page.page) {
    switch (item.kind) {
      case Kind::Prose: {
        auto parts = viz::parts_of_prose(item.prose);
        lesson.page.insert(lesson.page.end(), std::make_move_iterator(parts.begin()),
                           std::make_move_iterator(parts.end()));
        break;
      }
      case Kind::Step: {
        const scenario::Step& step = page.steps[item.index];
        const bool stops = step.then == scenario::Then::Stop;
        if ((!stops && !step.closed_port) || !step.shown.empty()) {
          lesson.page.push_back({viz::LessonPart::Kind::Sent, step.shown, 0, step.shown_blamed});
        }
        if (step.closed_port) {
          lesson.page.push_back({viz::LessonPart::Kind::Sent,
                                 fmt::format("A connection to port {} is asked for, where nobody "
                                             "listens",
                                             *step.closed_port),
                                 0,
                                 {}});
        }
        if (stops) {
          lesson.page.push_back(
              {viz::LessonPart::Kind::Sent, "SIGTERM to the server: it is asked to stop", 0, {}});
        }
        break;
      }
      case Kind::Load: {
        const scenario::Load& load = page.loads[item.index];
        lesson.page.push_back(
            {viz::LessonPart::Kind::Sent,
             fmt::format("{} clients at once: GET {}", load.clients, load.target), 0, {}});
        break;
      }
      case Kind::Stop:
        lesson.page.push_back({viz::LessonPart::Kind::Stop, "", item.index});
        break;
    }
  }
  for (std::size_t i = 0; i < page.stops.size(); ++i) {
    const scenario::Stop& stop = page.stops[i];
    lesson.stops.push_back({std::string(trace::phase_id(stop.at)), stop.nth, stop.question,
                            stop.answer, about(page, i)});
  }
  return lesson;
}

}  // namespace roundtrip::app
