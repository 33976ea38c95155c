// Where the program's own files are: scenarios and assets stand beside the folder of the executable
// (build/roundtrip, ../scenarios, ../assets) or, when that is not so, in the tree that it was built
// from. Used by every command. Also a scenario's file by its name, with what was probably meant
// when there is none.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace roundtrip::app {

std::filesystem::path scenarios_dir();
std::filesystem::path assets_dir();

// A scenario by its id ("01-hello"), its number ("01", "1"), its name ("hello") or its file.
Result<std::filesystem::path> find_scenario(std::string_view name);
// Whether a scenario that ships is called so, other than by its file.
bool names_scenario(std::string_view name);
// The trace that ships with a scenario; empty where there is none.
std::filesystem::path recording_of(std::string_view scenario_id);

// The trace file that a word names: itself, or the recording of a scenario. An error where it is a
// capture of packets.
Result<std::filesystem::path> find_source(const std::string& source);

// What to do with a file that is a capture of packets and no trace, in one sentence; else empty.
std::string capture_sentence(const std::filesystem::path& file);

// The word that is fewest typing mistakes away; empty where none is near.
std::string nearest_word(std::string_view word, const std::vector<std::string>& words);

}  // namespace roundtrip::app
