// The rule of the arrows between the rooms. The CMake targets say the same to the linker; this says
// it to the reader, and catches headers that need no linking.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "tests/tidy/rules.h"

namespace roundtrip::tidy {

namespace {

// `may_include` lists rooms one by one, parted by spaces; a room may always include itself.
struct Room {
  std::string_view name;
  std::string_view may_include;
};

// The longer name stands before the shorter that it begins with.
constexpr std::array rooms = {
    Room{"core/base", ""},
    Room{"core/trace", "core/base"},
    Room{"core/http", "core/base"},
    Room{"core/packet", "core/base"},
    Room{"core/runtime", "core/base core/trace"},
    Room{"core/net", "core/base core/trace core/packet core/runtime"},
    Room{"core/capture", "core/base core/trace core/packet core/net"},
    Room{"core/server", "core/base core/trace core/http core/runtime core/net"},
    Room{"core/scenario",
         "core/base core/trace core/http core/packet core/runtime core/net core/server"},
    Room{"viz/model", "core/base core/trace core/http core/packet"},
    Room{"viz", "core/base core/trace core/http core/packet viz/model"},
    Room{"app",
         "core/base core/trace core/http core/packet core/runtime core/net core/capture "
         "core/server "
         "core/scenario viz/model viz"},
    Room{"tests",
         "core/base core/trace core/http core/packet core/runtime core/net core/capture "
         "core/server "
         "core/scenario viz/model viz app"},
};

// Headers from outside that only some rooms may include.
struct Outsider {
  std::string_view header;  // how the header's name begins
  std::string_view allowed;
  std::string_view advice;
};

constexpr std::string_view rooms_with_sockets =
    "core/base core/trace core/runtime core/net core/server core/scenario app tests";
// core/packet writes addresses as text.
constexpr std::string_view rooms_with_addresses =
    "core/base core/trace core/packet core/runtime core/net core/server core/scenario app tests";
constexpr std::array outsiders = {
    Outsider{"imgui", "viz app tests", "Dear ImGui is for viz and app; geometry stays without it"},
    Outsider{"backends/imgui", "app tests", "the window belongs to app"},
    Outsider{"GLFW/", "app tests", "GLFW belongs to app, so that viz draws without a window"},
    Outsider{"GL/", "app tests", "OpenGL belongs to app, so that viz draws without a window"},
    Outsider{"sys/socket.h", rooms_with_sockets, "this room knows no sockets"},
    Outsider{"sys/epoll.h", rooms_with_sockets, "this room knows no sockets"},
    Outsider{"netinet/", rooms_with_addresses, "this room knows no sockets"},
    Outsider{"arpa/", rooms_with_addresses, "this room knows no sockets"},
};

bool lists(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    if (names.substr(0, end) == name) {
      return true;
    }
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return false;
}

// The header that the line includes with the mark that opens it, <imgui.h or "app/window.h; empty
// when the line includes nothing.
std::string_view included_in(std::string_view line) {
  for (const std::string_view part : {"#", "include"}) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with(part)) {
      return {};
    }
    line.remove_prefix(part.size());
  }
  line.remove_prefix(std::min(line.find_first_of("<\""), line.size()));
  return line.substr(0, line.find_first_of(">\"", 1));
}

std::optional<std::string> why_not_ours(const Room& from, const std::string& header) {
  const std::string_view to = room_of(header);
  if (to.empty()) {
    return fmt::format(
        "\"{}\" is in no room: name our own headers from the repository's root, and "
        "those of libraries in angle brackets",
        header);
  }
  if (to == from.name || lists(from.may_include, to)) {
    return std::nullopt;
  }
  return fmt::format(
      "{} may not include {}, only {}: move what is needed to a room that both may "
      "include, or hand it over as a value",
      from.name, to, from.may_include.empty() ? "itself" : from.may_include);
}

std::optional<std::string> why_not_theirs(const Room& from, const std::string& header) {
  for (const Outsider& outsider : outsiders) {
    if (header.starts_with(outsider.header) && !lists(outsider.allowed, from.name)) {
      return fmt::format("{} may not include <{}>: {}", from.name, header, outsider.advice);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view room_of(std::string_view path) {
  for (const Room& room : rooms) {
    if (path.starts_with(room.name) && path.substr(room.name.size()).starts_with('/')) {
      return room.name;
    }
  }
  return {};
}

std::vector<Finding> check_includes(const SourceFile& file) {
  const std::string_view name = room_of(file.path);
  const auto room = std::find_if(rooms.begin(), rooms.end(),
                                 [&](const Room& candidate) { return candidate.name == name; });
  if (room == rooms.end() || !file.is_cpp()) {
    return {};
  }
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view named = included_in(file.lines[i]);
    if (named.empty()) {
      continue;
    }
    const std::string header(named.substr(1));
    const auto advice =
        named.front() == '<' ? why_not_theirs(*room, header) : why_not_ours(*room, header);
    if (advice) {
      findings.push_back({file.path, i + 1, "includes", *advice});
    }
  }
  return findings;
}

}  // namespace roundtrip::tidy
