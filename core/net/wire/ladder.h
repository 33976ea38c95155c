// The ladder: how much of the packets this machine lets us see, from the most to the least. Each
// rung is tried whole, by doing what it would be used for, because a step that is allowed says
// nothing of the next: some systems let a user namespace be made and deny all that follows.
// `roundtrip doctor` prints it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/wire/lab.h"
#include "core/trace/vocabulary.h"

namespace roundtrip::net {

// Capture: a packet socket on lo (CAP_NET_RAW). Stamps: SO_TIMESTAMPING there. Inferred: from what
// the program itself sees.
using trace::Rung;
inline constexpr std::array all_rungs = {Rung::LabByRoot, Rung::LabByHelper, Rung::Capture,
                                         Rung::Stamps, Rung::Inferred};

std::string_view rung_name(Rung rung);   // "lab by root"
std::string_view rung_gives(Rung rung);  // what can be seen and done there, a sentence

struct RungFinding {
  Rung rung = Rung::Inferred;
  std::optional<LabFailure> failure;  // absent: it works here
};

// Takes some milliseconds; a rung that hangs is given up after a second.
RungFinding try_rung(Rung rung, const LabOptions& options = {});
std::vector<RungFinding> try_ladder(const LabOptions& options = {});

}  // namespace roundtrip::net
