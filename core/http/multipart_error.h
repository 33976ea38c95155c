// Everything that can be wrong with a multipart body, one row each, as parse_error.h has it for
// requests: the code, one plain sentence, the status to answer with, and where the rule stands.
// Found by the multipart parser; the handler that reads the body answers it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/http/flaw.h"

namespace roundtrip::http {

enum class MultipartError : std::uint8_t {
  BadDelimiter,
  BadPartLineEnd,
  BadPartHeader,
  PartHeadTooLarge,
  BadDisposition,
  RepeatedDisposition,
  MissingDisposition,
  TooManyParts,
  UnfinishedBody,
};

using MultipartErrorRow = ErrorRow<MultipartError>;

inline constexpr std::array<MultipartErrorRow, 9> multipart_errors{{
    {MultipartError::BadDelimiter, "BadDelimiter",
     "Behind the boundary between two parts the line ends, or two hyphens end the body; this byte "
     "does neither.",
     400, "RFC 2046, section 5.1.1"},
    {MultipartError::BadPartLineEnd, "BadPartLineEnd",
     "A line in the head of a part ends with CR and LF together; this LF has no CR before it.", 400,
     "RFC 2046, section 5.1"},
    {MultipartError::BadPartHeader, "BadPartHeader",
     "A line in the head of a part is a name, a colon and a value; this byte is part of none.", 400,
     "RFC 7578, section 4.8"},
    {MultipartError::PartHeadTooLarge, "PartHeadTooLarge",
     "The head of this part is larger than this server is willing to read.", 413,
     "RFC 9110, section 15.5.14"},
    {MultipartError::BadDisposition, "BadDisposition",
     "A part says form-data, and then its parameters, each as a semicolon, a name, an equals sign "
     "and a value.",
     400, "RFC 7578, section 4.2"},
    {MultipartError::RepeatedDisposition, "RepeatedDisposition",
     "A part says once what it is, and what its name is; a second time nobody could choose.", 400,
     "RFC 7578, section 4.2"},
    {MultipartError::MissingDisposition, "MissingDisposition",
     "A part has to name the field of the form that it is for, and the head of this one ends "
     "without a name.",
     400, "RFC 7578, section 4.2"},
    {MultipartError::TooManyParts, "TooManyParts",
     "The body has more parts than this server is willing to read.", 413,
     "RFC 9110, section 15.5.14"},
    {MultipartError::UnfinishedBody, "UnfinishedBody",
     "The body ends before the boundary that says so.", 400, "RFC 2046, section 5.1.1"},
}};

static_assert(in_order_up_to(MultipartError::UnfinishedBody, multipart_errors));

constexpr const MultipartErrorRow& row_of(MultipartError error) {
  return multipart_errors[static_cast<std::size_t>(error)];
}

// What was found, and the offset in the body of the byte to blame; of a head without a name that of
// its blank line, of a body that is not finished its end.
using MultipartFailure = Failure<MultipartError>;

}  // namespace roundtrip::http
