#include "core/http/multipart.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/http/characters.h"
#include "core/http/limits.h"
#include "core/http/parameters.h"

namespace roundtrip::http {

namespace {

constexpr std::string_view before_boundary = "\r\n--";
constexpr CharacterTable boundary_bytes =
    characters::letters_and_digits_and("'()+_,-./:=? ");

// Decodes the escapes of a quoted value where it lies.
std::string_view unescape(std::span<char> memory, std::string_view value) {
  char* const text = memory.data() + (value.data() - memory.data());
  std::size_t size = 0;
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (is_escape(value, at)) ++at;
    text[size++] = value[at];
  }
  return {text, size};
}

}  // namespace

std::optional<std::string_view> multipart_boundary(std::string_view content_type) {
  const std::size_t end = std::min(content_type.find(';'), content_type.size());
  const std::string_view type = without_blanks_around(content_type.substr(0, end));
  if (!equal_ignoring_case(type, "multipart/form-data")) return std::nullopt;
  content_type.remove_prefix(end);
  std::optional<std::string_view> boundary;
  while (const auto parameter = take_parameter(content_type)) {
    if (!equal_ignoring_case(parameter->name, "boundary")) continue;
    if (boundary) return std::nullopt;
    boundary = parameter->value;
  }
  const bool read = without_blanks_around(content_type).empty();
  if (!read || !boundary || boundary->empty() || boundary->size() > max_boundary_bytes ||
      boundary->back() == ' ' ||
      !std::all_of(boundary->begin(), boundary->end(),
                   [](char c) { return is_in(boundary_bytes, c); })) {
    return std::nullopt;
  }
  return boundary;
}

MultipartParser::MultipartParser(std::string_view boundary, std::span<char> memory,
                                 std::size_t max_parts)
    : memory_(memory),
      delimiter_bytes_(before_boundary.size() + boundary.size()),
      max_parts_(max_parts) {
  CHECK_THAT(!boundary.empty() && boundary.size() <= max_boundary_bytes,
             "a boundary that no multipart body may have");
  CHECK_THAT(memory.size() > delimiter_bytes_, "no memory for the head of a part");
  before_boundary.copy(memory.data(), before_boundary.size());
  boundary.copy(memory.data() + before_boundary.size(), boundary.size());
}

// ---- one pull -----------------------------------------------------------------------------------

MultipartStep MultipartParser::next(const StreamBytes& window) {
  if (state_ == State::Failed) return {StepKind::Failed, {}, failure_};
  CHECK_THAT(position_ >= window.offset && position_ <= window.end(),
             "a window without the bytes that are yet to be read");
  std::string_view bytes = window.bytes.substr(position_ - window.offset);
  MaybeStep step;
  while (!step) {
    if (state_ == State::Failed) return {StepKind::Failed, {}, failure_};
    if (state_ == State::Epilogue) {
      take(bytes, bytes.size());
      return {StepKind::Done, {}, {}};
    }
    if (bytes.empty()) return {StepKind::NeedsMore, {}, {}};
    switch (state_) {
      case State::Preamble: step = skip_preamble(bytes); break;
      case State::Delimiter:
      case State::Padding:
      case State::DelimiterEnd:
      case State::LastHyphen: step = read_delimiter_line(bytes); break;
      case State::Head: step = read_head(bytes); break;
      case State::Data: step = read_data(bytes); break;
      case State::Epilogue:
      case State::Failed: break;
    }
  }
  return *step;
}

MultipartStep MultipartParser::finish() {
  if (state_ == State::Epilogue) return {StepKind::Done, {}, {}};
  if (state_ == State::Failed) return {StepKind::Failed, {}, failure_};
  return fail(position_, MultipartError::UnfinishedBody);
}

MultipartStep MultipartParser::fail(std::uint64_t offset, MultipartError error) {
  state_ = State::Failed;
  failure_ = {error, offset};
  return {StepKind::Failed, {}, failure_};
}

// ---- boundaries ---------------------------------------------------------------------------------

// Reads on while the bytes are those of the delimiter; true when all of it is there. CR stands only
// at its beginning, so that a match that breaks off can begin anew with the very next byte only.
bool MultipartParser::match_delimiter(std::string_view& bytes) {
  const std::string_view missing = delimiter().substr(matched_);
  const auto [differs, end] =
      std::mismatch(missing.begin(), missing.end(), bytes.begin(), bytes.end());
  const auto count = static_cast<std::size_t>(differs - missing.begin());
  take(bytes, count);
  matched_ += count;
  return matched_ == delimiter_bytes_;
}

MultipartParser::MaybeStep MultipartParser::skip_preamble(std::string_view& bytes) {
  if (match_delimiter(bytes)) {
    state_ = State::Delimiter;
    granted_ = 0;
  } else if (!bytes.empty()) {
    matched_ = 0;
    take(bytes, std::min(bytes.find('\r'), bytes.size()));
  }
  return std::nullopt;
}

MultipartParser::MaybeStep MultipartParser::read_delimiter_line(std::string_view& bytes) {
  const char c = bytes[0];
  const bool hyphen = c == '-';
  if (state_ == State::DelimiterEnd && c == '\n') return begin_head(bytes);
  if (state_ == State::LastHyphen && hyphen) {
    state_ = State::Epilogue;
  } else if (state_ == State::Delimiter && hyphen) {
    state_ = State::LastHyphen;
  } else if ((state_ == State::Delimiter || state_ == State::Padding) && is_blank(c)) {
    state_ = State::Padding;
  } else if ((state_ == State::Delimiter || state_ == State::Padding) && c == '\r') {
    state_ = State::DelimiterEnd;
  } else {
    return fail(position_, MultipartError::BadDelimiter);
  }
  take(bytes, 1);
  return std::nullopt;
}

// ---- the head of a part -------------------------------------------------------------------------

MultipartParser::MaybeStep MultipartParser::begin_head(std::string_view& bytes) {
  if (parts_ == max_parts_) return fail(position_, MultipartError::TooManyParts);
  ++parts_;
  take(bytes, 1);
  state_ = State::Head;
  head_at_ = position_;
  head_bytes_ = 0;
  line_at_ = 0;
  part_ = {};
  disposition_seen_ = false;
  name_seen_ = false;
  return std::nullopt;
}

// A line at most; it is looked into when its LF is there.
MultipartParser::MaybeStep MultipartParser::read_head(std::string_view& bytes) {
  const std::span<char> head = memory_.subspan(delimiter_bytes_);
  const std::size_t feed = bytes.find('\n');
  const std::size_t wanted = feed == bytes.npos ? bytes.size() : feed + 1;
  const std::size_t count = std::min(wanted, head.size() - head_bytes_);
  bytes.copy(head.data() + head_bytes_, count);
  head_bytes_ += count;
  take(bytes, count);
  if (count < wanted) return fail(position_, MultipartError::PartHeadTooLarge);
  return feed == bytes.npos ? std::nullopt : end_head_line();
}

MultipartParser::MaybeStep MultipartParser::end_head_line() {
  const std::span<char> line =
      memory_.subspan(delimiter_bytes_ + line_at_, head_bytes_ - line_at_);
  if (line.size() < 2 || line[line.size() - 2] != '\r') {
    return fail(position_ - 1, MultipartError::BadPartLineEnd);
  }
  const std::uint64_t blank_line = head_at_ + line_at_;
  if (line.size() > 2) {
    const MaybeStep step = heed_header(line.first(line.size() - 2));
    line_at_ = head_bytes_;
    return step;
  }
  if (!name_seen_) return fail(blank_line, MultipartError::MissingDisposition);
  part_.head = {head_at_, head_bytes_};
  state_ = State::Data;
  matched_ = granted_ = line_end_bytes;
  data_bytes_ = 0;
  return tell(part_);
}

MultipartParser::MaybeStep MultipartParser::heed_header(std::span<char> line) {
  const std::uint64_t at = head_at_ + line_at_;
  const std::string_view text(line.data(), line.size());
  std::size_t colon = 0;
  while (colon < text.size() && is_in(characters::token, text[colon])) ++colon;
  if (colon == 0 || colon == text.size() || text[colon] != ':') {
    return fail(at + colon, MultipartError::BadPartHeader);
  }
  for (std::size_t i = colon; i < text.size(); ++i) {
    if (!is_in(characters::value, text[i])) return fail(at + i, MultipartError::BadPartHeader);
  }
  const std::string_view name = text.substr(0, colon);
  const std::string_view value = without_blanks_around(text.substr(colon + 1));
  if (equal_ignoring_case(name, "content-type")) part_.content_type = value;
  if (!equal_ignoring_case(name, "content-disposition")) return std::nullopt;
  if (disposition_seen_) return fail(at, MultipartError::RepeatedDisposition);
  disposition_seen_ = true;
  return heed_disposition(
      line.subspan(static_cast<std::size_t>(value.data() - line.data()), value.size()));
}

MultipartParser::MaybeStep MultipartParser::heed_disposition(std::span<char> value) {
  std::string_view rest(value.data(), value.size());
  const auto here = [&] {
    const auto in_memory = static_cast<std::size_t>(rest.data() - memory_.data());
    return head_at_ + in_memory - delimiter_bytes_;
  };
  const std::size_t end = std::min(rest.find(';'), rest.size());
  if (!equal_ignoring_case(without_blanks_around(rest.substr(0, end)), "form-data")) {
    return fail(here(), MultipartError::BadDisposition);
  }
  rest.remove_prefix(end);
  while (!rest.empty()) {
    const std::uint64_t at = here();
    const auto parameter = take_parameter(rest);
    if (!parameter) return fail(here(), MultipartError::BadDisposition);
    const bool name = equal_ignoring_case(parameter->name, "name");
    if (!name && !equal_ignoring_case(parameter->name, "filename")) continue;
    if (name ? name_seen_ : part_.filename.has_value()) {
      return fail(at, MultipartError::RepeatedDisposition);
    }
    const std::string_view text = unescape(value, parameter->value);
    if (name) part_.name = text;
    if (!name) part_.filename = text;
    name_seen_ = name_seen_ || name;
  }
  return std::nullopt;
}

// ---- data ---------------------------------------------------------------------------------------

// What was held back as the beginning of a delimiter and is none after all is data: the same bytes
// stand in the delimiter itself.
MultipartParser::MaybeStep MultipartParser::read_data(std::string_view& bytes) {
  if (matched_ > 0 || bytes[0] == '\r') {
    if (match_delimiter(bytes)) {
      state_ = State::Delimiter;
      granted_ = 0;
      return tell(PartEnd{data_bytes_});
    }
    if (bytes.empty()) return std::nullopt;
    const std::string_view held = delimiter().substr(granted_, matched_ - granted_);
    matched_ = granted_ = 0;
    if (held.empty()) return std::nullopt;
    data_bytes_ += held.size();
    return tell(PartData{{position_ - held.size(), held.size()}, held});
  }
  const std::string_view text = bytes.substr(0, std::min(bytes.find('\r'), bytes.size()));
  const PartData data{{position_, text.size()}, text};
  take(bytes, text.size());
  data_bytes_ += text.size();
  return tell(data);
}

}  // namespace roundtrip::http
