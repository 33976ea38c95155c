// Which client asks; and what a browser sends by itself, without anybody asking for it: the icon of
// the page, and connections opened ahead that may never carry a request. Derived from bytes that
// were kept: the request's target and headers, and what else the same browser sends at the time.
// Called by layouts and by the narrator, a few times a frame. Limits: the first
// most_headers_looked_at headers of a request; connections next to one another in the trace.
#pragma once

#include <string>
#include <string_view>

#include "viz/model/trace_view.h"

namespace roundtrip::viz {

inline constexpr std::size_t most_headers_looked_at = 32;
inline constexpr std::string_view by_the_browser = "[sent by the browser itself]";

// `request`: 0 asks about the connection.
bool sent_by_browser_itself(const TraceView& view, std::uint32_t conn, std::uint32_t request);

// Who asks, in a word or two: "curl", "the browser", "the built-in client"; empty where nothing
// that was read says so. `request`: 0 for one that has no number yet.
std::string client_name(const TraceView& view, std::uint32_t conn, std::uint32_t request);

// The words for the subject of an event, where they hold; else empty.
std::string_view browser_note(const TraceView& view, std::uint64_t event);

}  // namespace roundtrip::viz
