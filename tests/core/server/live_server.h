// LiveServer: a real server on a free port of the loopback, recorded, with the handlers that tests
// need beside the server's own: /throw, /throw-late, /endless, /wait, /steps, /many, /page,
// /length, /closing and /late.
#pragma once

#include <memory>

#include "core/server/server.h"
#include "tests/core/runtime/recording.h"
#include "tests/core/runtime/rig.h"
#include "tests/core/server/client.h"

namespace roundtrip::testing {

// What /wait has to do with its test: `entered` grows when the handler runs, and it goes on when
// `opened` has grown past `entered`'s value before.
struct Door {
  Gauge entered;
  Gauge opened;
};
Door& door();

class LiveServer {
 public:
  explicit LiveServer(server::ServerOptions options = {}, bool live = false);
  ~LiveServer();

  std::uint16_t port() const { return server->port(); }
  Client connect() { return Client(port()); }
  // Stops and judges the story.
  void check_whole();
  void check_story();
  void stop() { server->stop(); }
  // Until all connections that were accepted are closed.
  void wait_until_closed();
  // Until the trace, as far as it has settled, has `count` facts that are wanted.
  void wait_for(const std::function<bool(const trace::Event&)>& wanted, std::size_t count = 1);
  std::vector<trace::CloseReason> close_reasons() {
    return recording.all<trace::CloseReason>(trace::Phase::LifecycleClose, "reason");
  }

  Recording recording;
  std::unique_ptr<server::Server> server;
};

server::ServerOptions with_workers(unsigned workers);

}  // namespace roundtrip::testing
