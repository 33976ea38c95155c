#include "viz/model/layout_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/message_fields.h"

namespace roundtrip::viz {

using trace::Group;
using trace::no_event;

namespace {

constexpr float most_of_name = 0.55f;  // of a line's width

// Which fields have room in so many lines: the most important ones, and what is at the cursor.
std::vector<const MessageField*> fitting(const MessageFields& message, std::size_t room,
                                         const Cursor& cursor) {
  std::vector<const MessageField*> shown;
  for (const MessageField& field : message.fields) shown.push_back(&field);
  const auto importance = [&cursor](const MessageField* field) {
    const bool now = field->told.text && field->told.event == cursor.event;
    return now ? field->importance + 10 : field->importance;
  };
  while (shown.size() > room) {
    const auto least = std::min_element(shown.rbegin(), shown.rend(),
                                        [&](const MessageField* one, const MessageField* other) {
                                          return importance(one) < importance(other);
                                        });
    shown.erase(std::next(least).base());
  }
  return shown;
}

struct Builder {
  const Ruler& ruler;
  const Cursor& cursor;
  PictureMaker& maker;

  void add(const Rect& place, Group group, std::string_view title, const MessageFields& message,
           std::initializer_list<std::string_view> in_go);
};

void Builder::add(const Rect& place, Group group, std::string_view title,
                  const MessageFields& message, std::initializer_list<std::string_view> in_go) {
  maker.box(place, group, title);
  maker.happened(message.first);
  maker.happened(message.refused);
  if (message.refused != no_event) maker.alarm();
  const std::size_t lines = maker.lines_in(place);
  const bool all = message.fields.size() <= lines;
  const auto shown =
      fitting(message, all ? lines : lines - std::min<std::size_t>(lines, 1), cursor);
  const float inner_px = place.w - ruler.space(6);
  const auto shortened = [this](const std::string& text, float width_px, Voice voice) {
    return fit_text(ruler, {0, 0, width_px, ruler.line(voice)}, text, voice).text;
  };
  for (const MessageField* field : shown) {
    const std::string name = field->entry ? "  " + field->name : field->name;
    const std::string named = shortened(name, std::floor(inner_px * most_of_name), Voice::Quiet);
    Told told = field->told;
    if (told.text) {
      const bool brackets = told.source == trace::Provenance::Derived;
      const float taken = ruler.width(named, Voice::Quiet) + ruler.space(3) +
                          (brackets ? ruler.width("[]", Voice::Mono) : 0);
      told.text = shortened(*told.text, inner_px - taken, Voice::Mono);
    }
    maker.row(named, told);
  }
  if (!all) {
    maker.words(fmt::format("and {} more", message.fields.size() - shown.size()), Voice::Quiet);
  } else {
    for (const std::string_view sentence : in_go) maker.words_if_whole(sentence, Voice::Quiet);
  }
}

// The lines of an answer's head are longer than those of most requests, where room is short.
float response_px(const Ruler& ruler, float all_px) {
  const float whole_line = ruler.width("  Content-Type", Voice::Quiet) +
                           ruler.width("text/plain; charset=utf-8", Voice::Mono) +
                           ruler.space(10);
  const float both = all_px - ruler.space(5);
  const float request =
      ruler.width("TransferEncoding", Voice::Quiet) / most_of_name + ruler.space(7);
  return std::max(std::floor(both / 2), std::floor(std::min(whole_line, both - request)));
}

}  // namespace

Picture layout_message(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area) {
  const Teller tell(view, cursor, state);
  const bool none = tell.focus().request == 0;
  PictureMaker maker(view, cursor, state, ruler, area, "message", "The request and its answer",
                     none ? nothing_yet("Their fields", Topic::Request, view, cursor, state)
                          : "Each field fills in as it comes. [In brackets]: computed, not read.");
  Builder builder{ruler, cursor, maker};
  const MessageFields request = fields_of_request(tell);
  const MessageFields response = fields_of_response(tell, cursor);
  Rect left = maker.rest();
  const Rect right = left.take_right(response_px(ruler, left.w), ruler.space(5));
  builder.add(left, Group::Read, "http.Request", request,
              {"Go takes Host out of Header.", "Go's Body of a GET is NoBody.",
               "Go has Context and TLS here besides."});
  builder.add(right, Group::Transmit, "http.Response", response,
              {"Go's server writes these one by one; only a client gets the object."});
  maker.arrow(0, 1, response.first != no_event);
  return maker.take();
}

}  // namespace roundtrip::viz
