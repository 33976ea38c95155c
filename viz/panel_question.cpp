#include "viz/panel_question.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "viz/imgui_compat.h"
#include "viz/model/format.h"

namespace roundtrip::viz {
namespace {

std::string title_of(const FileQuestion& question) {
  if (question.leaving == Leaving::Nothing) {
    return question.save ? "Save this trace" : "Open a trace";
  }
  return fmt::format("Save {} first?", counted(static_cast<std::int64_t>(question.unsaved),
                                               "request that is in no file",
                                               "requests that are in no file"));
}

std::string_view hint_of(const FileQuestion& question) {
  if (question.leaving == Leaving::ForLesson) {
    return "The server starts anew for the other scenario, with a new recording.";
  }
  if (question.leaving == Leaving::ForGood) {
    return "The window closes then, and the server with it.";
  }
  if (!question.save) return "A file that Roundtrip has saved, gzipped or not.";
  return "One event a line; it opens in Perfetto, too. A name that ends in .gz is compressed.";
}

// "in /home/ada/traces"; of a long path the end, which tells more.
std::string folder_words(const Canvas& canvas, std::string_view folder, float width) {
  if (folder.empty()) return "";
  std::string words = "in " + std::string(folder);
  while (text_width(canvas, quiet(canvas.theme), words) > width) {
    const std::size_t next = folder.find('/', 1);
    if (next == folder.npos) break;
    folder.remove_prefix(next);
    words = "in \u2026" + std::string(folder);
  }
  return words;
}

}  // namespace

void draw_question(const FileQuestion& question, const Canvas& canvas, Actions& actions) {
  const Theme& theme = canvas.theme;
  const Overlay overlay(canvas, "question");
  const Canvas& over = overlay.canvas();
  const TextStyle trouble{Face::Words, TextSize::Body, theme.error};
  const float width = std::min(canvas.area.w - theme.space(8), theme.space(160));
  const float inner = width - theme.space(12);
  const float words_px = question.problem.empty()
                             ? theme.line_px(TextSize::Body)
                             : wrapped_height(over, trouble, question.problem, inner);
  const float height = theme.line_px(TextSize::Large) + 2 * theme.control_px + words_px +
                       theme.space(21);
  const Rect sheet{std::floor(canvas.area.center().x - width / 2),
                   std::floor(canvas.area.h / 4), width, height};
  fill_rect(over, sheet, theme.panel, theme.radius_px);
  over.registry.add("question", sheet);
  Rect rest = sheet.inset(theme.space(6), theme.space(5));
  const std::string title = title_of(question);
  const TextStyle large = strong(theme, TextSize::Large);
  Rect top = rest.take_top(theme.line_px(TextSize::Large), theme.space(3));
  const float title_px = text_width(over, large, title) + 1;
  draw_text_in(over, top.take_left(title_px, theme.space(4)), large, title);
  draw_text_in(over, top, quiet(theme), folder_words(over, question.folder, top.w), Align::Right);

  const Rect line = rest.take_top(theme.control_px, theme.space(2));
  // The keyboard is the path's, and stays so when an answer would not do. It is given back at once,
  // not when that is known: a click that comes meanwhile is not to be lost.
  bool* const given_back = ImGui::GetStateStorage()->GetBoolRef(ImGui::GetID("given back"));
  const bool take_keyboard = ImGui::IsWindowAppearing() || std::exchange(*given_back, false);
  const auto written = text_field(over, "question/path", line, question.path,
                                  "the path of a .trace.json file", take_keyboard);
  if (written && written->entered) ImGui::SetKeyboardFocusHere(-1);
  const std::string path = written ? written->text : question.path;
  if (written && !written->entered) actions.push_back(TypePath{path});
  const Rect hint = rest.take_top(words_px, theme.space(3));
  if (question.problem.empty()) {
    draw_text_in(over, hint, quiet(theme), hint_of(question));
  } else {
    draw_wrapped(over, hint, trouble, question.problem);
  }

  Rect buttons = rest.take_top(theme.control_px);
  const Button answer{.label = "question/answer", .text = question.save ? "Save" : "Open",
                      .icon = {}, .kind = ButtonKind::Primary, .enabled = !path.empty()};
  const Button cancel{.label = "question/cancel", .text = "Cancel", .icon = {}};
  bool answered = written && written->entered && !path.empty();
  if (button(over, buttons.take_right(button_width(over, answer) + theme.space(4),
                                      theme.space(2)), answer)) {
    answered = *given_back = true;
  }
  const bool cancelled =
      button(over, buttons.take_right(button_width(over, cancel)), cancel);
  if (question.leaving != Leaving::Nothing) {
    const Button leave{.label = "question/leave", .text = "Do not save", .icon = {}};
    buttons.take_right(theme.space(2));
    if (button(over, buttons.take_right(button_width(over, leave)), leave)) {
      actions.push_back(LeaveUnsaved{});
    }
  }
  if (answered) {
    actions.push_back(question.save ? Action{Save{path}} : Action{Open{path}});
  } else if (cancelled || key_pressed(Key::Escape, false)) {
    actions.push_back(Dismiss{});
  }
}

}  // namespace roundtrip::viz
