#include "app/load_table.h"

#include <fmt/format.h>

#include <functional>
#include <thread>

#include "app/narrator_rows.h"
#include "core/runtime/own_thread.h"
#include "viz/model/format.h"

namespace roundtrip::app {
namespace {

using scenario::LoadReport;
using trace::Model;

constexpr std::size_t remark_width = 78;

std::string mebibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

std::string model_name(const LoadColumn& column) {
  switch (column.model) {
    case Model::Tasks:
      return fmt::format("tasks, {}", viz::counted(column.workers, "worker"));
    case Model::Threads:
      return "a thread each";
    case Model::Single:
      return "one thread";
  }
  return {};
}

std::string throughput(const LoadReport& report) {
  if (report.elapsed.ns <= 0) return "-";
  const double seconds = static_cast<double>(report.elapsed.ns) / 1e9;
  return fmt::format(
      "{} /s",
      number_text(static_cast<std::uint64_t>(static_cast<double>(report.answered) / seconds)));
}

std::uint64_t grown(const LoadReport& report) {
  const std::uint64_t before = report.before.resident_bytes;
  return report.most.resident_bytes > before ? report.most.resident_bytes - before : 0;
}

std::string each(std::uint64_t bytes, const scenario::Load& load) {
  return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / load.clients / 1024);
}

}  // namespace

Lines load_table(const scenario::Load& load, const std::vector<LoadColumn>& columns) {
  std::vector<std::vector<std::string>> rows;
  const auto row = [&](std::string name,
                       const std::function<std::string(const LoadColumn&)>& value) {
    std::vector<std::string>& cells = rows.emplace_back();
    cells.push_back(std::move(name));
    for (const LoadColumn& column : columns) cells.push_back(value(column));
  };
  const auto latency = [&](std::string name, double share) {
    row(std::move(name), [share](const LoadColumn& column) {
      return time_text(column.report.latency.percentile(share));
    });
  };
  row("", model_name);
  row("answered", [&](const LoadColumn& column) {
    return fmt::format("{} of {}", number_text(column.report.answered), number_text(load.clients));
  });
  row("in all", [](const LoadColumn& column) { return time_text(column.report.elapsed); });
  row("throughput", [](const LoadColumn& column) { return throughput(column.report); });
  row("latency, shortest",
      [](const LoadColumn& column) { return time_text(column.report.latency.min()); });
  latency("- half of them within", 0.5);
  latency("- 99 of 100 within", 0.99);
  row("- longest", [](const LoadColumn& column) { return time_text(column.report.latency.max()); });
  row("memory more than before",
      [](const LoadColumn& column) { return mebibytes(grown(column.report)); });
  row("- for each connection",
      [&](const LoadColumn& column) { return each(grown(column.report), load); });
  row("threads at most",
      [](const LoadColumn& column) { return number_text(column.report.most.threads); });
  row("- stacks reserved for them", [](const LoadColumn& column) {
    if (column.model != Model::Threads) return std::string("-");
    return fmt::format("{} x {}", number_text(column.report.most.threads),
                       mebibytes(runtime::reserved_stack_bytes()));
  });
  row("  used of each, mean", [&](const LoadColumn& column) {
    const runtime::StackUse& stacks = column.report.usage.stacks;
    if (stacks.threads == 0) return std::string("-");
    return fmt::format("{:.1f} KiB", static_cast<double>(stacks.bytes) /
                                         static_cast<double>(stacks.threads) / 1024);
  });
  row("accept queue at most",
      [](const LoadColumn& column) { return number_text(column.report.most.accept_queue); });
  row("processor time, server",
      [](const LoadColumn& column) { return time_text(column.report.usage.others_cpu); });
  row("- clients",
      [](const LoadColumn& column) { return time_text(column.report.usage.clients_cpu); });
  row("threads waited, others ran",
      [](const LoadColumn& column) { return number_text(column.report.usage.switches); });
  row("processor taken away",
      [](const LoadColumn& column) { return number_text(column.report.usage.preemptions); });
  const std::string title =
      load.label.empty()
          ? fmt::format("{} clients at once: GET {}", number_text(load.clients), load.target)
          : fmt::format("{} clients at once, {}: GET {}", number_text(load.clients), load.label,
                        load.target);
  return titled_box(title, app::columns(rows, 3));
}

Lines load_remarks(const std::vector<LoadColumn>& columns) {
  std::string text = fmt::format(
      "Clients and server share {} and this process; the clients are one thread. Latency counts "
      "from the moment at which all were to ask.",
      viz::counted(std::thread::hardware_concurrency(), "processor"));
  for (const LoadColumn& column : columns) {
    if (column.model != Model::Threads) continue;
    text +=
        " A thread's stack is reserved as addresses; memory is used for the pages of it that "
        "were touched, and stands in \"memory more than before\".";
    break;
  }
  return wrapped(text, remark_width);
}

}  // namespace roundtrip::app
