// same_trace: whether two traces tell the same: the same facts in the same order, the same kept
// bytes, the same about themselves, the same losses. Used by tests and by `check`, because a trace
// that was saved and loaded must be equal to the live one.
// Symbols are compared by their text, since each trace numbers them itself; an argument that is
// absent is absent, whatever its place in the record holds.
#pragma once

#include <string>

#include "core/trace/trace.h"

namespace roundtrip::trace {

// `why`, where given, gets a sentence about the first difference.
bool same_trace(const Trace& a, const Trace& b, std::string* why = nullptr);

}  // namespace roundtrip::trace
