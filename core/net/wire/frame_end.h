// One end of the wire: where packets come out of a host, and go into it. A TUN interface of a host,
// or one side of a pair in memory, for tests. Both are a descriptor on which each read and each
// write is one packet; another kind (a packet socket) may need more and is then an end of its own.
// Nothing here blocks. A packet begins with its IP header. See the kernel's documentation of TUN
// (networking/tuntap), unix(7) on SOCK_SEQPACKET.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "core/base/file_descriptor.h"
#include "core/base/result.h"

namespace roundtrip::net {

class FrameEnd {
 public:
  virtual ~FrameEnd() = default;

  // Readable, as poll(2) has it, when a packet waits.
  virtual int poll_fd() const = 0;

  struct Read {
    std::size_t bytes = 0;  // of the packet; 0: none waits, or there is an error
    int error = 0;          // errno, of an end that has gone for good
  };
  virtual Read read(std::span<std::uint8_t> into) = 0;
  // 0, or why the host did not take the packet (errno).
  virtual int write(std::span<const std::uint8_t> packet) = 0;
};

class DescriptorEnd final : public FrameEnd {
 public:
  // A descriptor that does not block.
  explicit DescriptorEnd(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}

  int poll_fd() const override { return descriptor_.get(); }
  Read read(std::span<std::uint8_t> into) override;
  int write(std::span<const std::uint8_t> packet) override;
  FileDescriptor take() { return std::move(descriptor_); }

 private:
  FileDescriptor descriptor_;
};

// Two ends of which each reads what is written to the other.
Result<std::pair<std::unique_ptr<FrameEnd>, std::unique_ptr<FrameEnd>>> memory_pair();

}  // namespace roundtrip::net
