#include "app/version.h"

namespace roundtrip::app {

std::string build_name() { return "roundtrip " ROUNDTRIP_VERSION; }

}  // namespace roundtrip::app
