// What the lab must leave as it is: the machine's interfaces with their addresses and settings, and
// what this process has open. Taken before and after, as text that can be compared.
#pragma once

#include <cstddef>
#include <string>

namespace roundtrip::testing {

// Interfaces, addresses and every setting below /proc/sys/net that can be read.
std::string machine_network();

std::size_t open_descriptors();
std::size_t running_threads();
std::size_t child_processes();

}  // namespace roundtrip::testing
