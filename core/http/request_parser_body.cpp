// The readers of the body: pieces of one with a length, and the frame of a chunked one, state by
// state, with the trailers behind it (RFC 9112 section 7.1). Whatever a client may add to the frame
// without adding data is counted, so that nobody is kept busy by it.
#include <algorithm>
#include <string_view>

#include "core/base/check.h"
#include "core/http/characters.h"
#include "core/http/request_parser.h"
#include "core/http/request_parser_cursor.h"
#include "core/http/scan.h"

namespace roundtrip::http {

// ---- a body with a length -----------------------------------------------------------------------

Step RequestParser::take_body_piece(const StreamBytes& window) {
  CHECK_THAT(position_ >= window.offset && position_ <= window.end(),
             "a window without the bytes that are yet to be read");
  const std::uint64_t missing = known_.body_at + known_.content_length - position_;
  const BodyPiece piece{{position_, std::min(missing, window.end() - position_)}};
  if (piece.bytes.empty()) return Step(StepKind::NeedsMore);
  position_ = piece.bytes.end();
  if (piece.bytes.length == missing) advance_to(State::BodyEnd);
  return tell(piece);
}

Step RequestParser::tell_body_complete(std::uint64_t data_bytes) {
  return tell(BodyComplete{{known_.body_at, position_ - known_.body_at}, data_bytes});
}

// ---- a chunked body -----------------------------------------------------------------------------

Step RequestParser::take_chunk_piece(const StreamBytes& window) {
  CHECK_THAT(position_ >= window.offset && position_ <= window.end(),
             "a window without the bytes that are yet to be read");
  const BodyPiece piece{{position_, std::min(chunked_.bytes_left, window.end() - position_)}};
  if (piece.bytes.empty()) return Step(StepKind::NeedsMore);
  position_ = piece.bytes.end();
  chunked_.bytes_left -= piece.bytes.length;
  if (chunked_.bytes_left == 0) advance_to(State::ChunkDataEnd);
  return tell(piece);
}

RequestParser::Cursor RequestParser::cursor_over_chunked(const StreamBytes& window) const {
  const char* const end = window.bytes.data() + window.bytes.size();
  Cursor at{place_in(window, position_), end, place_in(window, needed_from()), end, window.end()};
  if (state_ >= State::TrailerStart) {
    const std::uint64_t room = chunked_.trailers_at + limits_.trailer_bytes - position_;
    if (static_cast<std::uint64_t>(end - at.at) > room) at.stop = at.at + room;
  }
  return at;
}

Step RequestParser::tell_chunk() {
  const ByteRange line{chunked_.line_at, position_ - chunked_.line_at};
  const std::uint64_t text_end = position_ - line_end_bytes;
  return tell(ChunkFound{
      line, {chunked_.extension_at, text_end - chunked_.extension_at}, chunked_.size});
}

bool RequestParser::read_chunk_size(Cursor& at) {
  int digit = -1;
  for (; !at.stopped() && (digit = hex_value(*at.at)) >= 0; ++at.at) {
    if (chunked_.size_digits == max_chunk_size_digits) {
      return fail(at, ParseError::ChunkSizeOverflow);
    }
    chunked_.size = chunked_.size << 4 | static_cast<std::uint64_t>(digit);
    ++chunked_.size_digits;
  }
  if (at.stopped()) return false;
  if (*at.at == '\n') return fail(at, ParseError::BareLf);
  if (chunked_.size_digits == 0) return fail(at, ParseError::BadChunkSize);
  if (chunked_.size > limits_.body_bytes - chunked_.data_bytes) {
    return fail_at(chunked_.line_at, ParseError::BodyTooLarge);
  }
  chunked_.extension_at = at.position();
  if (*at.at == '\r') {
    ++at.at;
    advance_to(State::ChunkHeadEnd);
  } else if (*at.at == ';') {
    advance_to(State::ChunkExtension);
  } else if (is_blank(*at.at)) {
    advance_to(State::ChunkSizeTail);
  } else {
    return fail(at, ParseError::BadChunkSize);
  }
  return true;
}

bool RequestParser::read_chunk_size_tail(Cursor& at) {
  for (; !at.stopped() && is_blank(*at.at); ++at.at) {
    if (chunked_.extension_bytes == limits_.chunk_extension_bytes) {
      return fail(at, ParseError::ChunkExtensionsTooLarge);
    }
    ++chunked_.extension_bytes;
  }
  if (at.stopped()) return false;
  if (*at.at == '\n') return fail(at, ParseError::BareLf);
  if (*at.at != ';') return fail(at, ParseError::BadChunkExtension);
  advance_to(State::ChunkExtension);
  return true;
}

bool RequestParser::read_chunk_extension(Cursor& at) {
  const std::ptrdiff_t room = limits_.chunk_extension_bytes - chunked_.extension_bytes;
  const char* const bound = at.at + std::min(room, at.end - at.at);
  const char* const found = end_of_value(at.head, at.at, bound);
  chunked_.extension_bytes += static_cast<std::uint32_t>(found - at.at);
  at.at = found;
  if (at.stopped()) return false;
  if (*at.at == '\n') return fail(at, ParseError::BareLf);
  if (*at.at != '\r') {
    return fail(at, is_in(characters::value, *at.at) ? ParseError::ChunkExtensionsTooLarge
                                                     : ParseError::BadChunkExtension);
  }
  ++at.at;
  advance_to(State::ChunkHeadEnd);
  return true;
}

bool RequestParser::end_chunk_head(Cursor& at) {
  const bool last = chunked_.size == 0;
  if (!read_line_feed(at, last ? State::TrailerStart : State::ChunkData)) return false;
  chunked_.bytes_left = chunked_.size;
  chunked_.data_bytes += chunked_.size;
  if (last) chunked_.trailers_at = at.position();
  return true;
}

bool RequestParser::read_chunk_data_end(Cursor& at) {
  if (at.stopped()) return false;
  if (*at.at != '\r') {
    return fail(at, *at.at == '\n' ? ParseError::BareLf : ParseError::MissingChunkEnd);
  }
  ++at.at;
  advance_to(State::ChunkEnd);
  return true;
}

bool RequestParser::end_chunk(Cursor& at) {
  if (!read_line_feed(at, State::ChunkSize)) return false;
  chunked_.line_at = at.position();
  chunked_.size = 0;
  chunked_.size_digits = 0;
  return true;
}

// ---- trailers -----------------------------------------------------------------------------------

bool RequestParser::read_trailer_start(Cursor& at) {
  if (at.stopped()) return out_of_bytes(at);
  const char first = *at.at;
  if (is_in(characters::token, first)) {
    if (chunked_.trailer_count == limits_.trailer_count) {
      return fail(at, ParseError::TrailersTooLarge);
    }
    ++chunked_.trailer_count;
    chunked_.line_at = at.position();
    at.head = at.at;
    advance_to(State::TrailerName);
    return true;
  }
  if (first == '\r') {
    ++at.at;
    advance_to(State::TrailersEnd);
    return true;
  }
  if (first == '\n') return fail(at, ParseError::BareLf);
  if (first == ':') return fail(at, ParseError::EmptyHeaderName);
  return fail(at, is_blank(first) ? ParseError::ObsoleteFold : ParseError::BadHeaderName);
}

// A field of the frame or the route that comes behind the body was not heeded where it counts:
// whoever merged it into the headers would see another request (RFC 9110 section 6.5.1).
bool RequestParser::read_trailer_name(Cursor& at) {
  if (!end_name(at)) return false;
  chunked_.name_bytes = at.in_head();
  const Field field = field_named(at.head, chunked_.name_bytes);
  if (field == Field::Host || field == Field::ContentLength || field == Field::TransferEncoding) {
    return fail_at(chunked_.line_at, ParseError::ForbiddenTrailer);
  }
  ++at.at;
  advance_to(State::TrailerValue);
  return true;
}

bool RequestParser::read_trailer_value(Cursor& at) {
  at.at = end_of_value(at.head, at.at, at.stop);
  if (at.stopped()) return out_of_bytes(at);
  if (*at.at != '\r') {
    return fail(at, *at.at == '\n' ? ParseError::BareLf : ParseError::BadHeaderValue);
  }
  ++at.at;
  advance_to(State::TrailerEnd);
  return true;
}

Step RequestParser::tell_trailer(const Cursor& at) {
  const std::uint32_t value_at = chunked_.name_bytes + 1;
  const std::string_view text(at.head + value_at, at.in_head() - line_end_bytes - value_at);
  const std::string_view value = without_blanks_around(text);
  const auto blanks = static_cast<std::uint64_t>(value.data() - text.data());
  return tell(Trailer{{chunked_.line_at, at.in_head()},
                      {chunked_.line_at, chunked_.name_bytes},
                      {chunked_.line_at + value_at + blanks, value.size()}});
}

}  // namespace roundtrip::http
