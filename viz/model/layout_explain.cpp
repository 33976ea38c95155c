#include "viz/model/layout_explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/browser.h"
#include "viz/model/byte_fields.h"
#include "viz/model/causality.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/lesson_steps.h"

namespace roundtrip::viz {

using trace::Event;
using trace::Provenance;

namespace {

// How a fact came to be known, where nobody saw it happen.
std::string_view provenance_sentence(Provenance provenance) {
  switch (provenance) {
    case Provenance::Observed: return "";
    case Provenance::Derived: return "Derived: computed from facts that were observed.";
    case Provenance::Inferred: return "Inferred: it must have happened, about then; nobody saw it.";
    case Provenance::Injected: return "Injected: the scenario asked for it.";
    case Provenance::Unknown: return "Unknown: whether and when it happened was not observed.";
  }
  return "";
}

struct Builder {
  const Ruler& ruler;
  ExplainLayout& layout;
  Rect rest;

  void words(ExplainPart part, std::string_view text, Voice voice = Voice::Body) {
    for (TextBox& box : wrap_text(ruler, rest, text, voice)) {
      layout.lines.push_back({part, false, std::move(box), {}, Provenance::Observed});
    }
  }
  void heading(ExplainPart part, std::string_view text) {
    rest.take_top(ruler.space(3));
    const Rect rect = rest.take_top(ruler.row_px);
    layout.lines.push_back({part, true, fit_text(ruler, rect, text, Voice::Strong), {},
                            Provenance::Observed});
  }
  void section(ExplainPart part, std::string_view title, std::string_view text) {
    if (text.empty()) return;
    heading(part, title);
    words(part, text);
  }
  void argument(std::string_view name, std::string_view value, Provenance provenance) {
    named(ExplainPart::Argument, name, marked(std::string(value), provenance), Voice::Mono,
          provenance);
  }
  // A name, and what is said of it right of it; returns the place of both.
  Rect named(ExplainPart part, std::string_view name, std::string_view value, Voice voice,
             Provenance provenance) {
    Rect rect = rest;
    ExplainLine line{part, false, {}, {}, provenance};
    const float name_px =
        std::min(std::floor(rect.w * 0.4f), std::ceil(ruler.width("TCP keep-alive", Voice::Quiet)));
    const Rect names = rect.take_left(name_px, ruler.space(2));
    // A long value goes on below, in its own column.
    for (TextBox& piece : wrap_text(ruler, rect, value, voice)) {
      const Rect left{names.x, piece.rect.y, names.w, piece.rect.h};
      line.text = fit_text(ruler, left, name, Voice::Quiet);
      line.value = std::move(piece);
      layout.lines.push_back(line);
      name = {};
    }
    return rest.take_top(rect.y - rest.y);
  }
};

// "segment arrives, what brought these bytes, 45.0 µs before"
std::string link_text(const TraceView& view, std::uint64_t here, const CausalLink& link) {
  const Event& other = view.trace[link.event];
  const std::string_view moment = other.begins() ? " begins" : other.ends() ? " ends" : "";
  const bool before = link.event < here;
  const std::string when = apart_text(view, here, link.event);
  const std::uint64_t there = link.event;
  const Duration held = time_between(view, std::min(here, there), std::max(here, there)).held;
  const std::string besides =
      held > Duration{} ? fmt::format(", and held [{}]", duration(held).text()) : "";
  return fmt::format("{}{}{}: {}, {} {}{}", link.inferred ? "~" : "", other.row().name, moment,
                     link.relation, when, before ? "before" : "later", besides);
}

// The nearest cause and the nearest effect, where the keys go, and then the others.
void tell_links(Builder& builder, const TraceView& view, std::uint64_t here,
                const ViewState& state) {
  const auto causes = causes_of(view, here);
  const auto effects = effects_of(view, here);
  const auto tell = [&](ExplainPart part, std::string_view name, const CausalLink& link) {
    const Rect rect = builder.named(part, name, link_text(view, here, link), Voice::Body,
                                    Provenance::Observed);
    builder.layout.links.push_back({rect, link.event, part == ExplainPart::Cause,
                                    state.hovered_event == link.event});
  };
  const auto tell_first = [&](ExplainPart part, std::string_view name,
                              const std::vector<CausalLink>& links) {
    if (!links.empty()) return tell(part, name, links.front());
    builder.named(part, name, "nothing that the trace shows", Voice::Quiet, Provenance::Observed);
  };
  const auto tell_others = [&](ExplainPart part, std::string_view name,
                               const std::vector<CausalLink>& links) {
    const std::size_t shown = std::min(links.size(), most_links_shown);
    for (std::size_t i = 1; i < shown; ++i) tell(part, name, links[i]);
    if (shown == links.size()) return;
    const auto more = static_cast<std::int64_t>(links.size() - shown);
    builder.named(part, name, fmt::format("{} more", count(more)), Voice::Quiet,
                  Provenance::Observed);
  };
  tell_first(ExplainPart::Cause, "[  caused by", causes);
  tell_first(ExplainPart::Effect, "]  led to", effects);
  tell_others(ExplainPart::Cause, "also by", causes);
  tell_others(ExplainPart::Effect, "also to", effects);
}

void tell_now(Builder& builder, const TraceView& view, const Cursor& cursor,
              const ViewState& state) {
  const Event& event = view.trace[cursor.event];
  builder.heading(ExplainPart::Now, "What happened just now");
  builder.words(ExplainPart::Now, describe(view, cursor.event));
  builder.words(ExplainPart::Now, provenance_sentence(event.provenance), Voice::Quiet);
  if (const auto breach = breach_of(view, cursor.event); !breach.empty()) {
    builder.words(ExplainPart::Breach, fmt::format("Breach of order: {}", breach));
  }
  tell_links(builder, view, cursor.event, state);
  for (const ArgText& arg : args_of(view, cursor.event)) {
    builder.argument(arg.name, arg.value, arg.provenance);
  }
  if (const auto bytes = bytes_of_event(view, cursor.event)) {
    builder.argument("bytes",
                     fmt::format("{} from {} ({})",
                                 counted(static_cast<std::int64_t>(bytes->range.length), "byte"),
                                 count(static_cast<std::int64_t>(bytes->range.offset)),
                                 trace::log_word(bytes->log)),
                     event.provenance);
  }
  if (cursor.consumed) {
    builder.argument("consumed", counted(static_cast<std::int64_t>(*cursor.consumed), "byte"),
                     Provenance::Derived);
  }
  if (event.ends()) {
    const std::string took = took_text(view, cursor.event);
    if (!took.empty()) builder.argument("took", took, Provenance::Observed);
    const std::string held = held_text(view, cursor.event);
    if (!held.empty()) builder.argument("held", held + ", left out above", Provenance::Observed);
  }
  builder.argument("whose", subject_text(view, cursor.event), Provenance::Observed);
  if (const auto note = browser_note(view, cursor.event); !note.empty()) {
    builder.argument("", note, Provenance::Observed);
  }
  builder.argument("time", moment(event.time).text(), event.provenance);
  builder.argument("event",
                   fmt::format("{} of {}", count(static_cast<std::int64_t>(cursor.event + 1)),
                               count(static_cast<std::int64_t>(view.end()))),
                   Provenance::Observed);
}

void tell_words(Builder& builder, const trace::PhaseRow& row, const ViewState& state) {
  static const Explanation none;
  const Explanation& words = state.explanations ? state.explanations->of(row.phase) : none;
  builder.section(ExplainPart::Why, "Why it exists", words.why);
  builder.section(ExplainPart::LookAt, "What to look at", words.look_at);
  if (state.explanations) {
    builder.section(ExplainPart::Why, "The like in a warehouse",
                    state.explanations->analogy_of(row.group()));
  }
  builder.section(ExplainPart::Cost, "What it usually costs", words.cost);
  builder.section(ExplainPart::InGo, "In Go", words.in_go.empty() ? row.go : words.in_go);
  builder.section(ExplainPart::Spec, "Where it is specified",
                  words.spec.empty() ? row.spec : words.spec);
  if (!state.explanations) return;
  for (const Correction& correction : state.explanations->corrections_of(row.phase)) {
    builder.heading(ExplainPart::Correction,
                    fmt::format("A correction: {}", correction.title));
    builder.words(ExplainPart::Correction,
                  fmt::format("The drawn walk through a Go server that this program began as says: "
                              "{}", correction.says));
    builder.words(ExplainPart::Correction, fmt::format("It is: {}", correction.truth));
    builder.words(ExplainPart::Correction, correction.why, Voice::Quiet);
  }
}

// The question of the lesson's stop at this event; its answer once it was asked for.
void tell_stop(Builder& builder, const TraceView& view, const Cursor& cursor,
               const ViewState& state) {
  const auto stop = stop_here(view, cursor, state);
  if (!stop) return;
  const LessonStop& here = state.lesson->stops[*stop];
  builder.section(ExplainPart::Question, "A question", here.question);
  if (is_answered(state, *stop)) {
    builder.section(ExplainPart::Answer, "Its answer", here.answer);
  } else {
    builder.words(ExplainPart::Answer, "Enter shows the answer.", Voice::Quiet);
  }
}

}  // namespace

ExplainLayout layout_explain(const TraceView& view, const Cursor& asked, const ViewState& state,
                             const Ruler& ruler, const Rect& area) {
  ExplainLayout layout;
  layout.area = area;
  constexpr float endless_px = 1e6f;
  Builder builder{ruler, layout, area.inset(ruler.space(2), 0)};
  builder.rest.h = endless_px;
  const auto cursor = Stepper(view).clamped(asked);
  if (!cursor) {
    builder.words(ExplainPart::Now, "Nothing has been recorded yet. Press Send, or open a trace.");
  } else {
    const Event& event = view.trace[cursor->event];
    const trace::PhaseRow& row = event.row();
    layout.event = static_cast<trace::EventNumber>(cursor->event);
    layout.group = row.group();
    const Rect title = builder.rest.take_top(ruler.line(Voice::Large));
    layout.lines.push_back({ExplainPart::Title, true,
                            fit_text(ruler, title, row.name, Voice::Large), {},
                            Provenance::Observed});
    const std::string_view moment = event.begins() ? " begins" : event.ends() ? " ends" : "";
    builder.words(ExplainPart::Title,
                  fmt::format("{} {}{}{}", static_cast<int>(row.group()) + 1,
                              trace::group_name(row.group()), moment.empty() ? "" : ",", moment),
                  Voice::Quiet);
    tell_stop(builder, view, *cursor, state);
    if (state.explanations) {
      builder.section(ExplainPart::What, "What this step is",
                      state.explanations->of(row.phase).what);
    }
    tell_now(builder, view, *cursor, state);
    tell_words(builder, row, state);
  }

  layout.content_px = builder.rest.y - area.y;
  const float most_scroll = std::max(0.f, layout.content_px - area.h);
  layout.scroll_px = std::clamp(state.scrolls.explain.value_or(0.f), 0.f, most_scroll);
  for (ExplainLine& line : layout.lines) {
    line.text.rect = line.text.rect.moved(0, -layout.scroll_px);
    line.value.rect = line.value.rect.moved(0, -layout.scroll_px);
  }
  for (ExplainLink& link : layout.links) {
    link.rect = link.rect.moved(0, -layout.scroll_px).intersection(area);
  }
  std::erase_if(layout.links, [](const ExplainLink& link) { return link.rect.empty(); });
  std::erase_if(layout.lines, [&area](const ExplainLine& line) {
    return line.text.rect.y < area.y || line.text.rect.bottom() > area.bottom();
  });
  return layout;
}

std::string dump(const ExplainLayout& layout) {
  std::string text = fmt::format("explain {} content {:g} scroll {:g}\n", dump(layout.area),
                                 layout.content_px, layout.scroll_px);
  for (const ExplainLine& line : layout.lines) {
    text += fmt::format("{}{} {}", static_cast<int>(line.part), line.heading ? "#" : "",
                        dump(line.text));
    if (!line.value.empty()) {
      text += fmt::format("  = {} {}", trace::provenance_word(line.provenance), dump(line.value));
    }
  }
  return text;
}

}  // namespace roundtrip::viz
