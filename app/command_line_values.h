// The values that options of the command line take: each check returns one sentence about a value
// that is none, with what would be one, or nothing. Called by command_line.cpp alone.
// Sizes are in bytes or in pixels, as their names say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roundtrip::app {

// A place in a trace, as --at takes it.
inline constexpr const char* where_words =
    "an event's number, a phase (`roundtrip list --phases`), or end";
std::string check_where(const std::string& where);

// What --panel takes: the panels, and every view of the table.
std::vector<std::string> panel_names();

std::string check_png(const std::string& file);
std::string check_size(const std::string& size);  // "1280x720"
std::string check_data_folder(const std::string& folder);

// "4096", "64KiB", "16MiB"; empty where it is no number of bytes.
std::optional<std::uint64_t> bytes_from(std::string_view text);
std::string check_bytes(const std::string& text, std::uint64_t least, std::uint64_t most);

}  // namespace roundtrip::app
