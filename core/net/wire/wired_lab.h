// The lab at work: the two hosts, the wire between them with its own thread, and the recorder that
// turns what passes into facts. A session owns one; its server listens on the server host, its
// clients connect from the client host, and whoever drives the wire asks `wire()`.
// Made in this order: create, the server with `sockets(Host::Server)`, then `start`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/net/wire/lab.h"
#include "core/net/wire/lab_sockets.h"
#include "core/net/wire/socket_lister.h"
#include "core/net/wire/wire_recorder.h"
#include "core/net/wire/wire_thread.h"

namespace roundtrip::net {

class WiredLab {
 public:
  // By root, else by the helper. The sentence of a failure says what each lacked.
  static Result<std::unique_ptr<WiredLab>> create(const LabOptions& options = {});
  // Packets go nowhere any more; what is under way is told as it stands.
  ~WiredLab();
  WiredLab(const WiredLab&) = delete;
  WiredLab& operator=(const WiredLab&) = delete;

  // From here packets move, and are told on `bus`. The numbers are those of the server.
  Status start(trace::Bus& bus, ConnectionNumbers& numbers);
  // No packet is told any more. Before the bus goes.
  void stop();

  Lab& lab() { return *lab_; }
  WireThread& wire() { return *wire_; }
  LabSockets& sockets(Host host) { return host == Host::Client ? client_ : server_; }
  // What the link does to what the host sends, and tells that it does.
  void set_link(Host from, const LinkSettings& settings);
  void cut(bool is_cut);
  // Asks the server host's kernel for the sockets that no program holds, and tells them. It may
  // take 20 ms and more.
  Status tell_sockets();
  // The same, soon and on another thread, where they are not as this has told them before: for
  // whoever pauses, or takes a step.
  void tell_sockets_soon() { lister_->ask(); }
  // How many packets have ever been held, and a wait for the next, at most a moment.
  std::uint64_t held_count() const { return recorder_->held_count(); }
  void wait_for_held(std::uint64_t seen) { recorder_->wait_for_held(seen); }

 private:
  // Of the server host: sockets that no program holds, and the queue of its listener.
  struct SocketCounts {
    std::uint32_t half_open = 0;
    std::uint32_t time_wait = 0;
    std::optional<std::uint32_t> waiting;
    std::optional<std::uint32_t> limit;
    bool operator==(const SocketCounts&) const = default;
  };

  explicit WiredLab(std::unique_ptr<Lab> lab);
  void let_arrive();
  Result<SocketCounts> count_sockets();
  void tell(const SocketCounts& counts, std::uint64_t ticks);
  void tell_changed_sockets();

  std::unique_ptr<Lab> lab_;
  LabSockets client_;
  LabSockets server_;
  std::unique_ptr<WireRecorder> recorder_;
  std::unique_ptr<WireThread> wire_;
  std::optional<SocketCounts> counts_told_;  // by the lister's thread
  std::unique_ptr<SocketLister> lister_;
};

}  // namespace roundtrip::net
