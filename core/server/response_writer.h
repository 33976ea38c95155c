// ResponseWriter: what a handler writes its answer to, with Go's two buffers. Body bytes gather in
// 2,048 bytes, as in a bufio.Writer: what overflows them goes on to the connection's 4,096-byte
// buffer, and a write that meets them empty and is larger passes them by. Before the first of these
// bytes, or at a flush, or when the request is finished, the head is fixed and written. So a short
// answer gets a Content-Length and a long one is chunked (or, for HTTP/1.0, ends with the
// connection). The status is fixed at write_header, or at the first write (200); headers set after
// that are not sent. An answer to HEAD takes the same course and sends no body.
// RFC 9110 §15, RFC 9112 §6 and §7; Go's http.response and http.chunkWriter.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/http/header_list.h"
#include "core/http/response_head.h"
#include "core/server/connection.h"
#include "core/server/gzip_body.h"

namespace roundtrip::server {

class ResponseWriter {
 public:
  explicit ResponseWriter(Connection& conn) : conn_(conn) {}

  // The handler's header fields, until the head is fixed.
  http::HeaderList& headers() { return headers_; }

  void write_header(int status, bool implicit = false);
  // False when the peer is gone or too slow, or when this is more than the handler's own
  // Content-Length announced (nothing of it is sent then); the handler may stop.
  runtime::Async<bool> write(std::string_view data);
  // A part of a file as (the rest of) the body; its length has to be the Content-Length that was
  // set. It passes both buffers by.
  runtime::Async<bool> write_file(int file, std::uint64_t offset, std::uint64_t length);
  runtime::Async<bool> flush();
  // The interim answer that lets a client send its body (RFC 9110, section 10.1.1).
  runtime::Async<bool> say_continue();
  // The server's own end of the answer: framing, head, what is left of the body, flush.
  runtime::Async<bool> finish();
  // The body may go through gzip where it gains from it; `asked`: and the client takes it so.
  void offer_gzip(bool asked) { gzip_ = asked ? Gzip::Asked : Gzip::NotAsked; }
  // The connection closes after this answer.
  void close_after() { closes_ = true; }
  // Nothing more is sent, so that the client can tell the answer from a whole one.
  void abandon();
  // What the handler has said so far is dropped, as long as the head is not written.
  void start_over();

  bool wrote_header() const { return wrote_header_; }
  bool head_written() const { return head_written_; }
  // Empty where nothing was said yet.
  std::optional<int> status() const {
    return wrote_header_ ? std::optional<int>(status_) : std::nullopt;
  }
  // Bytes of body that went behind the head, as they went: none where the status or the method
  // forbids it.
  std::uint64_t body_sent() const;
  bool keeps_connection() const;
  // What the handler declared (Content-Length) and did not write: the answer is cut short.
  bool incomplete() const;

 private:
  // The sizes that the screen adds up: status line, date, length, type, everything else.
  struct HeadSizes {
    std::uint32_t status_line = 0;
    std::uint32_t date = 0;
    std::uint32_t length = 0;
    std::uint32_t type = 0;
    std::uint32_t other = 0;
  };
  static HeadSizes sizes_of(const http::HeadParts& parts);
  std::optional<std::size_t> put_head(const http::ResponseHead& head, std::span<char> room,
                                      HeadSizes& sizes) const;

  bool answers_head() const { return conn_.request().method == http::Method::Head; }
  bool sends_body() const;
  // What Content-Length says.
  std::uint64_t length_of_body() const {
    return coding_ ? whole_coded_.size() : declared_.value_or(written_);
  }
  void heed_fields();
  bool must_stop_at_header();
  runtime::Async<bool> overflow(std::string_view data);
  void choose_coding(bool whole_body_known, std::string_view body_start);
  void decide_framing(bool whole_body_known);
  http::ResponseHead describe_head(bool whole_body_known, std::string_view body_start);
  runtime::Async<bool> write_head(bool whole_body_known, std::string_view body_start);
  runtime::Async<bool> empty_buffer();
  bool passes_at_once(std::string_view data);
  runtime::Async<bool> body_to_connection(std::string_view data);
  runtime::Async<bool> pass_on(std::string_view data);

  Connection& conn_;
  http::HeaderList headers_;
  http::HeaderList fixed_headers_;  // as they were at write_header, if there were any
  int status_ = 0;
  bool wrote_header_ = false;
  bool header_stop_due_ = false;  // write_header itself can not wait at the gate
  bool head_written_ = false;
  bool closes_ = false;
  bool alive_ = true;  // the peer still takes what we send
  http::BodyFraming framing_ = http::BodyFraming::Length;
  std::optional<std::uint64_t> declared_;
  std::uint64_t written_ = 0;
  std::size_t buffered_ = 0;  // body bytes in the 2,048
  enum class Gzip : std::uint8_t { NotOffered, NotAsked, Asked } gzip_ = Gzip::NotOffered;
  std::unique_ptr<GzipBody> coding_;  // from the head on, where the body is coded
  std::string_view whole_coded_;      // the whole body, where it was known with the head
  std::uint64_t coded_bytes_ = 0;     // passed on so far
};

}  // namespace roundtrip::server
