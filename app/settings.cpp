#include "app/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "viz/model/views.h"

namespace roundtrip::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int format_version = 1;
constexpr Duration write_after = Duration::seconds(1);
constexpr std::uintmax_t most_file_bytes = 1 << 20;
constexpr std::array<std::string_view, viz::preset_count> preset_words = {"story", "bytes", "log",
                                                                         "everything"};

json json_of(const viz::Workspace& workspace) {
  json panes = json::array();
  for (const viz::Pane& pane : workspace.panes) {
    json tabs = json::array();
    for (const viz::ViewId view : pane.tabs) {
      if (const viz::ViewRow* row = viz::view_row(view)) tabs.push_back(row->name);
    }
    const viz::ViewRow* front = viz::view_row(pane.shown());
    panes.push_back({{"tabs", tabs}, {"front", front == nullptr ? "" : front->name}});
  }
  return {{"panes", panes},
          {"stacked", workspace.stacked},
          {"share", workspace.share},
          {"active", workspace.active}};
}

// Views that this program does not know are left out.
std::optional<viz::Workspace> workspace_of(const json& told) {
  viz::Workspace workspace;
  for (const json& one : told.at("panes")) {
    viz::Pane pane;
    for (const json& name : one.at("tabs")) {
      if (const viz::ViewRow* row = viz::view_row(name.get<std::string>())) {
        pane.tabs.push_back(row->id);
      }
    }
    if (pane.tabs.empty()) continue;
    const viz::ViewRow* front = viz::view_row(one.at("front").get<std::string>());
    const auto at = front == nullptr ? pane.tabs.end()
                                     : std::find(pane.tabs.begin(), pane.tabs.end(), front->id);
    pane.front = at == pane.tabs.end() ? 0 : static_cast<std::size_t>(at - pane.tabs.begin());
    workspace.panes.push_back(std::move(pane));
  }
  workspace.stacked = told.at("stacked").get<bool>();
  workspace.share = told.at("share").get<float>();
  workspace.active = told.at("active").get<std::size_t>();
  if (!workspace.is_sound()) return std::nullopt;
  return workspace;
}

std::optional<float> share_of(const json& told, const char* name) {
  if (!told.contains(name)) return std::nullopt;
  const float share = told.at(name).get<float>();
  return share > 0 && share < 1 ? std::optional(share) : std::nullopt;
}

void read_looks(const json& told, viz::ViewState& state) {
  for (const viz::ThemeKind kind : viz::all_themes) {
    if (told.value("theme", "") == viz::theme_word(kind)) state.theme = kind;
  }
  state.projector = told.value("projector", state.projector);
  state.text_scale = std::clamp(told.value("scale", 1.f), viz::text_scales.front(),
                                viz::text_scales.back());
  state.pace = std::clamp(told.value("pace", state.pace), 0.1, 1000.0);
}

void read_places(const json& told, viz::ViewState& state) {
  for (std::size_t i = 0; i < viz::preset_count; ++i) {
    const std::string name(preset_words[i]);
    if (told.value("preset", "") == name) state.preset = static_cast<viz::Preset>(i);
    if (!told.contains("views") || !told.at("views").contains(name)) continue;
    if (const auto workspace = workspace_of(told.at("views").at(name))) {
      state.workspaces[i] = *workspace;
    }
  }
  if (!told.contains("splits")) return;
  const json& splits = told.at("splits");
  state.splits = {share_of(splits, "lifecycle"), share_of(splits, "explain"),
                  share_of(splits, "timeline")};
}

}  // namespace

fs::path settings_file() {
  if (const char* file = std::getenv("ROUNDTRIP_SETTINGS")) return file;
  if (const char* folder = std::getenv("XDG_CONFIG_HOME"); folder != nullptr && *folder != '\0') {
    return fs::path(folder) / "roundtrip" / "settings.json";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    return fs::path(home) / ".config" / "roundtrip" / "settings.json";
  }
  return {};
}

std::string settings_text(const viz::ViewState& state) {
  json views = json::object();
  for (std::size_t i = 0; i < viz::preset_count; ++i) {
    views[std::string(preset_words[i])] = json_of(state.workspaces[i]);
  }
  json splits = json::object();
  if (state.splits.lifecycle) splits["lifecycle"] = *state.splits.lifecycle;
  if (state.splits.explain) splits["explain"] = *state.splits.explain;
  if (state.splits.timeline) splits["timeline"] = *state.splits.timeline;
  const json all = {{"version", format_version},
                    {"theme", viz::theme_word(state.theme)},
                    {"projector", state.projector},
                    {"scale", state.text_scale},
                    {"pace", state.pace},
                    {"preset", preset_words[static_cast<std::size_t>(state.preset)]},
                    {"views", views},
                    {"splits", splits}};
  return all.dump(2) + "\n";
}

Status read_settings(const std::string& text, viz::ViewState& state) {
  viz::ViewState read = state;
  try {
    const json told = json::parse(text);
    if (told.value("version", 0) > format_version) {
      return Error{"they are of a newer Roundtrip"};
    }
    read_looks(told, read);
    read_places(told, read);
  } catch (const json::exception& error) {
    return Error{error.what()};
  }
  state = std::move(read);
  return Nothing{};
}

Status Settings::read(viz::ViewState& state) {
  if (file_.empty()) return Nothing{};
  std::error_code error;
  if (!fs::exists(file_, error)) {
    state.tour = 0;
    return Nothing{};
  }
  const auto trouble = [this](std::string_view why) {
    return Error{fmt::format("The settings in {} can't be read ({}): the usual ones are in force",
                             file_.string(), why)};
  };
  const auto size = fs::file_size(file_, error);
  if (error || size > most_file_bytes) return trouble(error ? error.message() : "too large");
  std::ifstream in(file_, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof()) return trouble("reading failed");
  if (const Status status = read_settings(text, state); !status.ok()) {
    return trouble(status.error());
  }
  written_ = settings_text(state);
  return Nothing{};
}

Status Settings::update(const viz::ViewState& state, bool changed, Duration elapsed) {
  if (file_.empty()) return Nothing{};
  if (changed) {
    due_ = true;
    waited_ = {};
  }
  if (!due_) return Nothing{};
  waited_ = waited_ + elapsed;
  if (waited_ < write_after) return Nothing{};
  return write(state);
}

Status Settings::write(const viz::ViewState& state) {
  due_ = false;
  if (file_.empty() || state.tour) return Nothing{};
  const std::string text = settings_text(state);
  if (text == written_) return Nothing{};
  const fs::path fresh = file_.string() + ".new";
  const auto trouble = [this](std::string_view why) {
    return Error{fmt::format("The settings can't be kept in {}: {}", file_.string(), why)};
  };
  std::error_code error;
  fs::create_directories(file_.parent_path(), error);
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out << text;
    out.flush();
    if (!out) return trouble("it can't be written");
  }
  fs::rename(fresh, file_, error);
  if (error) return trouble(error.message());
  written_ = text;
  return Nothing{};
}

}  // namespace roundtrip::app
