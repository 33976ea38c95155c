// LoadConnection: one keep-alive connection of the load generator, over a socket that never waits.
// It carries one request after the other and knows when an answer is whole; when to ask, and what
// is counted, the generator decides (load_generator.cpp). Where the server is of this program, it
// tells its connect, sends, reads and close in the trace. connect(2), send(2), recv(2).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/net/connection_numbers.h"
#include "core/scenario/response_reader.h"
#include "core/trace/recorder.h"

namespace roundtrip::scenario {

// What a connection needs to tell of itself.
struct LoadTelling {
  net::ConnectionNumbers* numbers = nullptr;
  trace::Address server;
};

class LoadConnection {
 public:
  // In the order in which it goes through them: no socket yet, or none any more; waiting for the
  // kernel to connect; free to carry a request; waiting for the answer to one.
  enum class State : std::uint8_t { Closed, Connecting, Free, Asking };

  LoadConnection() = default;
  ~LoadConnection() { close(); }
  LoadConnection(const LoadConnection&) = delete;
  LoadConnection& operator=(const LoadConnection&) = delete;

  State state() const { return state_; }
  int fd() const { return fd_; }

  // Begins to connect to 127.0.0.1. Returns 0, or the error number. With `telling`, which outlives
  // the connection, it is told; the calling thread records.
  int open(std::uint16_t port, const LoadTelling* telling = nullptr);
  // Once the socket of a connection that is Connecting is ready: 0 and it is Free, or the error.
  int connected();
  void close();

  // Hands the request to the kernel, as far as it takes it; `ask` from the start, `ask_on` when
  // there is room again. Gone: the server has closed and was given none of it.
  enum class Sent : std::uint8_t { Whole, InPart, Gone };
  Sent ask(std::string_view request);
  Sent ask_on();
  bool wholly_sent() const { return unsent_.empty(); }

  // Takes what the kernel has; `room` is for the bytes on their way. After Answered: `answer`.
  enum class Got : std::uint8_t { Nothing, Answered, Closed, Broken };
  Got receive(std::span<char> room);
  const Response& answer() const { return answer_; }

  // The request that it carries, or will when it is connected.
  std::int64_t due_ns = 0;
  bool has_request = false;

 private:
  int begin_telling(const LoadTelling& telling);
  void tell_connected(int error);
  void end_telling();

  int fd_ = -1;
  State state_ = State::Closed;
  std::string_view unsent_;
  std::size_t sent_bytes_ = 0;  // of this request
  ResponseReader reader_{false, 0, 0};
  Response answer_;

  // What is told: of nobody while `telling_` is null. Offsets are in the connection's streams.
  const LoadTelling* telling_ = nullptr;
  trace::Subject subject_;
  trace::Ring* promised_by_ = nullptr;
  trace::Address own_end_;
  std::uint64_t sent_to_ = 0;
  std::uint64_t received_to_ = 0;
  bool status_told_ = false;
};

}  // namespace roundtrip::scenario
