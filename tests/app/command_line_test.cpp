#include "app/command_line.h"

#include <doctest/doctest.h>

#include "app/places.h"
#include "core/server/options.h"

namespace roundtrip::app {
namespace {

template <class One>
One parsed_as(const std::vector<std::string>& words) {
  ParsedCommandLine parsed = parse_command_line(words);
  INFO(parsed.complaint);
  REQUIRE(parsed.complaint.empty());
  REQUIRE(parsed.command.has_value());
  REQUIRE(std::holds_alternative<One>(*parsed.command));
  return std::get<One>(*parsed.command);
}

std::string complaint(const std::vector<std::string>& words) {
  const ParsedCommandLine parsed = parse_command_line(words);
  CHECK_FALSE(parsed.command.has_value());
  CHECK(parsed.complaint.find('\n') == std::string::npos);
  return parsed.complaint;
}

bool has(const std::string& text, std::string_view part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) MESSAGE("'" << text << "' lacks '" << part << "'");
  return found;
}

TEST_CASE("command line: no words mean the window") { parsed_as<WindowCommand>({}); }

TEST_CASE("command line: run takes a scenario and how to tell it") {
  const auto run = parsed_as<RunCommand>(
      {"run", "01-hello", "--detail", "--trace", "a.trace.json", "--ascii", "--color", "always"});
  CHECK(run.scenario == "01-hello");
  CHECK(run.text.detail);
  CHECK(run.text.ascii);
  CHECK(run.text.color == ColorChoice::Always);
  CHECK(run.trace_file == "a.trace.json");
  CHECK(run.port == 0);
  CHECK(parsed_as<RunCommand>({"run", "--port", "8081", "hello"}).port == 8081);
}

TEST_CASE("command line: serve takes address, time-outs and what to hold") {
  const auto serve = parsed_as<ServeCommand>(
      {"serve", "--port", "0", "--host", "::1", "--workers", "3", "--hold", "--hold-path", "/echo",
       "--hold-method", "POST", "--backlog", "16", "--header-timeout", "0.5", "--observe", "0"});
  CHECK(serve.port == 0);
  CHECK(serve.host == "::1");
  CHECK(serve.workers == 3);
  CHECK(serve.hold);
  CHECK(serve.hold_path == "/echo");
  CHECK(serve.hold_method == "POST");
  CHECK(serve.backlog == 16);
  CHECK(serve.header_timeout_s == doctest::Approx(0.5));
  CHECK(serve.observed_per_second == 0U);
  CHECK_FALSE(parsed_as<ServeCommand>({"serve"}).observed_per_second.has_value());
}

TEST_CASE("command line: serve takes limits and folders; without them the server's own hold") {
  const auto serve = parsed_as<ServeCommand>(
      {"serve", "--handler-timeout", "2.5", "--shutdown-grace", "0", "--max-connections", "7",
       "--max-body", "3MiB", "--max-memory", "1MiB", "--max-header", "1KiB", "--data",
        "no-such-folder-yet", "--files",
       "/"});
  CHECK(serve.handler_timeout_s == doctest::Approx(2.5));
  CHECK(serve.shutdown_grace_s == doctest::Approx(0));
  CHECK(serve.max_connections == 7);
  CHECK(serve.max_body_bytes == 3 * 1024 * 1024);
  CHECK(serve.max_memory_bytes == 1024 * 1024);
  CHECK(serve.max_header_bytes == 1024);
  CHECK(serve.data_folder == "no-such-folder-yet");
  CHECK(serve.files_folder == "/");
  CHECK(parsed_as<ServeCommand>({"serve", "--max-body", "512"}).max_body_bytes == 512);

  const auto bare = parsed_as<ServeCommand>({"serve"});
  const server::ServerOptions usual;
  CHECK(bare.header_timeout_s == usual.timeouts.header.in_seconds());
  CHECK(bare.read_timeout_s == usual.timeouts.read.in_seconds());
  CHECK(bare.write_timeout_s == usual.timeouts.write.in_seconds());
  CHECK(bare.idle_timeout_s == usual.timeouts.idle.in_seconds());
  CHECK(bare.handler_timeout_s == usual.timeouts.handler.in_seconds());
  CHECK(bare.shutdown_grace_s == usual.shutdown_grace.in_seconds());
  CHECK(bare.max_connections == usual.max_connections);
  CHECK(bare.max_memory_bytes == usual.memory_bytes);
  CHECK(bare.max_body_bytes == usual.parser.body_bytes);
  CHECK(bare.max_header_bytes == usual.parser.head_bytes);
  // The help says each.
  const std::string help = parse_command_line({"serve", "--help"}).text;
  for (const char* words : {"unless told", "body; 15", "answer; 15", "requests; 60", "503; 10",
                            "end; 5", "accepted; 20000", "413; 16MiB", "431; 16KiB"}) {
    CHECK(has(help, words));
  }
}

TEST_CASE("command line: screenshot takes a source, a size and a picture") {
  const auto shot = parsed_as<ScreenshotCommand>(
      {"screenshot", "01-hello", "--at", "read.header", "--size", "1600x1000", "--panel", "bytes",
       "--theme", "contrast", "--scale", "150", "--projector", "out.png"});
  CHECK(shot.source == "01-hello");
  CHECK(shot.output == "out.png");
  CHECK(shot.at == "read.header");
  CHECK(shot.width == 1600);
  CHECK(shot.height == 1000);
  CHECK(shot.panel == "bytes");
  CHECK(shot.theme == viz::ThemeKind::Contrast);
  CHECK(shot.scale_percent == 150);
  CHECK(shot.projector);
}

TEST_CASE("command line: text, view, check, list and doctor") {
  CHECK(parsed_as<TextCommand>({"text", "a", "--at", "12"}).at == "12");
  CHECK(parsed_as<ViewCommand>({"view", "a"}).source == "a");
  CHECK(parsed_as<CheckCommand>({"check", "a"}).source == "a");
  CHECK_FALSE(parsed_as<ListCommand>({"list"}).phases);
  CHECK(parsed_as<ListCommand>({"list", "--phases"}).phases);
  parsed_as<DoctorCommand>({"doctor"});
  const auto lab = parsed_as<LabCommand>({"lab", "--delay-ms", "5", "curl", "-s", "http://a/"});
  CHECK(lab.delay_ms == 5);
  CHECK(lab.words == std::vector<std::string>{"curl", "-s", "http://a/"});
}

TEST_CASE("command line: lab's options behind the program are a mistake, unless -- was written") {
  CHECK(has(complaint({"lab", "curl", "--delay-ms", "5", "http://a/"}),
            "--delay-ms stands behind curl"));
  CHECK(has(complaint({"lab", "--seed", "2", "curl", "--delay-ms=5", "http://a/"}),
            "--delay-ms stands behind curl"));
  CHECK(has(complaint({"lab", "curl", "http://a/", "--trace", "a"}), "--trace stands behind"));
  const auto lab = parsed_as<LabCommand>({"lab", "--delay-ms", "5", "--", "curl", "--trace", "a"});
  CHECK(lab.delay_ms == 5);
  CHECK(lab.trace_file.empty());
  CHECK(lab.words == std::vector<std::string>{"curl", "--trace", "a"});
  // A program's own, and a path that is called as an option of ours.
  parsed_as<LabCommand>({"lab", "curl", "--help", "--silent", "-s", "delay-ms", "trace"});
}

TEST_CASE("command line: wrong words get one sentence that names them") {
  CHECK(has(complaint({"no-such"}), "'no-such'"));
  CHECK(has(complaint({"sreve"}), "did you mean serve?"));
  CHECK(has(complaint({"--no-such"}), "'--no-such'"));
  CHECK(has(complaint({"list", "--no-such"}), "'--no-such'"));
  CHECK(has(complaint({"list", "--no-such"}), "roundtrip list --help"));
  CHECK(has(complaint({"run"}), "SCENARIO"));
  CHECK(has(complaint({"run", "a", "b"}), "'b'"));
  CHECK(has(complaint({"run", "a", "--color", "red"}), "--color"));
  CHECK(has(complaint({"serve", "--port", "70000"}), "65535"));
  CHECK(has(complaint({"serve", "--port", "eighty"}), "--port"));
  CHECK(has(complaint({"serve", "--port"}), "--port"));
  CHECK(has(complaint({"serve", "--workers", "0"}), "--workers"));
  CHECK(has(complaint({"serve", "--idle-timeout", "-1"}), "--idle-timeout"));
  CHECK(has(complaint({"serve", "--read-timeout", "0"}), "--read-timeout"));
  CHECK(has(complaint({"serve", "--handler-timeout", "soon"}), "--handler-timeout"));
  CHECK(has(complaint({"serve", "--shutdown-grace", "-1"}), "--shutdown-grace"));
  CHECK(has(complaint({"serve", "--max-connections", "0"}), "--max-connections"));
  for (const char* bytes : {"", "-1", "1.5MiB", "3MB", "MiB", "99999999999999999999",
                            "18446744073709551615KiB", "2000000MiB"}) {
    CHECK(has(complaint({"serve", "--max-body", bytes}), "from 0 to 1099511627776"));
  }
  CHECK(has(complaint({"serve", "--max-header", "64KiB"}), "from 256 to 65535"));
  CHECK(has(complaint({"serve", "--max-header", "255"}), "'255'"));
  CHECK(has(complaint({"serve", "--data", "/dev/null"}), "'/dev/null' is no folder"));
  CHECK(has(complaint({"serve", "--files", "/no/such/folder"}), "/no/such/folder"));
  CHECK(has(complaint({"serve", "--hold-path", "/"}), "--hold"));
  CHECK(has(complaint({"serve", "--hold", "--no-trace"}), "--no-trace"));
  CHECK(has(complaint({"serve", "--trace", "a", "--no-trace"}), "--no-trace"));
  CHECK(has(complaint({"text", "a", "--at", "0"}), "'0'"));
  CHECK(has(complaint({"text", "a", "--at", "read.nothing"}), "read.nothing"));
  CHECK(has(complaint({"text", "a", "--at", "read.heder"}), "did you mean read.header?"));
  CHECK(has(complaint({"screenshot", "a", "b.png", "--size", "10x10"}), "'10x10'"));
  CHECK(has(complaint({"screenshot", "a", "b.png", "--size", "big"}), "'big'"));
  CHECK(has(complaint({"screenshot", "a", "b.jpg"}), ".png"));
  CHECK(has(complaint({"screenshot", "a"}), "OUT"));
}

TEST_CASE("command line: a phase is suggested by its id or by its step alone") {
  const auto suggested = [](const char* where) { return complaint({"text", "a", "--at", where}); };
  CHECK(has(suggested("packet.held"), "did you mean trace.packet_held?"));
  CHECK(has(suggested("packet_droped"), "did you mean trace.packet_dropped?"));
  CHECK(has(suggested("syn-ack"), "did you mean connection.syn_ack?"));
  CHECK(has(suggested("header"), "did you mean read.header?"));
  CHECK(has(suggested("trace.hld"), "did you mean trace.hold?"));
  CHECK_FALSE(has(suggested("something else altogether"), "did you mean"));
  for (const char* command : {"text", "screenshot"}) {
    CHECK(has(parse_command_line({command, "--help"}).text, "roundtrip list --phases"));
  }
}

TEST_CASE("command line: help and version are texts, not work") {
  const ParsedCommandLine help = parse_command_line({"--help"});
  CHECK_FALSE(help.command.has_value());
  for (const char* command : {"run", "serve", "view", "text", "screenshot", "check", "export",
                              "import", "list", "doctor"}) {
    CHECK(has(help.text, command));
    CHECK(has(parse_command_line({command, "--help"}).text, "Example: roundtrip "));
  }
  CHECK(has(parse_command_line({"--version"}).text, "roundtrip "));
}

TEST_CASE("places: the nearest word, where one is near") {
  const std::vector<std::string> words = {"01-hello", "02-keep-alive", "hello", "keep-alive"};
  CHECK(nearest_word("helo", words) == "hello");
  CHECK(nearest_word("02-keepalive", words) == "02-keep-alive");
  CHECK(nearest_word("completely different", {"run"}).empty());
}

}  // namespace
}  // namespace roundtrip::app
