// A sink that keeps nothing, for a wire that nobody watches, and for those who want to hear of some
// things only.
#pragma once

#include "core/net/wire/wire_sink.h"

namespace roundtrip::net {

class NullSink : public WireSink {
 public:
  void seen(const WirePacket&) override {}
  void held(const WirePacket&, WireMoment, std::string_view) override {}
  void released(const WirePacket&, WireMoment) override {}
  void under_way(const WirePacket&, WireMoment, const Fate&) override {}
  void duplicated(const WirePacket&, const WirePacket&) override {}
  void corrupted(const WirePacket&, WireMoment, Corruption) override {}
  void dropped(const WirePacket&, WireMoment, DropReason, int) override {}
  void delivered(const WirePacket&, const Delivery&) override {}
};

}  // namespace roundtrip::net
