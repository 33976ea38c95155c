// CaptureReader: one packet after the other out of a capture file in memory, pcapng or pcap, of
// either byte order. It trusts no length, reads nothing beyond the bytes it is given and keeps
// none: a packet is a view of them. Called by the import and a fuzzer. An error is one sentence
// with the byte where it stands. draft-ietf-opsawg-pcapng, draft-ietf-opsawg-pcap.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace roundtrip::capture {

struct CapturedFrame {
  std::uint64_t number = 0;  // from 1, as other programs count frames
  std::uint32_t interface = 0;
  std::uint16_t link_type = 0;
  std::optional<std::int64_t> realtime_ns;  // a simple packet block has none
  std::string_view bytes;
  std::uint64_t original_bytes = 0;
};

// What a pcapng file says of where it comes from; of its first section.
struct CaptureOrigin {
  std::string hardware;
  std::string os;
  std::string application;
};

// Whether a file that begins so is a capture, by its first four bytes.
bool begins_as_capture(std::string_view file);

class CaptureReader {
 public:
  explicit CaptureReader(std::string_view file) : file_(file) {}

  // The next packet; empty at the end of the file.
  Result<std::optional<CapturedFrame>> next();
  const CaptureOrigin& origin() const { return origin_; }

 private:
  enum class Format : std::uint8_t { NotYetKnown, Pcap, Pcapng };
  struct Interface {
    std::uint16_t link_type = 0;
    std::uint32_t most_bytes = 0;
    bool binary = false;  // the exponent below is of 2, else of 10
    std::uint8_t exponent = 6;
    std::int64_t offset_s = 0;
  };
  struct Block {
    std::uint32_t type = 0;
    std::size_t at = 0;     // in the file
    std::string_view body;  // without the lengths around it
  };
  using Next = Result<std::optional<CapturedFrame>>;

  std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t count) const;
  Status begin();
  Next next_record();
  Result<Block> read_block();
  Status take_section(const Block& block);
  Status take_interface(const Block& block);
  Next packet_of(const Block& block);
  Result<std::int64_t> time_of(const Block& block, const Interface& on, std::uint64_t units) const;
  template <class Take>
  void for_options(std::string_view options, const Take& take) const;

  std::string_view file_;
  std::size_t at_ = 0;
  Format format_ = Format::NotYetKnown;
  bool big_endian_ = false;
  std::uint64_t frames_ = 0;
  std::vector<Interface> interfaces_;  // of this section; of a pcap file the one
  bool sections_ = false;              // one was read
  CaptureOrigin origin_;
};

}  // namespace roundtrip::capture
