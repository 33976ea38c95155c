// The command line: words in, one value out that says what to do, or the sentence that says what is
// wrong with them. It does nothing else; commands.h does. CLI11 stays inside command_line.cpp.
// Exit codes: 0 done, 1 the work failed, 2 wrong usage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/boxes.h"
#include "viz/model/look.h"

namespace roundtrip::app {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

struct TextArguments {
  bool detail = false;
  bool corrections = false;  // in detail
  bool ascii = false;
  ColorChoice color = ColorChoice::Auto;
};

struct WindowCommand {};

struct RunCommand {
  std::string scenario;
  TextArguments text;
  std::string trace_file;
  std::uint16_t port = 0;  // 0: a free one
  std::string model;       // tasks, threads, single or all; empty: as the page says
  std::string figures_file;  // of all: where the figures are saved
  bool capture = false;      // on the loopback, packets seen
};

// A run of `--model all`, in a process of its own (measure_models.h).
struct MeasureCommand {
  std::string scenario;
  std::string model;
};

struct ServeCommand {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  // 0: a free one
  unsigned workers = 2;
  std::string model = "tasks";
  std::string trace_file;
  bool no_trace = false;
  bool quiet = false;
  bool hold = false;
  bool capture = false;
  std::string hold_path;    // empty: any
  std::string hold_method;
  int backlog = 4096;
  double header_timeout_s = 15;
  double read_timeout_s = 15;
  double write_timeout_s = 15;
  double idle_timeout_s = 60;
  double handler_timeout_s = 10;
  double shutdown_grace_s = 5;  // 0: none
  std::uint32_t max_connections = 20'000;
  std::uint64_t max_memory_bytes = std::uint64_t{1} << 30;
  std::uint64_t max_body_bytes = 16 * 1024 * 1024;
  std::uint64_t max_header_bytes = 16 * 1024;
  std::string data_folder;   // empty: a temporary one
  std::string files_folder;  // empty: the program's own
  std::optional<std::uint32_t> observed_per_second;
};

struct ViewCommand {
  std::string source;  // a trace file, or a scenario: its recording
};

struct TextCommand {
  std::string source;
  TextArguments text;
  std::string at;  // empty: the whole journey
};

struct ScreenshotCommand {
  std::string source;
  std::string output;
  std::string at = "end";
  int width = 1280;
  int height = 720;
  std::string panel;
  viz::ThemeKind theme = viz::ThemeKind::Light;
  int scale_percent = 100;
  bool projector = false;
};

struct CheckCommand {
  std::string source;
};

struct ExportCommand {
  std::string source;  // a trace file, or a scenario
  std::string pcapng_file;
  std::string seen_by = "sender";  // or client, server
};

struct ImportCommand {
  std::string capture;
  std::string output;  // empty: in this folder, named after the capture
};

struct ListCommand {
  bool phases = false;  // not the scenarios
};
struct DoctorCommand {};

struct LabCommand {
  double delay_ms = 0;
  double loss_percent = 0;
  std::uint64_t kbit_per_second = 0;  // 0: as fast as the machine
  std::uint64_t seed = 1;
  std::string trace_file;
  std::optional<std::uint16_t> port;  // of this machine, where the server listens as well
  bool quiet = false;
  std::vector<std::string> words;  // the program and its arguments
};

using Command = std::variant<WindowCommand, RunCommand, MeasureCommand, ServeCommand, ViewCommand,
                             TextCommand, ScreenshotCommand, CheckCommand, ExportCommand,
                             ImportCommand, ListCommand, DoctorCommand, LabCommand>;

struct ParsedCommandLine {
  std::optional<Command> command;  // empty: nothing to do, only to say
  std::string text;                // for standard output: --help, --version
  std::string complaint;           // one sentence; not empty: wrong usage
};

// `words` are those after the program's name.
ParsedCommandLine parse_command_line(const std::vector<std::string>& words);

}  // namespace roundtrip::app
