// A lab for tests: by root where that works, else by the helper, else none, and then the test says
// that it was left out. ROUNDTRIP_LAB=helper takes the helper alone.
#pragma once

#include <memory>

#include "core/net/wire/lab.h"

namespace roundtrip::testing {

net::LabOptions lab_options();
// Empty where no lab can be made here; said with the reason.
std::unique_ptr<net::Lab> make_lab(const net::LabOptions& options = lab_options());
// The same, made in one way only.
std::unique_ptr<net::Lab> make_lab(net::Lab::Way way);

}  // namespace roundtrip::testing
