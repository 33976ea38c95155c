#include "app/lesson_page.h"

#include <iterator>

namespace roundtrip::app {

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
      case Kind::Step:
        lesson.page.push_back({viz::LessonPart::Kind::Sent, page.steps[item.index].shown, 0});
        break;
      case Kind::Stop:
        lesson.page.push_back({viz::LessonPart::Kind::Stop, "", item.index});
        break;
    }
  }
  for (const scenario::Stop& stop : page.stops) {
    lesson.stops.push_back(
        {std::string(trace::phase_id(stop.at)), stop.nth, stop.question, stop.answer});
  }
  return lesson;
}

}  // namespace roundtrip::app
