// What the commands do. Each prints its result on standard output and what went wrong as one
// sentence on standard error, and returns the exit code (command_line.h). main.cpp calls
// `run_command`; the rest is shared between the commands_*.cpp files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "app/command_line.h"
#include "core/base/result.h"
#include "core/scenario/scenario.h"
#include "core/trace/state.h"
#include "viz/model/lane_index.h"
#include "viz/model/trace_view.h"

namespace roundtrip::app {

// `main_ticks`: read first thing in main.
int run_command(const Command& command, std::uint64_t main_ticks);

int do_window(std::uint64_t main_ticks);
int do_run(const RunCommand& command, std::uint64_t main_ticks);
// `run --model all`.
int compare_models(const RunCommand& command, const scenario::Scenario& page);
int do_serve(const ServeCommand& command, std::uint64_t main_ticks);
int do_view(const ViewCommand& command);
int do_text(const TextCommand& command);
int do_screenshot(const ScreenshotCommand& command);
int do_check(const CheckCommand& command);
int do_export(const ExportCommand& command);
int do_import(const ImportCommand& command);
int do_list(const ListCommand& command);
int do_doctor();
int do_lab(const LabCommand& command, std::uint64_t main_ticks);

// "roundtrip: " and the sentence, on standard error.
void say_error(std::string_view sentence);
int fail(std::string_view sentence);  // the same, and exit_failed
// On a terminal, on standard error: what is being done, over what stood there before.
void say_progress(std::string_view what);

// One of the words that command_line.h knows.
trace::Model model_from(std::string_view word);

TextStyle style_from(const TextArguments& text);
// Writes to standard output; false when that can't be written to. A reader that has left, such as
// `head`, has read all that it wanted.
bool print(std::string_view text);

}  // namespace roundtrip::app
