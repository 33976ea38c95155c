#include "app/measured_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/runtime/own_thread.h"

namespace roundtrip::app {

using nlohmann::json;
using trace::Model;
using viz::ModelFigures;

namespace {

json json_of(const ModelFigures& one) {
  json told = {{"target", one.target},
               {"clients", one.clients},
               {"model", trace::word(trace::Unit::ModelUnit, one.model)},
               {"workers", one.workers},
               {"traced", one.traced},
               {"answered", one.answered},
               {"elapsed", one.elapsed.ns},
               {"shortest", one.shortest.ns},
               {"half", one.half.ns},
               {"nearly_all", one.nearly_all.ns},
               {"longest", one.longest.ns},
               {"memory_bytes", one.memory_bytes},
               {"threads", one.threads},
               {"server_cpu", one.server_cpu.ns},
               {"clients_cpu", one.clients_cpu.ns},
               {"switches", one.switches},
               {"preemptions", one.preemptions}};
  if (one.stack_reserved_bytes) told["stack_reserved_bytes"] = *one.stack_reserved_bytes;
  if (one.stack_used_bytes) told["stack_used_bytes"] = *one.stack_used_bytes;
  return told;
}

// Throws json::exception where something is missing or of another kind.
ModelFigures figures_from(const json& told) {
  ModelFigures one;
  const auto word = told.at("model").get<std::string>();
  for (const Model model : viz::all_models) {
    if (trace::word(trace::Unit::ModelUnit, model) == word) one.model = model;
  }
  const auto length = [&told](const char* name) {
    return Duration::nanoseconds(told.at(name).get<std::int64_t>());
  };
  const auto bytes = [&told](const char* name) -> std::optional<std::uint64_t> {
    if (!told.contains(name)) return std::nullopt;
    return told.at(name).get<std::uint64_t>();
  };
  told.at("target").get_to(one.target);
  told.at("clients").get_to(one.clients);
  told.at("workers").get_to(one.workers);
  told.at("traced").get_to(one.traced);
  told.at("answered").get_to(one.answered);
  one.elapsed = length("elapsed");
  one.shortest = length("shortest");
  one.half = length("half");
  one.nearly_all = length("nearly_all");
  one.longest = length("longest");
  told.at("memory_bytes").get_to(one.memory_bytes);
  told.at("threads").get_to(one.threads);
  one.stack_reserved_bytes = bytes("stack_reserved_bytes");
  one.stack_used_bytes = bytes("stack_used_bytes");
  one.server_cpu = length("server_cpu");
  one.clients_cpu = length("clients_cpu");
  told.at("switches").get_to(one.switches);
  told.at("preemptions").get_to(one.preemptions);
  return one;
}

}  // namespace

ModelFigures figures_of(const scenario::Load& load, Model model, unsigned workers, bool traced,
                        const scenario::LoadReport& report) {
  ModelFigures one;
  one.target = load.target;
  one.clients = load.clients;
  one.model = model;
  one.workers = workers;
  one.traced = traced;
  one.answered = report.answered;
  one.elapsed = report.elapsed;
  one.shortest = report.latency.min();
  one.half = report.latency.percentile(0.5);
  one.nearly_all = report.latency.percentile(0.99);
  one.longest = report.latency.max();
  one.memory_bytes =
      std::max(report.most.resident_bytes, report.before.resident_bytes) -
      report.before.resident_bytes;
  one.threads = report.most.threads;
  if (model == Model::Threads) {
    one.stack_reserved_bytes = runtime::reserved_stack_bytes();
    const runtime::StackUse& stacks = report.usage.stacks;
    if (stacks.threads > 0) one.stack_used_bytes = stacks.bytes / stacks.threads;
  }
  one.server_cpu = report.usage.others_cpu;
  one.clients_cpu = report.usage.clients_cpu;
  one.switches = report.usage.switches;
  one.preemptions = report.usage.preemptions;
  return one;
}

Status save_figures(const viz::MeasuredModels& measured, const std::filesystem::path& file) {
  json all = json::array();
  for (const ModelFigures& one : measured.all) all.push_back(json_of(one));
  const json told = {{"roundtrip", 1}, {"where", measured.where}, {"loads", std::move(all)}};
  std::ofstream out(file);
  out << told.dump(1) << '\n';
  out.close();
  if (out) return Nothing{};
  return Error{fmt::format("{} can't be written: check the folder and the space left",
                           file.string())};
}

Result<viz::MeasuredModels> read_figures(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return Error{fmt::format("{} can't be read", file.string())};
  try {
    const json told = json::parse(in);
    if (told.at("roundtrip") != 1) {
      return Error{fmt::format("{} is of a newer version than this program", file.string())};
    }
    viz::MeasuredModels measured;
    told.at("where").get_to(measured.where);
    for (const json& one : told.at("loads")) measured.all.push_back(figures_from(one));
    return measured;
  } catch (const json::exception& error) {
    return Error{fmt::format("{} holds no figures of loads ({})", file.string(), error.what())};
  }
}

std::shared_ptr<const viz::MeasuredModels> figures_beside(
    const std::filesystem::path& trace_file) {
  std::string name = trace_file.string();
  for (const std::string_view ending : {".trace.json", ".trace.json.gz"}) {
    if (!name.ends_with(ending)) continue;
    name.resize(name.size() - ending.size());
    auto read = read_figures(name + ".models.json");
    if (read) return std::make_shared<const viz::MeasuredModels>(std::move(*read));
    break;
  }
  return nullptr;
}

}  // namespace roundtrip::app
