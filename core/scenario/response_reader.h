// ResponseReader: knows when an answer is whole, and nothing more: status line, Content-Length,
// chunks, or the end of the connection; and whether another may follow. Fed by the built-in client
// and the load generator with whatever recv() brought; it takes what belongs to this answer and
// leaves the rest. Header fields are not interpreted beyond that.
// RFC 9112 §4, §6.3, §7.1, §9.3. Limits: limits.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/byte_range.h"
#include "core/base/result.h"
#include "core/scenario/limits.h"

namespace roundtrip::scenario {

struct Response {
  int status = 0;
  std::string head;               // status line and header lines, with the blank line
  std::string body;               // decoded; the first part of a large one
  std::uint64_t body_bytes = 0;   // decoded, all of it
  ByteRange range;                // in what the server sent on this connection, framing included
  bool chunked = false;
  bool last = false;              // the server closes the connection after it
};

class ResponseReader {
 public:
  // `to_head`: the answer to HEAD has no body whatever its head says. `offset`: of its first byte.
  // `kept_bytes`: how much of the body is kept; all of it is counted.
  ResponseReader(bool to_head, std::uint64_t offset,
                 std::size_t kept_bytes = limits::response_kept_bytes)
      : to_head_(to_head), kept_bytes_(kept_bytes) {
    response_.range.offset = offset;
  }

  // Takes bytes of this answer; returns how many. An error says what is wrong with it.
  Result<std::size_t> feed(std::string_view bytes);
  // The server closed: an error when the answer is not whole by that.
  Status end();

  bool begun() const { return response_.range.length > 0; }
  bool whole() const { return state_ == State::Whole; }
  // An interim answer (1xx) has been taken; the final one follows.
  bool interim_seen() const { return interim_seen_; }
  std::uint64_t bytes_taken() const { return response_.range.length; }
  int status() const { return response_.status; }  // 0 until it is known
  Response take() { return std::move(response_); }

 private:
  // In reading order: the head to its blank line; then a body that is counted, cut in chunks, or
  // ended by the close; then nothing.
  enum class State : std::uint8_t {
    Head, Counted, ChunkSize, Chunk, ChunkEnd, Trailer, UntilClose, Whole
  };

  Status read_head();
  Status read_line(char c);
  void keep(std::string_view bytes);

  bool to_head_;
  std::size_t kept_bytes_;
  State state_ = State::Head;
  bool interim_seen_ = false;
  std::uint64_t left_ = 0;  // of a counted body or a chunk
  std::string line_;        // of chunk framing
  Response response_;
};

}  // namespace roundtrip::scenario
