#include "core/scenario/settings.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/scenario/limits.h"

namespace roundtrip::scenario {
namespace {

struct NumberSetting {
  std::string_view name;
  std::optional<std::uint32_t> Settings::*place;
  std::uint32_t least;
  std::uint32_t most;
};

constexpr std::uint32_t longest_ms = 10 * 60 * 1000;
constexpr NumberSetting number_settings[] = {
    {"header_timeout_ms", &Settings::header_timeout_ms, 1, longest_ms},
    {"read_timeout_ms", &Settings::read_timeout_ms, 1, longest_ms},
    {"write_timeout_ms", &Settings::write_timeout_ms, 1, longest_ms},
    {"idle_timeout_ms", &Settings::idle_timeout_ms, 1, longest_ms},
    {"handler_timeout_ms", &Settings::handler_timeout_ms, 1, longest_ms},
    {"times_as_fast", &Settings::times_as_fast, 1, 1'000},
    {"drain_ms", &Settings::drain_ms, 0, longest_ms},
    {"database_delay_ms", &Settings::database_delay_ms, 0, longest_ms},
    {"workers", &Settings::workers, 1, 64},
    {"observed_per_second", &Settings::observed_per_second, 0, 1'000'000},
};

Result<std::uint32_t> read_number(const nlohmann::json& value, std::string_view name,
                                  std::uint32_t least, std::uint32_t most) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number >= least && number <= most) return static_cast<std::uint32_t>(number);
  }
  return Error{
      fmt::format("the setting \"{}\" is a whole number from {} to {}", name, least, most)};
}

Status read_setting(Settings& settings, const std::string& name, const nlohmann::json& value) {
  for (const NumberSetting& known : number_settings) {
    if (known.name != name) continue;
    const auto number = read_number(value, name, known.least, known.most);
    if (!number) return Error{number.error()};
    settings.*known.place = *number;
    return Nothing{};
  }
  if (name == "minutes") {
    const auto number = read_number(value, name, 1, 240);
    if (!number) return Error{number.error()};
    settings.minutes = *number;
    return Nothing{};
  }
  if (name == "wire") {
    const auto wire = parse_wire_settings(value.dump());
    if (!wire) return Error{wire.error()};
    settings.wire = *wire;
    return Nothing{};
  }
  if (name == "together") {
    if (!value.is_boolean()) return Error{"the setting \"together\" is true or false"};
    settings.together = value.get<bool>();
    return Nothing{};
  }
  if (name == "model") {
    const std::string word = value.is_string() ? value.get<std::string>() : std::string();
    const auto model = trace::unit_value(trace::Unit::ModelUnit, word);
    if (!model) return Error{"the setting \"model\" is tasks, threads or single"};
    settings.model = static_cast<trace::Model>(*model);
    return Nothing{};
  }
  std::string names = "minutes, together, model, wire";
  for (const NumberSetting& known : number_settings) names += fmt::format(", {}", known.name);
  return Error{fmt::format("there is no setting of this name; there are {}", names)};
}

}  // namespace

Result<Settings> parse_settings(std::string_view text) {
  if (text.size() > limits::settings_bytes) {
    return Error{fmt::format("the settings are longer than {} bytes", limits::settings_bytes)};
  }
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return Error{"the settings are not a JSON object"};
  Settings settings;
  for (const auto& [name, value] : json.items()) {
    const Status read = read_setting(settings, name, value);
    if (!read) return Error{read.error()};
  }
  return settings;
}

}  // namespace roundtrip::scenario
