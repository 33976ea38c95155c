#include "viz/model/lesson.h"

#include <fmt/format.h>

#include <algorithm>

namespace roundtrip::viz {
namespace {

using Kind = LessonPart::Kind;

// Without backticks and pairs of asterisks.
std::string plain(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pair = text[i] == '*' && i + 1 < text.size() && text[i + 1] == '*';
    if (pair) ++i;
    if (!pair && text[i] != '`') made += text[i];
  }
  return made;
}

// The length of a list item's mark: "- ", "* ", "12. "; 0 where the line is none.
std::size_t item_mark(std::string_view line) {
  if (line.starts_with("- ") || line.starts_with("* ")) return 2;
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  return digits > 0 && line.substr(digits).starts_with(". ") ? digits + 2 : 0;
}

class ProseReader {
 public:
  explicit ProseReader(std::string_view markdown) : rest_(markdown) {}

  std::vector<LessonPart> read() {
    while (!rest_.empty()) {
      const std::size_t end = std::min(rest_.find('\n'), rest_.size());
      take(rest_.substr(0, end));
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
    }
    return std::move(parts_);
  }

 private:
  void take(std::string_view line) {
    if (line.starts_with("```")) {
      fenced_ = !fenced_;
      begin(Kind::Sent, "");
      goes_on_ = fenced_;
    } else if (fenced_) {
      std::string& text = parts_.back().text;
      text += fmt::format("{}{}", text.empty() ? "" : "\n", line);
    } else if (line.find_first_not_of(" \t") == line.npos) {
      goes_on_ = false;
    } else if (line.starts_with('#')) {
      begin(Kind::Heading, line.substr(std::min(line.find_first_not_of("# "), line.size())));
      goes_on_ = false;
    } else if (const std::size_t mark = item_mark(line); mark > 0) {
      begin(Kind::Item, line.substr(mark));
    } else if (goes_on_) {
      parts_.back().text +=
          " " + plain(line.substr(std::min(line.find_first_not_of(' '), line.size())));
    } else {
      begin(Kind::Words, line);
    }
  }
  void begin(Kind kind, std::string_view text) {
    if (kind == Kind::Sent && !fenced_) return;
    parts_.push_back({kind, plain(text), 0});
    goes_on_ = true;
  }

  std::string_view rest_;
  std::vector<LessonPart> parts_;
  bool goes_on_ = false;  // the next line belongs to the last part
  bool fenced_ = false;
};

std::uint64_t start_of_run(const TraceView& view, const Lesson& lesson, bool startup) {
  return startup ? view.trace.first() : view.trace.lower_bound(lesson.run_from);
}

std::string ordinal(std::uint32_t number) {
  const bool teens = number / 10 % 10 == 1;
  const std::uint32_t last = teens ? 0 : number % 10;
  return fmt::format("{}{}", number, last == 1 ? "st" : last == 2 ? "nd" : last == 3 ? "rd" : "th");
}

bool is_startup(trace::Phase phase) {
  return trace::row_of(phase).group() == trace::Group::Startup;
}

}  // namespace

std::vector<LessonPart> parts_of_prose(std::string_view markdown) {
  return ProseReader(markdown).read();
}

std::vector<const LessonPart*> parts_before_stop(const Lesson& lesson, std::size_t stop) {
  std::vector<const LessonPart*> parts;
  std::size_t passed = 0;
  for (const LessonPart& part : lesson.page) {
    if (passed == stop) parts.push_back(&part);
    if (part.kind == Kind::Stop) ++passed;
  }
  return parts;
}

std::string name_of(const LessonStop& stop) {
  if (!stop.about.empty()) return stop.about;
  const auto phase = trace::phase_from_id(stop.phase);
  const std::string name(phase ? trace::row_of(*phase).name : std::string_view(stop.phase));
  return stop.nth == 1 ? name : fmt::format("{}, the {}", name, ordinal(stop.nth));
}

std::optional<std::size_t> stop_at(const TraceView& view, std::uint64_t event,
                                   const Lesson& lesson) {
  if (!view.has(event)) return std::nullopt;
  const trace::Event& here = view.trace[event];
  const auto of_this_phase = [&](const LessonStop& stop) { return stop.phase == here.row().id; };
  const bool asked = std::any_of(lesson.stops.begin(), lesson.stops.end(), of_this_phase);
  if (!asked || here.ends()) return std::nullopt;
  const std::uint64_t from = start_of_run(view, lesson, is_startup(here.phase));
  if (event < from || event - from > most_events_in_a_run) return std::nullopt;
  std::uint32_t nth = 0;
  for (std::uint64_t number = from; number <= event; ++number) {
    const trace::Event& other = view.trace[number];
    nth += other.phase == here.phase && !other.ends() ? 1 : 0;
  }
  const auto stop =
      std::find_if(lesson.stops.begin(), lesson.stops.end(),
                   [&](const LessonStop& one) { return of_this_phase(one) && one.nth == nth; });
  if (stop == lesson.stops.end()) return std::nullopt;
  return static_cast<std::size_t>(stop - lesson.stops.begin());
}

std::optional<std::uint64_t> event_of_stop(const TraceView& view, const Lesson& lesson,
                                           std::size_t stop) {
  if (stop >= lesson.stops.size()) return std::nullopt;
  const auto phase = trace::phase_from_id(lesson.stops[stop].phase);
  if (!phase) return std::nullopt;
  const std::uint64_t from = start_of_run(view, lesson, is_startup(*phase));
  const std::uint64_t end = std::min(view.end(), from + most_events_in_a_run + 1);
  std::uint32_t nth = 0;
  for (std::uint64_t number = from; number < end; ++number) {
    const trace::Event& event = view.trace[number];
    nth += event.phase == *phase && !event.ends() ? 1 : 0;
    if (nth == lesson.stops[stop].nth) return number;
  }
  return std::nullopt;
}

}  // namespace roundtrip::viz
