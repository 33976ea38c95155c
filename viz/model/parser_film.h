// The request parser as a film: where it stood before the byte that it read last, what that byte
// decided, and where it stands now; around it the bytes with the state that read each; what has
// been told of the request, and a refusal. core/http's parser is run again over the kept bytes, up
// to the cursor and no further than the events tell; stepping by byte, as far as the bytes lead.
// Nothing of it is recorded. Called by layout_parser. Offsets count in the connection's stream.
// Limits: the head is read again, and a chunked body as far as it lies within the largest head's
// bytes; of a body with a length only where its bytes begin and end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/http/message.h"
#include "core/http/parser_words.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

struct FilmByte {
  std::uint64_t offset = 0;
  std::uint8_t value = 0;
  bool kept = false;                  // else there is no value
  bool arrived = false;               // at the cursor
  std::optional<http::State> reader;  // that has read it, at the cursor
};

struct FilmRefusal {
  std::uint64_t offset = 0;  // of the byte to blame
  int status = 0;
  std::string sentence;
  std::string section;
  trace::EventNumber event = trace::no_event;  // none where the cursor stands between two events
};

struct ParserFilm {
  ByteRange range;             // the request's bytes, as far as the trace tells at all
  std::uint64_t arrived = 0;   // up to here they are in the server's buffer at the cursor
  std::uint64_t consumed = 0;  // up to here the parser has read them

  std::optional<std::uint64_t> byte;  // that was read last; of a refusal the one to blame
  http::State before = http::State::RequestStart;
  http::State after = http::State::RequestStart;
  const http::ParserMove* move = nullptr;  // from the one to the other; null: nothing read, refused
  std::vector<std::string_view> told;      // what this step told, in words
  std::optional<FilmRefusal> refusal;

  http::Request request;    // as told at the cursor
  bool line_found = false;  // the four steps of its first line
  bool line_split = false;
  bool line_valid = false;
  bool url_found = false;
  bool head_complete = false;
  std::size_t headers_ahead = 0;  // whole header lines that lie in the buffer, unread
};

ParserFilm parser_film(const Teller& tell, const Cursor& cursor);

// `count` bytes of the request around the one that the film is about, which stands a little behind
// the middle; fewer where there are no more. At most most_film_bytes.
inline constexpr std::size_t most_film_bytes = 256;
std::vector<FilmByte> film_bytes(const Teller& tell, const ParserFilm& film, std::size_t count);

}  // namespace roundtrip::viz
