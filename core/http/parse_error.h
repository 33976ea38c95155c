// Everything that can be wrong with a request, one row each: the code, one plain sentence for a
// student, the status to answer with, and where the rule stands. The parser finds them, the server
// answers them, the screen and the text show them; nothing else turns an error into words.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/http/flaw.h"

namespace roundtrip::http {

enum class ParseError : std::uint8_t {
  // the request line
  TooManyEmptyLines,
  BadMethod,
  IncompleteRequestLine,
  BadTarget,
  BadTargetByte,
  BadVersion,
  UnsupportedVersion,
  RequestLineTooLong,
  // the escapes of the path
  BadEscape,
  EscapedControl,
  // the ends of lines
  BareCr,
  BareLf,
  // header lines
  SpaceBeforeFirstHeader,
  ObsoleteFold,
  EmptyHeaderName,
  BadHeaderName,
  SpaceBeforeColon,
  MissingColon,
  BadHeaderValue,
  TooManyHeaders,
  HeadTooLarge,
  // Host
  MissingHost,
  RepeatedHost,
  BadHost,
  // where the body ends
  BadContentLength,
  ContentLengthOverflow,
  RepeatedContentLength,
  LengthAndTransferEncoding,
  TransferEncodingInOldVersion,
  TransferEncodingNotImplemented,
  ChunkedNotLast,
  BodyTooLarge,
  UnknownExpectation,
  // a chunked body
  BadChunkSize,
  ChunkSizeOverflow,
  BadChunkExtension,
  ChunkExtensionsTooLarge,
  MissingChunkEnd,
  ForbiddenTrailer,
  TrailersTooLarge,
};

using ParseErrorRow = ErrorRow<ParseError>;

inline constexpr std::array<ParseErrorRow, 40> parse_errors{{
    {ParseError::TooManyEmptyLines, "TooManyEmptyLines",
     "An empty line or two before a request is forgiven, but here no request begins.", 400,
     "RFC 9112, section 2.2"},
    {ParseError::BadMethod, "BadMethod",
     "A request begins with a method such as GET, made of letters, digits and a few signs and "
     "followed by one space; this byte is none of these.",
     400, "RFC 9112, section 3.1"},
    {ParseError::IncompleteRequestLine, "IncompleteRequestLine",
     "The request line ends before its three parts are there: method, target and version.", 400,
     "RFC 9112, section 3"},
    {ParseError::BadTarget, "BadTarget",
     "After the method and one space comes what is asked for: a path that begins with a slash, a "
     "whole address such as http://host/path, or a single asterisk; after CONNECT a host and port.",
     400, "RFC 9112, section 3.2"},
    {ParseError::BadTargetByte, "BadTargetByte",
     "A target holds visible ASCII only; any other byte has to be written as % and two digits.",
     400, "RFC 9112, section 3.2"},
    {ParseError::BadVersion, "BadVersion",
     "The request line ends with HTTP, a slash, a digit, a dot and a digit, in capitals and with "
     "nothing after it.",
     400, "RFC 9112, section 2.3"},
    {ParseError::UnsupportedVersion, "UnsupportedVersion",
     "This server speaks HTTP/1.0 and HTTP/1.1, and the request asks for another version.", 505,
     "RFC 9110, section 15.6.6"},
    {ParseError::RequestLineTooLong, "RequestLineTooLong",
     "The request line is longer than this server is willing to read.", 414,
     "RFC 9112, section 3"},
    {ParseError::BadEscape, "BadEscape",
     "In a path a percent sign is followed by two hexadecimal digits; here it is not.", 400,
     "RFC 3986, section 2.1"},
    {ParseError::EscapedControl, "EscapedControl",
     "This escape stands for a control byte, which no path of this server holds.", 400,
     "RFC 3986, section 7.3"},
    {ParseError::BareCr, "BareCr",
     "A line ends with CR and LF together; after this CR another byte follows.", 400,
     "RFC 9112, section 2.2"},
    {ParseError::BareLf, "BareLf",
     "A line ends with CR and LF together; this LF has no CR before it.", 400,
     "RFC 9112, section 2.2"},
    {ParseError::SpaceBeforeFirstHeader, "SpaceBeforeFirstHeader",
     "No space or tab may stand between the request line and the first header.", 400,
     "RFC 9112, section 2.2"},
    {ParseError::ObsoleteFold, "ObsoleteFold",
     "A header line that begins with a space or tab once continued the line before it; that is "
     "refused today, because programs disagreed on what it meant.",
     400, "RFC 9112, section 5.2"},
    {ParseError::EmptyHeaderName, "EmptyHeaderName",
     "This header line begins with its colon: the name before it is missing.", 400,
     "RFC 9112, section 5"},
    {ParseError::BadHeaderName, "BadHeaderName",
     "A header name is made of letters, digits and a few signs; this byte may not stand in it.",
     400, "RFC 9110, section 5.1"},
    {ParseError::SpaceBeforeColon, "SpaceBeforeColon",
     "No space may stand between a header name and its colon: two servers that read it "
     "differently could be played against each other.",
     400, "RFC 9112, section 5.1"},
    {ParseError::MissingColon, "MissingColon",
     "This header line ends without a colon between a name and a value.", 400,
     "RFC 9112, section 5"},
    {ParseError::BadHeaderValue, "BadHeaderValue",
     "A header value may hold spaces and tabs, but no other control byte.", 400,
     "RFC 9110, section 5.5"},
    {ParseError::TooManyHeaders, "TooManyHeaders",
     "The request has more headers than this server is willing to read.", 431,
     "RFC 6585, section 5"},
    {ParseError::HeadTooLarge, "HeadTooLarge",
     "Request line and headers together are larger than this server is willing to read.", 431,
     "RFC 6585, section 5"},
    {ParseError::MissingHost, "MissingHost",
     "An HTTP/1.1 request has to name the host it is meant for, and the headers end here without "
     "one.",
     400, "RFC 9112, section 3.2"},
    {ParseError::RepeatedHost, "RepeatedHost",
     "A request names its host once; this is the second time.", 400, "RFC 9112, section 3.2"},
    {ParseError::BadHost, "BadHost",
     "A host is a name or an address, with a colon and a port if need be; this byte fits neither.",
     400, "RFC 9112, section 3.2"},
    {ParseError::BadContentLength, "BadContentLength",
     "Content-Length counts the bytes of the body: digits, and nothing else.", 400,
     "RFC 9110, section 8.6"},
    {ParseError::ContentLengthOverflow, "ContentLengthOverflow",
     "With this digit Content-Length exceeds the largest number that 64 bits hold.", 400,
     "RFC 9110, section 8.6"},
    {ParseError::RepeatedContentLength, "RepeatedContentLength",
     "The length of the body is told a second time; even an equal one is refused, so that nobody "
     "has to choose.",
     400, "RFC 9112, section 6.3"},
    {ParseError::LengthAndTransferEncoding, "LengthAndTransferEncoding",
     "Content-Length and Transfer-Encoding both say where the body ends; a request with both may "
     "hide a second request inside its body.",
     400, "RFC 9112, section 6.3"},
    {ParseError::TransferEncodingInOldVersion, "TransferEncodingInOldVersion",
     "Transfer-Encoding came with HTTP/1.1, and this request calls itself HTTP/1.0.", 400,
     "RFC 9112, section 6.1"},
    {ParseError::TransferEncodingNotImplemented, "TransferEncodingNotImplemented",
     "The body comes in a transfer coding that this server does not read.", 501,
     "RFC 9112, section 6.1"},
    {ParseError::ChunkedNotLast, "ChunkedNotLast",
     "The chunked coding tells where the body ends, so it has to be applied once and as the last.",
     400, "RFC 9112, section 6.3"},
    {ParseError::BodyTooLarge, "BodyTooLarge",
     "The body that is announced here is larger than this server is willing to read.", 413,
     "RFC 9110, section 15.5.14"},
    {ParseError::UnknownExpectation, "UnknownExpectation",
     "The client expects something that this server has no notion of; it knows 100-continue only.",
     417, "RFC 9110, section 10.1.1"},
    {ParseError::BadChunkSize, "BadChunkSize",
     "A chunk begins with its size in hexadecimal digits; this byte is none of them.", 400,
     "RFC 9112, section 7.1"},
    {ParseError::ChunkSizeOverflow, "ChunkSizeOverflow",
     "The size of a chunk has 16 hexadecimal digits at most; this is one more.", 400,
     "RFC 9112, section 7.1"},
    {ParseError::BadChunkExtension, "BadChunkExtension",
     "Behind the size of a chunk only a semicolon and an extension may stand; this byte fits "
     "neither.",
     400, "RFC 9112, section 7.1.1"},
    {ParseError::ChunkExtensionsTooLarge, "ChunkExtensionsTooLarge",
     "The extensions of all chunks together are longer than this server is willing to read.", 400,
     "RFC 9112, section 7.1.1"},
    {ParseError::MissingChunkEnd, "MissingChunkEnd",
     "Behind the data of a chunk stand CR and LF; here the data goes on, or the size was wrong.",
     400, "RFC 9112, section 7.1"},
    {ParseError::ForbiddenTrailer, "ForbiddenTrailer",
     "A field that says where a request goes, or where its body ends, comes too late behind the "
     "body.",
     400, "RFC 9110, section 6.5.1"},
    {ParseError::TrailersTooLarge, "TrailersTooLarge",
     "The fields behind the last chunk are more, or longer, than this server is willing to read.",
     431, "RFC 6585, section 5"},
}};

static_assert(in_order_up_to(ParseError::TrailersTooLarge, parse_errors));

constexpr const ParseErrorRow& row_of(ParseError error) {
  return parse_errors[static_cast<std::size_t>(error)];
}

// What the parser found, and the stream offset of the byte that is to blame: the byte at which it
// stopped; for a repeated or contradicting header the first byte of that header's line; for a
// missing Host the blank line; for a body too large the first digit of its length, or of the size
// of the chunk that made it so; for a trailer that is forbidden the first byte of its line.
using ParseFailure = Failure<ParseError>;

}  // namespace roundtrip::http
