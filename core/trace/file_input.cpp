#include "core/trace/file_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/trace/file_format.h"
#include "core/trace/file_output.h"

namespace roundtrip::trace {
namespace {

constexpr std::size_t block_bytes = 256 << 10;
constexpr std::string_view reading = "can't read the trace";

}  // namespace

Result<std::unique_ptr<LineInput>> LineInput::open(const std::string& path) {
  // Without waiting: a named pipe that nobody writes to would hold us here for ever.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return Error{file_error_sentence(reading, path, errno)};
  struct stat facts {};
  if (::fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode)) {
    ::close(descriptor);
    return Error{file_error_sentence(reading, path, EISDIR)};
  }
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
  const auto size = S_ISREG(facts.st_mode) ? static_cast<std::uint64_t>(facts.st_size) : 0;
  return std::unique_ptr<LineInput>(new LineInput(descriptor, size));
}

LineInput::LineInput(int descriptor, std::uint64_t file_bytes)
    : descriptor_(descriptor), file_bytes_(file_bytes) {
  // The first bytes decide what the rest is; a pipe may hand them over one at a time.
  packed_.resize(block_bytes);
  while (packed_end_ < 2) {
    const std::size_t got = read_file(packed_.data() + packed_end_, block_bytes - packed_end_);
    if (got == 0) break;
    packed_end_ += got;
  }
  if (looks_like_gzip({packed_.data(), packed_end_})) {
    expander_ = std::make_unique<GzipExpander>();
  } else {
    buffer_ = std::move(packed_);
    end_ = packed_end_;
    text_bytes_ = end_;
  }
}

LineInput::~LineInput() {
  ::close(descriptor_);
}

std::size_t LineInput::read_file(char* out, std::size_t room) {
  while (true) {
    const ssize_t got = ::read(descriptor_, out, room);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) problem_ = fmt::format("the file can't be read on: {}", std::strerror(errno));
    if (got <= 0) return 0;
    bytes_read_ += static_cast<std::uint64_t>(got);
    return static_cast<std::size_t>(got);
  }
}

std::size_t LineInput::expand(char* out, std::size_t room) {
  while (true) {
    if (packed_begin_ == packed_end_) {
      packed_begin_ = 0;
      packed_end_ = read_file(packed_.data(), packed_.size());
    }
    const bool no_more = packed_begin_ == packed_end_;
    const std::string_view rest(packed_.data() + packed_begin_, packed_end_ - packed_begin_);
    const GzipExpander::Progress step = expander_->expand(rest, out, room);
    packed_begin_ += step.taken;
    if (step.damaged) {
      problem_ = "the compressed data is damaged from here on";
      return step.produced;
    }
    if (step.produced > 0) return step.produced;
    if (no_more) {
      cut_short_ = !expander_->at_end();
      return 0;
    }
  }
}

// Reads more text behind what is there; false where there is no more.
bool LineInput::fill() {
  if (at_end_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ >= file_limits::line_bytes) {
    problem_ = fmt::format("this line is longer than {} MiB, which no trace needs",
                           file_limits::line_bytes >> 20);
    at_end_ = true;
    return false;
  }
  if (buffer_.size() - end_ < block_bytes) buffer_.resize(buffer_.size() * 2 + block_bytes);
  const std::size_t room = block_bytes;
  const std::size_t got =
      expander_ ? expand(buffer_.data() + end_, room) : read_file(buffer_.data() + end_, room);
  end_ += got;
  text_bytes_ += got;
  if (text_bytes_ > file_limits::text_bytes) {
    problem_ = fmt::format("the text is larger than {} GiB", file_limits::text_bytes >> 30);
  }
  at_end_ = got == 0 || !problem_.empty();
  return got > 0;
}

bool LineInput::next(std::string_view& line) {
  std::size_t searched = 0;
  while (true) {
    const char* const from = buffer_.data() + begin_;
    const std::size_t have = end_ - begin_;
    const void* const feed =
        have > searched ? std::memchr(from + searched, '\n', have - searched) : nullptr;
    if (feed != nullptr) {
      line = {from, static_cast<std::size_t>(static_cast<const char*>(feed) - from)};
      begin_ += line.size() + 1;
      line_was_ended_ = true;
      ++line_number_;
      return true;
    }
    searched = have;
    if (!fill()) break;
  }
  line = {buffer_.data() + begin_, end_ - begin_};
  begin_ = end_;
  line_was_ended_ = false;
  // A line that can't be read to its end is not handed out, but counted: it is where it stopped.
  if (!problem_.empty() || line.empty()) {
    if (!problem_.empty() || cut_short_) ++line_number_;
    return false;
  }
  ++line_number_;
  return true;
}

}  // namespace roundtrip::trace
