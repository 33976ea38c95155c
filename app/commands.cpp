#include "app/commands.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "app/measure_models.h"

namespace roundtrip::app {
namespace {

template <class... Cases>
struct Choose : Cases... {
  using Cases::operator()...;
};

}  // namespace

void say_error(std::string_view sentence) {
  std::string line = "roundtrip: ";
  line += sentence;
  // What a file or a peer wrote must not steer the terminal, nor make two lines of one sentence.
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

int fail(std::string_view sentence) {
  say_error(sentence);
  return exit_failed;
}

void say_progress(std::string_view what) {
  if (isatty(STDERR_FILENO) != 1) return;
  fmt::print(stderr, "\r\x1b[K{}", what);
  std::fflush(stderr);
}

trace::Model model_from(std::string_view word) {
  const auto model = trace::unit_value(trace::Unit::ModelUnit, word);
  return static_cast<trace::Model>(model.value_or(0));
}

TextStyle style_from(const TextArguments& text) {
  return style_for(facts_of_stdout(), text.ascii, text.color);
}

bool print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
                       std::fflush(stdout) == 0;
  return written || errno == EPIPE;
}

int run_command(const Command& command, std::uint64_t main_ticks) {
  return std::visit(
      Choose{[&](const WindowCommand&) { return do_window(main_ticks); },
             [&](const RunCommand& one) { return do_run(one, main_ticks); },
             [](const MeasureCommand& one) { return do_measure(one); },
             [&](const ServeCommand& one) { return do_serve(one, main_ticks); },
             [](const ViewCommand& one) { return do_view(one); },
             [](const TextCommand& one) { return do_text(one); },
             [](const ScreenshotCommand& one) { return do_screenshot(one); },
             [](const CheckCommand& one) { return do_check(one); },
             [](const ExportCommand& one) { return do_export(one); },
             [](const ImportCommand& one) { return do_import(one); },
             [](const ListCommand& one) { return do_list(one); },
             [](const DoctorCommand&) { return do_doctor(); },
             [&](const LabCommand& one) { return do_lab(one, main_ticks); }},
      command);
}

}  // namespace roundtrip::app
