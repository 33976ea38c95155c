// Client: the built-in client, one connection of it. Plain sockets on the calling thread, which
// records (ThreadRecording): it gives the connection its number before it connects, and tells
// connect, each send, each read and its close as facts of that connection, in the client's lane.
// It sends bytes as they are, right or wrong, and reads whole answers. Nothing sleeps: every wait
// is for the socket, with a limit, and can be called off. Used by runner.h. connect(2), poll(2).
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/net/connection_numbers.h"
#include "core/net/socket_maker.h"
#include "core/scenario/call_off.h"
#include "core/scenario/limits.h"
#include "core/scenario/response_reader.h"

namespace roundtrip::scenario {

// Where to connect, and what that needs.
struct ClientTarget {
  trace::Address server;  // as the listener says; "any address" is reached by the loopback
  net::ConnectionNumbers* numbers = nullptr;
  Duration step_time = limits::step_time;  // for one send or one answer
  const CallOff* call_off = nullptr;
  net::SocketMaker* sockets = nullptr;  // null: of this machine
  bool nagle = false;  // small pieces may wait for an ACK: TCP_NODELAY is off
  std::optional<std::uint16_t> port{};  // of the server's host; absent: the server's own
};

class Client {
 public:
  static Result<std::unique_ptr<Client>> connect(const ClientTarget& target);
  // The same at a port where nobody listens: an error where it is not refused.
  static Status be_refused(const ClientTarget& target);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  std::uint32_t conn() const { return conn_; }
  std::uint64_t sent_bytes() const { return sent_; }

  // Hands all bytes to the kernel. A server that has closed is no error: its answer, or its
  // silence, is found by reading.
  Status send(std::string_view bytes);
  // Reads to the end of one answer. An error when the server closes before.
  Result<Response> read_response(bool to_head);
  // Sends nothing for so long. An error when the run is called off meanwhile.
  Status pause(Duration length) const;
  // Reads an interim answer (100 Continue). An error when the final one comes instead.
  Status read_interim();
  // Reads until the server closes; what it still answered, as a rule nothing.
  struct Ending {
    std::vector<Response> responses;
    bool reset = false;  // by a RST rather than a FIN
  };
  Result<Ending> read_until_closed(bool to_head);
  // Says that it sends no more, waits until the server has closed too, and closes.
  void leave();
  // Closes at once; `reset`: so that the kernel sends a RST.
  void close(bool reset);

 private:
  // `error`: errno of connect(), 0 where it was not called or is well.
  static Result<std::unique_ptr<Client>> connect(const ClientTarget& target, int& error);
  Client(int fd, std::uint32_t conn, const ClientTarget& target);
  enum class Got : std::uint8_t { Bytes, Closed, Reset };
  Result<Got> receive();
  Status wait(short events, std::int64_t deadline_ns, std::string_view what) const;
  trace::Subject subject() const { return {0, conn_, 0, true}; }

  int fd_;
  std::uint32_t conn_;
  ClientTarget target_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t offset_ = 0;  // in the server's stream, of the first byte that no answer took
  std::string waiting_;       // received, and not yet part of an answer
  ResponseReader reader_{false, 0};
};

}  // namespace roundtrip::scenario
