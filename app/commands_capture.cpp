// The commands between traces and captures of packets: `export` and `import`.
#include <fmt/format.h>

#include <filesystem>

#include "app/commands.h"
#include "app/places.h"
#include "app/version.h"
#include "core/capture/capture_export.h"
#include "core/capture/capture_import.h"
#include "core/trace/file_reader.h"
#include "core/trace/file_writer.h"
#include "viz/model/format.h"

namespace roundtrip::app {
namespace {

std::string counted(std::uint64_t number, std::string_view one) {
  return viz::counted(static_cast<std::int64_t>(number), one);
}

capture::SeenBy eye_from(const std::string& word) {
  if (word == "client") return capture::SeenBy::Client;
  return word == "server" ? capture::SeenBy::Server : capture::SeenBy::Sender;
}

// In this folder, under the capture's own name.
std::filesystem::path trace_named_after(const std::string& capture) {
  std::filesystem::path name = std::filesystem::path(capture).filename();
  const std::string ending = name.extension();
  if (ending == ".pcapng" || ending == ".pcap" || ending == ".cap") name.replace_extension();
  name += ".trace.json";
  return name;
}

}  // namespace

int do_export(const ExportCommand& command) {
  const auto file = find_source(command.source);
  if (!file) return fail(file.error());
  trace::Trace trace;
  const auto read = trace::read_trace_file(*file, trace);
  if (!read) return fail(read.error());
  const auto report =
      capture::export_packets(trace, eye_from(command.seen_by), command.pcapng_file);
  if (!report) return fail(report.error());
  std::string told = counted(report->packets, "packet");
  if (report->cut > 0) {
    told += fmt::format(", {} of them without all of the payload, which was not kept",
                        viz::count(static_cast<std::int64_t>(report->cut)));
  }
  if (report->without_header > 0) {
    told += fmt::format("; {} of no TCP left out, whose bytes were not kept",
                        counted(report->without_header, "packet"));
  }
  print(fmt::format("{}: {}\n", command.pcapng_file, told));
  if (read->torn) say_error(fmt::format("warning: {}", read->torn_sentence));
  return exit_done;
}

int do_import(const ImportCommand& command) {
  const bool named = !command.output.empty();
  const std::string output = named ? command.output : trace_named_after(command.capture).string();
  std::error_code error;
  if (!named && std::filesystem::exists(output, error)) {
    return fail(fmt::format("'{0}' is there already: name the trace that is to be written, as in "
                            "`roundtrip import {1} mine.trace.json`",
                            output, command.capture));
  }
  trace::Trace trace;
  const auto report = capture::import_capture(command.capture, build_name(), trace);
  if (!report) return fail(report.error());
  if (Status saved = trace::TraceFileWriter::save(trace, output); !saved) {
    return fail(saved.error());
  }
  std::string told = fmt::format("{} of {}", counted(report->packets, "packet"),
                                 counted(report->connections, "connection"));
  if (report->left_out > 0) {
    told += fmt::format("; {} of no TCP, of fragments or of no time left out",
                        counted(report->left_out, "packet"));
  }
  print(fmt::format("{}: {}\n", output, told));
  return exit_done;
}

}  // namespace roundtrip::app
