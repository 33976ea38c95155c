#include "tests/core/http/llhttp/differences.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "core/http/characters.h"

namespace roundtrip::http {
namespace {

const Taken* taken(const Account& account, std::size_t index) {
  return index < account.requests.size() ? &account.requests[index] : nullptr;
}

// The error by which the request at hand was refused.
std::optional<ParseError> refused_here(const Disagreement& at) {
  const Taken* const here = taken(at.ours, at.index);
  if (!at.ours.refusal || (here != nullptr && here->end)) return std::nullopt;
  return at.ours.refusal->ours;
}
std::string_view refused_there(const Disagreement& at) {
  const Taken* const there = taken(at.llhttp, at.index);
  if (!at.llhttp.refusal || (there != nullptr && there->end)) return {};
  return at.llhttp.refusal->code;
}

template <ParseError... errors>
bool we_say(const Disagreement& at) {
  const auto error = refused_here(at);
  return error && ((*error == errors) || ...);
}

bool llhttp_says(const Disagreement& at, std::initializer_list<std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), refused_there(at)) != codes.end();
}

// The word of the request line that llhttp looks at: the first, the second.
std::string_view word(const Disagreement& at, int which) {
  std::string_view line = at.text.substr(at.begin);
  while (line.starts_with("\r\n")) line.remove_prefix(2);
  for (; which > 0; --which) line.remove_prefix(std::min(line.find(' '), line.size() - 1) + 1);
  return line.substr(0, line.find_first_of(" \r\n"));
}

// The methods of llhttp's HTTP_METHOD_MAP that are of HTTP.
constexpr std::array<std::string_view, 34> methods_of_llhttp = {
    "DELETE", "GET",    "HEAD",     "POST",   "PUT",        "CONNECT",     "OPTIONS",
    "TRACE",  "COPY",   "LOCK",     "MKCOL",  "MOVE",       "PROPFIND",    "PROPPATCH",
    "SEARCH", "UNLOCK", "BIND",     "REBIND", "UNBIND",     "ACL",         "REPORT",
    "MERGE",  "PATCH",  "M-SEARCH", "NOTIFY", "SUBSCRIBE",  "UNSUBSCRIBE", "MKACTIVITY",
    "PURGE",  "LINK",   "UNLINK",   "SOURCE", "MKCALENDAR", "CHECKOUT"};

bool method_is_unknown_there(const Disagreement& at) {
  const std::string_view method = word(at, 0);
  return llhttp_says(at, {"HPE_INVALID_METHOD", "HPE_INVALID_CONSTANT", "HPE_INVALID_VERSION"}) &&
         is_token(method) &&
         std::find(methods_of_llhttp.begin(), methods_of_llhttp.end(), method) ==
             methods_of_llhttp.end();
}

bool higher_minor_version(const Disagreement& at) {
  const Taken* const here = taken(at.ours, at.index);
  const bool head_is_cut = here == nullptr;
  return llhttp_says(at, {"HPE_INVALID_VERSION"}) &&
         (head_is_cut || (here->version != "1.0" && here->version != "1.1"));
}

// More than one space between the words of the request line.
bool spaces_between_words(const Disagreement& at) {
  const std::string_view line = at.text.substr(at.begin, at.ours.refusal->at - at.begin + 1);
  return we_say<ParseError::BadTarget, ParseError::BadVersion>(at) && line.ends_with("  ");
}

// RTSP and ICE look like HTTP up to here.
bool another_protocol(const Disagreement& at) {
  constexpr std::string_view rtsp = "RTSP/";
  constexpr std::string_view ice = "ICE/";
  const std::string_view name = word(at, 2);
  return we_say<ParseError::BadVersion>(at) && (name.starts_with(rtsp.substr(0, name.size())) ||
                                                name.starts_with(ice.substr(0, name.size())));
}

bool asterisk_with_more(const Disagreement& at) {
  return we_say<ParseError::BadTarget>(at) && word(at, 1).starts_with("*");
}

bool authority_of_a_kind(const Disagreement& at) {
  return we_say<ParseError::BadTarget>(at) && word(at, 1).find("://") != std::string_view::npos;
}

bool tunnel_to_no_host(const Disagreement& at) {
  return we_say<ParseError::BadTarget>(at) && word(at, 0) == "CONNECT";
}

bool scheme_unknown_there(const Disagreement& at) {
  const std::string_view target = word(at, 1);
  return llhttp_says(at, {"HPE_INVALID_URL"}) && is_letter(target.front()) &&
         target.substr(0, target.find(':')).find_first_of("0123456789+-.") != target.npos;
}

// llhttp stops inside a chunk's extension, or at the spaces before it.
bool extension_not_looked_into(const Disagreement& at) {
  const Taken* const here = taken(at.ours, at.index);
  if (here == nullptr || !llhttp_says(at, {"HPE_STRICT", "HPE_INVALID_CHUNK_SIZE", "HPE_UNNAMED"}))
    return false;
  const std::size_t stop = at.llhttp.refusal->at;
  const std::size_t line = std::max(at.text.rfind("\r\n", stop - 2) + 2, here->head_end);
  return at.text.substr(line, stop + 1 - line).find_first_of("; \t") != std::string_view::npos;
}

bool length_told_at_once(const Disagreement& at) {
  return we_say<ParseError::BadContentLength, ParseError::RepeatedContentLength>(at) &&
         taken(at.llhttp, at.index) == nullptr;
}

bool tab_behind_a_value(const Disagreement& at) {
  const Taken* const here = taken(at.ours, at.index);
  const Taken* const there = taken(at.llhttp, at.index);
  if (here == nullptr) return false;
  const std::string_view head = at.text.substr(at.begin, here->head_end - at.begin);
  if (head.find("\t\r\n") == head.npos) return false;
  if (there != nullptr) return here->keep_alive != there->keep_alive;
  return llhttp_says(at, {"HPE_INVALID_TRANSFER_ENCODING", "HPE_INVALID_CONTENT_LENGTH"});
}

bool coding_told_at_the_end(const Disagreement& at) {
  return taken(at.ours, at.index) == nullptr && !at.ours.refusal &&
         llhttp_says(at, {"HPE_INVALID_TRANSFER_ENCODING"});
}

bool close_and_keep_alive(const Disagreement& at) {
  const Taken* const here = taken(at.ours, at.index);
  const Taken* const there = taken(at.llhttp, at.index);
  return here != nullptr && there != nullptr && here->version == "1.0" && !here->keep_alive &&
         there->keep_alive && has_field(here->headers, "connection");
}

bool asks_a_proxy_to_close(const Disagreement& at) {
  const Taken* const here = taken(at.ours, at.index);
  return here != nullptr && has_field(here->headers, "proxy-connection") && here->keep_alive;
}

constexpr std::array differences = {
    // ---- here it is refused, there not ----------------------------------------------------------
    Difference{"Host is missing, comes twice or names no host", "RFC 9112, section 3.2",
               "The section asks a server for 400. llhttp leaves the check to whoever uses it.",
               we_say<ParseError::MissingHost, ParseError::RepeatedHost, ParseError::BadHost>},
    Difference{"an escape in the path that is none, or a control byte", "RFC 3986, section 2.1",
               "The path is decoded once, here. llhttp hands the target on as it came.",
               we_say<ParseError::BadEscape, ParseError::EscapedControl>},
    Difference{"an authority with a user's name, or none", "RFC 9110, section 4.2.4",
               "A user's name before a host is mostly there to deceive.", authority_of_a_kind},
    Difference{"an asterisk with more behind it", "RFC 9112, section 3.2.4",
               "The asterisk stands alone.", asterisk_with_more},
    Difference{"CONNECT with a target that is no host and port", "RFC 9112, section 3.2.3",
               "A tunnel leads to nothing else.", tunnel_to_no_host},
    Difference{"more than one space between two words of the request line", "RFC 9112, section 3",
               "A recipient may be lenient here; this one is not.", spaces_between_words},
    Difference{"an expectation that is not 100-continue", "RFC 9110, section 10.1.1",
               "417 says so before a body is sent; llhttp does not look into the field.",
               we_say<ParseError::UnknownExpectation>},
    Difference{"Transfer-Encoding in HTTP/1.0", "RFC 9112, section 6.1",
               "The section calls the framing faulty; llhttp reads the chunks.",
               we_say<ParseError::TransferEncodingInOldVersion>},
    Difference{"another transfer coding than chunked alone", "RFC 9112, section 6.1",
               "Nothing here unpacks another one, and a list with an empty element is no better.",
               we_say<ParseError::TransferEncodingNotImplemented, ParseError::ChunkedNotLast>},
    Difference{"Content-Length beside Transfer-Encoding", "RFC 9112, section 6.3",
               "Refused whatever the two say; llhttp lets an empty Transfer-Encoding pass.",
               we_say<ParseError::LengthAndTransferEncoding>},
    Difference{"a wrong Content-Length, before its line has ended", "RFC 9110, section 8.6",
               "Refused at the byte that is wrong; llhttp waits for the first digit, or the line.",
               length_told_at_once},
    Difference{
        "a version that is not 1.x", "RFC 9110, section 15.6.6",
        "505. llhttp takes 0.9 and 2.0, and a line without a version, for the caller to see.",
        we_say<ParseError::UnsupportedVersion, ParseError::IncompleteRequestLine>},
    Difference{"another protocol's name in place of HTTP", "RFC 9112, section 2.3",
               "The name is HTTP in capitals; llhttp takes RTSP and ICE as well.",
               another_protocol},
    Difference{"a trailer that frames or routes", "RFC 9110, section 6.5.1",
               "It comes too late to be heeded; llhttp passes trailers on unseen.",
               we_say<ParseError::ForbiddenTrailer>},
    Difference{"more than the server is willing to read", "RFC 9110, section 15.5.14",
               "Sizes are limited here, and so are empty lines and a chunk size's zeros.",
               we_say<ParseError::BodyTooLarge, ParseError::TooManyEmptyLines,
                      ParseError::ChunkSizeOverflow>},
    Difference{"a CR or LF alone", "RFC 9112, section 2.2",
               "A recipient may take a bare LF, and must not take a bare CR; here each is refused.",
               we_say<ParseError::BareCr, ParseError::BareLf>},
    Difference{
        "llhttp before 9, which Node.js builds without its strict mode",
        "RFC 9112, sections 2.2, 3.2, 5.1 and 7.1",
        "It takes bytes above ASCII in a target, a line that begins with a space or a colon, a "
        "space before the colon, and anything behind a chunk's data.",
        we_say<ParseError::BadTargetByte, ParseError::SpaceBeforeFirstHeader,
               ParseError::EmptyHeaderName, ParseError::SpaceBeforeColon,
               ParseError::MissingChunkEnd>,
        9},

    // ---- there it is refused, here not ----------------------------------------------------------
    Difference{"a method that llhttp does not know", "RFC 9110, section 9.1",
               "A method is any token; what has no handler is answered 405 or 501.",
               method_is_unknown_there},
    Difference{"HTTP/1.2 and higher", "RFC 9110, section 2.5",
               "A higher minor version is to be read as the highest that one knows.",
               higher_minor_version},
    Difference{"a scheme with more than letters", "RFC 3986, section 3.1",
               "Digits, plus, hyphen and dot may stand in a scheme.", scheme_unknown_there},
    Difference{"what stands in a chunk's extension", "RFC 9112, section 7.1.1",
               "Unknown extensions are to be ignored: only the bytes that end lines are looked at.",
               extension_not_looked_into},
    Difference{"a tab behind chunked, a length or close", "RFC 9110, section 5.6.3",
               "Spaces and tabs around a value are no part of it; llhttp skips the spaces only.",
               tab_behind_a_value},
    Difference{"an unknown coding, before the head has ended", "RFC 9112, section 6.3",
               "Several fields make one list, so here the codings are judged at its end.",
               coding_told_at_the_end},

    // ---- both take it ---------------------------------------------------------------------------
    Difference{"close and keep-alive together in HTTP/1.0", "RFC 9112, section 9.3",
               "The section asks for close first; llhttp lets keep-alive win.",
               close_and_keep_alive},
    Difference{"Proxy-Connection", "RFC 9112, section 9.6",
               "No standard knows the field; llhttp heeds it as if it were Connection.",
               asks_a_proxy_to_close},
};

}  // namespace

const Difference* reason_for(const Disagreement& found, int llhttp_major) {
  for (const Difference& difference : differences) {
    const bool holds = difference.before_llhttp == 0 || llhttp_major < difference.before_llhttp;
    if (holds && difference.covers(found)) return &difference;
  }
  return nullptr;
}

}  // namespace roundtrip::http
