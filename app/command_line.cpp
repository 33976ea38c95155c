#include "app/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <map>

#include "app/command_line_values.h"
#include "app/places.h"
#include "app/version.h"
#include "core/http/limits.h"

namespace roundtrip::app {
namespace {

constexpr const char* all_examples = R"(Examples:
  roundtrip                                    the window, with a live server
  roundtrip run 01-hello --detail              one lesson as text
  roundtrip run 13-thousand --model all        a load under three models, side by side
  roundtrip serve --port 8080 --trace my.trace.json
  roundtrip serve --capture                    and every packet of it; needs CAP_NET_RAW
  roundtrip view my.trace.json                 a saved trace in the window
  roundtrip text my.trace.json --at read.header
  roundtrip screenshot 01-hello --size 1280x720 hello.png
  roundtrip check my.trace.json
  roundtrip export 20-handshake --pcapng handshake.pcapng
  roundtrip import capture.pcapng              somebody's capture as a trace
  roundtrip list                               the scenarios; --phases: what --at takes
  roundtrip lab curl http://192.168.1.100:8080/hello     and every packet of it
  roundtrip doctor                             what of the packets can be seen here, and how more
`roundtrip COMMAND --help` tells more of each.)";

// Everything that a command line can set, before it is known which command it is.
struct Everything {
  RunCommand run;
  MeasureCommand measure;
  ServeCommand serve;
  ViewCommand view;
  TextCommand text;
  ScreenshotCommand screenshot;
  CheckCommand check;
  ListCommand list;
  LabCommand lab;
  ExportCommand packets;
  ImportCommand capture;
  std::string size = "1280x720";
  std::string theme = "light";
};

constexpr const char* source_words =
    "a trace file, or a scenario: the recording that ships with it";

constexpr const char* capture_words =
    "see its packets on the loopback, IPv4 only; needs CAP_NET_RAW, and costs throughput";

void add_text_options(CLI::App& command, TextArguments& text) {
  static const std::map<std::string, ColorChoice> choices = {
      {"auto", ColorChoice::Auto}, {"always", ColorChoice::Always}, {"never", ColorChoice::Never}};
  command.add_flag("--detail", text.detail, "also the boxes with every value");
  command.add_flag("--corrections", text.corrections,
                   "and, in detail, where the drawn walk errs that the program began as")
      ->needs("--detail");
  command.add_flag("--ascii", text.ascii, "only ASCII characters");
  command.add_option_function<std::string>(
             "--color", [&text](const std::string& word) { text.color = choices.at(word); },
             "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
}

void add_bytes_option(CLI::App& command, const std::string& name, std::uint64_t& place,
                      std::uint64_t least, std::uint64_t most, const std::string& words) {
  const auto check = [least, most](const std::string& text) {
    return check_bytes(text, least, most);
  };
  command
      .add_option_function<std::string>(
          name, [&place](const std::string& text) { place = bytes_from(text).value_or(place); },
          words)
      ->check(check)
      ->type_name("BYTES");
}

void add_run(CLI::App& app, RunCommand& run) {
  CLI::App* command = app.add_subcommand("run", "Run a scenario and tell it as text");
  command->add_option("SCENARIO", run.scenario, "as `roundtrip list` names it")->required();
  add_text_options(*command, run.text);
  command->add_option("--trace", run.trace_file, "save the trace in this file")->type_name("FILE");
  command->add_option("--port", run.port, "of the server; 0: a free one")
      ->check(CLI::Range(0, 65535))->type_name("N");
  command->add_option("--model", run.model,
                      "what carries connections: tasks, threads (one each), single (one for all); "
                      "all: the page's loads under each, side by side")
      ->check(CLI::IsMember({"tasks", "threads", "single", "all"}))->type_name("M");
  command->add_option("--figures", run.figures_file, "of --model all: save them in this file")
      ->type_name("FILE");
  command->add_flag("--capture", run.capture, capture_words);
  command->footer("Example: roundtrip run 01-hello --detail --trace hello.trace.json\n"
                  "         roundtrip run 13-thousand --model all");
}

// This program's own: no help names it.
void add_measure(CLI::App& app, MeasureCommand& measure) {
  CLI::App* command = app.add_subcommand("measure", "One run of `run --model all`");
  command->group("");
  command->add_option("SCENARIO", measure.scenario)->required();
  command->add_option("MODEL", measure.model)->required()
      ->check(CLI::IsMember({"tasks", "threads", "single"}));
}

// How long things may take, and how much of them there may be.
void add_serve_limits(CLI::App& command, ServeCommand& serve) {
  const CLI::Range some_seconds(0.001, 86400.0);
  command.add_option("--header-timeout", serve.header_timeout_s,
                     "seconds, for a request's head; 15 unless told")
      ->check(some_seconds)->type_name("S");
  command.add_option("--read-timeout", serve.read_timeout_s, "seconds, for its body; 15")
      ->check(some_seconds)->type_name("S");
  command.add_option("--write-timeout", serve.write_timeout_s, "seconds, for the answer; 15")
      ->check(some_seconds)->type_name("S");
  command.add_option("--idle-timeout", serve.idle_timeout_s, "seconds between requests; 60")
      ->check(some_seconds)->type_name("S");
  command.add_option("--handler-timeout", serve.handler_timeout_s,
                     "seconds, for /slow; beyond: 503; 10")
      ->check(some_seconds)->type_name("S");
  command.add_option("--shutdown-grace", serve.shutdown_grace_s,
                     "seconds that open requests have at the end; 5")
      ->check(CLI::Range(0.0, 86400.0))->type_name("S");
  command.add_option("--max-connections", serve.max_connections,
                     "at once; more wait to be accepted; 20000")
      ->check(CLI::Range(1, 1'000'000))->type_name("N");
  add_bytes_option(command, "--max-memory", serve.max_memory_bytes, 64 << 10, 1ULL << 40,
                   "for all connections; beyond: they wait, or 503; 1GiB");
  add_bytes_option(command, "--max-body", serve.max_body_bytes, 0, 1ULL << 40,
                   "of a request's body; beyond: 413; 16MiB");
  add_bytes_option(command, "--max-header", serve.max_header_bytes, 256, http::max_head_bytes,
                   "of a request's head; beyond: 431; 16KiB");
}

void add_serve(CLI::App& app, ServeCommand& serve) {
  CLI::App* command = app.add_subcommand("serve", "Serve without a window until Ctrl+C");
  command->add_option("--port", serve.port, "0: a free one")
      ->check(CLI::Range(0, 65535))->type_name("N");
  command->add_option("--host", serve.host, "the address to bind; 127.0.0.1 unless told")
      ->type_name("H");
  command->add_option("--workers", serve.workers, "threads that run tasks")
      ->check(CLI::Range(1, 256))->type_name("N");
  command->add_option("--model", serve.model,
                      "what carries connections: tasks (on workers), threads (one each), single "
                      "(one for all)")
      ->check(CLI::IsMember({"tasks", "threads", "single"}))->type_name("M");
  CLI::Option* file = command->add_option("--trace", serve.trace_file, "record into this file")
                          ->type_name("FILE");
  CLI::Option* no_trace = command->add_flag("--no-trace", serve.no_trace, "trace nothing");
  no_trace->excludes(file);
  command->add_flag("--capture", serve.capture, capture_words)->excludes(no_trace);
  command->add_flag("--quiet", serve.quiet, "no line for each request");
  CLI::Option* hold = command->add_flag(
      "--hold", serve.hold, "hold the next request at each phase; Enter steps, g lets it go");
  hold->excludes(no_trace);
  command->add_option("--hold-path", serve.hold_path, "hold only this path")
      ->needs(hold)->type_name("P");
  command->add_option("--hold-method", serve.hold_method, "hold only this method")
      ->needs(hold)->type_name("M");
  command->add_option("--backlog", serve.backlog, "asked of listen()")
      ->check(CLI::Range(0, 1'000'000))->type_name("N");
  add_serve_limits(*command, serve);
  command->add_option("--data", serve.data_folder,
                      "where the database and uploads are kept; a temporary folder unless told")
      ->check(check_data_folder)->type_name("DIR");
  command->add_option("--files", serve.files_folder,
                      "what /files/ shows; the program's own example unless told")
      ->check(CLI::ExistingDirectory)->type_name("DIR");
  command->add_option("--observe", serve.observed_per_second,
                      "requests a second about which the kernel is asked")
      ->check(CLI::Range(0, 1'000'000))->type_name("N");
  command->footer("Example: roundtrip serve --port 8080 --trace my.trace.json\n"
                  "         roundtrip serve --capture --trace my.trace.json");
}

void add_view(CLI::App& app, ViewCommand& view) {
  CLI::App* command = app.add_subcommand("view", "Open a saved trace in the window");
  command->add_option("SOURCE", view.source, source_words)->required();
  command->footer("Example: roundtrip view my.trace.json");
}

void add_text(CLI::App& app, TextCommand& text) {
  CLI::App* command = app.add_subcommand("text", "Tell a saved trace as text");
  command->add_option("SOURCE", text.source, source_words)->required();
  add_text_options(*command, text.text);
  command->add_option("--at", text.at, fmt::format("one event alone: {}", where_words))
      ->check(check_where)->type_name("WHERE");
  command->footer("Example: roundtrip text my.trace.json --at read.header");
}

void add_screenshot(CLI::App& app, ScreenshotCommand& screenshot, Everything& all) {
  CLI::App* command =
      app.add_subcommand("screenshot", "Draw the screen into a picture, without a display");
  command->add_option("SOURCE", screenshot.source, source_words)->required();
  command->add_option("OUT", screenshot.output, "a .png file")->required()->check(check_png);
  command->add_option("--at", screenshot.at, where_words)
      ->check(check_where)->type_name("WHERE");
  command->add_option("--size", all.size, "in pixels")->check(check_size)->type_name("WxH");
  command->add_option("--panel", screenshot.panel, "one panel alone")
      ->check(CLI::IsMember(panel_names()))
      ->type_name("NAME");
  command->add_option("--theme", all.theme, "light, dark, or contrast (high contrast)")
      ->check(CLI::IsMember({"light", "dark", "contrast"}))->type_name("T");
  command->add_option("--scale", screenshot.scale_percent, "how large, in percent, 100 to 200")
      ->check(CLI::Range(100, 200))->type_name("N");
  command->add_flag("--projector", screenshot.projector, "words to be read from the back row");
  command->footer("Example: roundtrip screenshot 01-hello --at read.header --size 1280x720 a.png");
}

void add_list(CLI::App& app, ListCommand& list) {
  CLI::App* command = app.add_subcommand("list", "List the scenarios, or the phases");
  command->add_flag("--phases", list.phases, "every phase of a trace, what --at takes");
  command->footer("Example: roundtrip list --phases");
}

void add_check(CLI::App& app, CheckCommand& check) {
  CLI::App* command = app.add_subcommand("check", "Say whether a trace is whole and in order");
  command->add_option("SOURCE", check.source, source_words)->required();
  command->footer("Example: roundtrip check my.trace.json");
}

void add_lab(CLI::App& app, LabCommand& lab) {
  CLI::App* command = app.add_subcommand(
      "lab", "Run a program on the client host of a lab, and tell the packets");
  command->add_option("--delay-ms", lab.delay_ms, "each way")->check(CLI::Range(0.0, 60'000.0));
  command->add_option("--loss-percent", lab.loss_percent, "of the packets, each way")
      ->check(CLI::Range(0.0, 100.0));
  command->add_option("--kbit-per-second", lab.kbit_per_second, "each way; 0: no limit")
      ->check(CLI::Range(0, 1'000'000'000));
  command->add_option("--seed", lab.seed, "the same seed loses the same packets");
  command->add_option("--trace", lab.trace_file, "record to this file");
  command->add_option("--port", lab.port, "let the same server listen on this machine too")
      ->check(CLI::Range(0, 65'535));
  command->add_flag("--quiet", lab.quiet, "say nothing but what the program says");
  command->add_option("PROGRAM", lab.words,
                      "the program and its arguments; lab's own options stand before it")
      ->required();
  command->positionals_at_end();
  command->footer("Example: roundtrip lab --delay-ms 20 curl -s http://192.168.1.100:8080/hello");
}

// What stands behind the program is the program's. One of lab's own options there was hardly meant
// so, unless `--` stands before the program. `words` are all of the command line.
std::string misplaced_lab_option(const CLI::App& app, const std::vector<std::string>& program,
                                 const std::vector<std::string>& words) {
  const std::size_t before = words.size() - program.size();
  if (before > 0 && words[before - 1] == "--") return {};
  const CLI::App* command = app.get_subcommand("lab");
  for (std::size_t i = 1; i < program.size(); ++i) {
    const std::string name = program[i].substr(0, program[i].find('='));
    if (!name.starts_with("--") || name == "--help") continue;
    if (command->get_option_no_throw(name) == nullptr) continue;
    return fmt::format("{} stands behind {} and would be {}'s: lab's own options stand before the "
                       "program (and with -- before the program all behind it is the program's)",
                       name, program.front(), program.front());
  }
  return {};
}

void add_export(CLI::App& app, ExportCommand& packets) {
  CLI::App* command =
      app.add_subcommand("export", "Write the packets of a trace for Wireshark and its kin");
  command->add_option("SOURCE", packets.source, "a trace file, or a scenario")->required();
  command->add_option("--pcapng", packets.pcapng_file, "write this pcapng file")
      ->required()->type_name("OUT");
  command->add_option("--seen-by", packets.seen_by,
                      "sender: each packet once, as it was sent, unless told; client, server: what "
                      "that host sent and what reached it")
      ->check(CLI::IsMember({"sender", "client", "server"}))->type_name("WHOM");
  command->footer("Example: roundtrip export 20-handshake --pcapng handshake.pcapng");
}

void add_import(CLI::App& app, ImportCommand& capture) {
  CLI::App* command = app.add_subcommand(
      "import", "Make a trace of a capture, pcapng or pcap: its packets, no server's steps");
  command->add_option("FILE", capture.capture, "a capture of TCP connections")->required();
  command->add_option("OUT", capture.output,
                      "the trace; FILE's name and .trace.json in this folder unless told");
  command->footer("Example: roundtrip import capture.pcapng capture.trace.json");
}

bool names_trace(const std::string& word) {
  std::error_code error;
  return std::filesystem::is_regular_file(word, error) || word.ends_with(".trace.json") ||
         word.ends_with(".trace.json.gz");
}

// CLI11's words as one sentence that ends in a hint.
std::string complaint_about(const CLI::App& app, const CLI::ParseError& error) {
  const auto chosen = app.get_subcommands();
  const std::string help = chosen.empty()
                               ? "roundtrip --help"
                               : fmt::format("roundtrip {} --help", chosen.front()->get_name());
  std::string what = error.what();
  const std::vector<std::string> unknown = app.remaining(true);
  const std::string first = unknown.empty() ? "" : unknown.front();
  const bool missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  // What an unknown option leaves missing is not what was mistyped.
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
      (missing && first.starts_with('-'))) {
    if (first.starts_with('-')) {
      what = fmt::format("there is no option '{}'", first);
    } else if (chosen.empty()) {
      std::vector<std::string> names;
      for (const CLI::App* one : app.get_subcommands(nullptr)) names.push_back(one->get_name());
      const std::string nearest = nearest_word(first, names);
      what = fmt::format("there is no command '{}'", first);
      if (names_scenario(first)) {
        what += fmt::format(", it is a scenario: did you mean roundtrip run {}?", first);
      } else if (names_trace(first)) {
        what += fmt::format(", it is a file: did you mean roundtrip view {}?", first);
      } else if (!nearest.empty()) {
        what += fmt::format(", did you mean {}?", nearest);
      }
    } else {
      what = fmt::format("'{}' is one argument too many", first);
    }
  } else if (missing) {
    what = fmt::format("something is missing: {}", what);
  }
  std::replace(what.begin(), what.end(), '\n', ' ');
  while (!what.empty() && (what.back() == '.' || what.back() == ' ')) what.pop_back();
  return fmt::format("{}; see `{}`", what, help);
}

Command command_from(const CLI::App& app, Everything& all) {
  if (app.got_subcommand("run")) return all.run;
  if (app.got_subcommand("measure")) return all.measure;
  if (app.got_subcommand("serve")) return all.serve;
  if (app.got_subcommand("view")) return all.view;
  if (app.got_subcommand("text")) return all.text;
  if (app.got_subcommand("screenshot")) {
    static_cast<void>(std::sscanf(all.size.c_str(), "%5dx%5d", &all.screenshot.width,
                                  &all.screenshot.height));
    for (const viz::ThemeKind kind : viz::all_themes) {
      if (all.theme == viz::theme_word(kind)) all.screenshot.theme = kind;
    }
    return all.screenshot;
  }
  if (app.got_subcommand("check")) return all.check;
  if (app.got_subcommand("export")) return all.packets;
  if (app.got_subcommand("import")) return all.capture;
  if (app.got_subcommand("list")) return all.list;
  if (app.got_subcommand("doctor")) return DoctorCommand{};
  if (app.got_subcommand("lab")) return all.lab;
  return WindowCommand{};
}

}  // namespace

ParsedCommandLine parse_command_line(const std::vector<std::string>& words) {
  Everything all;
  CLI::App app("Roundtrip shows an HTTP request happening: a real server runs inside, and every "
               "step it takes is told, drawn and kept.", "roundtrip");
  app.set_version_flag("--version", build_name());
  app.footer(all_examples);
  app.require_subcommand(0, 1);
  add_run(app, all.run);
  add_measure(app, all.measure);
  add_serve(app, all.serve);
  add_view(app, all.view);
  add_text(app, all.text);
  add_screenshot(app, all.screenshot, all);
  add_check(app, all.check);
  add_lab(app, all.lab);
  add_export(app, all.packets);
  add_import(app, all.capture);
  add_list(app, all.list);
  app.add_subcommand("doctor", "Try what of the packets can be seen here, and say how to see more")
      ->footer("Example: roundtrip doctor");
  try {
    // CLI11 takes them from the back.
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    return {std::nullopt, chosen.empty() ? app.help() : chosen.front()->help(app.get_name()), {}};
  } catch (const CLI::CallForVersion&) {
    return {std::nullopt, build_name() + "\n", {}};
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, {}, complaint_about(app, error)};
  }
  if (app.got_subcommand("lab")) {
    std::string misplaced = misplaced_lab_option(app, all.lab.words, words);
    if (!misplaced.empty()) return {std::nullopt, {}, std::move(misplaced)};
  }
  return {command_from(app, all), {}, {}};
}

}  // namespace roundtrip::app
