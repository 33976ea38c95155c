// Writes what the fuzzers begin with: seeds OUT SCENARIO… makes a folder for each target that has
// no files of the repository to begin with. All of it comes from the pages of the scenarios, and
// from the corpus that is laid before llhttp.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>

#include "core/capture/pcapng_writer.h"
#include "core/scenario/scenario.h"
#include "tests/core/capture/pcap_maker.h"
#include "tests/core/http/llhttp/request_corpus.h"
#include "tests/core/packet/packet_builder.h"
#include "tests/fuzz/input.h"

using namespace roundtrip;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t valid_requests = 40;
constexpr std::size_t changed_requests = 120;
const std::string zeros(fuzz::number_bytes, '\0');

class SeedFolder {
 public:
  explicit SeedFolder(const fs::path& path) : path_(path) {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  // The zeros are the numbers that a target takes off the end.
  void add(std::string_view text) { add_whole(std::string(text) + zeros); }
  // Of a target that takes none, and minds what stands at the end.
  void add_whole(std::string_view text) {
    std::ofstream file(path_ / fmt::format("{:04}", ++count_), std::ios::binary);
    file << text;
  }

 private:
  fs::path path_;
  std::size_t count_ = 0;
};

std::string_view between(std::string_view text, std::string_view before, std::string_view behind) {
  const std::size_t found = text.find(before);
  if (found == text.npos) return {};
  text.remove_prefix(found + before.size());
  return text.substr(0, text.find(behind));
}

void add_packets(SeedFolder& packets) {
  const auto add = [&packets](const testing::Bytes& bytes) {
    packets.add({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  };
  testing::Segment segment;
  segment.payload = "GET / HTTP/1.1\r\n\r\n";
  add(testing::ipv4_packet(segment));
  segment.options = testing::syn_options();
  add(testing::ipv4_packet(segment, {148, 4, 0, 0}));
  add(testing::ipv6_packet(segment));
  add(testing::ipv6_packet(segment, 0, {60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0}));
  add(testing::ipv6_packet(segment, 44, {6, 0, 0, 1, 0, 0, 0, 9}));
  segment.options = {1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 9};
  add(testing::ipv4_packet(segment));
}

void add_captures(SeedFolder& captures) {
  testing::PcapMaker maker;
  captures.add_whole(maker.file(testing::small_connection()));
  maker.big_endian = true;
  maker.link_type = capture::link_type::ethernet;
  maker.link_header = std::string("\1\1\1\1\1\1\2\2\2\2\2\2\x08\0", 14);
  captures.add_whole(maker.file(testing::small_connection()));
  // The same as pcapng.
  const std::vector<std::string> packets = testing::small_connection();
  capture::PcapngWriter writer;
  writer.section({"a processor", "a kernel", "a program", "a comment"});
  writer.interface({"one", "the first"});
  writer.interface({"two", "the second"});
  for (const std::string& packet : packets) {
    for (const std::uint32_t interface : {0u, 1u}) {
      writer.packet({interface, 1'700'000'000'000'000'000, packet,
                     static_cast<std::uint32_t>(packet.size()), capture::Direction::Inbound,
                     {"a comment"}});
    }
  }
  captures.add_whole(writer.bytes());
}

}  // namespace

int main(int count, char** words) {
  const fs::path out = words[1];
  SeedFolder requests(out / "request_parser");
  SeedFolder forms(out / "multipart");
  SeedFolder targets(out / "target");
  SeedFolder values(out / "field_values");
  SeedFolder packets(out / "packet");
  add_packets(packets);
  SeedFolder captures(out / "capture");
  add_captures(captures);
  for (int i = 2; i < count; ++i) {
    const auto page = scenario::load_scenario(words[i]);
    if (!page.ok()) {
      std::fprintf(stderr, "%s\n", page.error().c_str());
      return 1;
    }
    for (const scenario::Step& step : page->steps) {
      requests.add(step.bytes);
      const std::string_view type = between(step.bytes, "Content-Type: ", "\r\n");
      const std::string_view body = between(step.bytes, "\r\n\r\n", "no such end");
      if (type.starts_with("multipart/")) forms.add(fmt::format("{}\n{}", type, body));
    }
  }
  for (const http::CorpusCase& made : http::request_corpus(valid_requests, changed_requests)) {
    requests.add(made.text);
    targets.add(between(made.text, " ", " "));
  }
  for (const std::string_view line :
       {"Sun, 28 Dec 2025 10:30:00 GMT", "Sunday, 28-Dec-25 10:30:00 GMT",
        "Sun Dec 28 10:30:00 2025", "bytes=0-499", "bytes=-1", "gzip;q=0.5, *;q=0",
        "\"a\", W/\"b\"", "multipart/form-data; boundary=\"x y\""}) {
    values.add(line);
  }
  return 0;
}
