// The two buffers of a connection, as Go's bufio has them: the reader's gathers what recv()
// brought until the parser has used it, the writer's gathers what goes out until it is flushed.
// Both know the stream offset of their bytes. The reader's grows, up to the limit of a head, only
// when one head is larger than 4,096 bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/http/message.h"
#include "core/http/stream_bytes.h"

namespace roundtrip::server {

class ReadBuffer {
 public:
  std::size_t capacity() const { return capacity_; }
  // Bytes from the buffer's start to the last one read, and of them the ones used up.
  std::size_t filled() const { return end_; }
  std::size_t consumed() const { return begin_; }
  bool empty() const { return begin_ == end_; }

  http::StreamBytes window() const { return {{data() + begin_, end_ - begin_}, offset_}; }
  std::uint64_t end_offset() const { return offset_ + (end_ - begin_); }

  // By how much room() would make the buffer larger: only where it is full of bytes in use.
  std::size_t growth(std::size_t most) const {
    if (begin_ > 0 || end_ < capacity_ || capacity_ >= most) return 0;
    return std::min(most, capacity_ * 2) - capacity_;
  }
  // Where the next read may put bytes: at least one byte, at most what is left of the capacity.
  // `most` is how far the buffer may grow for a head that does not fit.
  std::span<char> room(std::size_t most) {
    if (begin_ == end_) {
      begin_ = end_ = 0;
    } else if (end_ == capacity_ && begin_ > 0) {
      std::memmove(data(), data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (const std::size_t more = growth(most); more > 0) grow(capacity_ + more);
    return {data() + end_, capacity_ - end_};
  }
  void filled_by(std::size_t count) { end_ += count; }
  // Everything before this stream offset has been used.
  void consume_to(std::uint64_t offset) {
    CHECK_THAT(offset >= offset_ && offset <= end_offset(), "consuming bytes that are not there");
    begin_ += offset - offset_;
    offset_ = offset;
    if (begin_ == end_ && large_ != nullptr) shrink();
  }

 private:
  char* data() { return large_ ? large_.get() : small_.data(); }
  const char* data() const { return large_ ? large_.get() : small_.data(); }
  void grow(std::size_t bytes) {
    auto larger = std::make_unique<char[]>(bytes);
    std::memcpy(larger.get(), data(), end_);
    large_ = std::move(larger);
    capacity_ = bytes;
  }
  void shrink() {
    large_.reset();
    capacity_ = small_.size();
    begin_ = end_ = 0;
  }

  std::uint64_t offset_ = 0;  // of the first byte not yet used, in the stream
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t capacity_ = limits::read_buffer_bytes;
  std::unique_ptr<char[]> large_;
  std::array<char, limits::read_buffer_bytes> small_;
};

class WriteBuffer {
 public:
  std::size_t capacity() const { return data_.size(); }
  std::size_t filled() const { return end_; }
  std::size_t room() const { return data_.size() - end_; }
  bool empty() const { return begin_ == end_; }
  // The stream offset of the next byte to append.
  std::uint64_t end_offset() const { return sent_ + (end_ - begin_); }
  // The stream offset of the next byte to hand to the kernel.
  std::uint64_t sent() const { return sent_; }

  std::span<char> tail() { return {data_.data() + end_, data_.size() - end_}; }
  void appended(std::size_t count) { end_ += count; }
  std::size_t append(std::string_view bytes) {
    const std::size_t count = std::min(bytes.size(), room());
    std::memcpy(data_.data() + end_, bytes.data(), count);
    end_ += count;
    return count;
  }
  std::string_view waiting() const { return {data_.data() + begin_, end_ - begin_}; }
  void sent_by(std::size_t count) {
    begin_ += count;
    sent_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Bytes that went to the kernel without passing the buffer.
  void passed_by(std::size_t count) { sent_ += count; }

 private:
  std::uint64_t sent_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::array<char, limits::write_buffer_bytes> data_;
};

// What a connection needs only while a request is under way: taken from a pool and given back, so
// that an idle connection is small. Body bytes gather here before the head is fixed; the frames of
// the functions that serve the request lie here too.
struct Workspace {
  http::Request request;
  std::array<char, limits::body_buffer_bytes> body;
  alignas(16) std::array<unsigned char, 6144> frames;
};

}  // namespace roundtrip::server
