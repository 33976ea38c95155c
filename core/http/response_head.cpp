#include "core/http/response_head.h"

#include <charconv>
#include <cstring>

#include "core/base/check.h"
#include "core/http/characters.h"
#include "core/http/status.h"

namespace roundtrip::http {

namespace {

class HeadWriter {
 public:
  HeadWriter(std::span<char> out, HeadParts* parts) : out_(out), parts_(parts) {}

  HeadWriter& put(std::string_view text) {
    if (text.size() > out_.size() - used_) {
      fits_ = false;
    } else if (!text.empty()) {
      std::memcpy(out_.data() + used_, text.data(), text.size());
      used_ += text.size();
    }
    return *this;
  }

  HeadWriter& put_number(std::uint64_t number) {
    char digits[20];
    const std::to_chars_result result = std::to_chars(digits, digits + sizeof digits, number);
    return put({digits, static_cast<std::size_t>(result.ptr - digits)});
  }

  // What was put since the last end of a part is this part.
  void end_part(HeadPartKind kind) {
    const HeadPart part{kind, {part_at_, used_ - part_at_}};
    part_at_ = used_;
    if (parts_ == nullptr) return;
    if (parts_->count == HeadParts::limit) {
      ++parts_->left_out;
    } else {
      parts_->parts[parts_->count++] = part;
    }
  }

  std::optional<std::size_t> bytes() const {
    return fits_ ? std::optional<std::size_t>(used_) : std::nullopt;
  }

 private:
  std::span<char> out_;
  HeadParts* parts_;
  std::size_t used_ = 0;
  std::size_t part_at_ = 0;
  bool fits_ = true;
};

void put_framing(HeadWriter& writer, const ResponseHead& head) {
  switch (head.framing) {
    case BodyFraming::Length:
      writer.put("Content-Length: ").put_number(head.content_length).put("\r\n");
      writer.end_part(HeadPartKind::ContentLength);
      return;
    case BodyFraming::Chunked:
      writer.put("Transfer-Encoding: chunked\r\n").end_part(HeadPartKind::TransferEncoding);
      return;
    case BodyFraming::NoBody:
    case BodyFraming::UntilClose: return;
  }
}

}  // namespace

std::optional<std::size_t> write_head(const ResponseHead& head, std::span<char> out,
                                      HeadParts* parts) {
  CHECK_THAT(is_status_code(head.status), "a status code outside 100 to 599");
  if (parts != nullptr) parts->count = parts->left_out = 0;
  HeadWriter writer(out, parts);
  writer.put("HTTP/1.1 ").put_number(static_cast<std::uint64_t>(head.status)).put(" ");
  writer.put(reason_phrase(head.status)).put("\r\n").end_part(HeadPartKind::StatusLine);

  bool has_date = false;
  bool has_length = false;
  bool has_type = false;
  bool has_connection = false;
  if (head.fields != nullptr) {
    head.fields->for_each([&](std::string_view name, std::string_view, std::string_view line) {
      has_date = has_date || equal_ignoring_case(name, "date");
      has_type = has_type || equal_ignoring_case(name, "content-type");
      has_connection = has_connection || equal_ignoring_case(name, "connection");
      const bool length = equal_ignoring_case(name, "content-length");
      // How the body is framed is the writer's to say; two opinions would be an attack.
      if (equal_ignoring_case(name, "transfer-encoding")) return;
      if (length && head.framing != BodyFraming::Length) return;
      has_length = has_length || length;
      writer.put(line).end_part(HeadPartKind::HandlerField);
    });
  }

  if (!head.date.empty() && !has_date) {
    writer.put("Date: ").put(head.date).put("\r\n").end_part(HeadPartKind::Date);
  }
  if (!has_length) put_framing(writer, head);
  if (!head.content_type.empty() && !has_type) {
    writer.put("Content-Type: ").put(head.content_type).put("\r\n");
    writer.end_part(HeadPartKind::ContentType);
  }
  if (head.connection != ConnectionField::None && !has_connection) {
    const bool close = head.connection == ConnectionField::Close;
    writer.put(close ? "Connection: close\r\n" : "Connection: keep-alive\r\n");
    writer.end_part(HeadPartKind::Connection);
  }
  writer.put("\r\n").end_part(HeadPartKind::BlankLine);
  return writer.bytes();
}

}  // namespace roundtrip::http
