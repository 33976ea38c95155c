// What kind of body a handler has written, guessed from its first bytes when the handler did not
// say. The useful part of the WHATWG MIME Sniffing Standard, section 7.1, with the same answers as
// Go's DetectContentType for what it covers.
#pragma once

#include <cstddef>
#include <string_view>

namespace roundtrip::http {

// No byte beyond these is looked at.
inline constexpr std::size_t sniffed_bytes = 512;

// Always a type: text/plain for an empty body, application/octet-stream where nothing fits.
std::string_view sniff_content_type(std::string_view body_start);

}  // namespace roundtrip::http
