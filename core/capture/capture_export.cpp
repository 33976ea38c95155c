#include "core/capture/capture_export.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/capture/packet_stories.h"
#include "core/capture/pcapng_writer.h"
#include "core/trace/file_output.h"

namespace roundtrip::capture {

using packet::IpAddress;
using trace::Event;
using trace::Host;
using trace::Trace;
using trace::Unit;

namespace {

constexpr std::size_t full_bytes = 1 << 20;     // written at once
constexpr std::size_t most_host_addresses = 8;  // that get a name

// A packet at a moment and a place.
struct Sighting {
  std::size_t story = 0;
  Instant time;
  Host at = Host::Client;
  bool arrives = false;
};

std::string host_words(Host host) {
  return fmt::format("{} host", trace::word(Unit::HostUnit, host));
}

Host other(Host host) {
  return host == Host::Client ? Host::Server : Host::Client;
}

std::vector<Sighting> sightings_of(const Trace& trace, const PacketStories& stories,
                                   SeenBy seen_by) {
  std::vector<Sighting> sightings;
  const Host eye = seen_by == SeenBy::Server ? Host::Server : Host::Client;
  for (std::size_t i = 0; i < stories.packets.size(); ++i) {
    const PacketStory& story = stories.packets[i];
    // A copy was made on the wire: its host never sent it.
    const bool sent_here = seen_by == SeenBy::Sender || (story.from == eye && !story.copy_of);
    if (sent_here) sightings.push_back({i, trace[story.begin].time, story.from, false});
    const bool reached = seen_by != SeenBy::Sender && story.from != eye && story.arrived;
    if (reached) sightings.push_back({i, trace[*story.end].time, eye, true});
  }
  std::stable_sort(sightings.begin(), sightings.end(),
                   [](const Sighting& a, const Sighting& b) { return a.time < b.time; });
  return sightings;
}

std::string milliseconds(Duration time) {
  return fmt::format("{}.{:06} ms", time.ns / 1'000'000, time.ns % 1'000'000);
}

class Exporter {
 public:
  Exporter(const Trace& trace, SeenBy seen_by)
      : trace_(trace),
        seen_by_(seen_by),
        stories_(packet_stories(trace)),
        contents_(trace, stories_),
        sightings_(sightings_of(trace, stories_, seen_by)) {}

  Result<ExportReport> write(const std::string& path);

 private:
  Status write_blocks(trace::OutputFile& output);
  void write_front();
  std::vector<HostName> host_names() const;
  PacketBlock block_of(const Sighting& sighting, PacketContent& content);
  std::vector<std::string> comments_of(const Sighting& sighting) const;
  std::string text_of(const Event& event, std::string_view arg) const;
  void tell_hold(const PacketStory& story, std::vector<std::string>& comments) const;
  void tell_delay(const PacketStory& story, std::vector<std::string>& comments) const;

  const Trace& trace_;
  SeenBy seen_by_;
  PacketStories stories_;
  PacketContents contents_;
  std::vector<Sighting> sightings_;
  std::unordered_map<std::uint32_t, std::uint64_t> frame_of_;  // a packet's id: its place so far
  PcapngWriter writer_;
  ExportReport report_;
};

// The addresses of a host are those that it sends from.
std::vector<HostName> Exporter::host_names() const {
  std::array<std::vector<IpAddress>, 2> addresses;
  for (const PacketStory& story : stories_.packets) {
    auto& of_host = addresses[static_cast<std::size_t>(story.from)];
    if (of_host.size() >= most_host_addresses) continue;
    const std::string header = contents_.header_of(story);
    const auto decoded = packet::decode_packet(
        {reinterpret_cast<const std::uint8_t*>(header.data()), header.size()});
    const IpAddress* source = decoded.source();
    if (source == nullptr) continue;
    if (std::find(of_host.begin(), of_host.end(), *source) == of_host.end()) {
      of_host.push_back(*source);
    }
  }
  std::vector<HostName> names;
  for (const Host host : {Host::Client, Host::Server}) {
    const auto& peers = addresses[static_cast<std::size_t>(other(host))];
    for (const IpAddress& address : addresses[static_cast<std::size_t>(host)]) {
      // On loopback both hosts are one.
      if (std::find(peers.begin(), peers.end(), address) != peers.end()) continue;
      names.push_back({address, fmt::format("{}-host", trace::word(Unit::HostUnit, host))});
    }
  }
  return names;
}

void Exporter::write_front() {
  const trace::TraceInfo& info = trace_.info();
  SectionWords words;
  const std::size_t comma = std::min(info.machine.find(", "), info.machine.size());
  words.os = info.machine.substr(0, comma);
  words.hardware = info.machine.substr(std::min(comma + 2, info.machine.size()));
  words.application = info.build;
  if (!info.scenario.empty()) words.comment = fmt::format("scenario {}", info.scenario);
  writer_.section(words);
  if (stories_.at_both_hosts) {
    for (const Host host : {Host::Client, Host::Server}) {
      writer_.interface({std::string(trace::word(Unit::HostUnit, host)),
                         fmt::format("the interface of the {}, at the wire", host_words(host))});
    }
  } else {
    const std::string why = stories_.how_seen.empty() ? "" : ", " + stories_.how_seen;
    writer_.interface({"wire", fmt::format("one point between both hosts{}", why)});
  }
  writer_.names(host_names());
}

std::string Exporter::text_of(const Event& event, std::string_view arg) const {
  const auto text = event.arg(arg);
  if (!text) return {};
  return std::string(trace_.symbols().text({static_cast<std::uint32_t>(*text)}));
}

void Exporter::tell_hold(const PacketStory& story, std::vector<std::string>& comments) const {
  if (!story.hold) return;
  const std::string filter = text_of(trace_[*story.hold], "filter");
  const std::string by = filter.empty() ? "" : fmt::format(" (filter: {})", filter);
  comments.push_back(story.held
                         ? fmt::format("held at the wire for {}{}", milliseconds(*story.held), by)
                         : fmt::format("held at the wire{}, not let go in this trace", by));
}

// Of a link that takes its time: how long it took, and how it was set.
void Exporter::tell_delay(const PacketStory& story, std::vector<std::string>& comments) const {
  if (!story.arrived || !story.link) return;
  const Event& link = trace_[*story.link];
  if (link.arg("delay").value_or(0) == 0 && link.arg("rate").value_or(0) == 0) return;
  const std::string settings = text_of(link, "settings");
  comments.push_back(fmt::format("delayed on the wire for {}{}",
                                 milliseconds(trace_[*story.end].time -
                                              trace_[story.onto_link].time),
                                 settings.empty() ? "" : fmt::format(" (link: {})", settings)));
}

std::vector<std::string> Exporter::comments_of(const Sighting& sighting) const {
  const PacketStory& story = stories_.packets[sighting.story];
  std::vector<std::string> comments;
  if (story.copy_of) {
    const auto frame = frame_of_.find(*story.copy_of);
    comments.push_back(frame == frame_of_.end()
                           ? "a copy that the wire made"
                           : fmt::format("a copy of frame {} that the wire made", frame->second));
  }
  tell_hold(story, comments);
  tell_delay(story, comments);
  if (story.changed) {
    const Event& changed = trace_[*story.changed];
    comments.push_back(fmt::format("corrupted on the wire: bit {} of byte {} was turned{}",
                                   changed.arg("bit").value_or(0), changed.arg("byte").value_or(0),
                                   sighting.arrives ? "" : "; these are the bytes before that"));
  }
  if (story.dropped) {
    const auto cause = static_cast<trace::Drop>(trace_[*story.dropped].arg("cause").value_or(0));
    comments.push_back(fmt::format("dropped on the wire ({}): it never arrived",
                                   trace::word(Unit::DropUnit, cause)));
  } else if (stories_.at_both_hosts && !story.end) {
    comments.push_back("still on its way where the trace ends");
  }
  return comments;
}

PacketBlock Exporter::block_of(const Sighting& sighting, PacketContent& content) {
  const PacketStory& story = stories_.packets[sighting.story];
  if (sighting.arrives && story.changed) {
    const Event& changed = trace_[*story.changed];
    const std::uint64_t byte = changed.arg("byte").value_or(0);
    if (byte < content.bytes.size()) {
      const auto bit = static_cast<unsigned>(changed.arg("bit").value_or(0) & 7);
      content.bytes[byte] = static_cast<char>(content.bytes[byte] ^ 1 << bit);
    }
  }
  PacketBlock block;
  block.realtime_ns = static_cast<std::uint64_t>(
      std::max<std::int64_t>(trace_.info().epoch_realtime_ns + sighting.time.ns, 0));
  block.bytes = content.bytes;
  block.original_bytes =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(content.original_bytes, UINT32_MAX));
  block.comments = comments_of(sighting);
  if (stories_.at_both_hosts) {
    block.interface = static_cast<std::uint32_t>(sighting.at);
    if (sighting.arrives) block.direction = Direction::Inbound;
    if (!sighting.arrives && !story.copy_of) block.direction = Direction::Outbound;
  }
  return block;
}

Status Exporter::write_blocks(trace::OutputFile& output) {
  write_front();
  for (const Sighting& sighting : sightings_) {
    PacketContent content = contents_.of(stories_.packets[sighting.story]);
    ++report_.packets;
    frame_of_[trace_[stories_.packets[sighting.story].begin].id] = report_.packets;
    report_.cut += content.bytes.size() < content.original_bytes ? 1 : 0;
    writer_.packet(block_of(sighting, content));
    if (writer_.bytes().size() < full_bytes) continue;
    if (Status written = output.write(writer_.bytes(), false); !written) return written;
    writer_.clear();
  }
  if (Status written = output.write(writer_.bytes(), false); !written) return written;
  return output.close();
}

Result<ExportReport> Exporter::write(const std::string& path) {
  report_.without_header = stories_.without_header;
  if (stories_.packets.empty()) {
    return Error{
        "this trace has no packets: record one with --capture, or in a lab as lessons 20 to 30 are "
        "(`roundtrip doctor` says what that takes)"};
  }
  if (seen_by_ != SeenBy::Sender && !stories_.at_both_hosts) {
    return Error{
        "the packets of this trace were seen at one point between the hosts, so it is "
        "not known when either host had them: leave out --seen-by"};
  }
  const trace::SavePlace place = trace::place_for(path);
  constexpr std::string_view what = "can't write the packets to";
  trace::OutputFile::Options options;
  options.shown_path = path;
  options.what = what;
  auto output = trace::OutputFile::open(place.first, std::move(options));
  if (!output) return Error{output.error()};
  Status written = write_blocks(**output);
  written = trace::settle(place, std::move(written), what);
  if (!written) return Error{written.error()};
  return report_;
}

}  // namespace

Result<ExportReport> export_packets(const Trace& trace, SeenBy seen_by, const std::string& path) {
  return Exporter(trace, seen_by).write(path);
}

}  // namespace roundtrip::capture
